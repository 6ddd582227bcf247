"""How graphs are replaced on a server.

What is small goes in one Update: on servers where an Update is one transaction (Oxigraph, Fuseki) that is all or
nothing, whatever happens. What is larger, and everything on Virtuoso, is loaded under other names first and then put
in place (MOVE) by one Update; until then the graphs are as they were, except that a query over all graphs by somebody
else can see those names too. On Virtuoso each MOVE is a transaction of its own: if the server fails in that moment,
some graphs are new and some old, each of them whole. Beyond `LARGEST_SWAP` servers run out of memory over a MOVE, so
the graphs are emptied and filled in place, and an error says that they must be loaded again.

Oxigraph takes any number of quads in one request in bulk, all or none, in a time that grows with their number, where
its transactions and MOVE grow faster. So graphs that are not there yet are loaded in that way, however large.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from kg.errors import ParleyError, StoreError
from kg.store.remote.dialects import QUADS, STAGING, Dialect
from kg.store.remote.texts import text_of
from kg.store.remote.uploads import Upload
from kg.store.remote.wire import Request, Wire
from kg.terms import Iri, n3

LARGEST_SWAP = 64 << 20
"""Bytes of N-Triples that are loaded under another name and moved; more is loaded in place."""

REMOVED_AT_ONCE = 50_000
"""Statements that leave a graph in one Update, where many are to go."""

_LARGEST_INSERT = 1 << 20
_OLD = 24 * 3600.0  # seconds after which what was left under such a name belongs to nobody
_UPDATE = {"Content-Type": "application/sparql-update"}


@dataclass(frozen=True, slots=True)
class Ports:
    """Where a server takes queries, updates and graphs; None: nowhere."""

    query: str
    update: str | None
    gsp: str | None


class Writer:
    """Replaces graphs on one server."""

    def __init__(self, wire: Wire, ports: Ports, dialect: Dialect) -> None:
        self._wire, self._ports, self._dialect = wire, ports, dialect

    def replace(self, upload: Upload, present: Callable[[], Collection[Iri]]) -> None:
        """Make what was collected the whole contents of its graphs; `present` tells which graphs there are."""
        if upload.size <= self._dialect.update_bytes:
            self.update(*self._at_once(upload))
        elif self._takes_quads and not set(upload.graphs) & set(present()):
            self._add_all(upload)
        elif upload.size <= LARGEST_SWAP:
            self._swap(upload)
        else:
            self._in_place(upload)

    def remove(self, graph: Iri) -> None:
        """Drop a graph."""
        self.update(text_of("drop-graph.ru", graph=n3(graph)))

    def update(self, *operations: str) -> None:
        """Send operations as one Update; never sent twice once the server may have begun."""
        if not operations:
            return
        if self._ports.update is None:
            raise StoreError(f"the store {self._wire.place}: no place for updates is known; name it with ?update=")
        content = ";\n".join(operations).encode()
        if self._dialect.changes_literals:  # Virtuoso takes an Update as a form only
            request = Request("POST", self._ports.update, form={"update": content.decode()}, idempotent=False)
        else:
            request = Request("POST", self._ports.update, content=content, headers=_UPDATE, idempotent=False)
        self._wire.send(request)

    def _at_once(self, upload: Upload) -> Iterator[str]:
        yield from self._emptied(upload)
        for part in upload.parts():
            yield from _inserts(part)

    def _emptied(self, upload: Upload) -> Iterator[str]:
        for graph in upload.graphs:
            yield text_of("drop-graph.ru", graph=n3(graph))
            if self._dialect.keeps_empty:
                yield text_of("create-graph.ru", graph=n3(graph))

    def _swap(self, upload: Upload) -> None:
        """Load under other names, then put everything in place."""
        session = f"{STAGING}{time.time():.0f}/{uuid.uuid4().hex}/"
        names = {n3(graph).encode(): Iri(f"{session}{number}") for number, graph in enumerate(upload.graphs)}
        staged = [names[graph] for graph in sorted(upload.filled)]
        try:
            for part in upload.parts():
                self._add({n3(names[graph]).encode(): triples for graph, triples in part.items()})
            self.update(*self._moves(upload, names))
        except BaseException:
            self._sweep(staged)
            raise

    def _moves(self, upload: Upload, names: Mapping[bytes, Iri]) -> Iterator[str]:
        for graph in upload.graphs:
            own = n3(graph).encode()
            if own in upload.filled:
                yield text_of("move-graph.ru", source=n3(names[own]), graph=n3(graph))
            else:
                yield text_of("drop-graph.ru", graph=n3(graph))
                if self._dialect.keeps_empty:
                    yield text_of("create-graph.ru", graph=n3(graph))

    def _in_place(self, upload: Upload) -> None:
        try:
            if self._takes_quads:
                for graph in upload.graphs:
                    self._empty(graph)
                self._add_all(upload)
                return
            self.update(*self._emptied(upload))
            for part in upload.parts():
                self._add(part)
        except ParleyError as error:
            raise StoreError(f"{error}; {_graphs(upload)} may now be incomplete: load again") from None

    def _empty(self, graph: Iri) -> None:
        headers = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}
        has_any = text_of("has-any.rq", graph=n3(graph)).encode()
        while self._wire.send(Request("POST", self._ports.query, content=has_any, headers=headers)).json()["boolean"]:
            self.update(text_of("remove-some.ru", graph=n3(graph), most=str(REMOVED_AT_ONCE)))

    @property
    def _takes_quads(self) -> bool:
        return self._dialect.upload == QUADS and self._ports.gsp is not None

    def _add_all(self, upload: Upload) -> None:
        """Add quads of any number of graphs in one long request, and graphs that have none."""
        self._post(upload.quads)
        empty = [graph for graph in upload.graphs if n3(graph).encode() not in upload.filled]
        self.update(*(text_of("create-graph.ru", graph=n3(graph)) for graph in empty))

    def _post(self, quads: bytes | Callable[[], Iterator[bytes]]) -> None:
        if self._ports.gsp is not None:
            params, headers = self._dialect.upload_params, {"Content-Type": QUADS}
            self._wire.send(Request("POST", self._ports.gsp, params=params, content=quads, headers=headers))

    def _add(self, part: Mapping[bytes, bytes]) -> None:
        """Add triples to graphs, in the way in which the server takes most. Adding twice is adding once."""
        kind, url = self._dialect.upload, self._ports.gsp
        if not kind or url is None:
            for operation in _inserts(part):
                self.update(operation)
        elif kind == QUADS:
            self._post(b"".join(_with_graph(graph, triples) for graph, triples in part.items()))
        else:
            for graph, triples in part.items():
                params = {"graph": graph.decode()[1:-1]}
                self._wire.send(Request("POST", url, params=params, content=triples, headers={"Content-Type": kind}))

    def _sweep(self, graphs: list[Iri]) -> None:
        """Drop what was loaded in vain; if that fails too, the next sweep finds it."""
        try:
            self.update(*(text_of("drop-graph.ru", graph=n3(graph)) for graph in graphs))
        except ParleyError:
            return

    def sweep_old(self, graphs: tuple[Iri, ...]) -> None:
        """Drop what writers that died left behind long ago."""
        self._sweep([graph for graph in graphs if _is_old(graph, time.time())])


def _is_old(graph: Iri, now: float) -> bool:
    stamp = graph.removeprefix(STAGING).split("/")[0]
    return graph.startswith(STAGING) and stamp.isdigit() and int(stamp) < now - _OLD


def _inserts(part: Mapping[bytes, bytes]) -> Iterator[str]:
    for graph, triples in part.items():
        lines = triples.splitlines(keepends=True)
        at = size = 0
        for number, line in enumerate(lines):
            size += len(line)
            if size >= _LARGEST_INSERT or number == len(lines) - 1:
                text = b"".join(lines[at : number + 1]).decode()
                yield text_of("insert-triples.ru", graph=graph.decode(), triples=text)
                at, size = number + 1, 0


def _with_graph(graph: bytes, triples: bytes) -> bytes:
    return b"".join(b"%s %s .\n" % (line[:-2], graph) for line in triples.split(b"\n") if line)


def _graphs(upload: Upload) -> str:
    first = upload.graphs[0] if upload.graphs else ""
    return f"<{first}>" if len(upload.graphs) == 1 else f"<{first}> and {len(upload.graphs) - 1} more graphs"
