"""Conflicts in columns: which of them a filter lets through, and how many count for what, without describing any.

A conflict is its place in the ranking of `ColumnCheck`; what it counts for follows from its positions.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from kg.columns.browsing.claims import BrowsedClaims
from kg.columns.browsing.indexes import Counted, Index, Numbers, different, distinct
from kg.columns.checking import ColumnCheck
from kg.logic.tables import Flags, Ints, Longs

MOST_PAIRS = 60_000_000
"""So many pairs of a conflict and what it counts for are held for one facet; with more, they are not counted."""

_PORTION = 4_000_000


class BrowsedDisputes:
    """The conflicts of a check by what they count for."""

    def __init__(self, check: ColumnCheck, claims: BrowsedClaims, issues: Index) -> None:
        self.check = check
        self._claims = claims
        self._issues_of_thing = issues
        self.members: Ints = check.found.conflicts.members[check.ranked]
        self.verdict = check.found.conflicts.verdict[check.ranked]

    def __len__(self) -> int:
        return len(self.members)

    @cached_property
    def places(self) -> Ints:
        """All conflicts, as they are ranked."""
        return np.arange(len(self), dtype=np.int32)

    # -- positions and conflicts -----------------------------------------------------------------

    @cached_property
    def _pairs(self) -> tuple[Longs, Ints]:
        """Conflicts and their positions."""
        conflict, column = np.nonzero(self.members >= 0)
        return conflict, self.members[conflict, column]

    @cached_property
    def by_position(self) -> Index:
        """From a position to its conflicts, as they are ranked."""
        conflict, position = self._pairs
        return Index.of(position, conflict)

    def of_positions(self, positions: Numbers) -> Ints:
        """Return the conflicts that some positions are in, as they are ranked, each once."""
        return different(self.by_position.at_all(positions))

    # -- what they count for ---------------------------------------------------------------------

    @cached_property
    def speakers(self) -> Counted | None:
        """Who speaks on some side; None where that would be too much to hold."""
        return self._counted(self._claims.speakers)

    @cached_property
    def months(self) -> Counted | None:
        """When a claim of some side was made, as a place in `BrowsedClaims.months`."""
        return self._counted(self._claims.months_of)

    @cached_property
    def things(self) -> Counted | None:
        """What some side speaks of."""
        return self._counted(self._claims.things)

    @cached_property
    def issues(self) -> Counted | None:
        """The issues that some side is about."""
        return self._counted(self.issues_of)

    @cached_property
    def issues_of(self) -> Index:
        """From a position to the issues it is about."""
        things = self._claims.things
        at, issue = self._issues_of_thing.join(things.values)
        return Index(*distinct(things.keys[at], issue))

    def _counted(self, of_position: Index) -> Counted | None:
        """Join conflicts to what their positions count for, a portion at a time, each pair once."""
        conflict, position = self._pairs
        sizes = np.cumsum(of_position.sizes(position))
        portions = int(sizes[-1] // _PORTION) + 1 if len(sizes) else 1
        ends = np.searchsorted(sizes, np.arange(1, portions) * _PORTION).tolist()
        # A conflict must not be cut in two, or it would be counted twice.
        ends = sorted({int(np.searchsorted(conflict, conflict[end])) for end in ends})
        found: list[tuple[Ints, Ints]] = []
        for part in np.split(np.arange(len(conflict)), ends):
            at, value = of_position.join(position[part])
            found.append(distinct(value, conflict[part][at]))
            if sum(len(values) for values, _ in found) > MOST_PAIRS:
                return None
        values, conflicts = (np.concatenate(column) for column in zip(*found, strict=True))
        return Counted(Index.of(values, conflicts))

    # -- those that are wanted -------------------------------------------------------------------

    def mask(self, conflicts: Ints) -> Flags:
        """Mark some conflicts."""
        found = np.zeros(len(self), np.bool_)
        found[conflicts] = True
        return found

    def spoken_by(self, speaker: int) -> Ints:
        """Return the conflicts in which somebody speaks."""
        return self._having(speaker, lambda: self.speakers, self._claims.speakers)

    def in_month(self, month: int) -> Ints:
        """Return the conflicts with a claim of a month."""
        return self._having(month, lambda: self.months, self._claims.months_of)

    def about_issue(self, issue: int) -> Ints:
        """Return the conflicts that are about an issue."""
        return self._having(issue, lambda: self.issues, self.issues_of)

    def about_thing(self, thing: int) -> Ints:
        """Return the conflicts that speak of a thing."""
        return self._having(thing, lambda: self.things, self._claims.things)

    def _having(self, value: int, counted: Callable[[], Counted | None], of_position: Index) -> Ints:
        known = counted()
        if known is not None:
            return known.index.at(value)
        return self.of_positions(of_position.keys[of_position.values == value])

    @cached_property
    def newest(self) -> Ints:
        """All conflicts, those with the latest claims first."""
        padded = np.append(self._claims.newest, np.iinfo(np.int64).min)  # a member of -1 takes the last
        latest = padded[self.members].max(axis=1) if len(self) else np.empty(0, np.int64)
        return np.argsort(-latest.astype(np.float64), kind="stable").astype(np.int32)

    def opponents(self, actor: int) -> tuple[Ints, Longs]:
        """Return who holds another side of conflicts of which somebody holds one, and in how many."""
        ours = different(self._claims.positions.at_all(self._claims.by_speaker.at(actor)))
        members = self.members[self.of_positions(ours)]
        flags = np.zeros(len(self.check.held.case.positions) + 1, np.bool_)  # a member of -1 takes the last
        flags[ours] = True
        is_ours = flags[members]
        # Another side of a conflict with two sides of ours is each of them, seen from the other.
        other = (members >= 0) & (~is_ours | (is_ours.sum(axis=1) > 1)[:, None])
        several = other.sum(axis=1) > 1
        found = [self._against_one(members[~several][other[~several]]), self._against(members[several], other[several])]
        speakers, counts = (np.concatenate(column) for column in zip(*found, strict=True))
        known, place = np.unique(speakers, return_inverse=True)
        total = np.zeros(len(known), np.int64)
        np.add.at(total, place.reshape(-1), counts)
        others = known != actor
        return known[others], total[others]

    def _against_one(self, positions: Ints) -> tuple[Ints, Longs]:
        """Count who holds the one other side of each conflict: nobody can be met twice in one."""
        once, times = np.unique(positions, return_counts=True)
        at, speaker = self._claims.speakers.join(once)
        return speaker, times[at].astype(np.int64)

    def _against(self, members: Ints, other: Flags) -> tuple[Ints, Longs]:
        """Count who holds some of several other sides, once for each conflict."""
        at, column = np.nonzero(other)
        place, speaker = self._claims.speakers.join(members[at, column])
        speakers, _ = distinct(speaker, at[place])
        return speakers, np.ones(len(speakers), np.int64)

    @cached_property
    def contested(self) -> Flags:
        """Which positions are in some conflict."""
        found = np.zeros(len(self.check.held.case.positions), np.bool_)
        found[self._pairs[1]] = True
        return found
