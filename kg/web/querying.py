"""`/sparql`: queries by the SPARQL 1.1 Protocol, the page of the same address, and what the service says of itself.

Pages of other sites cannot read the answers (there is no CORS): the data may be private, and a browser that can reach
this server would hand it to any page that asks. Programs are free to ask; `kg.web.refusals` says what they are told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from kg.explorer.answering import ASSERTED
from kg.explorer.site import Address
from kg.store import sparql
from kg.store.protocol import Bounds
from kg.store.serialised import Dataset
from kg.store.sparql import Form
from kg.web import bodies, description
from kg.web.asking import Serialised
from kg.web.bodies import Values
from kg.web.negotiation import prefers_html
from kg.web.processes import fetch
from kg.web.refusals import Refused
from kg.web.results import GRAPHS, RESULTS, content_type, offers_for, wanted

if TYPE_CHECKING:
    from kg.web.state import State

_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_NO_SENSE = (
    "this endpoint answers what is asserted; for undisputed, every and some ask /sparql.json with the same parameters"
)
_NO_UPDATE = "this is an update, and /sparql only answers; updates go to /update, where the server allows them"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request as it was read: everything that was given, and whether it came as a form that a page may send."""

    values: Values
    query: str | None


async def answer(state: State, request: Request) -> Response:
    """Answer a query in the format that is wanted; a browser gets the page, and who asks nothing a description."""
    accept = request.headers.get("accept", "")
    asked = await _read(request)
    if prefers_html(accept, {**RESULTS, **GRAPHS}):
        return await state.page_response(request, Address(("sparql",), tuple(asked.values)))
    if asked.query is None:
        return await description.service(state, request)
    if bodies.one(asked.values, "under") not in (None, "", ASSERTED):
        raise Refused(400, _NO_SENSE)
    form = await anyio.to_thread.run_sync(_form, asked.query)
    offers = offers_for(form)
    syntax = wanted(accept, offers)
    settings = state.settings
    job = Serialised(asked.query, syntax, _dataset(asked.values), settings.rows)
    bounds = Bounds(settings.seconds, settings.mebibytes, settings.rows)
    content = await bodies.while_there(request, fetch(state, job, bounds))
    headers = {"Vary": "Accept", "Cache-Control": "no-cache", "Content-Type": content_type(syntax, offers)}
    return Response(content, headers=headers)


async def _read(request: Request) -> _Asked:
    values: list[tuple[str, str]] = list(request.query_params.multi_items())
    if request.method == "POST":
        kind = bodies.media_type(request)
        if kind == _UPDATE:
            raise Refused(403, _NO_UPDATE)
        if kind not in (_QUERY, bodies.FORM):
            raise Refused(415, f"a query is sent as {_QUERY} or {bodies.FORM}")
        text = await bodies.text(request)
        values += [("query", text)] if kind == _QUERY else bodies.form_values(text)
    query = bodies.one(values, "query")
    if query is None and bodies.one(values, "update") is not None:
        raise Refused(403, _NO_UPDATE)
    if request.method == "POST" and query is None:
        raise Refused(400, "there is no query in this request")
    if query is not None and len(query.encode()) > bodies.LARGEST_QUERY:
        raise Refused(413, f"a query has at most {bodies.LARGEST_QUERY // 1_000_000} MB")
    return _Asked(values, query)


def _form(query: str) -> Form:
    if sparql.is_update(query):
        raise Refused(403, _NO_UPDATE)
    return sparql.form(query)


def _dataset(values: Values) -> Dataset:
    """Return the graphs that a request names; they take the place of what the query says (protocol, 2.1.4)."""
    return Dataset(bodies.iris(values, "default-graph-uri"), bodies.iris(values, "named-graph-uri"))
