"""What reading a file gives: the triples of one named graph, and where in the file things stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.quotes import Orphan
from kg.terms import Iri, Node, Triple

Place = tuple[int, int]
"""A line and a column, both counted from 1."""


@dataclass(frozen=True)
class GraphSource:
    """One graph as it was read: its triples, its file, and the places of its entries and claims.

    `texts` are those of its documents that lie beside the file, by document.
    """

    graph: Iri
    triples: tuple[Triple, ...]
    file: str
    places: Mapping[Node, Place] = field(default_factory=dict)
    orphans: tuple[Orphan, ...] = ()
    texts: Mapping[Node, str] = field(default_factory=dict)
