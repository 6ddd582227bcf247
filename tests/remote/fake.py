"""A SPARQL server on the loopback address that answers as a test tells it to, and remembers what it was asked.

`graph_server()` is a small real one over an engine in memory: it keeps to the standard and to nothing more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

JSON = "application/sparql-results+json"
YES = b'{"head": {}, "boolean": true}'


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it."""

    method: str
    path: str
    headers: Mapping[str, str]
    fields: Mapping[str, list[str]]
    body: bytes

    @property
    def query(self) -> str:
        """The query, if it is one."""
        return self.fields.get("query", [""])[0]

    @property
    def is_probe(self) -> bool:
        """Whether it is the harmless question that every opening begins with."""
        return self.query == "ASK {}"


@dataclass(frozen=True)
class Reply:
    """What the server answers; `cut`: it promises more than it sends; `wait`: seconds before each piece."""

    status: int = 200
    body: bytes | Iterator[bytes] = YES
    kind: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


@dataclass
class Fake:
    """A running server: its address for `open_store`, and everything it was asked."""

    url: str
    asked: list[Asked]

    @property
    def address(self) -> str:
        """What `open_store` takes."""
        return f"sparql:{self.url}"

    def after_probe(self) -> list[Asked]:
        """Return what was asked but for the first questions."""
        return [one for one in self.asked if not one.is_probe]


@contextmanager
def fake_server(answer: Callable[[Asked], Reply], server: str = "Oxigraph/0") -> Iterator[Fake]:
    """Run a server that answers with what `answer` returns, and calls itself Oxigraph, which nothing more is asked."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def version_string(self) -> str:
            return server

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name is the base class's)
            pass

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            form = "form" in self.headers.get("Content-Type", "")
            fields = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
            fields |= parse_qs(body.decode(), keep_blank_values=True) if form else {}
            one = Asked(self.command, urlsplit(self.path).path, dict(self.headers), fields, body)
            asked.append(one)
            reply = answer(one)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.kind)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            pieces = [reply.body] if isinstance(reply.body, bytes) else reply.body
            if isinstance(reply.body, bytes):
                self.send_header("Content-Length", str(len(reply.body) + (1000 if reply.cut else 0)))
            else:
                self.send_header("Connection", "close")
            self.end_headers()
            try:
                for piece in pieces:
                    self.wfile.write(piece)
                    self.wfile.flush()
            except OSError:
                pass  # the client has gone, as it should from some of these answers
            self.close_connection = reply.cut or not isinstance(reply.body, bytes)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _do  # noqa: N815 (the names are the base class's)

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Fake(f"http://127.0.0.1:{running.server_address[1]}/ds", asked)
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


@contextmanager
def graph_server(*, union: bool, cut_at: int | None = None) -> Iterator[Fake]:
    """Run a server over an engine in memory: queries and updates at one address, no Graph Store Protocol.

    `union`: its default graph is all graphs together; `cut_at`: it gives no more rows than that, and says so as
    Virtuoso does.
    """
    engine = ox.Store()

    def answer(one: Asked) -> Reply:
        update = one.body.decode() if "update" in one.headers.get("Content-Type", "") else ""
        if update:
            engine.update(update)
            return Reply(204, b"")
        try:
            return queried(one)
        except SyntaxError as error:
            return Reply(400, f"Parse error: {error}".encode(), "text/plain")

    def queried(one: Asked) -> Reply:
        graphs = [ox.NamedNode(name) for name in one.fields.get("default-graph-uri", [])]
        names = [ox.NamedNode(name) for name in one.fields.get("named-graph-uri", [])]
        found = engine.query(
            one.query,
            use_default_graph_as_union=union,
            default_graph=graphs or None,
            named_graphs=names or None,
        )
        if isinstance(found, ox.QueryTriples):
            return Reply(200, found.serialize(format=ox.RdfFormat.N_TRIPLES) or b"", "application/n-triples")
        return Reply(200, found.serialize(format=ox.QueryResultsFormat.JSON) or b"")

    with fake_server(answer, "Something") as running:
        yield running
