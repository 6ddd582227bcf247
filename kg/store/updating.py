"""What a SPARQL update would change, found out on a copy, so that it can be looked at before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.errors import QueryError
from kg.store.oxigraph import OxigraphStore
from kg.terms import Iri, Triple

LARGEST = 500_000
"""Statements of a store that is copied for an update."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The graphs that an update changes, with all that they hold afterwards, and those that it drops."""

    graphs: Mapping[Iri, frozenset[Triple]]
    dropped: frozenset[Iri]


def changes(store: OxigraphStore, text: str, *, name: str = "update") -> Changes:
    """Find out what an update changes; the store stays as it is.

    Raises `QueryError` for what is no update, or fetches something (LOAD, SERVICE), or leaves statements outside
    named graphs; and for a large store.

    >>> from kg.terms import Iri
    >>> store = OxigraphStore.in_memory()
    >>> changes(store, "INSERT DATA { GRAPH <e:g> { <e:s> <e:p> <e:o> } }").graphs
    {<e:g>: frozenset({Triple(s=<e:s>, p=<e:p>, o=<e:o>)})}
    """
    size = store.count()
    if size > LARGEST:
        raise QueryError(
            f"{name}: a store of more than {LARGEST:,} statements (this one has {size:,}) is not changed by an update; "
            "replace whole graphs, or use kg load"
        )
    copy = store.copy_with({})
    copy.update(text, name=name)
    if any(quad.g is None for quad in copy.quads()):
        raise QueryError(
            f"{name}: it leaves statements outside named graphs, which are not kept; say where they belong: "
            "GRAPH <…> { … }, or WITH <…>"
        )
    before, after = frozenset(store.graphs()), frozenset(copy.graphs())
    found = {graph: _triples(copy, graph) for graph in sorted(after)}
    changed = {graph: new for graph, new in found.items() if graph not in before or new != _triples(store, graph)}
    return Changes(changed, before - after)


def _triples(store: OxigraphStore, graph: Iri) -> frozenset[Triple]:
    return frozenset(quad.triple for quad in store.quads(graph))
