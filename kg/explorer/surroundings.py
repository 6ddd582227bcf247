"""What stands next to a thing or a claim: who says it, what it is about, what it cannot be true together with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice

from kg.contradiction.results import Conflict
from kg.explorer.catalog import Filter, Slice
from kg.explorer.explorer import Explorer
from kg.explorer.kinds import ACTOR, DOCUMENT, INSTITUTION
from kg.explorer.sections import Sections
from kg.ids import Properties
from kg.model import Claim
from kg.network import CLAIM, CONFLICT
from kg.spoken import things_in
from kg.terms import Iri, Literal, Node, Term, Triple
from kg.vocab import NEG, ORG, TYPE

NEAR = 60
"""How many neighbours of one sort are looked at."""
DISPUTES = 12
"""How many of the disputes of a claim or a thing are looked at, the most certain first."""
OF_A_SIDE = 6
"""How many claims of one side of a dispute are looked at."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line between two nodes; `conflict` is what a line of the kind `conflicts` stands for."""

    source: Node
    target: Node
    label: str
    kind: str
    conflict: Conflict | None = None

    def other(self, node: Node) -> Node:
        """Return the other end."""
        return self.target if node == self.source else self.source


@dataclass(frozen=True, slots=True)
class Around:
    """The lines of a node, the most telling first, and how many neighbours it has in all.

    `total` counts each neighbour once where all were looked at; of a thing with very many it adds up the lists.
    """

    lines: tuple[Line, ...]
    neighbours: tuple[Node, ...]
    total: int


class Surroundings:
    """Looks up what is around nodes, a few bounded questions to the catalog for each; remembers what it found."""

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self._catalog = explorer.catalog
        self._found: dict[Node, Around] = {}

    def around(self, node: Node) -> Around:
        """Return what stands next to a node; disputes come first."""
        if node not in self._found:
            claim = self._catalog.claim(node)
            found = self._of_thing(node) if claim is None else chain(self._clashes(claim), self._of_claim(claim))
            lines = dict.fromkeys(found)
            more = 0 if claim is not None else self._beyond(node)
            others = dict.fromkeys(line.other(node) for line in lines)
            others.pop(node, None)
            self._found[node] = Around(tuple(lines), tuple(others), len(others) + more)
        return self._found[node]

    # -- claims --------------------------------------------------------------------------------

    def _clashes(self, claim: Claim) -> Iterator[Line]:
        for conflict in islice(self._catalog.conflicts_of(claim.iri), DISPUTES):
            yield from self._clash(claim.iri, conflict)

    def _of_claim(self, claim: Claim) -> Iterator[Line]:
        """Yield lines to everything but the claims that it cannot be true together with."""
        yield Line(claim.speaker, claim.iri, "says", "says")
        for commitment in claim.commitments:
            for thing in sorted(things_in(commitment.proposition.triple, self._properties)):
                if thing != claim.iri:
                    yield Line(claim.iri, thing, f"{commitment.polarity.value}, about", "about")
        for document in dict.fromkeys(mention.document for mention in claim.mentions):
            yield Line(claim.iri, document, "stands in", "source")
        for how, earlier in claim.withdraws:
            yield Line(claim.iri, earlier, how.value, "background")

    def _clash(self, node: Node, conflict: Conflict) -> Iterator[Line]:
        """Yield lines to claims of the other sides; between two nodes there is one, whichever is asked."""
        for side in conflict.sides:
            claims = [claim.iri for claim in islice(side.claims, OF_A_SIDE)]
            if node in claims:
                continue
            for other in claims:
                one, two = sorted((node, other), key=str)
                yield Line(one, two, "cannot both be true", CONFLICT, conflict)

    # -- things --------------------------------------------------------------------------------

    def _of_thing(self, node: Node) -> Iterator[Line]:
        for conflict in self._disputes(node):
            for claim in dict.fromkeys(c for side in conflict.sides for c in islice(side.claims, OF_A_SIDE)):
                yield from (line for line in self._of_claim(claim) if node in (line.source, line.target))
        for fact in self._catalog.facts(node)[: 4 * NEAR]:
            yield from self._fact(fact)
        for fact in self._catalog.referring(node, 0, NEAR).items:
            yield from self._reference(fact)
        for found in self._claims(node):
            for claim in found.items:
                yield from (line for line in self._of_claim(claim) if node in (line.source, line.target))

    def _disputes(self, node: Node) -> tuple[Conflict, ...]:
        spoken = self._catalog.conflicts_about(node, 0, DISPUTES).items
        if self._catalog.role(node) != ACTOR:
            return spoken
        return (*self._catalog.disputes(Filter(actor=node), 0, DISPUTES).items, *spoken)

    def _claims(self, node: Node) -> tuple[Slice[Claim], ...]:
        role, page = self._catalog.role(node), self._explorer.page_of(node) if isinstance(node, Iri) else None
        return (
            *([self._catalog.claims_by(node, 0, NEAR)] if ACTOR in (role, page) or page == INSTITUTION else []),
            self._catalog.claims_about(node, 0, NEAR),
            *([self._catalog.claims_in(node, 0, NEAR)] if DOCUMENT in (role, page) else []),
        )

    def _beyond(self, node: Node) -> int:
        """Count the neighbours that were not looked at, from the lengths of the lists."""
        totals = [self._catalog.referring(node, 0, NEAR).total, *(found.total for found in self._claims(node))]
        return sum(max(total - NEAR, 0) for total in totals)

    def _fact(self, fact: Triple) -> Iterator[Line]:
        """Yield what a fact leads to; a membership leads to the post that is held."""
        if fact.p == ORG.hasMembership and isinstance(fact.o, Iri):
            for _, p, o in self._catalog.facts(fact.o):
                if p == NEG.post:
                    yield from self._drawn(Triple(fact.s, ORG.holds, o))
            return
        yield from self._drawn(fact)

    def _reference(self, fact: Triple) -> Iterator[Line]:
        if fact.p == NEG.post:
            for s, p, _ in self._catalog.referring(fact.s, 0, NEAR).items:
                if p == ORG.hasMembership:
                    yield from self._drawn(Triple(s, ORG.holds, fact.o))
            return
        yield from self._drawn(fact)

    def _drawn(self, fact: Triple) -> Iterator[Line]:
        s, p, o = fact
        if isinstance(o, Literal) or s == o or p == TYPE:
            return
        if self.section(s) is not None and self.section(o) is not None:
            yield Line(s, o, self._explorer.prose.name(p), "background")

    # -- kinds ---------------------------------------------------------------------------------

    def kind(self, node: Node) -> str:
        """Return the section of a dossier that a node belongs to, which decides how it is drawn."""
        if self._catalog.claim(node) is not None:
            return CLAIM
        speaks = "Agent" if self._catalog.role(node) == ACTOR else "Thing"
        return self.section(node) or speaks

    def section(self, node: Term) -> str | None:
        """Return the nearest class above a thing's own that heads a section of a dossier."""
        if isinstance(node, Literal) or not self._explorer.kinds.is_thing(node):
            return None
        return self._sections.of(o for p, o in self._properties.get(node, ()) if p == TYPE)

    @cached_property
    def _properties(self) -> Properties:
        return self._explorer.prose.wording.properties

    @cached_property
    def _sections(self) -> Sections:
        return Sections(self._explorer.graph.ontology)
