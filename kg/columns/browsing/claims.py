"""Claims in columns by when they were made: all of them, and those of a speaker, a thing, a document, a position."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import cast

import numpy as np

from kg.columns.browsing.indexes import Index, distinct
from kg.columns.browsing.spoken import spoken
from kg.columns.case import Held
from kg.columns.mentions import Mentions
from kg.logic.tables import Ints, Longs
from kg.terms import Iri, Node, Term
from kg.times import first_second, month_of

UNKNOWN = np.iinfo(np.int64).max
"""Stands for the second of a claim whose first day is not known; it comes last."""
REMEMBERED = 50_000
"""How many terms are kept in memory once they were looked up."""


class BrowsedClaims:
    """Claims as rows, in the order in which they were made."""

    def __init__(self, held: Held, mentions: Mentions) -> None:
        self.held = held
        self.mentions = mentions
        self._claims, self.terms = held.records.claims, held.records.terms
        self.number = lru_cache(REMEMBERED)(self._number)
        self.node = lru_cache(REMEMBERED)(self._node)

    # -- when ------------------------------------------------------------------------------------

    @cached_property
    def second(self) -> Longs:
        """The first second at which each claim may have been made, or `UNKNOWN`."""
        days, day = np.unique(self._claims.said, return_inverse=True)
        seconds = [None if number < 0 else first_second(str(self.terms.term(number))) for number in days.tolist()]
        known = np.array([UNKNOWN if second is None else second for second in seconds], np.int64)
        return known[day.reshape(-1)] if len(days) else np.empty(0, np.int64)

    @cached_property
    def _months(self) -> tuple[tuple[str, ...], Ints]:
        seconds, at = np.unique(self.second, return_inverse=True)
        names = ["" if second == UNKNOWN else month_of(second) for second in seconds.tolist()]
        months = tuple(sorted({name for name in names if name}))
        codes = np.array([months.index(name) if name else -1 for name in names], np.int32)
        return months, codes[at.reshape(-1)] if names else np.empty(0, np.int32)

    @property
    def months(self) -> tuple[str, ...]:
        """The months in which claims were made."""
        return self._months[0]

    @property
    def month(self) -> Ints:
        """The month of each claim, as a place in `months`; -1 if it is not known."""
        return self._months[1]

    @cached_property
    def by_time(self) -> Ints:
        """All rows, by when they were made, then by name, then by graph."""
        ranks = self.terms.ranks
        order = np.lexsort((ranks(self._claims.graph), ranks(self._claims.iri), self.second))
        return order.astype(np.int32)

    @cached_property
    def _place(self) -> Longs:
        place = np.empty(len(self.by_time), np.int64)
        place[self.by_time] = np.arange(len(place))
        return place

    # -- which -----------------------------------------------------------------------------------

    def _number(self, term: Term) -> int:
        """Return the number of a term, or -1, which stands for none."""
        found = self.terms.find(term)
        return -1 if found is None else found

    def rows(self, claim: Node, graph: Iri | None = None) -> Ints:
        """Return the rows of the claims of a name, in the order of their graphs; in one graph only if it is given."""
        rows = self._by_name.at(self.number(claim))
        if graph is not None:
            rows = rows[self._claims.graph[rows] == self.number(graph)]
        return rows[np.argsort(self.terms.ranks(self._claims.graph[rows]))]

    def is_claim(self, number: int) -> bool:
        """Say whether a term is the name of a claim."""
        return self._by_name.has(number)

    @cached_property
    def _by_name(self) -> Index:
        return Index.of(self._claims.iri, np.arange(len(self._claims)))

    @cached_property
    def by_speaker(self) -> Index:
        """From a speaker to rows."""
        return Index.of(self._claims.speaker, np.arange(len(self._claims)), self._place)

    @cached_property
    def by_thing(self) -> Index:
        """From a thing that is spoken of to rows."""
        row, thing = self._spoken
        claim, thing = distinct(self.held.records.commitments.claim[row], thing)
        return Index.of(thing, claim, self._place)

    def in_document(self, document: Node) -> Ints:
        """Return the rows of the claims that stand in a document."""
        rows = self.mentions.in_document(document)
        return rows[np.argsort(self._place[rows], kind="stable")]

    # -- positions -------------------------------------------------------------------------------

    @cached_property
    def _spoken(self) -> tuple[Ints, Ints]:
        return spoken(self.held.records)

    @cached_property
    def _taken(self) -> tuple[Ints, Ints]:
        tables = self.held.tables
        return distinct(tables.position, self.held.records.commitments.claim[tables.rows])

    @cached_property
    def by_position(self) -> Index:
        """From a position to the rows of its claims."""
        position, claim = self._taken
        return Index.of(position, claim, self._place)

    @cached_property
    def positions(self) -> Index:
        """From the row of a claim to its positions."""
        position, claim = self._taken
        return Index.of(claim, position)

    @cached_property
    def by_subject(self) -> Index:
        """From a thing to the positions that say something of it."""
        subjects = self.held.case.positions.s
        return Index.of(subjects, np.arange(len(subjects)))

    @cached_property
    def things(self) -> Index:
        """From a position to what it speaks of."""
        tables = self.held.tables
        stands = np.full(len(self.held.records.commitments), -1, np.int32)
        stands[tables.rows] = tables.position
        row, thing = self._spoken
        kept = stands[row] >= 0
        return Index(*distinct(stands[row[kept]], thing[kept]))

    @cached_property
    def speakers(self) -> Index:
        """From a position to who holds it."""
        position, claim = self._taken
        return Index(*distinct(position, self._claims.speaker[claim]))

    @cached_property
    def months_of(self) -> Index:
        """From a position to the months in which it was taken."""
        position, claim = self._taken
        month = self.month[claim]
        return Index(*distinct(position[month >= 0], month[month >= 0]))

    @cached_property
    def newest(self) -> Longs:
        """The second of the latest claim of each position; the least number where none is known."""
        position, claim = self._taken
        found = np.full(len(self.held.case.positions), np.iinfo(np.int64).min, np.int64)
        second = self.second[claim]
        known = second != UNKNOWN
        np.maximum.at(found, position[known], second[known])
        return found

    def _node(self, number: int) -> Node:
        """Return the node of a number."""
        return cast(Node, self.terms.term(number))
