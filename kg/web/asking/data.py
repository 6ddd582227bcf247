"""The data that an asking process works on: sent by the server, or opened where it stands."""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import BinaryIO
from urllib.parse import urlencode

from kg.contradiction import CheckOptions
from kg.graph import KnowledgeGraph
from kg.logic.rules import Rule
from kg.store.addresses import open_store
from kg.store.oxigraph import OxigraphStore
from kg.store.protocol import Store
from kg.store.remote import RemoteStore
from kg.store.remote.addresses import is_address
from kg.terms import Iri, Node, Triple, n3
from kg.vocab import COMPUTED_GRAPH

_SIZE = struct.Struct("!Q")


@dataclass(frozen=True, slots=True)
class Given:
    """What an asking process is told before its first question. The quads of a graph without a `place` follow it.

    `warm` asks for everything that answers under a sense need to be computed first.
    """

    ontology: tuple[Triple, ...]
    rules: tuple[Rule, ...]
    options: CheckOptions
    place: str = ""
    graphs: tuple[Iri, ...] = ()
    places: dict[Node, str] = field(default_factory=dict)
    warm: bool = False


class Data:
    """The data of an asking process. A server elsewhere is reached anew for each question, so no two share a line."""

    def __init__(self, given: Given, whole: Store | None) -> None:
        self.given = given
        self._whole = whole

    @cached_property
    def graph(self) -> KnowledgeGraph:
        """The graph that the server shows."""
        whole = self._whole or open_store(self.given.place, writable=False)
        return _Given(self.given, whole)


class _Given(KnowledgeGraph):
    """A graph whose computed conflicts came with it."""

    def __init__(self, given: Given, whole: Store) -> None:
        recorded: Store = whole
        if COMPUTED_GRAPH in given.graphs:
            recorded = whole.copy_with({})
            recorded.remove(COMPUTED_GRAPH)
        super().__init__(recorded, options=given.options)
        self.ontology, self.rules, self.places = given.ontology, given.rules, given.places
        self._whole = whole

    @cached_property
    def _with_conflicts(self) -> Store:
        return self._whole


def send(graph: KnowledgeGraph, output: BinaryIO, *, warm: bool = False) -> None:
    """Send a graph: where to open it if it is large and stands somewhere, else everything in it."""
    place = _place(graph.store) if graph.is_large else ""
    whole = graph.everything
    _write(output, replace(bare(graph), place=place, graphs=whole.graphs(), places=graph.places, warm=warm))
    if not place:
        _write_quads(whole, output)


def send_bare(graph: KnowledgeGraph, output: BinaryIO) -> None:
    """Send only by what records are judged, to a process that writes."""
    _write(output, bare(graph))


def bare(graph: KnowledgeGraph) -> Given:
    """Return what a graph is read by, without the graph."""
    options = replace(graph.options, limits=replace(graph.options.limits, until=None))
    return Given(tuple(graph.ontology), tuple(graph.rules), options)


def receive(source: BinaryIO) -> Data:
    """Receive what was sent; raises `EOFError` if the server has gone."""
    head = source.read(_SIZE.size)
    if len(head) < _SIZE.size:
        raise EOFError
    given: Given = pickle.loads(source.read(*_SIZE.unpack(head)))  # noqa: S301 - from the server that started us
    if given.place:
        data = Data(given, None)
        if not is_address(given.place):
            data = Data(given, open_store(given.place, writable=False))
            data.graph  # noqa: B018 - made once, for all copies of this process
        return data
    data = Data(given, OxigraphStore.reading(source, given.graphs))
    if given.graphs:
        data.graph.is_large  # noqa: B018
    if given.warm:
        data.graph.ask("ASK { ?s ?p ?o }")
    return data


def _write(output: BinaryIO, given: Given) -> None:
    content = pickle.dumps(given)
    output.write(_SIZE.pack(len(content)) + content)


def _place(store: Store) -> str:
    if isinstance(store, RemoteStore):
        return f"{store.place}?{urlencode({'query': store.ports.query})}"
    return store.place if isinstance(store, OxigraphStore) and store.place != OxigraphStore().place else ""


def _write_quads(store: Store, output: BinaryIO) -> None:
    if isinstance(store, OxigraphStore):
        store.write_quads(output)
        return
    for s, p, o, g in store.quads():
        output.write(f"{n3(s)} {n3(p)} {n3(o)}{'' if g is None else ' ' + n3(g)} .\n".encode())
