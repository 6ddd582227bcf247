"""Faults of input, said so that a person can mend them.

A *fault* is one thing wrong at one place. Readers collect all faults of a file and raise them
together, so that nobody mends a file one error at a time. A contradiction between good records
is never an error: it is a result (`kg.contradiction`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong: where (file, 1-based line and column; 0 when unknown) and what."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        """Write the fault as `file:line:column: message`, the form that editors jump to.

        >>> str(Fault("ft.yaml", 27, 9, 'unknown actor "kudlov"'))
        'ft.yaml:27:9: unknown actor "kudlov"'
        >>> str(Fault("ft.ttl", 0, 0, "no claims"))
        'ft.ttl: no claims'
        """
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message}"


class ParleyError(Exception):
    """The base of every error that this package raises on purpose."""


class BadInput(ParleyError):
    """Input that cannot be taken; carries every fault found, sorted by place."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class QueryError(ParleyError):
    """A query that cannot be run as asked: syntax, unknown parameter, forbidden feature."""


class BoundReached(QueryError):
    """A query that needs more than it may use; `bound` names the field of `kg.store.protocol.Bounds`."""

    def __init__(self, message: str, bound: str) -> None:
        super().__init__(message)
        self.bound = bound


class StoreError(ParleyError):
    """A store that cannot be opened, read or written."""


class OracleUnavailable(ParleyError):
    """The independent reasoner could not be started (no Java, or it failed)."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest the nearest known spelling, as the tail of an error message, or nothing.

    >>> did_you_mean("kudlov", ["kudlow", "trump"])
    '; did you mean "kudlow"?'
    >>> did_you_mean("x", ["kudlow"])
    ''
    """
    names: Sequence[str] = sorted(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if not near:
        near = [name for name in names if name.lower() == word.lower()][:1]
    return f'; did you mean "{near[0]}"?' if near else ""
