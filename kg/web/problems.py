"""What is answered when there is no page to show, in the form that was asked for; nothing is told of the machine."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import Response

from kg.explorer.page import Page
from kg.explorer.site import Address
from kg.web.negotiation import best
from kg.web.shown import Shown

_FORMS: Mapping[str, tuple[str, ...]] = {
    "html": ("text/html", "application/xhtml+xml"),
    "json": ("application/problem+json", "application/json"),
    "txt": ("text/plain",),
}
_NOTHING_KEPT = {"Cache-Control": "no-store", "Vary": "Accept"}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no page: the status of HTTP, a heading, a sentence, and a word to search for, if that may help."""

    status: int
    title: str
    reason: str
    word: str = ""


class _NoPage(Page):
    """A page that says why there is none; it has no twins."""

    @property
    def forms(self) -> tuple[str, ...]:
        return ()


def response(
    problem: Problem, accept: str, shown: Shown | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with a problem: as a page, as JSON (RFC 9457), or as plain text; a page has the frame if there is one."""
    together = {**_NOTHING_KEPT, **(headers or {})}
    match best(accept, _FORMS):
        case "json":
            body = {"type": "about:blank", "title": problem.title, "status": problem.status, "detail": problem.reason}
            text, media_type = json.dumps(body).replace("<", "\\u003c") + "\n", "application/problem+json"
        case "html":
            text, media_type = _page(problem, shown), "text/html"
        case _:
            text, media_type = f"{problem.title}: {problem.reason}\n", "text/plain"
    return Response(text, problem.status, together, media_type)


def status_words(status: int) -> str:
    """Return what HTTP calls a status.

    >>> status_words(404)
    'Not Found'
    """
    return HTTPStatus(status).phrase


def plain_page(title: str, reason: str, *, again_after: int | None = None) -> str:
    """Write a page that needs nothing but its words; `again_after` has browsers look again after so many seconds."""
    again = "" if again_after is None else f'<meta http-equiv="refresh" content="{again_after}">\n'
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{again}<title>{html.escape(title)}</title>\n"
        '<link rel="stylesheet" href="/assets/explorer.css">\n</head>\n'
        f'<body>\n<main id="main">\n<h1>{html.escape(title)}</h1>\n<p>{html.escape(reason)}</p>\n</main>\n'
        "</body>\n</html>\n"
    )


def _page(problem: Problem, shown: Shown | None) -> str:
    if shown is None:
        return plain_page(problem.title, problem.reason)
    page = _NoPage(
        address=Address.of("search"),
        title=problem.title,
        template="problem.html.j2",
        values={"problem": problem, "search": Address.of("search", q=problem.word)},
        data=dict,
        triples=tuple,
        markdown=str,
        live_only=True,
    )
    return shown.write(page)
