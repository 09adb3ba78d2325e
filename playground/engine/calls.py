"""The one function that the server asks workers to run; it is told by name which function to call."""

from __future__ import annotations

import traceback
from importlib import import_module
from typing import Any

from distributed import get_worker

from playground.engine.slices import Outcome


def call(target: str, arguments: tuple[Any, ...]) -> Outcome:
    """Call the function that `target` names ("package.module:function") in this worker process."""
    worker = get_worker().address
    try:
        module, _, name = target.partition(":")
        return Outcome(value=getattr(import_module(module), name)(*arguments), worker=worker)
    except ValueError as error:
        return Outcome(problem=str(error), worker=worker)
    except MemoryError:
        problem = "the worker has not enough memory for this; make the batch, the window or the network smaller"
        return Outcome(problem=problem, worker=worker)
    except Exception as error:
        problem = f"the computation failed unexpectedly ({type(error).__name__}); the server's log has the details"
        return Outcome(problem=problem, trace=traceback.format_exc(), worker=worker)
