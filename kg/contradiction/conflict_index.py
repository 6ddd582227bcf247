"""From a position to the conflicts it is in: all that deciding an answer needs to see.

Two forms of one thing: from Python sets, for a check at hand; from columns, for millions of conflicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Conflict: TypeAlias = tuple[int, ...]
"""The positions of one conflict, ascending."""


class Conflicts(Protocol):
    """Minimal conflicts by position."""

    def of(self, position: int) -> Sequence[Conflict]:
        """Return the conflicts that a position is in, each with all its positions in ascending order."""
        ...


class ConflictSets:
    """Conflicts given as sets; those that include another are left out, for they are not minimal.

    >>> ConflictSets([{1, 2}, {2, 3, 4}, {1, 2, 3}]).of(2)
    [(1, 2), (2, 3, 4)]
    """

    def __init__(self, sets: Iterable[Iterable[int]]) -> None:
        self._of: dict[int, list[Conflict]] = {}
        for one in sorted({tuple(sorted(set(s))) for s in sets}, key=lambda s: (len(s), s)):
            smaller = {small for member in one for small in self._of.get(member, ())}
            if not any(set(small) <= set(one) for small in smaller):
                for member in one:
                    self._of.setdefault(member, []).append(one)

    def of(self, position: int) -> Sequence[Conflict]:
        """Return the conflicts that a position is in."""
        return self._of.get(position, ())


@dataclass(frozen=True, slots=True)
class ConflictColumns:
    """Conflicts in arrays, both ways round (compressed sparse rows).

    Conflict `c` holds `members[starts[c]:starts[c + 1]]`, ascending; position `p` is in the conflicts
    `conflicts[first[p]:first[p + 1]]`. Conflicts must be minimal: none may include another.
    """

    starts: npt.NDArray[np.int64]
    members: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    conflicts: npt.NDArray[np.int64]

    @classmethod
    def build(
        cls, starts: npt.NDArray[np.integer], members: npt.NDArray[np.integer], positions: int
    ) -> ConflictColumns:
        """Turn "conflict -> positions" round as well; `positions` is how many there are (0 to positions - 1).

        `starts` has one entry more than there are conflicts. Takes n log n of the number of members.

        >>> columns = ConflictColumns.build(np.array([0, 2, 5]), np.array([2, 1, 2, 3, 4]), 6)
        >>> columns.of(2), columns.of(5)
        ([(1, 2), (2, 3, 4)], [])
        """
        bounds: npt.NDArray[np.int64] = np.asarray(starts, np.int64)
        owner = np.repeat(np.arange(len(bounds) - 1, dtype=np.int64), np.diff(bounds))
        within = np.lexsort((members, owner))
        ascending: npt.NDArray[np.int64] = np.asarray(members, np.int64)[within]
        by_position = np.argsort(ascending, kind="stable")
        first = np.zeros(positions + 1, np.int64)
        np.cumsum(np.bincount(ascending, minlength=positions), out=first[1:])
        return cls(bounds, ascending, first, owner[by_position])

    def of(self, position: int) -> Sequence[Conflict]:
        """Return the conflicts that a position is in."""
        found = self.conflicts[self.first[position] : self.first[position + 1]].tolist()
        return [tuple(self.members[self.starts[c] : self.starts[c + 1]].tolist()) for c in found]
