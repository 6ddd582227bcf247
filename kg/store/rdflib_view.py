"""The same quads as an rdflib `Dataset`, for people who want to go on in rdflib.

A copy, graph for graph: what is changed in it does not reach the store. rdflib's memory is for small data
(about 3 GB for 100,000 claims); ask larger stores through `kg.store` itself.
"""

from __future__ import annotations

from rdflib import BNode, Dataset, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.term import IdentifiedNode, Node

from kg.store.protocol import Store
from kg.terms import RDF_LANG_STRING, XSD_STRING, Blank, Iri, Literal, Term
from kg.vocab import PREFIXES


def as_rdflib(store: Store) -> Dataset:
    """Copy a store into an rdflib `Dataset` whose queries see the union of all graphs, as here.

    >>> from kg.store.oxigraph import OxigraphStore
    >>> len(as_rdflib(OxigraphStore()))
    0
    """
    dataset = Dataset(default_union=True)
    for prefix, base in PREFIXES.items():
        dataset.bind(prefix, base, override=True, replace=True)
    contexts = {graph: dataset.graph(URIRef(graph)) for graph in store.graphs()}
    for s, p, o, g in store.quads():
        triple = (_node(s), URIRef(p), to_rdflib(o))
        (dataset.default_graph if g is None else contexts[g]).add(triple)
    return dataset


def to_rdflib(term: Term) -> Node:
    """Turn a term into rdflib's, keeping the spelling of numbers and dates.

    >>> to_rdflib(Iri("http://e/x"))
    rdflib.term.URIRef('http://e/x')
    """
    if not isinstance(term, Literal):
        return _node(term)
    if term.language is not None:
        return RdflibLiteral(term.value, lang=term.language)
    if term.datatype == XSD_STRING:  # to rdflib a text with this type is another term than one without
        return RdflibLiteral(term.value)
    return RdflibLiteral(term.value, datatype=URIRef(term.datatype), normalize=False)


def from_rdflib(node: Node) -> Term:
    """Turn a term of rdflib into ours.

    >>> from_rdflib(RdflibLiteral("x", lang="en"))
    Literal(value='x', datatype=<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>, language='en')
    """
    if isinstance(node, BNode):
        return Blank(f"_:{node}")
    if isinstance(node, URIRef):
        return Iri(str(node))
    if not isinstance(node, RdflibLiteral):
        raise TypeError(f"{node!r} is not an RDF term")
    if node.language is not None:
        return Literal(str(node), RDF_LANG_STRING, node.language)
    return Literal(str(node), XSD_STRING if node.datatype is None else Iri(str(node.datatype)))


def _node(node: Iri | Blank) -> IdentifiedNode:
    return BNode(node.removeprefix("_:")) if isinstance(node, Blank) else URIRef(node)
