"""The conflicts of a case while they come and go: those of the first check in columns, the others one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from kg.contradiction.columnar.compiled import CONTRADICTION
from kg.contradiction.columnar.run import Outcome
from kg.logic import labels
from kg.logic.known_sets import Label
from kg.logic.tables import ConflictTable, Spans
from kg.times import Span


@dataclass(frozen=True, slots=True)
class LiveConflict:
    """A minimal set of positions that cannot all hold.

    `verdict` is one of those of `columnar.compiled`, `span` a time when all hold; `same` are the pairs of
    `Case.maybe_same` that it takes to be one thing.
    """

    members: Label
    verdict: int
    span: Span
    same: tuple[int, ...] = ()


class LiveConflicts:
    """Conflicts by the positions in them; begins with the contradictions of a check."""

    def __init__(self, certain: Outcome) -> None:
        self._sets, self._span = certain.sets, certain.span
        self._gone = np.zeros(len(certain.sets), bool)
        members = certain.sets.ravel()
        places = np.argsort(members, kind="stable")
        places = places[: int(np.count_nonzero(members != labels.PAD))]
        self._members = members[places]
        self._rows = (places // max(certain.sets.shape[1], 1)).astype(np.int32)
        self._later: dict[Label, LiveConflict] = {}
        self._of: dict[int, set[Label]] = defaultdict(set)

    def add(self, conflicts: Iterable[LiveConflict]) -> None:
        """Add conflicts."""
        for one in conflicts:
            self._later[one.members] = one
            for member in one.members:
                self._of[member].add(one.members)

    def of(self, position: int) -> list[LiveConflict]:
        """Return the conflicts that a position stands in."""
        first, last = (int(self._members.searchsorted(np.int32(position), side)) for side in ("left", "right"))
        rows = self._rows[first:last]
        earlier = [self._conflict(row) for row in rows[~self._gone[rows]].tolist()]
        return [*earlier, *(self._later[members] for members in sorted(self._of.get(position, ())))]

    def drop(self, position: int) -> list[LiveConflict]:
        """Take out the conflicts that a position stands in, and return them."""
        found = self.of(position)
        first, last = (int(self._members.searchsorted(np.int32(position), side)) for side in ("left", "right"))
        self._gone[self._rows[first:last]] = True
        for members in self._of.pop(position, set()):
            del self._later[members]
            for member in members:
                if member != position:
                    self._of[member].discard(members)
        return found

    def _conflict(self, row: int) -> LiveConflict:
        members = tuple(member for member in self._sets[row].tolist() if member != labels.PAD)
        return LiveConflict(members, CONTRADICTION, Span(int(self._span.start[row]), int(self._span.end[row])))

    def table(self) -> ConflictTable:
        """Return all the conflicts in columns."""
        rows, later = np.flatnonzero(~self._gone), list(self._later.values())
        width = max((len(one.members) for one in later), default=0)
        more = np.full((len(later), width), labels.PAD, np.int32)
        for at, one in enumerate(later):
            more[at, : len(one.members)] = one.members
        members = labels.stack([self._sets[rows], more])
        starts = np.array([one.span.start for one in later], np.int64)
        ends = np.array([one.span.end for one in later], np.int64)
        verdicts = np.array([one.verdict for one in later], np.uint8)
        return ConflictTable(
            np.where(members == labels.PAD, np.int32(-1), members),
            Spans(np.concatenate([self._span.start[rows], starts]), np.concatenate([self._span.end[rows], ends])),
            np.concatenate([np.full(len(rows), CONTRADICTION, np.uint8), verdicts]),
        )
