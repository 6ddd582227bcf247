"""Facts of one signature, found by subject and by object: many in sorted columns, and those that came since.

The columns are sorted once, by subject and start. Looking up a subject is a binary search; its rows stand side
by side. Where they are many, two more searches leave those whose time can meet a given one: rows that begin too late
come last, and a running maximum of the ends says up to where all are over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from kg.logic.columnar import Facts, stacked
from kg.logic.known_sets import Label
from kg.logic.tables import Ints, Longs

Row = tuple[int, int, Label, int, int]
"""Subject, object, assumptions, start and end."""

_FEW = 6  # up to so many rows a loop is quicker than numpy


class _Columns:
    """Facts sorted by subject, and the order of their objects."""

    def __init__(self, facts: Facts, decode: Callable[[Sequence[int]], Label]) -> None:
        order = np.lexsort((facts.span.start, facts.s))
        sorted_facts = facts.take(order)
        self.s, self.o, self.sets = sorted_facts.s, sorted_facts.o, sorted_facts.sets
        self.start, self.end = sorted_facts.span.start, sorted_facts.span.end
        self.decode = decode
        self._reach: dict[int, Longs] = {}
        self._by_object: Longs | None = None
        self._objects: Ints = self.o

    def index_objects(self) -> Longs:
        """Return the rows in the order of their objects."""
        if self._by_object is None:
            self._by_object = np.argsort(self.o, kind="stable")
            self._objects = self.o[self._by_object]
        return self._by_object

    def of_subject(self, s: int) -> tuple[int, int]:
        key = np.int32(s)
        low = int(self.s.searchsorted(key))
        if low == len(self.s) or self.s[low] != s:
            return low, low
        return low, int(self.s.searchsorted(key, "right"))

    def of_object(self, o: int) -> tuple[int, int]:
        self.index_objects()
        key = np.int32(o)
        low = int(self._objects.searchsorted(key))
        if low == len(self._objects) or self._objects[low] != o:
            return low, low
        return low, int(self._objects.searchsorted(key, "right"))

    def count(self, s: int, o: int) -> int:
        counts = [high - low for low, high in self._stretches(s, o)]
        return min(counts, default=len(self.s))

    def _stretches(self, s: int, o: int) -> Iterator[tuple[int, int]]:
        if s >= 0:
            yield self.of_subject(s)
        if o >= 0:
            yield self.of_object(o)

    def meeting(self, s: int, o: int, start: int, end: int) -> Iterator[Row]:
        """Yield the rows of a subject and an object (-1: any) whose times meet a time."""
        if s >= 0:
            low, high = self.of_subject(s)
            if o < 0 and high - low > _MANY:
                low, high = self._in_time(low, high, start, end)
            if o < 0 or high - low <= _MANY:
                yield from self._between(low, high, o, start, end)
                return
        if o >= 0:
            order = self.index_objects()
            low, high = self.of_object(o)
            yield from self._among(order[low:high], s, start, end)
        else:
            yield from self._between(0, len(self.s), -1, start, end)

    def _in_time(self, low: int, high: int, start: int, end: int) -> tuple[int, int]:
        """Narrow a long stretch of one subject to where its times can meet a time.

        Rows begin in order; those before the first that reaches as far as `start` all end too early.
        """
        reach = self._reach.get(low)
        if reach is None:
            reach = self._reach[low] = np.maximum.accumulate(self.end[low:high])
        return low + int(reach.searchsorted(start)), low + int(self.start[low:high].searchsorted(end, "right"))

    def _between(self, low: int, high: int, o: int, start: int, end: int) -> Iterator[Row]:
        if high - low <= _FEW:
            for row in range(low, high):
                if self.start[row] <= end and start <= self.end[row] and o in (-1, self.o[row]):
                    yield self._row(row)
            return
        stretch = slice(low, high)
        hits = (self.start[stretch] <= end) & (self.end[stretch] >= start)
        if o >= 0:
            hits &= self.o[stretch] == o
        for row in np.flatnonzero(hits).tolist():
            yield self._row(low + row)

    def _among(self, rows: Longs, s: int, start: int, end: int) -> Iterator[Row]:
        if len(rows) > _FEW:
            hits = (self.start[rows] <= end) & (self.end[rows] >= start)
            if s >= 0:
                hits &= self.s[rows] == s
            rows = rows[hits]
        for row in rows.tolist():
            if self.start[row] <= end and start <= self.end[row] and s in (-1, self.s[row]):
                yield self._row(row)

    def _row(self, row: int) -> Row:
        label = self.decode(self.sets[row].tolist())
        return int(self.s[row]), int(self.o[row]), label, int(self.start[row]), int(self.end[row])


_MANY = 1_000  # rows of one subject that are gone through for an object or a time without more ado


class Relation:
    """The facts of one signature; rows that rest on what is in `dead` are not there any more."""

    def __init__(self, dead: set[int], columns: _Columns | None = None) -> None:
        self._dead = dead
        self._columns = columns
        self._by_subject: dict[int, list[Row]] = {}
        self._by_object: dict[int, list[Row]] = {}
        self._added = 0
        self._purged: dict[tuple[bool, int], int] = {}

    @classmethod
    def of(cls, parts: Sequence[Facts], decode: Callable[[Sequence[int]], Label], dead: set[int]) -> Relation:
        """Index facts."""
        return cls(dead, _Columns(stacked(parts), decode))

    def index_objects(self) -> None:
        """Index the objects now, not when they are first asked for."""
        if self._columns is not None:
            self._columns.index_objects()

    def is_empty(self) -> bool:
        """Say whether there never was a fact."""
        return self._columns is None and not self._by_subject

    def add(self, row: Row) -> None:
        """Add a fact."""
        self._by_subject.setdefault(row[0], []).append(row)
        self._by_object.setdefault(row[1], []).append(row)
        self._added += 1

    def has(self, row: Row) -> bool:
        """Say whether a fact is known already, from no more assumptions and for at least as long."""
        s, o, label, start, end = row
        members = set(label)
        return any(
            low <= start and end <= high and members.issuperset(known)
            for _, _, known, low, high in self.meeting(s, o, start, end)
        )

    def count(self, s: int, o: int) -> int:
        """Return how many rows there are at most for a subject and an object (-1: any)."""
        columns = 0 if self._columns is None else self._columns.count(s, o)
        return columns + self._count_added(s, o)

    def _count_added(self, s: int, o: int) -> int:
        if s >= 0:
            return len(self._by_subject.get(s, ()))
        return len(self._by_object.get(o, ())) if o >= 0 else self._added

    def meeting(self, s: int, o: int, start: int, end: int) -> Iterator[Row]:
        """Yield the rows of a subject and an object (-1: any) whose times meet a time."""
        if self._columns is not None:
            for row in self._columns.meeting(s, o, start, end):
                if self._dead.isdisjoint(row[2]):
                    yield row
        for row in self._recent(s, o):
            if row[3] <= end and start <= row[4] and o in (-1, row[1]):
                yield row

    def _recent(self, s: int, o: int) -> Iterable[Row]:
        if s < 0 and o < 0:
            return [row for rows in self._by_subject.values() for row in rows if self._dead.isdisjoint(row[2])]
        index, key = (self._by_subject, s) if s >= 0 else (self._by_object, o)
        rows = index.get(key)
        if rows is None:
            return ()
        if self._dead and self._purged.get((s >= 0, key)) != len(self._dead):  # what is gone stays gone
            rows = index[key] = [row for row in rows if self._dead.isdisjoint(row[2])]
            self._purged[s >= 0, key] = len(self._dead)
        return rows
