"""On whose word an account rests, and which of two accounts rests on more.

Accounts are ordered by criteria, never by a score: the first criterion on which two accounts differ decides,
and says so. The order is one for reading. It makes nothing more probable.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.contradiction.classify import is_unnamed
from kg.contradiction.results import Advantage, Criterion
from kg.contradiction.snapshots import World
from kg.model import Claim
from kg.terms import Iri, Literal, Node
from kg.vocab import DCTERMS, NEG, PROV

_TAKEN_FROM = (PROV.wasDerivedFrom, PROV.wasQuotedFrom, PROV.hadPrimarySource)
_RELIABILITY, _CREDIBILITY = NEG.reliability, NEG.credibility
_GRADE = re.compile(r"(\w)\W*$")
_RELIABLE, _UNRELIABLE = ("A", "B", "C"), ("E", "D")
_CREDIBLE, _DOUBTFUL = ("1", "2", "3"), ("5", "4")
"""Grades of the Admiralty code that speak for and against, the weightiest first; F and 6 judge nothing."""


@dataclass(frozen=True, slots=True)
class Support:
    """What an account rests on: its independent roots, the grades of these and of what is kept.

    `reliability` counts roots by the best grade any of their claims was given, `credibility` positions.
    """

    roots: tuple[Node, ...]
    on_record: int
    reliability: Counter[str]
    credibility: Counter[str]
    positions: int

    def measures(self) -> Iterator[tuple[Criterion, str, int]]:
        """Yield what counts, in the order in which it decides; a negative count speaks against."""
        yield Criterion.ROOTS, "", len(self.roots)
        yield Criterion.ON_RECORD, "", self.on_record
        for grade in _RELIABLE:
            yield Criterion.RELIABILITY, grade, self.reliability[grade]
        for grade in _UNRELIABLE:
            yield Criterion.RELIABILITY, grade, -self.reliability[grade]
        for grade in _CREDIBLE:
            yield Criterion.CREDIBILITY, grade, self.credibility[grade]
        for grade in _DOUBTFUL:
            yield Criterion.CREDIBILITY, grade, -self.credibility[grade]
        yield Criterion.POSITIONS, "", self.positions

    @property
    def order(self) -> tuple[int, ...]:
        """A key that sorts the best supported first."""
        return tuple(-count for _, _, count in self.measures())


def advantage(one: Support, other: Support) -> Advantage:
    """Say on what the first of two supports, in their order, is ahead.

    >>> wire, kudlow = Iri("e:wire"), Iri("e:kudlow")
    >>> two = Support((wire, kudlow), 1, Counter(), Counter(), 3)
    >>> advantage(two, Support((wire,), 0, Counter(), Counter(), 3))
    Advantage(criterion=<Criterion.ROOTS: 'independent-sources'>, ours=2, theirs=1, grade='')
    """
    for (criterion, grade, ours), (_, _, theirs) in zip(one.measures(), other.measures(), strict=True):
        if ours != theirs:
            return Advantage(criterion, abs(ours), abs(theirs), grade)
    return Advantage(Criterion.NONE)


class Sources:
    """Traces the claims of one world back to their roots, and reads the grades that its recorder gave."""

    def __init__(self, world: World, claims: Iterable[Claim] | Mapping[Node, Claim]) -> None:
        self.world = world
        self.claims = claims if isinstance(claims, Mapping) else {claim.iri: claim for claim in claims}
        self._roots: dict[Node, frozenset[Node]] = {}

    def support(self, kept: Sequence[Sequence[Claim]]) -> Support:
        """Weigh what is kept: for each position, the claims that hold it."""
        on_record: dict[Node, bool] = {}
        reliable: dict[Node, str] = {}
        credible: Counter[str] = Counter()
        for claims in kept:
            grades = [grade for claim in claims if (grade := self._grade(claim, _CREDIBILITY))]
            credible.update(_best(grades))
            for claim in claims:
                named = not is_unnamed(claim, self.world)
                grade = self._grade(claim, _RELIABILITY)
                for root in self.roots(claim):
                    on_record[root] = on_record.get(root, False) or named
                    if grade:
                        reliable[root] = min(grade, reliable.get(root, grade))
        return Support(
            roots=tuple(sorted(on_record)),
            on_record=sum(on_record.values()),
            reliability=Counter(reliable.values()),
            credibility=credible,
            positions=len(kept),
        )

    def roots(self, claim: Claim) -> frozenset[Node]:
        """Return whom a claim goes back to.

        What was taken from another claim goes back to where that one does. Otherwise a named speaker is a root,
        unless it is a publisher that repeats in its own document what that took from another: then the publisher of
        that one. For unnamed speakers it is whoever first reported them: two descriptions by one
        reporter may be of the same people.
        """
        if claim.iri not in self._roots:
            self._roots[claim.iri] = frozenset((claim.speaker,))  # where claims are taken from each other in a circle
            self._roots[claim.iri] = self._found_roots(claim)
        return self._roots[claim.iri]

    def _found_roots(self, claim: Claim) -> frozenset[Node]:
        nodes = [o for p, o in claim.assessments if p in _TAKEN_FROM and not isinstance(o, Literal)]
        earlier = [self.claims[node] for node in nodes if node in self.claims]
        if earlier:
            return frozenset().union(*map(self.roots, earlier))
        documents = [mention.document for mention in claim.mentions]
        if not is_unnamed(claim, self.world):
            return self._repeated(claim.speaker, documents) or frozenset((claim.speaker,))
        if claim.chain:
            return self._origins(claim.chain[0])
        return self._origins(documents[0]) if documents else frozenset((claim.speaker,))

    def _repeated(self, speaker: Node, documents: Sequence[Node]) -> frozenset[Node]:
        """Return who published first what a publisher only repeats; nobody if it speaks for itself."""
        own = bool(documents) and all(self._published_by(document) == {speaker} for document in documents)
        origins = frozenset().union(*map(self._origins, documents)) if own else frozenset()
        if not origins or not origins.isdisjoint(documents):
            return frozenset()
        return frozenset(who for origin in origins for who in self._published_by(origin) or {origin})

    def _published_by(self, document: Node) -> set[Node]:
        facts = self.world.properties.get(document, ())
        return {o for p, o in facts if p == DCTERMS.publisher and not isinstance(o, Literal)}

    def _origins(self, node: Node) -> frozenset[Node]:
        """Go back from a document to those that it was taken from, as far as that is recorded."""
        seen, ends, todo = {node}, set(), [node]
        while todo:
            here = todo.pop()
            facts = self.world.properties.get(here, ())
            before = {o for p, o in facts if p in _TAKEN_FROM and not isinstance(o, Literal)}
            if not before:
                ends.add(here)
            todo += before - seen
            seen |= before
        return frozenset(ends or seen)

    def _grade(self, claim: Claim, predicate: Iri) -> str:
        """Return the grade that the recorder gave a claim, or nothing: the last sign of the concept's notation."""
        given = [o for p, o in claim.assessments if p == predicate and isinstance(o, Iri)]
        found = _GRADE.search(self.world.theory.notation(min(given))) if given else None
        return found[1].upper() if found else ""


def _best(grades: list[str]) -> list[str]:
    return [min(grades)] if grades else []
