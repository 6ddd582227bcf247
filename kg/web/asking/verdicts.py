"""How a question went: one line of JSON, and the error that it stands for on the other side."""

from __future__ import annotations

import json
import traceback
from dataclasses import astuple
from typing import Any, NoReturn

from kg.errors import BadInput, BoundReached, Fault, ParleyError, QueryError, StoreError

WELL = b'{"kind": "well"}\n'
SECONDS, MEBIBYTES, ROWS, BUSY, BROKE = "seconds", "mebibytes", "rows", "busy", "broke"
_FAULT, _STORE, _INPUT, _FORBIDDEN = "fault", "store", "input", "forbidden"


class Forbidden(QueryError):
    """Something that is not to be changed in this way, however it is asked."""


class Busy(QueryError):
    """All the processes are at work, and the question waited as long as it might."""


class Closed(Busy):
    """The data that was asked is shown no more; there may be newer."""


class BrokeDown(QueryError):
    """The process that worked on a question ended by itself, or raised what nobody expected (`trace`)."""

    def __init__(self, message: str, trace: str = "") -> None:
        super().__init__(message)
        self.trace = trace


_KINDS: dict[type[BaseException], str] = {
    MemoryError: MEBIBYTES,
    Forbidden: _FORBIDDEN,
    StoreError: _STORE,
    ParleyError: _FAULT,
}
"""By the class of an error, the nearest first."""


def line(kind: str, message: str, **more: Any) -> bytes:
    """Write a verdict.

    >>> line("busy", "later")
    b'{"kind": "busy", "message": "later"}\\n'
    """
    return json.dumps({"kind": kind, "message": message, **more}).encode() + b"\n"


def of_error(error: BaseException) -> bytes:
    """Write the verdict that an error is."""
    if isinstance(error, BadInput):
        return line(_INPUT, str(error), faults=[astuple(fault) for fault in error.faults])
    if isinstance(error, BoundReached):
        return line(error.bound, str(error))
    for cls, kind in _KINDS.items():
        if isinstance(error, cls):
            return line(kind, str(error))
    trace = "".join(traceback.format_exception(error))
    return line(BROKE, f"{type(error).__name__} in the process that answers", trace=trace)


def out_of_time(seconds: float) -> str:
    """Say that a question takes longer than it may.

    >>> out_of_time(10)
    'query: stopped after 10 seconds; ask for less'
    """
    return f"query: stopped after {seconds:g} second{'' if seconds == 1 else 's'}; ask for less"


def out_of_memory(mebibytes: int | None) -> str:
    """Say that a question needs more memory than it may have."""
    most = "there is" if mebibytes is None else f"{mebibytes:,} MiB"
    return f"query: stopped, as it needs more memory than {most}; ask for less"


def raise_unless_well(text: bytes, mebibytes: int | None) -> None:
    """Raise what a verdict says, unless all went well."""
    verdict = json.loads(text)
    if verdict["kind"] != "well":
        _raise(verdict, mebibytes)


def _raise(verdict: dict[str, Any], mebibytes: int | None) -> NoReturn:
    message = verdict["message"]
    match verdict["kind"]:
        case "seconds" | "rows" as bound:
            raise BoundReached(message, bound)
        case "mebibytes":
            raise BoundReached(out_of_memory(mebibytes), MEBIBYTES)
        case "busy":
            raise Busy(message)
        case "input":
            raise BadInput(Fault(*fault) for fault in verdict["faults"])
        case "forbidden":
            raise Forbidden(message)
        case "store":
            raise StoreError(message)
        case "broke":
            raise BrokeDown(message, verdict.get("trace", ""))
    raise QueryError(message)
