"""Terms, triples and quads of the embedded engine, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import pyoxigraph as ox

from kg.errors import StoreError
from kg.terms import Blank, Iri, Literal, Node, Quad, Term, Triple

OxTerm: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def to_name(iri: Iri) -> ox.NamedNode:
    """Turn an IRI into the engine's; raise `StoreError` if it is none."""
    try:
        return ox.NamedNode(str(iri))
    except ValueError as error:
        raise StoreError(f"<{iri}> is not an IRI: {error}") from None


def to_node(node: Node) -> ox.NamedNode | ox.BlankNode:
    """Turn a resource into the engine's."""
    if not isinstance(node, Blank):
        return to_name(node)
    try:
        return ox.BlankNode(node.removeprefix("_:"))
    except ValueError as error:
        raise StoreError(f"{node} is not a name for a blank node: {error}") from None


def to_term(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Turn a term into the engine's."""
    if not isinstance(term, Literal):
        return to_node(term)
    if term.language is None:
        return ox.Literal(term.value, datatype=to_name(term.datatype))
    try:
        return ox.Literal(term.value, language=term.language)
    except ValueError as error:
        raise StoreError(f'"{term.language}" is not a language tag: {error}') from None


def to_quads(graphs: Mapping[Iri, Iterable[Triple]]) -> Iterator[ox.Quad]:
    """Turn graphs into the engine's quads."""
    for graph, triples in graphs.items():
        name = to_name(graph)
        for s, p, o in triples:
            yield ox.Quad(to_node(s), to_name(p), to_term(o), name)


def from_node(node: OxTerm) -> Node:
    """Turn a resource of the engine into ours; raise `StoreError` for a triple."""
    if isinstance(node, ox.BlankNode):
        return Blank(f"_:{node.value}")
    if isinstance(node, ox.NamedNode):
        return Iri(node.value)
    raise StoreError(f"{node} cannot stand here: triples about triples (RDF 1.2) are not supported")


def from_term(term: OxTerm) -> Term:
    """Turn a term of the engine into ours."""
    if isinstance(term, ox.Literal):
        return Literal(term.value, Iri(term.datatype.value), term.language)
    return from_node(term)


def from_triple(triple: ox.Triple) -> Triple:
    """Turn a triple of the engine into ours."""
    return Triple(from_node(triple.subject), Iri(triple.predicate.value), from_term(triple.object))


def from_quad(quad: ox.Quad) -> Quad:
    """Turn a quad of the engine into ours."""
    graph = None if isinstance(quad.graph_name, ox.DefaultGraph) else Iri(quad.graph_name.value)
    return Quad(from_node(quad.subject), Iri(quad.predicate.value), from_term(quad.object), graph)
