"""The whole record of a claim as it stands in the store, for the Turtle twin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.ids import is_anonymous
from kg.store.protocol import Store
from kg.terms import Iri, Literal, Node, Term, Triple
from kg.vocab import NEG, OA, PROPOSITION_BASE

_PARTS = frozenset({NEG.affirms, NEG.denies, NEG.condition, NEG.mention, NEG.report, OA.hasSelector})
MOST = 2_000
"""How many triples of one record are written; a class expression may be very large."""


def record(store: Store, claim: Node) -> Iterator[Triple]:
    """Yield the triples of a claim, its propositions, its places in documents, the words there, its reporters."""
    todo: list[Node] = [claim]
    seen: set[Node] = {claim}
    written: set[Triple] = set()
    while todo:
        for quad in store.describe(todo.pop(0)):
            if quad.triple in written:
                continue
            if len(written) == MOST:
                return
            written.add(quad.triple)
            yield quad.triple
            if not isinstance(quad.o, Literal) and quad.o not in seen and _is_part(quad.p, quad.o):
                seen.add(quad.o)
                todo.append(quad.o)


def records(store: Store, claims: Iterable[Node]) -> Iterator[Triple]:
    """Yield the triples of several claims, each once."""
    seen: set[Triple] = set()
    for claim in claims:
        for triple in record(store, claim):
            if triple not in seen:
                seen.add(triple)
                yield triple


def _is_part(predicate: Iri, node: Term) -> bool:
    return predicate in _PARTS or is_anonymous(node) or (isinstance(node, Iri) and node.startswith(PROPOSITION_BASE))
