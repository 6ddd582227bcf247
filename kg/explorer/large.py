"""The catalog of a large graph: everything is chosen over columns, and read from the store only when it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache

import numpy as np

from kg.contradiction.results import Position
from kg.explorer.catalog import MOST_LISTED, PAGE, Slice
from kg.explorer.large_disputes import LargeDisputes
from kg.explorer.recorded import in_order
from kg.logic.tables import Ints, Longs
from kg.model import Claim
from kg.terms import Literal, Node, Triple
from kg.times import END
from kg.values import canonical
from kg.vocab import ONTOLOGY_GRAPH, RDFS


class LargeCatalog(LargeDisputes):
    """A `Catalog` from columns."""

    # -- claims --------------------------------------------------------------------------------

    def claim(self, node: Node) -> Claim | None:
        """Return one claim; of two with one name, that of the first graph."""
        rows = self._claims.rows(node)
        return self._check.views.claim(int(rows[0])) if len(rows) else None

    def claims(self, start: int = 0, count: int = PAGE) -> Slice[Claim]:
        """Return claims, by when they were made."""
        return self._read(self._claims.by_time, start, count)

    def _read(self, rows: Ints, start: int, count: int) -> Slice[Claim]:
        shown = rows[start : start + count].tolist()
        return Slice(tuple(map(self._check.views.claim, shown)), len(rows), start)

    def claims_by(self, speaker: Node, start: int = 0, count: int = PAGE) -> Slice[Claim]:
        """Return what somebody said, by when."""
        return self._read(self._claims.by_speaker.at(self._claims.number(speaker)), start, count)

    def claims_about(self, thing: Node, start: int = 0, count: int = PAGE) -> Slice[Claim]:
        """Return the claims whose content names a thing, by when they were made."""
        return self._read(self._claims.by_thing.at(self._claims.number(thing)), start, count)

    def claims_in(self, document: Node, start: int = 0, count: int = PAGE) -> Slice[Claim]:
        """Return the claims that stand in a document, by when they were made."""
        return self._read(self._claims.in_document(document), start, count)

    # -- positions -----------------------------------------------------------------------------

    def claims_of(self, position: Position, start: int = 0, count: int = PAGE) -> Slice[Claim]:
        """Return the claims that take a position, by when they were made."""
        return self._read(self._claims.by_position.at(position.index), start, count)

    def positions_of(self, claim: Claim, *, bare: bool = False) -> tuple[Position, ...]:
        """Return the positions that a claim takes; none if it was taken back."""
        rows = self._claims.rows(claim.iri, claim.graph)
        return self._positions(self._claims.positions.at_all(rows), bare=bare)

    def _positions(self, numbers: Ints, count: int | None = None, *, bare: bool = False) -> tuple[Position, ...]:
        """Describe positions, the first that may hold first; those of one time by their keys."""
        possible = self._check.held.case.positions.possible
        when = np.where(possible.start[numbers] <= possible.end[numbers], possible.start[numbers], END)
        if count is not None and len(numbers) > count:
            soon = when <= np.partition(when, count - 1)[count - 1]
            numbers, when = numbers[soon], when[soon]
        keyed = (
            (start, self._check.key(number), number)
            for start, number in zip(when.tolist(), numbers.tolist(), strict=True)
        )
        described = self._described.bare if bare else self._described.position
        return tuple(described(number) for _, _, number in sorted(keyed)[:count])

    def positions_about(self, thing: Node, count: int = 200) -> tuple[Position, ...]:
        """Return the positions whose subject is a thing, and the universal denials that clash with one of them."""
        named = self._claims.by_subject.at(self._claims.number(thing))
        disputes, table = self._disputes, self._check.held.case.positions
        members = disputes.members[disputes.of_positions(named)]
        others = np.setdiff1d(members[members >= 0], named)
        denials = others[table.p[others] == self._claims.number(RDFS.subClassOf)]
        return self._positions(np.concatenate([named, denials]), count)

    def is_contested(self, position: Position) -> bool:
        """Say whether a position is in some conflict."""
        return bool(self._disputes.contested[position.index])

    def is_disputed(self, claim: Claim) -> bool | None:
        """Say whether some position of a claim is in a conflict; None if it takes none, or was taken back."""
        numbers = self._claims.positions.at_all(self._claims.rows(claim.iri, claim.graph))
        return bool(self._disputes.contested[numbers].any()) if len(numbers) else None

    # -- things --------------------------------------------------------------------------------

    def facts(self, node: Node) -> tuple[Triple, ...]:
        """Return what the recorder states about a thing in his own name, sorted."""
        return self._facts(node)

    @cached_property
    def _facts(self) -> Callable[[Node], tuple[Triple, ...]]:
        return lru_cache(_REMEMBERED)(self._facts_in_store)

    def _facts_in_store(self, node: Node) -> tuple[Triple, ...]:
        stated = self._check.world.stated(node)
        written: dict[Triple, list[Triple]] = {}
        # Text in a language is kept as it was written.
        differs = any(isinstance(triple.o, Literal) and not triple.o.language for triple in stated)
        for quad in self.graph.store.describe(node) if differs else ():
            if quad.g != ONTOLOGY_GRAPH and isinstance(quad.o, Literal):
                written.setdefault(Triple(node, quad.p, canonical(quad.o)), []).append(quad.triple)
        return in_order({as_written for triple in stated for as_written in written.get(triple, [triple])})

    def referring(self, node: Node, start: int = 0, count: int = PAGE) -> Slice[Triple]:
        """Return the recorder's facts that name a thing as their object, sorted."""
        found, total = self._things.referring(node, start, count)
        return Slice(tuple(found), total, start)

    def role(self, node: Node) -> str | None:
        """Return which kind of page fits a thing by what it does here."""
        return self._things.role(node)

    def things(self, page: str, start: int = 0, count: int = PAGE) -> Slice[Node]:
        """Return the things that have a page of this kind, by name."""
        numbers = self._things.by_page.get(page, _NOTHING)
        return Slice(tuple(self._nodes_of(numbers[start : start + count])), len(numbers), start)

    def called(self, name: str) -> tuple[Node, ...]:
        """Return the things that a recorder calls exactly so."""
        found = sorted(self._nodes_of(self._things.called(name)))
        return tuple(node for node in found if self._kinds.is_thing(node))[:MOST_LISTED]

    def all_things(self) -> Iterator[Node]:
        """Yield every thing that has a page of its own."""
        for page in sorted(self._things.by_page):
            yield from self._nodes_of(self._things.by_page[page])

    def _nodes_of(self, numbers: Ints | Longs) -> Iterable[Node]:
        return (self._things.node(number) for number in numbers.tolist())


_REMEMBERED = 20_000
"""The facts of so many things are kept in memory once they were read."""
_NOTHING = np.empty(0, np.int32)
