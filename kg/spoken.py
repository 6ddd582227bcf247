"""What a statement speaks of: the things in it, also inside nested statements and descriptions of classes."""

from __future__ import annotations

from kg.ids import Properties, is_anonymous
from kg.terms import Literal, Node, Term, Triple
from kg.vocab import OWL, RDF, RDFS, TYPE

NAMES_CLASS = (TYPE, RDFS.subClassOf)
"""Predicates whose object is a class: a term of the ontology, not a thing that is spoken of."""


def things_in(triple: Triple, properties: Properties) -> set[Node]:
    """Collect what a triple is about; `properties` describe nested propositions and class expressions.

    >>> from kg.terms import Iri
    >>> sorted(things_in(Triple(Iri("e:ann"), Iri("e:met"), Iri("e:bob")), {}))
    [<e:ann>, <e:bob>]
    """
    found: set[Node] = set()
    seen: set[Node] = set()
    todo: list[Term] = [triple.s] if triple.p in NAMES_CLASS else [triple.s, triple.o]
    while todo:
        term = todo.pop()
        if isinstance(term, Literal) or term in seen:
            continue
        seen.add(term)
        facts = dict(properties.get(term, ()))
        if RDF.subject in facts:
            todo.append(facts[RDF.subject])
            if facts.get(RDF.predicate) not in NAMES_CLASS and RDF.object in facts:
                todo.append(facts[RDF.object])
        elif is_anonymous(term) and any(p.startswith(OWL) for p in facts):
            todo += [o for node in _inner(term, properties) for p, o in properties.get(node, ()) if p == OWL.hasValue]
        elif triple.p != RDFS.subClassOf or triple.s != term:
            found.add(term)
    return found


def _inner(term: Node, properties: Properties) -> set[Node]:
    """Collect the unnamed nodes of a class expression."""
    found: set[Node] = set()
    todo: list[Node] = [term]
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += [o for _, o in properties.get(node, ()) if not isinstance(o, Literal) and is_anonymous(o)]
    return found
