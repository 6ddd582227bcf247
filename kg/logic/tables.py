"""Facts, claims and positions as columns: numbers in numpy arrays, one row each.

A term is a number in a `Terms` dictionary. A time is a pair of closed ends in seconds, as in `kg.times`;
a start after its end means "at no time". Arrays of one table have the same length; nothing here is
one Python object per row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kg.terms import Literal, Term
from kg.times import BEGIN, END, Span

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NEVER = Span(1, 0)
"""Stands in columns for no time at all."""


class Terms(Protocol):
    """A dictionary between terms and numbers from 0 on."""

    def __len__(self) -> int: ...

    def term(self, number: int) -> Term:
        """Return the term that a number stands for."""
        ...

    def number(self, term: Term) -> int:
        """Return the number of a term, giving it one if it is new."""
        ...

    def numbers(self, terms: Sequence[Term]) -> Ints:
        """Return the numbers of many terms, giving numbers to new ones."""
        ...

    def literals(self) -> Ints:
        """Return the numbers of the terms that are literals, in rising order."""
        ...


@dataclass(slots=True)
class TermList:
    """A dictionary of terms in plain Python: a list, and a dict the other way."""

    terms: list[Term] = field(default_factory=list)
    _numbers: dict[Term, int] = field(default_factory=dict)
    _literals: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, terms: Iterable[Term]) -> TermList:
        """Number terms in the order given."""
        found = cls()
        for term in terms:
            found.number(term)
        return found

    def __len__(self) -> int:
        return len(self.terms)

    def term(self, number: int) -> Term:
        """Return the term that a number stands for."""
        return self.terms[number]

    def number(self, term: Term) -> int:
        """Return the number of a term, giving it one if it is new."""
        found = self._numbers.get(term)
        if found is None:
            found = self._numbers[term] = len(self.terms)
            self.terms.append(term)
            if isinstance(term, Literal):
                self._literals.append(found)
        return found

    def numbers(self, terms: Sequence[Term]) -> Ints:
        """Return the numbers of many terms, giving numbers to new ones."""
        return np.fromiter((self.number(term) for term in terms), np.int32, len(terms))

    def literals(self) -> Ints:
        """Return the numbers of the terms that are literals, in rising order."""
        return np.array(self._literals, np.int32)


@dataclass(frozen=True, slots=True)
class Spans:
    """Stretches of time: closed ends in seconds; `start > end` is "at no time"."""

    start: Longs
    end: Longs

    def __len__(self) -> int:
        return len(self.start)

    @classmethod
    def always(cls, rows: int) -> Spans:
        """Return spans that cover all time."""
        return cls(np.full(rows, BEGIN, np.int64), np.full(rows, END, np.int64))

    @classmethod
    def of(cls, spans: Iterable[Span | None]) -> Spans:
        """Write spans as columns; None is no time at all."""
        known = [span or NEVER for span in spans]
        starts, ends = [span.start for span in known], [span.end for span in known]
        return cls(np.array(starts, np.int64), np.array(ends, np.int64))

    def at(self, row: int) -> Span | None:
        """Return one row, or None if it is no time at all."""
        start, end = int(self.start[row]), int(self.end[row])
        return Span(start, end) if start <= end else None

    def take(self, rows: npt.NDArray[np.integer] | Flags) -> Spans:
        """Return some of the rows."""
        return Spans(self.start[rows], self.end[rows])


@dataclass(frozen=True, slots=True)
class PositionTable:
    """Positions, one a row; the row number is the position's number.

    `s`, `p`, `o` are term numbers of the proposition, `denied` its polarity, `certain` and `possible` when
    it holds. `hedged` marks what is held only as possible. `condition` is a row of the caller's list of
    conditions, or -1.
    """

    s: Ints
    p: Ints
    o: Ints
    denied: Flags
    certain: Spans
    possible: Spans
    hedged: Flags
    condition: Ints

    def __len__(self) -> int:
        return len(self.s)

    def take(self, rows: npt.NDArray[np.integer] | Flags) -> PositionTable:
        """Return some of the rows, numbered anew."""
        certain = self.certain.take(rows)
        return PositionTable(
            self.s[rows],
            self.p[rows],
            self.o[rows],
            self.denied[rows],
            certain,
            certain if self.possible is self.certain else self.possible.take(rows),
            self.hedged[rows],
            self.condition[rows],
        )


@dataclass(frozen=True, slots=True)
class ClaimTable:
    """Commitments of claims, one a row: who (`speaker`), which claim (`claim`, a number of the caller's), what.

    The content has the columns of a position; rows of equal content take one position.
    """

    claim: Ints
    speaker: Ints
    content: PositionTable

    def __len__(self) -> int:
        return len(self.claim)


@dataclass(frozen=True, slots=True)
class FactTable:
    """Background: triples that nobody needs to claim, and when they hold."""

    s: Ints
    p: Ints
    o: Ints
    certain: Spans
    possible: Spans

    def __len__(self) -> int:
        return len(self.s)

    @classmethod
    def none(cls) -> FactTable:
        """Return a table without rows."""
        nothing = np.empty(0, np.int32)
        return cls(nothing, nothing, nothing, Spans.always(0), Spans.always(0))


@dataclass(frozen=True, slots=True)
class ConflictTable:
    """Minimal inconsistent sets, one a row.

    `members` has as many columns as the largest set has members: position numbers in rising order, then -1.
    `span` is a time when all hold; `verdict` is 0 contradiction, 1 undecided, 2 tension.
    """

    members: Ints
    span: Spans
    verdict: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.members)

    def sizes(self) -> Ints:
        """Return how many members each set has."""
        sizes: Ints = (self.members >= 0).sum(axis=1, dtype=np.int32)
        return sizes
