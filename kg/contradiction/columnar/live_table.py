"""The positions of a case while some are added: the table that it began with, and rows that came since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kg.contradiction.columnar.case import Case, Condition
from kg.contradiction.columnar.live_run import Content
from kg.logic.tables import Flags, Ints, Longs, PositionTable, Spans
from kg.times import Span


class LiveTable:
    """Positions by number, and their numbers by content."""

    def __init__(self, case: Case) -> None:
        self._begin(case)

    def _begin(self, case: Case) -> None:
        self._case = case
        self._later: list[Content] = []
        self._numbers: dict[Content, int] = {}
        self._first = len(case.positions)
        codes = _code(case.positions.s.astype(np.int64), case.positions.o)
        self._order: Ints = np.argsort(codes, kind="stable").astype(np.int32)
        self._codes: Longs = codes[self._order]

    def __len__(self) -> int:
        return self._first + len(self._later)

    def content(self, number: int) -> Content:
        """Return what a position says."""
        if number >= self._first:
            return self._later[number - self._first]
        return Content.of(self._case.positions, number, self._case.conditions)

    def find(self, content: Content, dead: set[int]) -> int | None:
        """Return the number of a position that is held, by its content."""
        found = self._numbers.get(content)
        if found is not None and found not in dead:
            return found
        code = content.s << 32 | content.o
        first, last = (int(self._codes.searchsorted(code, side)) for side in ("left", "right"))
        for number in self._order[first:last].tolist():
            if number not in dead and self.content(number) == content:
                return int(number)
        return None

    def add(self, content: Content) -> int:
        """Give a new position its number."""
        number = self._numbers[content] = len(self)
        self._later.append(content)
        return number

    def as_case(self) -> Case:
        """Return the case with all positions that there ever were; from here on it is what the table begins with."""
        if self._later:
            self._begin(self._with_later())
        return self._case

    def held(self, dead: set[int]) -> Flags:
        """Say which positions are still held."""
        held = np.ones(len(self), bool)
        held[sorted(dead)] = False
        return held

    def _with_later(self) -> Case:
        conditions: list[Condition] = list(self._case.conditions)
        rows: list[int] = []
        for content in self._later:
            rows.append(-1 if content.condition is None else len(conditions))
            if content.condition is not None:
                conditions.append(content.condition)
        earlier, later = self._case.positions, self._later
        positions = PositionTable(
            s=_appended(earlier.s, [one.s for one in later]),
            p=_appended(earlier.p, [one.p for one in later]),
            o=_appended(earlier.o, [one.o for one in later]),
            denied=np.append(earlier.denied, np.array([one.denied for one in later], bool)),
            certain=_longer(earlier.certain, [one.certain for one in later]),
            possible=_longer(earlier.possible, [one.possible for one in later]),
            hedged=np.append(earlier.hedged, np.array([one.hedged for one in later], bool)),
            condition=_appended(earlier.condition, rows),
        )
        return replace(self._case, positions=positions, conditions=tuple(conditions))


def _code(s: Longs, o: Ints) -> Longs:
    codes: Longs = s << 32 | o
    return codes


def _appended(column: Ints, more: Sequence[int]) -> Ints:
    return np.append(column, np.array(more, np.int32))


def _longer(spans: Spans, more: Sequence[Span | None]) -> Spans:
    added = Spans.of(more)
    return Spans(np.append(spans.start, added.start), np.append(spans.end, added.end))
