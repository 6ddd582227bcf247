"""Answer a request with a page of the explorer, in the form that is asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kg.errors import BoundReached, QueryError
from kg.explorer.page import Moved, NotFound, Page
from kg.explorer.rendering import MEDIA_TYPES
from kg.explorer.routes import page_at
from kg.explorer.site import Address
from kg.ids import digest
from kg.web import problems
from kg.web.asked import Asked, BadRequest, asked
from kg.web.negotiation import form_wanted
from kg.web.problems import Problem
from kg.web.shown import SITE, Shown
from kg.web.workers import Busy, Work, Workers

SEARCH = "search"
ASKING = frozenset({"sparql", "query"})
"""First parts of addresses whose pages ask SPARQL: they take long, and may end otherwise the next time."""

WAITING = ASKING | {SEARCH}
"""First parts of addresses whose pages may wait: for an answer, or for the index of a large graph to be made."""

DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""What a drawing may do that is looked at by itself: it brings its own styles, and runs nothing."""

_MOVED = 308
_NOT_CHANGED = 304


@dataclass(frozen=True, slots=True)
class Written:
    """A page in one form."""

    text: str
    form: str
    status: int = 200


class NotAcceptable(Exception):
    """A page that there is in none of the forms that are asked for; the message names those that there are."""


async def respond(shown: Shown, workers: Workers, request: Request) -> Response:
    """Answer with the page of a path: itself, word that it is as it was, or why there is none."""
    accept = request.headers.get("accept", "*/*")
    try:
        wanted = asked(request.scope["raw_path"], request.scope["query_string"], MEDIA_TYPES)
    except BadRequest as bad:
        problem = Problem(bad.status, problems.status_words(bad.status), f"{bad.reason}.")
        return problems.response(problem, accept, shown)
    if not wanted.is_plain:
        return _moved(wanted.address, wanted.form)
    tag = _tag(shown, request, "" if wanted.form else accept)
    if tag and tag in _tags(request):
        return Response(status_code=_NOT_CHANGED, headers=_headers(tag))
    return await _answered(shown, workers, wanted, accept, tag)


async def page_response(shown: Shown, workers: Workers, request: Request, address: Address) -> Response:
    """Answer with a page as HTML, whatever the path of the request."""
    accept = request.headers.get("accept", "*/*")
    return await _answered(shown, workers, Asked(address, "html"), accept, "")


async def _answered(shown: Shown, workers: Workers, wanted: Asked, accept: str, tag: str) -> Response:
    work = Work.ASKING if wanted.address.parts[:1] and wanted.address.parts[0] in WAITING else Work.MAKING
    form = "" if wanted.form else accept
    try:
        written = await workers.run(work, lambda: _written(shown, wanted, form))
    except Moved as moved:
        query = moved.address.query or wanted.address.query
        return _moved(replace(moved.address, query=query), "" if wanted.form == "html" else wanted.form)
    except (NotFound, QueryError, NotAcceptable, Busy) as error:
        extra = {"Retry-After": "5"} if isinstance(error, (BoundReached, Busy)) else {}
        accepting = accept if isinstance(error, NotAcceptable) else _accepting(wanted.form, accept)
        return problems.response(_problem(error, wanted.address), accepting, shown, extra)
    headers = _headers(tag if written.status == 200 else "")
    if written.form == "svg":
        headers["Content-Security-Policy"] = DRAWING_POLICY
    headers["Content-Type"] = MEDIA_TYPES[written.form] + ("" if written.form == "json" else "; charset=utf-8")
    return Response(written.text, written.status, headers)


def _problem(error: Exception, address: Address) -> Problem:
    """Say why there is no page."""
    match error:
        case NotFound():
            return Problem(
                404, "There is no such page", _sentence(str(error)), address.parts[-1] if address.parts else ""
            )
        case BoundReached():
            return Problem(503, "This took too long", _sentence(str(error)))
        case NotAcceptable():
            return Problem(406, "Not in this form", _sentence(str(error)))
        case Busy():
            return Problem(503, "Too much at a time", "The server is busy with other requests; try again in a moment.")
    return Problem(400, "This cannot be asked", _sentence(str(error)))


# --- In a thread ----------------------------------------------------------------------------------


def _written(shown: Shown, wanted: Asked, accept: str) -> Written:
    """Make a page and write it; what ends like a twin may be a name that ends so."""
    if wanted.other is None:
        return _in_form(shown, page_at(shown.explorer, wanted.address), wanted.form, accept)
    try:
        return _in_form(shown, page_at(shown.explorer, wanted.address), wanted.form, accept)
    except NotFound as missing:
        try:
            page = page_at(shown.explorer, wanted.other)
        except NotFound:
            raise missing from None
        return _in_form(shown, page, "html", accept)


def _in_form(shown: Shown, page: Page, form: str, accept: str) -> Written:
    forms = ("html", *page.forms)
    found = form or form_wanted(accept, forms)
    if found is None:
        raise NotAcceptable(f"this page can be had as {', '.join(MEDIA_TYPES[form] for form in forms)}")
    if found not in forms:
        raise NotFound(f"this page has no twin .{found}; it has {', '.join('.' + one for one in page.forms)}")
    return Written(shown.write(page, found), found, 400 if page.fault else 200)


# --- Headers --------------------------------------------------------------------------------------


def _tag(shown: Shown, request: Request, accept: str) -> str:
    """Name what a page will be like: it is made from the data, as far as it is known, and the address alone.

    Empty: there is no telling.
    """
    path: bytes = request.scope["raw_path"]
    first = path.removeprefix(b"/").partition(b"/")[0].partition(b".")[0].decode("ascii", "replace")
    is_incomplete = first == SEARCH and not shown.explorer.searching.is_ready
    if shown.is_secret or first in ASKING or is_incomplete:
        return ""
    query: bytes = request.scope["query_string"]
    return f'W/"{digest([shown.version, shown.explorer.catalog.stage, path.hex(), query.hex(), accept], 20)}"'


def _tags(request: Request) -> set[str]:
    return {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}


def _headers(tag: str) -> dict[str, str]:
    kept = {"Cache-Control": "private, no-cache", "ETag": tag} if tag else {"Cache-Control": "no-store"}
    return {**kept, "Vary": "Accept"}


def _moved(address: Address, form: str) -> Response:
    """Send browsers on to another address; the data may change, so they are to ask again the next time."""
    answer = RedirectResponse(SITE.href(address, form), _MOVED)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _accepting(form: str, accept: str) -> str:
    """Return what is accepted by whoever asks for a form by the end of an address."""
    return MEDIA_TYPES.get(form, accept) if form else accept


def _sentence(text: str) -> str:
    start = text[:1].upper() + text[1:]
    return start if start.endswith((".", "?", "!")) else f"{start}."
