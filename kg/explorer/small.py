"""The catalog of a graph whose claims and conflicts are objects: indexes, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from kg.contradiction.results import Position
from kg.explorer.catalog import MOST_LISTED, PAGE, Filter, Progress, Slice
from kg.explorer.kinds import ACTOR, CLAIM, DOCUMENT, THING
from kg.explorer.small_disputes import SmallDisputes, cut, grouped, said_second
from kg.model import Claim
from kg.spoken import things_in
from kg.terms import Iri, Node, Triple, n3
from kg.times import END
from kg.vocab import RDFS

_Name = tuple[Iri | None, Node]
"""A claim: its graph and its IRI, for two dossiers may call different claims the same."""


class SmallCatalog(SmallDisputes):
    """A `Catalog` from objects."""

    def warm(self, progress: Progress | None = None) -> None:
        """Make the indexes ready."""
        if progress is not None:
            progress("reading and checking the claims")
        self.counts()
        self.facets(Filter())
        self.things(THING)

    def begin(self) -> None:
        """Do nothing: all that is small is known at once."""

    def close(self) -> None:
        """Do nothing, for nothing was begun."""

    @property
    def stage(self) -> str:
        """There is only one."""
        return ""

    # -- claims --------------------------------------------------------------------------------

    def claim(self, node: Node) -> Claim | None:
        """Return one claim; of two with one name, that of the first graph."""
        return self._by_name.get(node)

    @cached_property
    def _by_name(self) -> Mapping[Node, Claim]:
        ordered = sorted(self._result.claims, key=lambda claim: n3(claim.graph or Iri("")), reverse=True)
        return {claim.iri: claim for claim in ordered}

    def claims(self, start: int = 0, count: int = PAGE) -> Slice[Claim]:
        """Return claims, by when they were made."""
        return cut(self._claims, start, count)

    @cached_property
    def _claims(self) -> tuple[Claim, ...]:
        return tuple(sorted(self._result.claims, key=_by_time))

    def claims_by(self, speaker: Node, start: int = 0, count: int = PAGE) -> Slice[Claim]:
        """Return what somebody said, by when."""
        return cut(self._by_speaker.get(speaker, []), start, count)

    @cached_property
    def _by_speaker(self) -> Mapping[Node, list[Claim]]:
        return grouped((claim.speaker, claim) for claim in self._claims)

    def claims_about(self, thing: Node, start: int = 0, count: int = PAGE) -> Slice[Claim]:
        """Return the claims whose content names a thing, by when they were made."""
        return cut(self._about.get(thing, []), start, count)

    @cached_property
    def _about(self) -> Mapping[Node, list[Claim]]:
        return grouped((thing, claim) for claim in self._claims for thing in self._spoken_by(claim))

    def _spoken_by(self, claim: Claim) -> set[Node]:
        properties = self._recorded.properties
        return {thing for one in claim.commitments for thing in things_in(one.proposition.triple, properties)}

    def claims_in(self, document: Node, start: int = 0, count: int = PAGE) -> Slice[Claim]:
        """Return the claims that stand in a document, by when they were made."""
        return cut(self._in_document.get(document, []), start, count)

    @cached_property
    def _in_document(self) -> Mapping[Node, list[Claim]]:
        return grouped((document, claim) for claim in self._claims for document in {m.document for m in claim.mentions})

    # -- positions -----------------------------------------------------------------------------

    def claims_of(self, position: Position, start: int = 0, count: int = PAGE) -> Slice[Claim]:
        """Return the claims that take a position, by when they were made."""
        found = self._by_key.get(position.key)
        return cut(sorted(found.claims, key=_by_time) if found else [], start, count)

    @cached_property
    def _by_key(self) -> Mapping[str, Position]:
        return {position.key: position for position in self._result.positions}

    def positions_of(self, claim: Claim, *, bare: bool = False) -> tuple[Position, ...]:
        """Return the positions that a claim takes; none if it was taken back."""
        del bare
        return tuple(sorted(self._taken.get((claim.graph, claim.iri), []), key=_by_start))

    @cached_property
    def _taken(self) -> Mapping[_Name, list[Position]]:
        return grouped(((c.graph, c.iri), position) for position in self._result.positions for c in position.claims)

    def positions_about(self, thing: Node, count: int = 200) -> tuple[Position, ...]:
        """Return the positions whose subject is a thing, and the universal denials that clash with one of them."""
        named = self._by_subject.get(thing, [])
        keys = {position.key for position in named}
        denials = {
            one.key: one
            for conflict in self._conflicts_of_positions(keys)
            for one in conflict
            if one.key not in keys and one.proposition.predicate == RDFS.subClassOf
        }
        return tuple(sorted([*named, *denials.values()], key=_by_start)[:count])

    @cached_property
    def _by_subject(self) -> Mapping[Node, list[Position]]:
        return grouped((position.proposition.subject, position) for position in self._result.positions)

    def _conflicts_of_positions(self, keys: set[str]) -> Iterator[tuple[Position, ...]]:
        return (one for key in keys for one in self._clashes.get(key, ()))

    @cached_property
    def _clashes(self) -> Mapping[str, list[tuple[Position, ...]]]:
        return grouped((p.key, one.positions) for one in self._result.conflicts for p in one.positions)

    def is_disputed(self, claim: Claim) -> bool | None:
        """Say whether some position of a claim is in a conflict; None if it takes none, or was taken back."""
        positions = self.positions_of(claim)
        return any(map(self.is_contested, positions)) if positions else None

    def is_contested(self, position: Position) -> bool:
        """Say whether a position is in some conflict."""
        return position.key in self._clashes

    # -- things --------------------------------------------------------------------------------

    def facts(self, node: Node) -> tuple[Triple, ...]:
        """Return what the recorder states about a thing in his own name, sorted."""
        return self._recorded.facts(node)

    def referring(self, node: Node, start: int = 0, count: int = PAGE) -> Slice[Triple]:
        """Return the recorder's facts that name a thing as their object, sorted."""
        return cut(self._recorded.referring(node), start, count)

    def role(self, node: Node) -> str | None:
        """Return which kind of page fits a thing by what it does here."""
        if node in self._by_name:
            return CLAIM
        if node in self._by_speaker:
            return ACTOR
        return DOCUMENT if node in self._in_document else None

    def things(self, page: str, start: int = 0, count: int = PAGE) -> Slice[Node]:
        """Return the things that have a page of this kind, by name."""
        return cut(self._things.get(page, []), start, count)

    def called(self, name: str) -> tuple[Node, ...]:
        """Return the things that a recorder calls exactly so."""
        return tuple(sorted(node for node in self.all_things() if self._recorded.calls(node, name)))[:MOST_LISTED]

    def all_things(self) -> Iterator[Node]:
        """Yield every thing that has a page of its own."""
        for page in sorted(self._things):
            yield from self._things[page]

    @cached_property
    def _things(self) -> Mapping[str, list[Node]]:
        met = {*self._recorded.described, *self._by_speaker, *self._about, *self._in_document}
        dossiers = {dossier.iri for dossier in self.graph.dossiers}
        things = [node for node in met - dossiers if self._kinds.is_thing(node) and node not in self._by_name]
        name = self.graph.prose.name
        return grouped(
            (self._page(one), one) for one in sorted(things, key=lambda one: (name(one).casefold(), n3(one)))
        )


def _by_time(claim: Claim) -> tuple[float, str, str]:
    second = said_second(claim)
    return (float("inf") if second is None else second, n3(claim.iri), n3(claim.graph or Iri("")))


def _by_start(position: Position) -> tuple[int, str]:
    possible = position.window.possible
    return (END if possible is None else possible.start, position.key)
