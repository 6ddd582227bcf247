"""A store in rdflib's own `Dataset`: for small graphs, and for people who have one already.

rdflib keeps the spelling of a literal ("007" stays "007"), and its memory holds one triple at a time from Python: about
30 times slower to fill, and to ask by graph, than the embedded store. A write is all or nothing because it is worked
out before anything changes, and taken back if it is stopped half-way; rdflib itself knows no transactions in memory.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import IO, cast

import rdflib
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.term import IdentifiedNode
from rdflib.term import Node as RdflibNode

from kg.errors import StoreError
from kg.formats.rdf_syntax import SyntaxFault, parse_quads
from kg.store import rdflib_query
from kg.store.base import BaseStore
from kg.store.protocol import NO_BINDINGS, UNBOUNDED, Answer, Bounds
from kg.store.rdflib_view import from_rdflib, to_rdflib
from kg.terms import Blank, Iri, Literal, Node, Quad, Term, Triple, n3

_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>"{}|\\^`]*')
_LABEL = re.compile(r"_:[\w]([\w.\-·]*[\w\-·])?")
_BLOCK = 1 << 16  # bytes of a file that are read at one time
_PAIRS = b"?g\t?s\t?o\n"
_Statement = tuple[IdentifiedNode, rdflib.URIRef, RdflibNode]


class RdflibStore(BaseStore):
    """Named graphs in an rdflib `Dataset`. See `kg.store.protocol.Store` for what each method does.

    A data set that is handed in is used as it is, also by whoever else holds it, and left open by `close`.
    """

    def __init__(self, dataset: rdflib.Dataset | None = None, place: str = "rdflib") -> None:
        """Wrap a data set, or a new one in memory.

        >>> RdflibStore().graphs()
        ()
        """
        self._inner: rdflib.Dataset | None = rdflib.Dataset() if dataset is None else dataset
        self._using = threading.RLock()  # rdflib's memory may not change while it is read, nor its parser be shared
        self.place = place

    @property
    def dataset(self) -> rdflib.Dataset:
        """The data set itself."""
        if self._inner is None:
            raise StoreError(f"the store {self.place} is closed")
        return self._inner

    def close(self) -> None:
        """Let go of the data set; it cannot be reached through this store afterwards."""
        self._inner = None

    # --- Writing

    def put_all(self, graphs: Mapping[Iri, Iterable[Triple]]) -> None:
        """Make these the whole contents of several named graphs, all of them or none."""
        wanted = {_named(graph): {_statement(triple) for triple in triples} for graph, triples in graphs.items()}
        with self._using:
            self._replace(wanted)

    def _replace(self, wanted: Mapping[rdflib.URIRef, set[_Statement]]) -> None:
        before = {name: self._statements(name) for name in wanted}
        known = {name for name in wanted if self._is_there(name)}
        try:
            for name, statements in wanted.items():
                self._change(name, before[name] - statements, statements - before[name])
        except BaseException:
            for name, statements in before.items():
                now = self._statements(name)
                self._change(name, now - statements, statements - now)
                if name not in known:
                    self.dataset.remove_graph(name)
            raise

    def _change(self, name: rdflib.URIRef, removed: set[_Statement], added: set[_Statement]) -> None:
        graph = self.dataset.graph(name)  # a graph without triples is still a graph
        for statement in removed:
            graph.remove(statement)
        graph.addN((s, p, o, graph) for s, p, o in added)

    def load_files(self, graphs: Collection[Iri], files: Sequence[Path]) -> None:
        """Make what is in N-Quads files the whole contents of these graphs, all of them or none.

        All of it is held at once: this store is in memory anyway.
        """
        wanted: dict[Iri, list[Triple]] = {graph: [] for graph in graphs}
        for quad in chain.from_iterable(map(_quads_in, files)):
            if quad.g not in wanted:
                where = "the default graph" if quad.g is None else f"<{quad.g}>"
                raise StoreError(
                    f"the files hold a statement of {where}, which is not one of the graphs to be replaced"
                )
            wanted[quad.g].append(quad.triple)
        self.put_all(wanted)

    def remove(self, graph: Iri) -> None:
        """Drop a named graph; nothing happens if there is none of that name."""
        name = _named(graph)
        with self._using:
            if self._is_there(name):
                self.dataset.remove_graph(name)

    # --- Reading

    def graphs(self) -> tuple[Iri, ...]:
        """Return the names of the graphs, sorted."""
        with self._using:
            names = [_graph(graph.identifier) for graph in self.dataset.graphs()]
        return tuple(sorted(name for name in names if name is not None))

    def quads(self, graph: Iri | None = None) -> Iterator[Quad]:
        """Yield all the quads, or those of one named graph, as they were when the reading began."""
        with self._using:
            if graph is None:
                found = list(self.dataset.quads((None, None, None, None)))
            else:
                name = _named(graph)
                found = [(s, p, o, name) for s, p, o in self._statements(name)]
        yield from map(_from_quad, found)

    def describe(self, node: Node) -> Iterator[Quad]:
        """Yield the quads whose subject is the node."""
        with self._using:
            found = list(self.dataset.quads((to_rdflib(node), None, None, None)))
        yield from map(_from_quad, found)

    def predicates(self) -> tuple[Iri, ...]:
        """Return the predicates that occur in the named graphs, sorted."""
        with self._using:
            named = {p for _, p, _, g in self.dataset.quads((None, None, None, None)) if _graph(g) is not None}
        return tuple(sorted(Iri(str(predicate)) for predicate in named))

    def has_more_than(self, count: int, predicates: Iterable[Iri]) -> bool:
        """Say whether there are more than so many statements with these predicates; no more than that are counted."""
        with self._using:
            found = (self.dataset.quads((None, _named(predicate), None, None)) for predicate in predicates)
            return next(islice(chain.from_iterable(found), count, None), None) is not None

    def write_pairs(self, predicate: Iri, output: IO[bytes]) -> None:
        """Write every statement with this predicate in the named graphs: graph, subject and object, as SPARQL TSV."""
        with self._using:
            found = list(self.dataset.quads((None, _named(predicate), None, None)))
        output.write(_PAIRS)
        for quad in map(_from_quad, found):
            if quad.g is not None:
                output.write(f"{n3(quad.g)}\t{n3(quad.s)}\t{n3(quad.o)}\n".encode())

    def state(self) -> None:
        """Return None: who else holds the data set may change it at any time."""

    def copy_with(self, graphs: Mapping[Iri, Iterable[Triple]]) -> RdflibStore:
        """Return a copy in memory that also holds these graphs; this store stays as it is."""
        copy = RdflibStore(place=self.place)
        with self._using:
            for graph in self.dataset.graphs():
                copy.dataset.graph(graph.identifier).addN((s, p, o, graph) for s, p, o in graph)
        for name, triples in graphs.items():
            added = copy.dataset.graph(_named(name))
            added.addN((*_statement(triple), added) for triple in triples)
        return copy

    def _statements(self, name: rdflib.URIRef) -> set[_Statement]:
        return cast(set[_Statement], set(self.dataset.get_context(name)))  # what rdflib's types leave open

    def _is_there(self, name: rdflib.URIRef) -> bool:
        return any(graph.identifier == name for graph in self.dataset.graphs())

    # --- Asking

    def query(
        self, text: str, bindings: Mapping[str, Term] = NO_BINDINGS, *, name: str = "query", bounds: Bounds = UNBOUNDED
    ) -> Answer:
        """Answer a query of any form, over the union of all graphs, with rdflib's own engine."""
        with self._using:
            return rdflib_query.answer(self.dataset, text, bindings, name, bounds)


# --- Terms of rdflib and back, and files ----------------------------------------------------------


def _named(iri: Iri) -> rdflib.URIRef:
    if not _IRI.fullmatch(iri):
        raise StoreError(f"<{iri}> is not an IRI")
    return rdflib.URIRef(iri)


def _statement(triple: Triple) -> _Statement:
    subject, predicate, value = triple
    return _node(subject), _named(predicate), _term(value)


def _node(node: Node) -> IdentifiedNode:
    if not isinstance(node, Blank):
        return _named(node)
    if not _LABEL.fullmatch(node):
        raise StoreError(f"{node} is not a name for a blank node")
    return rdflib.BNode(node.removeprefix("_:"))


def _term(term: Term) -> RdflibNode:
    if not isinstance(term, Literal):
        return _node(term)
    _named(term.datatype)
    try:
        return to_rdflib(term)
    except ValueError as error:
        raise StoreError(f'"{term.language}" is not a language tag: {error}') from None


def _graph(name: RdflibNode | None) -> Iri | None:
    if name is None or name == DATASET_DEFAULT_GRAPH_ID:
        return None
    if isinstance(name, rdflib.BNode):
        raise StoreError(f"the data set has a graph without a name (_:{name}); give it an IRI")
    return Iri(str(name))


def _from_quad(quad: tuple[RdflibNode, RdflibNode, RdflibNode, RdflibNode | None]) -> Quad:
    subject, predicate, value, graph = quad
    s = from_rdflib(subject)
    if isinstance(s, Literal):
        raise StoreError(f"{n3(s)} cannot be what a statement is about: it is a literal")
    return Quad(s, Iri(str(predicate)), from_rdflib(value), _graph(graph))


def _quads_in(file: Path) -> Iterator[Quad]:
    """Read a file of N-Quads block by block, so that the labels of blank nodes are found quickly."""
    try:
        with file.open("rb") as lines:
            first = 1
            while block := lines.readlines(_BLOCK):
                yield from _in_block(b"".join(block), file, first)
                first += len(block)
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error.strerror}") from error


def _in_block(block: bytes, file: Path, first: int) -> Iterator[Quad]:
    try:
        yield from parse_quads(block, "nq", keep_labels=True)
    except SyntaxFault as error:
        raise StoreError(f"{file}:{first + max(error.line, 1) - 1}:{error.column}: {error}") from None
