"""What an ontology says of its properties: which are wider, which lead to values, which OWL calls composite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.ids import Properties, list_items
from kg.terms import Iri, Literal, Term, Triple
from kg.vocab import OWL, RDFS, TYPE

OBJECT_CHARACTERISTICS = (
    *(OWL.InverseFunctionalProperty, OWL.TransitiveProperty, OWL.SymmetricProperty),
    *(OWL.AsymmetricProperty, OWL.IrreflexiveProperty, OWL.ReflexiveProperty),
)
CHARACTERISTICS = frozenset({OWL.FunctionalProperty, *OBJECT_CHARACTERISTICS})
PROPERTY_AXIOMS = (RDFS.subPropertyOf, OWL.equivalentProperty, OWL.propertyDisjointWith, OWL.inverseOf)


def wider_properties(facts: Iterable[Triple]) -> dict[Term, set[Term]]:
    """Close sub-property and equivalent property: each property's other, wider properties."""
    found: dict[Term, set[Term]] = {}
    for s, p, o in facts:
        if p in (RDFS.subPropertyOf, OWL.equivalentProperty):
            found.setdefault(s, set()).add(o)
        if p == OWL.equivalentProperty:
            found.setdefault(o, set()).add(s)
    return {prop: _reached(prop, found) for prop in found}


def _reached(start: Term, steps: dict[Term, set[Term]]) -> set[Term]:
    seen: set[Term] = set()
    todo: list[Term] = list(steps.get(start, ()))
    while todo:
        term = todo.pop()
        if term not in seen:
            seen.add(term)
            todo += steps.get(term, ())
    return seen


def spoken_of(facts: Iterable[Triple], nodes: Properties) -> set[Term]:
    """Find the properties of which an axiom speaks."""
    found: set[Term] = set()
    for s, p, o in facts:
        if p in (RDFS.domain, RDFS.range) or (p == TYPE and o in CHARACTERISTICS):
            found.add(s)
        elif p in PROPERTY_AXIOMS:
            found |= {s, o}
        elif p in (OWL.onProperty, OWL.assertionProperty):
            found.add(o)
        elif p in (OWL.propertyChainAxiom, OWL.hasKey):
            found |= {s, *list_items(o, nodes)}
        elif p == OWL.members and (TYPE, OWL.AllDisjointProperties) in nodes.get(s, ()):
            found |= set(list_items(o, nodes))
    return found


def property_kinds(facts: Sequence[Triple], nodes: Properties, above: dict[Term, set[Term]]) -> dict[Term, Iri]:
    """Say of each property whether it leads to things or to values: as declared, else as used."""
    kinds: dict[Term, Iri] = {}
    for s, p, o in facts:
        if p == TYPE and o in (OWL.ObjectProperty, *OBJECT_CHARACTERISTICS):
            kinds[s] = OWL.ObjectProperty
        elif p == TYPE and o == OWL.DatatypeProperty:
            kinds.setdefault(s, OWL.DatatypeProperty)
    with_values: set[Term] = {p for _, p, o in facts if isinstance(o, Literal)}
    with_values |= {
        on
        for s, p, o in facts
        if p == OWL.hasValue and isinstance(o, Literal)
        for q, on in nodes.get(s, ())
        if q == OWL.onProperty
    }  # fmt: skip
    with_values |= {p for p, kind in kinds.items() if kind == OWL.DatatypeProperty}
    for lower, uppers in above.items():
        if lower in with_values or uppers & with_values:
            with_values |= {lower, *uppers}
    for prop in with_values:
        kinds.setdefault(prop, OWL.DatatypeProperty)
    return kinds


def composite_properties(facts: Sequence[Triple], above: dict[Term, set[Term]]) -> set[Term]:
    """Find the properties that OWL calls composite: transitive, made by a chain, above such a one, or its inverse."""
    inverse: dict[Term, set[Term]] = {}
    for s, p, o in facts:
        if p == OWL.inverseOf:
            inverse.setdefault(s, set()).add(o)
            inverse.setdefault(o, set()).add(s)
    found: set[Term] = set()
    todo: list[Term] = [
        s for s, p, o in facts if p == OWL.propertyChainAxiom or (p == TYPE and o == OWL.TransitiveProperty)
    ]
    while todo:
        prop = todo.pop()
        if prop not in found:
            found.add(prop)
            todo += [*above.get(prop, ()), *inverse.get(prop, ())]
    return found
