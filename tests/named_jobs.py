"""Jobs by the name of any function, for tests that need no typed call."""

from importlib import import_module
from typing import Any

from playground.jobs import Call, Job
from playground.places import ROOT


def job(target: str, *arguments: Any, record: type | None = None, keep: bool = True) -> Job[Any]:
    """Return the job of calling "package.module:function"."""
    return Job(target, arguments, record, keep)


def calls() -> list[Call[..., Any]]:
    """Return every call that the project lists, of all its files `calls.py`."""
    files = sorted((ROOT / "playground").rglob("calls.py"))
    modules = [import_module(".".join(file.relative_to(ROOT).with_suffix("").parts)) for file in files]
    return [value for module in modules for value in vars(module).values() if isinstance(value, Call)]
