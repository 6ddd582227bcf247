"""Changes of a store, as jobs for the process that writes: judged as `kg load` does, and done whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from kg.columns.opening import note_change
from kg.errors import QueryError
from kg.formats import GraphSource
from kg.formats.rdf_files import read_rdf
from kg.graph import KnowledgeGraph
from kg.ids import digest
from kg.store.oxigraph import OxigraphStore
from kg.store.updating import changes
from kg.terms import Iri, Triple
from kg.web.asking.data import Data
from kg.web.asking.jobs import NOT_DATA
from kg.web.asking.verdicts import Forbidden

NEW, KNOWN, MISSING = b"new", b"known", b"missing"
"""Whether the graph that was written was there before."""
REQUEST = "request"
"""What faults call the text that was sent."""


@dataclass(frozen=True, slots=True)
class Put:
    """Make what was sent the whole content of a graph, or add it to what is there."""

    folder: str
    graph: Iri
    content: bytes
    syntax: str
    adds: bool = False

    def run(self, data: Data, output: BinaryIO) -> None:
        """Do so, in one transaction; raises `BadInput` with every fault, and then nothing was changed."""
        sent = self._read()
        triples = dict.fromkeys(sent.triples)
        with OxigraphStore.at(self.folder) as store:
            is_new = self.graph not in store.graphs()
            if self.adds:
                triples = dict.fromkeys([*(quad.triple for quad in store.quads(self.graph)), *triples])
            _over(store, data).add([GraphSource(self.graph, tuple(triples), REQUEST, sent.places)])
        output.write(NEW if is_new else KNOWN)

    def _read(self) -> GraphSource:
        # What is added gets names of its own for its blank nodes; what replaces gets the same every time.
        name = digest([self.graph, self.content.decode("utf-8", "replace")]) if self.adds else str(self.graph)
        sources, faults = read_rdf(self.content, self.syntax, REQUEST, name, self.graph)
        if faults:
            raise QueryError("\n".join(map(str, faults)))
        if len(sources) > 1:
            raise QueryError(f"{REQUEST}: it holds statements of several graphs, and one is written at a time")
        return sources[0] if sources else GraphSource(self.graph, (), REQUEST)


@dataclass(frozen=True, slots=True)
class Remove:
    """Drop a graph."""

    folder: str
    graph: Iri

    def run(self, data: Data, output: BinaryIO) -> None:
        """Do so."""
        del data
        with OxigraphStore.at(self.folder) as store:
            if self.graph not in store.graphs():
                output.write(MISSING)
                return
            _drop(store, [self.graph])
        output.write(KNOWN)


@dataclass(frozen=True, slots=True)
class Update:
    """Run a SPARQL update."""

    folder: str
    text: str

    def run(self, data: Data, output: BinaryIO) -> None:
        """Find out on a copy what changes, judge that, and then change it all in one transaction.

        Graphs that are dropped are emptied in that transaction; the empty names go a moment later.
        """
        with OxigraphStore.at(self.folder) as store:
            found = changes(store, self.text)
            for graph in (*found.graphs, *found.dropped):
                refuse_made(graph)
            emptied = {graph: frozenset[Triple]() for graph in found.dropped}
            sources = [GraphSource(graph, tuple(new), REQUEST) for graph, new in {**found.graphs, **emptied}.items()]
            if sources:
                _over(store, data).add(sources)
            _drop(store, sorted(found.dropped))
        output.write(KNOWN)


def refuse_made(graph: Iri) -> None:
    """Raise `Forbidden` for the graph of the ontology, and of what is computed."""
    if graph in NOT_DATA:
        raise Forbidden(f"<{graph}> is made by the program, and cannot be written")


def _over(store: OxigraphStore, data: Data) -> KnowledgeGraph:
    """Return a graph that judges what is added to a store by the ontology of the one that is shown."""
    graph = KnowledgeGraph(store)
    graph.ontology, graph.rules = data.given.ontology, data.given.rules
    return graph


def _drop(store: OxigraphStore, graphs: Iterable[Iri]) -> None:
    for graph in graphs:
        before = store.state()
        store.remove(graph)
        note_change(store, before, [graph])
