"""Why the endpoint does not do what it was asked, as HTTP says it.

    400  a query or data that cannot be read: with line and column
    401  writing without the right token            403  writing where nothing may be written, SPARQL Update to /sparql
    404  a graph that is not there                  406  a format that there is not
    413  a request that is too large                415  a kind of content that is not known
    422  records that are not well formed, all faults at once; an answer with more rows than are allowed
    503  stopped for time or memory, or too many others are asking: the same may succeed later
    500  the engine broke down

A query that reached the bound of rows will reach it again, so that is a fault of the request (422); one that
reached the bound of time or memory may be answered when less is going on (503), and so are too many at one time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

from kg.errors import BadInput, BoundReached, ParleyError, QueryError, StoreError
from kg.web.asking.verdicts import ROWS, BrokeDown, Busy, Forbidden
from kg.web.negotiation import form_wanted

_AGAIN_AFTER = "5"


_STATUSES: Mapping[type[ParleyError], int] = {
    Busy: 503,
    Forbidden: 403,
    BrokeDown: 500,
    BoundReached: 503,
    BadInput: 422,
    QueryError: 400,
    StoreError: 503,
}
"""By the class of an error, the nearest first."""


class Refused(Exception):
    """A request that is not answered, with the status of HTTP and the reason."""

    def __init__(self, status: int, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status, self.reason, self.headers = status, reason, dict(headers or {})


def refusal(error: ParleyError, place: str | None = None) -> Refused:
    """Say an error of ours as HTTP does; `place` is where the store stands, which nobody need know."""
    reason = str(error)
    status = next((status for cls, status in _STATUSES.items() if isinstance(error, cls)), None)
    if status is None:
        raise error
    if isinstance(error, BoundReached) and error.bound == ROWS:
        status = 422
    if isinstance(error, BrokeDown):
        print(f"{reason}\n{error.trace}", file=sys.stderr)
    if isinstance(error, StoreError):
        print(reason, file=sys.stderr)
        reason = reason.replace(f"the store {place}", "the store") if place else "the store cannot be used now"
    return Refused(status, reason, {"Retry-After": _AGAIN_AFTER} if isinstance(error, (Busy, StoreError)) else None)


def response(refused: Refused, accept: str) -> Response:
    """Answer with a refusal: plain text, or JSON (RFC 9457) if that is rather wanted."""
    headers = {"Cache-Control": "no-store", "Vary": "Accept", **refused.headers}
    if form_wanted(accept, ("txt", "json")) == "json" and "json" in accept:
        title = HTTPStatus(refused.status).phrase
        body = {"type": "about:blank", "title": title, "status": refused.status, "detail": refused.reason}
        text, media_type = json.dumps(body, ensure_ascii=False) + "\n", "application/problem+json"
    else:
        text, media_type = f"{refused.reason}\n", "text/plain"
    return Response(text, refused.status, headers, media_type)
