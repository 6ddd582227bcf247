"""Objects for what is shown: claims and positions, made from columns one at a time."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property, lru_cache
from typing import cast

import numpy as np

from kg.columns.case import Held, read_proposition
from kg.contradiction.positions import iri_of, key_of
from kg.contradiction.results import Position
from kg.ids import is_anonymous
from kg.logic.tables import Ints
from kg.model import Claim, Commitment, Polarity, Proposition
from kg.rdf import read_dossier
from kg.store.protocol import Store
from kg.terms import Iri, Literal, Node, Term, Triple
from kg.times import Window
from kg.vocab import NEG, OA, RDF

REMEMBERED = 10_000
"""How many claims, and contents of positions, are kept in memory once they were made."""


class ColumnViews:
    """The claims and positions of columns as objects; `store` is the one that the columns were read from."""

    def __init__(self, held: Held, store: Store) -> None:
        self.held = held
        self._store = store
        self.claim = lru_cache(REMEMBERED)(self._claim)
        self.key = lru_cache(REMEMBERED)(self._key)
        self.proposition = lru_cache(REMEMBERED)(self._proposition)

    def _claim(self, row: int) -> Claim:
        """Return the claim in a row of the claims, read from the store with all that belongs to its record."""
        claims, term = self.held.records.claims, self.held.records.terms.term
        iri, graph = cast(Node, term(int(claims.iri[row]))), cast(Iri, term(int(claims.graph[row])))
        triples = _record(self._store, iri, graph, self._things(row))
        return next(claim for claim in read_dossier(graph, triples).claims if claim.iri == iri)

    def _things(self, row: int) -> frozenset[Term]:
        """Return what a claim speaks of by name, so that no record of it has to be read to understand the claim."""
        records = self.held.records
        order, claims = self._by_claim
        low, high = claims.searchsorted(np.array([row, row + 1], claims.dtype))
        rows = order[low:high]
        spoken = {*records.commitments.s[rows].tolist(), *records.commitments.stated[rows].tolist()}
        things = (records.terms.term(number) for number in spoken if number not in self._nested)
        return frozenset(thing for thing in things if isinstance(thing, Iri) and not is_anonymous(thing))

    @cached_property
    def _by_claim(self) -> tuple[Ints, Ints]:
        claims = self.held.records.commitments.claim
        order = np.argsort(claims, kind="stable").astype(np.int32)
        return order, claims[order]

    @cached_property
    def _nested(self) -> frozenset[int]:
        """The statements that other statements speak of."""
        background, subject = self.held.records.background, self.held.records.terms.find(RDF.subject)
        return frozenset(background.s[background.p == (-1 if subject is None else subject)].tolist())

    def claims_of(self, position: int) -> Ints:
        """Return the rows of the claims that take a position, in rising order."""
        rows = self.held.tables.rows[self._commitments(position)]
        return np.unique(self.held.records.commitments.claim[rows])

    def position(self, number: int, most: int | None = None) -> Position:
        """Return a position with its claims, or with the first `most` of them: a hot one has very many."""
        table = self.held.case.positions
        proposition = self.proposition(number)
        claims = tuple(sorted((self.claim(int(row)) for row in self.claims_of(number)[:most]), key=lambda c: c.iri))
        return Position(
            key=self.key(number),
            index=number,
            proposition=proposition,
            proposition_iri=iri_of(proposition),
            polarity=self._polarity(number),
            window=self._window(number),
            claims=claims,
            hedged=bool(table.hedged[number]),
            condition=self._condition(number),
        )

    def _key(self, number: int) -> str:
        """Return the name of a position by its content, the same that it has when it is read one by one."""
        content = Commitment(self._polarity(number), self.proposition(number))
        hedged = bool(self.held.case.positions.hedged[number])
        return key_of(content, self._window(number), self._condition(number), hedged=hedged)

    def _polarity(self, number: int) -> Polarity:
        return Polarity.DENIES if self.held.case.positions.denied[number] else Polarity.AFFIRMS

    def _proposition(self, number: int) -> Proposition:
        """Return the proposition of a position; of several ways to state it the one whose name comes first."""
        commitments, terms = self.held.records.commitments, self.held.records.terms
        rows = self.held.tables.rows[self._commitments(number)]
        stated = set(zip(commitments.stated[rows].tolist(), commitments.holds[rows].tolist(), strict=True))
        s, p = int(commitments.s[rows[0]]), int(commitments.p[rows[0]])
        ways = [read_proposition(terms, s, p, o, holds) for o, holds in stated]
        return ways[0] if len(ways) == 1 else min(ways, key=iri_of)

    def _window(self, number: int) -> Window:
        table = self.held.case.positions
        return Window(table.certain.at(number), table.possible.at(number))

    def _condition(self, number: int) -> Proposition | None:
        row = int(self.held.case.positions.condition[number])
        wanted = self.held.records.conditions
        if row < 0:
            return None
        columns = (wanted.s, wanted.p, wanted.o, wanted.holds)
        return read_proposition(self.held.records.terms, *(int(column[row]) for column in columns))

    def _commitments(self, position: int) -> Ints:
        """Return which of the standing commitments take a position."""
        order, starts = self._by_position
        return order[starts[position] : starts[position + 1]]

    @cached_property
    def _by_position(self) -> tuple[Ints, Ints]:
        taken = self.held.tables.position
        order = np.argsort(taken, kind="stable").astype(np.int32)
        starts = np.searchsorted(taken[order], np.arange(len(self.held.case.positions) + 1))
        return order, starts.astype(np.int32)


_SPEAKS_OF = frozenset({RDF.subject, RDF.object})
_PARTS = frozenset(
    {
        *(NEG.affirms, NEG.denies, NEG.condition, NEG.report, NEG.mention, OA.hasSelector),
        *_SPEAKS_OF,
    }
)
"""What leads from a claim to the other nodes that reading it needs."""


def _record(store: Store, claim: Node, graph: Iri, things: Collection[Term]) -> list[Triple]:
    """Collect a claim's record: its statements, and those of all that it leads to but some things."""
    todo: list[Node] = [claim]
    seen: set[Node] = {claim}
    found: list[Triple] = []
    while todo:
        node = todo.pop()
        for quad in store.describe(node):
            if quad.g != graph:
                continue
            found.append(quad.triple)
            if quad.p in _SPEAKS_OF and quad.o in things:
                continue
            inside = is_anonymous(node) and not isinstance(quad.o, Literal) and is_anonymous(quad.o)
            if (quad.p in _PARTS or inside) and not isinstance(quad.o, Literal) and quad.o not in seen:
                seen.add(quad.o)
                todo.append(quad.o)
    return found
