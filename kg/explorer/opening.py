"""Open a graph to look at."""

from __future__ import annotations

from collections.abc import Mapping

from kg.columns.checking import ColumnResult
from kg.explorer.answering import Answering
from kg.explorer.catalog import Catalog
from kg.explorer.direct import Direct
from kg.explorer.explorer import Explorer
from kg.explorer.large import LargeCatalog
from kg.explorer.small import SmallCatalog
from kg.graph import KnowledgeGraph
from kg.terms import Node


def open_explorer(
    graph: KnowledgeGraph,
    *,
    texts: Mapping[Node, str] | None = None,
    answering: Answering | None = None,
    faults: tuple[str, ...] = (),
) -> Explorer:
    """Return the explorer of a graph, with the catalog that fits its size.

    `texts` are the texts of documents, if not those with which the graph was read; `answering` answers questions in
    SPARQL (here in this process, unless another is given); `faults` say why a newer version of the files could not be
    read.
    """
    found = graph.texts if texts is None else texts
    return Explorer(graph, catalog_of(graph), answering or Direct(graph), found, faults)


def catalog_of(graph: KnowledgeGraph) -> Catalog:
    """Return the catalog that fits the size of a graph; a large one is checked for it."""
    checked = graph.check() if graph.is_large else None
    return LargeCatalog(graph, checked.columns) if isinstance(checked, ColumnResult) else SmallCatalog(graph)
