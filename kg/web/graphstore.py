"""`/graphs` (SPARQL 1.1 Graph Store Protocol) and `/update` (SPARQL 1.1 Update): reading for all, writing by a token.

Only a store in a folder is written to, and only while all of it is shown: where confidential things are left out,
a graph that is fetched, changed and put back would lose them. A write is judged as `kg load` judges, and done by one
transaction in a process of its own; then the data is read again, and only then is the write answered.
"""

from __future__ import annotations

import asyncio
import hmac
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from kg.store.protocol import Bounds
from kg.store.remote import RemoteStore
from kg.terms import Iri
from kg.vocab import COMPUTED_GRAPH
from kg.web import bodies
from kg.web.asking import AskingProcess
from kg.web.asking.data import Given, bare, send_bare
from kg.web.asking.jobs import Job
from kg.web.fetching import Fetching
from kg.web.refusals import Refused
from kg.web.results import GRAPHS, wanted
from kg.web.writing import MISSING, NEW, Put, Remove, Update, refuse_made

if TYPE_CHECKING:
    from kg.web.state import State

LONGEST = 120.0
"""Seconds that a write may take."""
_UPDATE = "application/sparql-update"
_SYNTAXES = ("ttl", "nt", "rdf", "jsonld")
_CREATED, _DONE = 201, 204
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="parley-kg"'}
_UNION = "the default graph is the union of all graphs, and cannot be written; name a graph with ?graph="


class GraphStore:
    """Answers both; one write is done at a time."""

    def __init__(self, state: State, fetching: Fetching) -> None:
        self._state, self._fetching = state, fetching
        self._writing = asyncio.Lock()
        self._writer: AskingProcess | None = None
        self._given: Given | None = None

    async def graphs(self, request: Request) -> Response:
        """Read, replace, extend or drop one graph."""
        if request.method in ("GET", "HEAD"):
            return await self._read(request)
        self._authorise(request)
        folder = self._folder()
        graph = _graph(request)
        if graph is None:
            raise Refused(403, _UNION)
        refuse_made(graph)
        if request.method == "DELETE":
            done = await self._write(Remove(folder, graph))
        else:
            done = await self._write(await _put(request, folder, graph))
        if done == MISSING:
            raise Refused(404, f"there is no graph <{graph}>")
        return Response(status_code=_CREATED if done == NEW else _DONE)

    async def update(self, request: Request) -> Response:
        """Run an update."""
        self._authorise(request)
        folder = self._folder()
        values = list(request.query_params.multi_items())
        kind = bodies.media_type(request)
        if kind not in (_UPDATE, bodies.FORM):
            raise Refused(415, f"an update is sent as {_UPDATE} or {bodies.FORM}")
        text: str | None = await bodies.text(request)
        if kind == bodies.FORM:
            values += bodies.form_values(text or "")
            text = bodies.one(values, "update")
        if text is None:
            raise Refused(400, "there is no update in this request")
        if any(key in ("using-graph-uri", "using-named-graph-uri") for key, _ in values):
            raise Refused(400, "say in the update itself which graphs it uses (USING)")
        await self._write(Update(folder, text))
        return Response(status_code=_DONE)

    async def _read(self, request: Request) -> Response:
        graph = _graph(request)
        syntax = wanted(request.headers.get("accept", ""), GRAPHS)
        if graph is None:
            return await self._fetching.send(self._state, request, syntax)
        known = await anyio.to_thread.run_sync(self._known)
        if graph not in known:
            raise Refused(404, f"there is no graph <{graph}>")
        return await self._fetching.send(self._state, request, syntax, (graph,))

    def _known(self) -> frozenset[Iri]:
        graph = self._state.explorer.graph
        return frozenset(graph.store.graphs()) | (frozenset() if graph.is_large else {COMPUTED_GRAPH})

    def _authorise(self, request: Request) -> None:
        settings = self._state.settings
        if not settings.writable or not settings.token:
            raise Refused(403, "this server only reads; kg serve --writable with a token lets it write")
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not given.strip():
            raise Refused(401, "writing needs a token: Authorization: Bearer …", _CHALLENGE)
        if not hmac.compare_digest(given.strip().encode(), settings.token.encode()):
            challenge = {"WWW-Authenticate": f'{_CHALLENGE["WWW-Authenticate"]}, error="invalid_token"'}
            raise Refused(401, "this is not the token", challenge)

    def _folder(self) -> str:
        """Return the folder of the store to write to, or say why there is none."""
        shown, folder = self._state.explorer.graph.store, self._state.store_place
        if isinstance(shown, RemoteStore):
            raise Refused(403, "this server shows what is on another one; write there")
        if folder is None:
            raise Refused(403, "this server shows files; change these, or load them into a store and serve that")
        if Path(shown.place).resolve() != Path(folder).resolve():
            raise Refused(
                403, "what is confidential is left out here, and would be lost; to write, serve with --confidential"
            )
        return folder

    async def _write(self, job: Job) -> bytes:
        """Have a change made and the data read again. Both are finished even if the client goes away meanwhile."""
        return await asyncio.shield(asyncio.ensure_future(self._written(job)))

    async def _written(self, job: Job) -> bytes:
        async with self._writing:
            done = await self._process().fetch(job, Bounds(seconds=LONGEST))
            if done != MISSING:
                await self._state.reload()
            return done

    def _process(self) -> AskingProcess:
        """Return the process that writes: it has no data open, and judges records by the ontology that is shown now."""
        given = bare(self._state.explorer.graph)
        if self._writer is None or given != self._given:
            if self._writer is not None:
                self._writer.close()
            self._writer, self._given = AskingProcess(partial(send_bare, self._state.explorer.graph)), given
        return self._writer


def _graph(request: Request) -> Iri | None:
    """Return the graph that a request is about; None for the default one. Raises `Refused` if it names neither."""
    values = request.query_params.multi_items()
    found = bodies.iris(values, "graph")
    is_default = any(key == "default" for key, _ in values)
    if len(found) + is_default != 1:
        raise Refused(400, "say which graph: ?graph=IRI, or ?default for the union of all graphs")
    return found[0] if found else None


async def _put(request: Request, folder: str, graph: Iri) -> Put:
    kind = bodies.media_type(request)
    syntax = next((name for name in _SYNTAXES if kind in GRAPHS[name]), None)
    if syntax is None:
        taken = ", ".join(GRAPHS[name][0] for name in _SYNTAXES)
        raise Refused(415, f"a graph is sent as {taken}")
    content = await bodies.body(request, bodies.LARGEST_GRAPH)
    bodies.decoded(content, request)
    return Put(folder, graph, content, syntax, adds=request.method == "POST")
