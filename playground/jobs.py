"""Calls of worker functions as the server writes them down: typed, and without loading what workers load.

Each room lists its calls in its file `calls.py`:

    ADVANCE = Call("package.work:advance", lambda: work.advance, Record)

The function stands in the lambda for the type checker alone, which imports `work` there under `TYPE_CHECKING`; a
worker finds it by its name. A call of such a `Call` does not run anything: it returns the `Job` to hand over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Returned = TypeVar("Returned", covariant=True)


@dataclass(frozen=True, eq=False)
class Job(Generic[Returned]):
    """A worker function and what it is called with.

    Attributes:
        target: "package.module:function".
        arguments: Plain values and records.
        record: Class of the record that it returns, None where that is never written to disk.
        keep: Whether what it returns may be written to disk: not where it may tell of a visitor's own material.
    """

    target: str
    arguments: tuple[Any, ...]
    record: type[Returned] | None = None
    keep: bool = True

    @property
    def kept(self) -> bool:
        """Whether what it returns is written to disk."""
        return self.keep and self.record is not None


class Call(Generic[Parameters, Result]):
    """A function that workers run.

    Args:
        target: "package.module:function".
        function: Returns the function; never called where only its type is wanted.
        record: See `Job`; for long work only, whose finished pieces outlive the server.
    """

    def __init__(
        self,
        target: str,
        function: Callable[[], Callable[Parameters, Result]],
        record: type[Result] | None = None,
    ) -> None:
        self.target, self.function, self.record = target, function, record

    def __call__(self, *arguments: Parameters.args, **named: Parameters.kwargs) -> Job[Result]:
        """Return the job of calling the function with these arguments, which are given by place.

        Raises:
            TypeError: if one is given by name, which is for the type checker alone to allow.
        """
        if named:
            raise TypeError(f"{self.target} is asked by place, not by name: got {', '.join(named)}")
        return Job(self.target, arguments, self.record)
