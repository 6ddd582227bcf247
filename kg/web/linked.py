"""Linked data: from the IRI of a thing to the page about it, or to the twin of that page that a program wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from kg.explorer.explorer import DISPUTE, Explorer
from kg.explorer.site import Address, ServerSite
from kg.formats.rdf_syntax import is_iri
from kg.terms import Iri
from kg.vocab import CONFLICT_BASE
from kg.web import bodies
from kg.web.negotiation import form_wanted
from kg.web.refusals import Refused
from kg.web.results import NOT_ACCEPTABLE

if TYPE_CHECKING:
    from kg.web.state import State

FORMS = ("html", "ttl", "json", "md")
"""The forms that every page of a thing has."""
_SEE_OTHER = 303


async def look_up(state: State, request: Request) -> Response:
    """`/id?iri=…`: send on to what there is about a thing."""
    text = bodies.one(request.query_params.multi_items(), "iri")
    if not text:
        raise Refused(400, "say which thing: /id?iri=IRI")
    found = await anyio.to_thread.run_sync(where, state.explorer, text)
    if found is None:
        raise Refused(404, "nothing here has this IRI")
    return _sent_on(request, found)


async def see_other(state: State, request: Request) -> Response | None:
    """Send on to the page of the thing whose IRI was asked for itself; None if the data knows none of these.

    None too where that page is the one asked for, or there is none in the form that is wanted: it is not here.
    """
    path = request.url.path.lstrip("/") + (f"?{request.url.query}" if request.url.query else "")
    raw = request.scope.get("raw_path", b"").decode("ascii", "replace").lstrip("/")
    candidates = dict.fromkeys([f"{state.settings.base}{raw}", f"{state.settings.base}{path}", str(request.url)])
    for candidate in candidates:
        found = await anyio.to_thread.run_sync(where, state.explorer, candidate)
        if found is not None and found.path != raw and form_wanted(request.headers.get("accept", ""), FORMS):
            return _sent_on(request, found)
    return None


def where(explorer: Explorer, text: str) -> Address | None:
    """Return the page about the thing of an IRI; None if the data says nothing of it."""
    if not is_iri(text):
        return None
    iri = Iri(text)
    if iri.startswith(CONFLICT_BASE):
        return Address.of(DISPUTE, iri.removeprefix(CONFLICT_BASE).partition("/")[0])
    if explorer.catalog.claim(iri) is not None:
        return explorer.claim_ref(iri).address
    return explorer.address(iri) if _is_known(explorer, iri) else None


def _is_known(explorer: Explorer, iri: Iri) -> bool:
    """Say whether anything is said of a thing, or names it."""
    catalog = explorer.catalog
    if any(True for _ in explorer.graph.store.describe(iri)):
        return True
    return bool(catalog.claims_by(iri, 0, 1).items or catalog.claims_about(iri, 0, 1).items)


def _sent_on(request: Request, found: Address) -> Response:
    form = form_wanted(request.headers.get("accept", ""), FORMS)
    if form is None:
        raise Refused(NOT_ACCEPTABLE, f"this can be had as {', '.join(FORMS)}")
    place = ServerSite().href(found, "" if form == "html" else form)
    headers = {"Location": place, "Vary": "Accept", "Cache-Control": "no-cache"}
    return Response(status_code=_SEE_OTHER, headers=headers)
