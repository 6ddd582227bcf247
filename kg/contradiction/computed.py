"""Conflicts as triples, for queries that ask about them.

"Disputed" is computed and never stored: these triples only ever go into a temporary copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kg.contradiction.results import Conflict, Side
from kg.ids import conflict_iri
from kg.terms import Iri, Literal, Triple
from kg.vocab import NEG, RDF, TYPE


def conflict_triples(
    conflicts: Iterable[Conflict], because: Mapping[str, str], kinds: Mapping[str, Iri]
) -> Iterator[Triple]:
    """Describe conflicts: verdict, kinds, between whom, why (English, by conflict id), and each side.

    `kinds` gives the concept of each kind's notation.
    """
    for conflict in conflicts:
        node = conflict_iri(conflict.id)
        yield Triple(node, TYPE, NEG.Conflict)
        yield Triple(node, NEG.verdict, Literal(conflict.verdict.value))
        yield Triple(node, NEG.between, Literal(conflict.between))
        for kind in conflict.kinds:
            if kind in kinds:
                yield Triple(node, NEG.kind, kinds[kind])
        if conflict.id in because:
            yield Triple(node, NEG.because, Literal(because[conflict.id]))
        for number, side in enumerate(conflict.sides, 1):
            part = Iri(f"{node}/side/{number}")
            yield Triple(node, NEG.side, part)
            yield from _side_triples(part, side)


def _side_triples(part: Iri, side: Side) -> Iterator[Triple]:
    yield Triple(part, TYPE, NEG.Position)
    yield Triple(part, NEG.polarity, Literal(side.position.polarity.value))
    proposition = side.position.proposition_iri
    yield Triple(part, NEG.proposition, proposition)
    # Plain RDF may call the proposition otherwise, so its content comes with it.
    yield Triple(proposition, TYPE, NEG.Proposition)
    for predicate, term in zip((RDF.subject, RDF.predicate, RDF.object), side.position.proposition.triple, strict=True):
        yield Triple(proposition, predicate, term)
    for claim in side.claims:
        yield Triple(part, NEG.claim, claim.iri)
