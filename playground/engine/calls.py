"""What the server asks workers to run: one function, told by name which function to call, and the warming up."""

from __future__ import annotations

import os
import time
import traceback
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from distributed import get_worker

from playground.engine.slices import Outcome
from playground.jobs import Call

if TYPE_CHECKING:
    from playground import worker

ADVANCE_SLICE = Call("playground.worker:advance_slice", lambda: worker.advance_slice)
PREVIEW = Call("playground.worker:preview", lambda: worker.preview)
WARM_UP = Call("playground.worker:warm_up", lambda: worker.warm_up)

NO_LOG = {"distributed.admin.low-level-log-length": 0}
"""Dask otherwise keeps the last thousand messages, and with each the weights and series that it carried."""


def warm_up(niceness: int) -> Outcome:
    """Have this worker import what it needs; from then on its computing thread stands back."""
    outcome = call(WARM_UP.target, ())
    if hasattr(os, "nice"):
        # A worker is warmed up again when it is suspected to have died.
        os.nice(max(niceness - os.nice(0), 0))
    return outcome


def call(target: str, arguments: tuple[Any, ...]) -> Outcome:
    """Call the function that `target` names ("package.module:function") in this worker process."""
    began = time.perf_counter()
    outcome = _outcome(target, arguments)
    return replace(outcome, worker=get_worker().address, seconds=time.perf_counter() - began)


def _outcome(target: str, arguments: tuple[Any, ...]) -> Outcome:
    try:
        module, _, name = target.partition(":")
        return Outcome(value=getattr(import_module(module), name)(*arguments))
    except ValueError as error:
        return Outcome(problem=str(error))
    except MemoryError:
        return Outcome(
            problem="the worker has not enough memory for this; make the batch, the window or the network smaller"
        )
    except Exception as error:
        problem = f"the computation failed unexpectedly ({type(error).__name__}); the server's log has the details"
        return Outcome(problem=problem, trace=traceback.format_exc())
