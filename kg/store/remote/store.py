"""A store on a SPARQL 1.1 server."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import IO, Self

from kg.errors import QueryError, StoreError
from kg.formats.rdf_syntax import SyntaxFault, parse_quads
from kg.store import sparql
from kg.store.base import BaseStore
from kg.store.oxigraph import OxigraphStore
from kg.store.protocol import NO_BINDINGS, UNBOUNDED, Answer, Bounds, Rows
from kg.store.remote.addresses import read_address
from kg.store.remote.dialects import GENERIC, STAGING, Dialect
from kg.store.remote.plainness import is_plain
from kg.store.remote.probing import probe
from kg.store.remote.reading import Asked, CutShort, Reader
from kg.store.remote.spelling import GENID, check_iri, named, restored_lines, written
from kg.store.remote.texts import (
    has_many_values,
    refuse_functions,
    text_of,
    told_apart,
    usual_prefixes,
)
from kg.store.remote.uploads import Upload
from kg.store.remote.wire import Refused, Wire, place_in
from kg.store.remote.writing import Writer
from kg.terms import Blank, Iri, Literal, Node, Quad, Term, Triple, n3

MOST_COPIED = 300_000
"""Statements that are copied to answer here what the server would answer wrongly."""

_CLOSER_LOOK = Bounds(seconds=5)
_NOT_A_QUERY = frozenset({400, 422})


class RemoteStore(BaseStore):
    """Named graphs on a SPARQL 1.1 server. See `kg.store.protocol.Store` for what each method does.

    What it cannot promise as the embedded store does, because servers differ: see docs/servers.md. In short: one small
    write is one transaction on Oxigraph and Fuseki; on Virtuoso each graph is replaced as a whole, several graphs one
    after the other; a graph without triples is forgotten by every server but Oxigraph.
    """

    place: str = ""
    dialect: Dialect = GENERIC
    _copies: bool = True

    def __init__(self, address: str, *, writable: bool = True, environment: Mapping[str, str] | None = None) -> None:
        """Find the server and what it is; credentials come from the environment (see `kg.store.remote.credentials`)."""
        known = read_address(address)
        self.place = known.place
        self._writable = writable
        self._copy: OxigraphStore | None = None
        self._wire = Wire(known, environment)
        try:
            found = probe(self._wire, known)
        except BaseException:
            self._wire.close()
            raise
        self.ports = found.ports
        self.dialect = found.dialect
        self._reader = Reader(self._wire, found.ports.query, found.dialect)
        self._writer = Writer(self._wire, found.ports, found.dialect)

    def __repr__(self) -> str:
        return f"<RemoteStore {self.place} ({self.dialect.name})>"

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def state(self) -> str | None:
        """Return None: a server does not tell when it was changed."""
        return None

    # --- Writing

    def put_all(self, graphs: Mapping[Iri, Iterable[Triple]]) -> None:
        """Make these the whole contents of several named graphs; nothing is sent before all of it was read."""
        self._check_writable()
        with Upload(graphs, kept=self.dialect.changes_literals) as upload:
            upload.add_triples(graphs)
            self._writer.replace(upload, self._graphs)

    def load_files(self, graphs: Collection[Iri], files: Sequence[Path]) -> None:
        """Make what is in N-Quads files the whole contents of these graphs; nothing is sent before all was read."""
        self._check_writable()
        with Upload(graphs, kept=self.dialect.changes_literals) as upload:
            upload.add_files(files)
            self._writer.sweep_old(self._graphs())
            self._writer.replace(upload, self._graphs)

    def remove(self, graph: Iri) -> None:
        """Drop a named graph; nothing happens if there is none of that name."""
        self._check_writable()
        self._writer.remove(check_iri(graph))

    def _check_writable(self) -> None:
        if not self._writable:
            raise StoreError(f"the store {self.place}: it was opened for reading only")

    # --- Reading

    def graphs(self) -> tuple[Iri, ...]:
        """Return the names of the graphs, sorted."""
        return tuple(name for name in self._graphs() if not name.startswith(STAGING))

    def _graphs(self) -> tuple[Iri, ...]:
        pattern = "" if self.dialect.keeps_empty else "?s ?p ?o"
        found = self._reader.stream(self._own(text_of("graphs.rq", pattern=pattern, only=self._reader.not_hidden)))
        names = {name for (name,) in found if isinstance(name, Iri)}
        return tuple(sorted(names - self.dialect.hidden))

    def quads(self, graph: Iri | None = None) -> Iterator[Quad]:
        """Yield all the quads of named graphs, or those of one."""
        yield from self._quads(self._reader.not_hidden if graph is None else f"VALUES ?g {{ {n3(check_iri(graph))} }}")

    def describe(self, node: Node) -> Iterator[Quad]:
        """Yield the quads whose subject is the node."""
        yield from self._quads(f"VALUES ?s {{ {n3(named(node))} }} {self._reader.not_hidden}")

    def _quads(self, only: str) -> Iterator[Quad]:
        for row in self._reader.stream(self._own(text_of("quads.rq", only=only))):
            match row:
                case (Iri() | Blank() as s, Iri() as p, Iri() | Blank() | Literal() as o, Iri() as g):
                    if g in self.dialect.hidden or g.startswith(STAGING):
                        continue
                    yield Quad(s, p, o, g)
                case _:
                    raise StoreError(f"the store {self.place}: it answered with what is no statement")

    def predicates(self) -> tuple[Iri, ...]:
        """Return the predicates that occur in the named graphs, sorted."""
        found = self._reader.stream(self._own(text_of("predicates.rq", only=self._reader.not_hidden)))
        return tuple(sorted(name for (name,) in found if isinstance(name, Iri)))

    def has_more_than(self, count: int, predicates: Iterable[Iri]) -> bool:
        """Say whether there are more than so many statements with these predicates; no more than that are counted."""
        names = " ".join(n3(check_iri(name)) for name in predicates)
        text = text_of("count-some.rq", predicates=names, limit=count + 1, only=self._reader.not_hidden)
        _, rows, _ = self._reader.first(Asked(self._own(text)))
        cell = rows[0][0] if rows else None
        return isinstance(cell, Literal) and int(cell.value) > count

    def write_pairs(self, predicate: Iri, output: IO[bytes]) -> None:
        """Write every statement with this predicate in the named graphs: graph, subject and object, as SPARQL TSV."""
        text = self._own(text_of("pairs.rq", predicate=n3(check_iri(predicate)), only=self._reader.not_hidden))
        if not self.dialect.exact_tsv:
            output.write(b"?g\t?s\t?o\n")
            for g, s, o in self._reader.stream(text):
                if isinstance(g, Iri) and not g.startswith(STAGING) and s is not None and o is not None:
                    output.write(f"{n3(g)}\t{n3(s)}\t{n3(o)}\n".encode())
            return
        with self._reader.table(text) as pieces:
            _write_lines(pieces, output)

    def _own(self, text: str) -> str:
        return self.dialect.prologue + text

    def copy_with(self, graphs: Mapping[Iri, Iterable[Triple]]) -> OxigraphStore:
        """Return a copy in memory that also holds these graphs; this store stays as it is."""
        copy: dict[Iri, list[Triple]] = {graph: [] for graph in self.graphs()}
        for quad in self.quads():
            if quad.g is not None:
                copy.setdefault(quad.g, []).append(quad.triple)
        for graph, triples in graphs.items():
            copy.setdefault(graph, []).extend(triples)
        store = OxigraphStore.in_memory()
        store.put_all(copy)
        return store

    # --- Asking

    def asked_itself(self, *, respelt: bool = True) -> Self:
        """Return the same store for queries that are known to be answered right: the server answers all of them itself.

        Without `respelt` literals come as the server spells them. It is closed with this one, whose connections it has.
        """
        other = copy(self)
        other._copies = False
        if not respelt:
            other._reader = Reader(self._wire, self.ports.query, replace(self.dialect, changes_literals=False))
        return other

    def spelt(self, term: Term) -> str:
        """Write a term for a query as the server keeps it."""
        return written(term, kept=self.dialect.changes_literals)

    def query(
        self, text: str, bindings: Mapping[str, Term] = NO_BINDINGS, *, name: str = "query", bounds: Bounds = UNBOUNDED
    ) -> Answer:
        """Answer a query of any form, over the union of all graphs."""
        form = sparql.form(text, name)
        sparql.refuse_outside(text, name)
        refuse_functions(text, self.dialect.functions, name)
        if self.dialect.only_plain and not self._is_trusted(text, bindings):
            if self._may_copy:
                return self._copied.query(text, bindings, name=name, bounds=bounds)
            raise QueryError(
                f"{name}: {self.dialect.name} does not answer such a query by the standard, and with more than "
                f"{MOST_COPIED:,} statements it is not answered here from a copy; use another store for it"
            )
        bound = sparql.bind(text, self._sendable(bindings), name)
        asked = Asked.now(self.dialect.prologue + usual_prefixes(text) + told_apart(bound.text), name, bounds)
        try:
            return self._answered(form, asked)
        except CutShort:
            if not self._may_copy:
                raise
            return self._copied.query(text, bindings, name=name, bounds=bounds)
        except Refused as refused:
            error = self._explained(refused, text, bindings, name, len(asked.text) - len(bound.text))
        raise error

    @property
    def _copied(self) -> OxigraphStore:
        """A copy of everything: one for as long as this is open for reading, a new one each time where we may write."""
        if self._writable:
            return self.copy_with({})
        if self._copy is None:
            self._copy = self.copy_with({})
        return self._copy

    def _is_trusted(self, text: str, bindings: Mapping[str, Term]) -> bool:
        plain = not self._copies or is_plain(text, bindings)
        return plain and not has_many_values(text, self.dialect.most_values)

    @property
    def _may_copy(self) -> bool:
        """Whether all of it can be copied to answer a query here; counted anew each time, as others may write."""
        return self.dialect.only_plain and self._copies and not self._reader.has_more_than(MOST_COPIED)

    def _answered(self, form: sparql.Form, asked: Asked) -> Answer:
        if form is sparql.Form.SELECT:
            variables, rows = self._reader.rows(asked)
            return Rows(variables, tuple(rows))
        if form is sparql.Form.ASK:
            return self._reader.ask(asked)
        found = dict.fromkeys(self._triples(asked))
        if form is sparql.Form.DESCRIBE:
            found |= dict.fromkeys(self._nameless(asked, list(found)))
        if asked.bounds.rows is not None and len(found) > asked.bounds.rows:
            raise QueryError(f"{asked.name}: the answer has more than {asked.bounds.rows:,} triples")
        return tuple(found)

    def _triples(self, asked: Asked) -> Iterator[Triple]:
        fault = ""
        try:
            for s, p, o, _ in parse_quads(self._reader.triples(asked), "nt", keep_labels=True):
                subject, obj = self._reader.read(s), self._reader.read(o)
                if isinstance(subject, Iri | Blank):
                    yield Triple(subject, p, obj)
        except SyntaxFault as error:
            fault = str(error)
        if fault:
            raise StoreError(f"the store {self.place}: its answer cannot be read: {fault}")

    def _nameless(self, asked: Asked, found: Sequence[Triple]) -> Iterator[Triple]:
        """Yield what is said of things without names that a description leads to: to the server they have names."""
        known: set[Blank] = set()
        while new := {triple.o for triple in found if isinstance(triple.o, Blank)} - known:
            known |= new
            nodes = " ".join(f"<{GENID}{node.removeprefix('_:')}>" for node in sorted(new))
            found = list(self._triples(asked.instead(self._own(text_of("describe-some.rq", nodes=nodes)))))
            yield from found

    def _sendable(self, bindings: Mapping[str, Term]) -> Mapping[str, Term]:
        """Check what will be written into a query; the checks of `sparql.bind` come on top."""
        for term in bindings.values():
            if isinstance(term, Literal):
                written(term)
        return bindings

    def _explained(
        self, refused: Refused, text: str, bindings: Mapping[str, Term], name: str, before: int
    ) -> Exception:
        """Say what is wrong with a query, at its place in the user's text, when the server refused it."""
        if refused.status not in _NOT_A_QUERY and not (refused.status == 500 and self.dialect.cut_header):
            return refused
        try:
            OxigraphStore.in_memory().query(text, bindings, name=name, bounds=_CLOSER_LOOK)
        except QueryError as error:
            if error.args and not str(error).startswith(f"{name}: "):
                return QueryError(str(error))
        place = place_in(refused.reason)
        where = f"{name}:{place[0]}" if place else name
        if place and place[1]:
            where += f":{max(1, place[1] - before if place[0] == 1 else place[1])}"
        return QueryError(f"{where}: the server says: {refused.reason}")


def _write_lines(pieces: Iterable[bytes], output: IO[bytes]) -> None:
    """Hand on lines of TSV, with the labels of blank nodes, and without graphs that are still being loaded."""
    staging, rest = b"<" + STAGING.encode(), b""
    for piece in chain(pieces, [b""]):
        text = rest + piece
        end = text.rfind(b"\n") + 1 if piece else len(text)
        whole, rest = text[:end], text[end:]
        if staging in whole:
            whole = b"".join(line for line in whole.splitlines(keepends=True) if not line.startswith(staging))
        output.write(restored_lines(whole))
