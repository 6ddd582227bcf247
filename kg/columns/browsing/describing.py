"""Describe what is shown of columns, with no more claims than are shown: a hot position has very many."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from threading import Lock
from typing import cast

import numpy as np

from kg.columns.browsing.claims import BrowsedClaims
from kg.columns.browsing.indexes import Index, different, distinct
from kg.columns.checking import ColumnCheck, knots
from kg.contradiction.columnar.checking import VERDICTS
from kg.contradiction.results import Component, Conflict, Position, PositionChange, Side, dividing_verdicts
from kg.logic.limits import Limits
from kg.logic.tables import Longs
from kg.model import Claim
from kg.terms import Iri, Literal, Triple

MOST_CLAIMS = 3
"""How many claims of a position are listed with it: the first by name."""
MOST_WEIGHED = 300
"""Accounts are made of knots whose positions are taken by up to so many claims: each of them has to be read."""
REMEMBERED = 5_000

_SOMETHING = Iri("urn:something")


class Describer:
    """Conflicts, changes, positions and knots of a check as objects. May be asked from several threads."""

    def __init__(self, check: ColumnCheck, claims: BrowsedClaims) -> None:
        self.check = check
        self._claims = claims
        self._one_at_a_time = Lock()  # proofs share one engine
        self.position = lru_cache(REMEMBERED)(self._position)
        self.conflict = lru_cache(REMEMBERED)(self._conflict)
        self.change = lru_cache(REMEMBERED)(self._change)
        self.bare = lru_cache(REMEMBERED)(self._bare)
        self.somebody = lru_cache(REMEMBERED)(self._somebody)

    def _position(self, number: int) -> Position:
        """Return a position with its first claims."""
        return self.check.views.position(number, MOST_CLAIMS)

    def _bare(self, number: int) -> Position:
        """Return a position without its claims, which need not be read."""
        return self.check.views.position(number, 0)

    def outline(self, place: int) -> tuple[str, tuple[Triple, ...]]:
        """Return the id of the conflict at a place of the ranking and what its positions say, proving nothing."""
        row = int(self.check.ranked[place])
        contents = tuple(self.check.views.proposition(member).triple for member in self.check.members(row))
        return self.check.identifier(row), contents

    def _conflict(self, place: int) -> Conflict:
        """Return the conflict at a place of the ranking; its sides list only the first claims."""
        found = self._described(int(self.check.ranked[place]))
        assert isinstance(found, Conflict)  # noqa: S101  # for the type checker: changes are not ranked
        return found

    def _change(self, place: int) -> PositionChange:
        """Return the change of position at a place among them."""
        found = self._described(int(self.check.changed[place]))
        assert isinstance(found, PositionChange)  # noqa: S101  # for the type checker: the columns say so
        return found

    def _described(self, row: int) -> Conflict | PositionChange:
        members = self.check.members(row)
        positions = [self.position(member) for member in members]
        everybody = [replace(position, claims=self.somebody(position.index)) for position in positions]
        with self._one_at_a_time:
            found = self.check.describe(row, everybody)
        return replace(found, sides=tuple(Side(position, position.claims) for position in positions))

    def _somebody(self, position: int) -> tuple[Claim, ...]:
        """Return a bare claim for each speaker and day: what a conflict is called depends on no more of them."""
        rows = self._claims.by_position.at(position)
        records = self._claims.held.records.claims
        speakers, days = distinct(records.speaker[rows], np.maximum(records.said[rows], -1) + 1)
        if len(everybody := different(speakers)) > 1:  # several speakers: nobody changed position, no day matters
            speakers, days = everybody, np.zeros(len(everybody), np.int32)
        term = self._claims.terms.term
        return tuple(
            Claim(_SOMETHING, self._claims.node(speaker), cast(Literal, term(day - 1)) if day else None)
            for speaker, day in zip(speakers.tolist(), days.tolist(), strict=True)
        )

    # -- knots -----------------------------------------------------------------------------------

    @cached_property
    def _knots(self) -> tuple[Index, Longs]:
        """From a knot to its rows of the table of conflicts, and for each of these its knot, or -1."""
        table = self.check.found.conflicts
        dividing = dividing_verdicts(under_possible=False)
        rows = np.flatnonzero(np.isin(table.verdict, [n for n, one in VERDICTS.items() if one in dividing]))
        label = knots(table.members[rows], len(self.check.held.case.positions))
        of_row = np.full(len(table), -1, np.int64)
        of_row[rows] = label
        return Index.of(label, rows), of_row

    def count_knots(self) -> int:
        """Count the knots."""
        keys = self._knots[0].keys
        return int(keys[-1]) + 1 if len(keys) else 0

    def knot_of(self, row: int) -> int:
        """Return the number of the knot of the conflict or change in a row of `found.conflicts`, or -1."""
        return int(self._knots[1][row])

    def knot(self, number: int, limits: Limits) -> Component:
        """Return a knot with its accounts, in the order of their least positions; only its size if it is very large."""
        rows = self._knots[0].at(number).astype(np.int64)
        members = self.check.found.conflicts.members[rows]
        positions = different(members[members >= 0])
        claims = int(self._claims.by_position.sizes(positions).sum())
        if claims > MOST_WEIGHED:
            ids = tuple(sorted(self.check.identifier(row) for row in rows.tolist()))
            words = (
                f"these {len(positions):,} positions are taken by {claims:,} claims, and accounts are listed here "
                f"where there are up to {MOST_WEIGHED:,}"
            )
            return Component(number + 1, (), ids, (), words)
        with self._one_at_a_time:
            found = next(iter(self.check.accounts_of([self.check.knot(rows)], limits)))
        return replace(found, number=number + 1)
