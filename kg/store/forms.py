"""Answers of the form that was asked for, whatever store they come from."""

from __future__ import annotations

from typing import TypeVar

from kg.errors import QueryError
from kg.store.protocol import Answer, Rows
from kg.terms import Triple

_A = TypeVar("_A", Rows, bool, tuple[Triple, ...])
_NEEDED = {Rows: "SELECT", bool: "ASK", tuple: "CONSTRUCT or DESCRIBE"}


def of_form(wanted: type[_A], answer: Answer, name: str) -> _A:
    """Return an answer if it is of the form that is wanted, or raise `QueryError`.

    >>> of_form(bool, True, "q.rq")
    True
    """
    if not isinstance(answer, wanted):
        raise QueryError(f"{name}: this is a query of another form; {_NEEDED[wanted]} is needed here")
    return answer
