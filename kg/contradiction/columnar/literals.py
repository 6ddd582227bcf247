"""Literal values as columns, so that many pairs are compared at once.

Each literal is looked at once. The ends of ordered values are kept as floating-point numbers: rounding keeps
their order, so two that differ are told apart exactly, and only ties are left to exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf

import numpy as np
import numpy.typing as npt

from kg.datatypes import is_ill_typed
from kg.logic.tables import Flags, Ints, Terms
from kg.terms import Literal
from kg.values import as_range, comparable_text

_UNSEEN, _NO_LITERAL, _RANGE, _TEXT, _UNREADABLE = 0, 1, 2, 3, 4


@dataclass(slots=True)
class LiteralColumns:
    """What is known of the literals among the terms, by term number; filled in as literals are met."""

    terms: Terms
    kind: npt.NDArray[np.int8] = field(default_factory=lambda: np.empty(0, np.int8))
    scale: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    low: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    high: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    text: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    ill: Flags = field(default_factory=lambda: np.empty(0, bool))
    _codes: dict[object, int] = field(default_factory=dict)

    def is_literal(self, numbers: Ints) -> Flags:
        """Say which terms are literals."""
        self._grow()
        found: Flags = self.kind[numbers] != _NO_LITERAL
        return found

    def ill_typed(self, numbers: Ints) -> Flags:
        """Say which terms are literals that are no value of their own datatype."""
        literal = self.is_literal(numbers)
        found = np.zeros(len(numbers), bool)
        self._look_at(numbers[literal])
        found[literal] = self.ill[numbers[literal]]
        return found

    def incompatible(self, left: Ints, right: Ints, exactly: Callable[[Ints, Ints], Flags]) -> Flags:
        """Say which pairs cannot be values of one thing, as `kg.values.incompatible`; `exactly` settles ties."""
        self._look_at(left)
        self._look_at(right)
        one, other = self.kind[left], self.kind[right]
        same_scale = (self.scale[left] == self.scale[right]) & (one == other)
        texts = same_scale & (one == _TEXT) & (self.text[left] != self.text[right])
        ranges = same_scale & (one == _RANGE) & (left != right)
        apart = ranges & ((self.low[left] > self.high[right]) | (self.low[right] > self.high[left]))
        tied = ranges & ~apart & ((self.low[left] == self.high[right]) | (self.low[right] == self.high[left]))
        found: Flags = texts | apart
        if tied.any():
            rows = np.flatnonzero(tied)
            found[rows] = exactly(left[rows], right[rows])
        return found

    def _look_at(self, numbers: Ints) -> None:
        self._grow()
        unseen = self.kind[numbers] == _UNSEEN
        if unseen.any():
            for number in np.unique(numbers[unseen]).tolist():
                self._describe(number)

    def _grow(self) -> None:
        """Make room for terms that came since; only literals are left to be looked at."""
        size, more = len(self.kind), len(self.terms) - len(self.kind)
        if not more:
            return
        kinds = np.full(len(self.terms), _NO_LITERAL, np.int8)
        kinds[:size] = self.kind
        literals = self.terms.literals()
        kinds[literals[literals >= size]] = _UNSEEN
        self.kind = kinds
        self.scale = np.concatenate([self.scale, np.zeros(more, np.int32)])
        self.low = np.concatenate([self.low, np.zeros(more)])
        self.high = np.concatenate([self.high, np.zeros(more)])
        self.text = np.concatenate([self.text, np.zeros(more, np.int32)])
        self.ill = np.concatenate([self.ill, np.zeros(more, bool)])

    def _describe(self, number: int) -> None:
        term = self.terms.term(number)
        if not isinstance(term, Literal):
            raise TypeError(f"{term!r} is not a literal")
        self.ill[number] = is_ill_typed(term)
        value = as_range(term)
        if value is not None:
            self.kind[number] = _RANGE
            self.scale[number] = self._code(("scale", value.scale))
            self.low[number] = -np.inf if value.low is None else _rounded(value.low)
            self.high[number] = np.inf if value.high is None else _rounded(value.high)
            return
        text = comparable_text(term)
        if text is None:
            self.kind[number] = _UNREADABLE
            return
        self.kind[number] = _TEXT
        self.scale[number] = self._code((term.datatype, term.language))
        self.text[number] = self._code((term.datatype, term.language, text))

    def _code(self, key: object) -> int:
        return self._codes.setdefault(key, len(self._codes))


def _rounded(number: Fraction) -> float:
    try:
        return float(number)
    except OverflowError:
        return inf if number > 0 else -inf
