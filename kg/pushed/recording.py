"""The records of the claims that clash: which claims they are, and what recorders say of all that they name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, MutableMapping

from kg.pushed.asking import Asking, batched
from kg.terms import Blank, Iri, Literal, Quad, Term, Triple
from kg.values import canonical
from kg.vocab import NEG, PROV

_MOST_ROUNDS = 20
_AT_ONCE = 100
_PARTS = (NEG.affirms, NEG.denies, NEG.condition, NEG.report, NEG.mention)
_SPEAKS_FOR = frozenset({NEG.represents, PROV.actedOnBehalfOf})


def claims_saying(asking: Asking, contents: Collection[tuple[Term, ...]]) -> set[Iri]:
    """Find the claims that say some things: (act, subject, predicate, object), a value as `canonical` writes it."""
    askable = [content for content in contents if not any(isinstance(term, Blank) for term in content)]
    return {thing for thing in _saying(asking, askable) if isinstance(thing, Iri)}


def _saying(asking: Asking, contents: Collection[tuple[Term, ...]]) -> Iterator[Term | None]:
    things = sorted((content for content in contents if not isinstance(content[3], Literal)), key=str)
    for some in batched(things, _AT_ONCE):
        yield from (thing for (thing,) in asking.rows("claims-saying", contents=some))
    # One value is written in many ways, and not every server finds all of them: so values are compared here.
    valued = {content for content in contents if isinstance(content[3], Literal)}
    predicates = sorted({p for _, _, p, _ in valued}, key=str)
    for thing, act, s, p, o in asking.about(
        "claims-valued", sorted({s for _, s, _, _ in valued}, key=str), predicates=predicates
    ):
        if o is not None and (act, s, p, canonical(o)) in valued:
            yield thing


def records(asking: Asking, claims: Collection[Iri]) -> Iterator[Quad]:
    """Bring all that is on record about some claims; what they share comes more than once."""
    things = sorted(claims)
    yield from asking.quads("records", things)
    for part in _PARTS:  # a server that is asked for all of them together reads everything
        yield from asking.quads("records-parts", things, part=[part])
    yield from asking.quads("records-quotes", things)


def describe(asking: Asking, graphs: MutableMapping[Iri, set[Triple]]) -> None:
    """Add to graphs what recorders say of everything named in them, and of whom they speak for."""
    seen: set[Term] = set()
    todo = {term for triples in graphs.values() for t in triples for term in (t.s, t.o) if isinstance(term, Iri)}
    for _ in range(_MOST_ROUNDS):
        new = todo - seen
        if not new:
            return
        seen |= new
        todo = set()
        for quad in asking.quads("recorded-about", sorted(new)):
            if quad.g is not None and not isinstance(quad.o, Blank):
                graphs[quad.g].add(quad.triple)
                if quad.p in _SPEAKS_FOR and isinstance(quad.o, Iri):
                    todo.add(quad.o)
