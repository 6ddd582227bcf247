"""The routes that programs use: SPARQL, graphs, updates, dumps, descriptions and linked data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.errors import ParleyError
from kg.web import description, linked, querying, refusals
from kg.web.fetching import Fetching
from kg.web.graphstore import GraphStore
from kg.web.refusals import Refused

if TYPE_CHECKING:
    from kg.web.state import State

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""All are taken here, so that none of an address of ours goes on to the pages."""
_GONE = 499
"""Nobody reads this answer."""
Answer = Callable[[Request], Awaitable[Response]]


def routes(state: State) -> list[BaseRoute]:
    """Return the routes; they go before those of the pages."""
    fetching = Fetching()
    store = GraphStore(state, fetching)

    def route(path: str, answer: Answer, *methods: str) -> Route:
        return Route(path, _answered(state, answer, methods), methods=_METHODS)

    return [
        route("/sparql", partial(querying.answer, state), "GET", "POST"),
        route("/update", store.update, "POST"),
        route("/graphs", store.graphs, "GET", "PUT", "POST", "DELETE"),
        *(route(f"/data.{one}", partial(_dump, state, fetching, one), "GET") for one in description.DUMPS),
        route("/void", partial(description.data, state), "GET"),
        route("/.well-known/void", partial(description.data, state), "GET"),
        route("/id", partial(linked.look_up, state), "GET"),
    ]


async def _dump(state: State, fetching: Fetching, syntax: str, request: Request) -> Response:
    return await fetching.send(state, request, syntax, name=f"data.{syntax}")


def _answered(state: State, answer: Answer, methods: tuple[str, ...]) -> Answer:
    """Answer OPTIONS, say errors as HTTP does, and leave out the content where only the headers are asked for."""
    taken = (*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS")
    allowed = {"Allow": ", ".join(taken)}

    async def answered(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=allowed)
        accept = request.headers.get("accept", "")
        if request.method not in taken:
            return refusals.response(Refused(405, f"{request.method} is not for {request.url.path}", allowed), accept)
        try:
            found = await answer(request)
        except ClientDisconnect:
            return Response(status_code=_GONE)
        except Refused as refused:
            found = refusals.response(refused, accept)
        except ParleyError as error:
            found = refusals.response(refusals.refusal(error, state.store_place), accept)
        if request.method == "HEAD":
            found.body = b""
        return found

    return answered
