"""The application: its routes, and what happens around each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from kg.explorer.completion import completion_json
from kg.web import assets, linked, live, pages, problems, protocol
from kg.web.problems import Problem
from kg.web.safety import Guarded
from kg.web.state import State
from kg.web.workers import Busy, Work

KEPT = "public, max-age=31536000, immutable"
"""How long an asset may be kept whose address names its content: as long as anybody likes."""

_AS_IT_IS = "public, max-age=0, must-revalidate"
_NOT_CHANGED = 304
_NOT_FOUND = 404
_ALWAYS = ("/health", "/assets/")
"""What is answered while the data is still being checked."""
Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(state: State) -> Starlette:
    """Make the application that serves a state; its lifespan does not end the state."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        state.announcements.close()

    return Starlette(
        routes=[
            Route("/health", _health(state)),
            Route("/events", _events(state)),
            Route("/assets/{name:path}", _asset),
            Route("/complete", _complete(state)),
            *protocol.routes(state),
            Route("/{path:path}", _page(state)),
        ],
        middleware=[
            Middleware(Guarded, settings=state.settings),
            Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5),
            Middleware(WhenReady, state=state),
        ],
        exception_handlers={HTTPException: _refused(state)},
        lifespan=lifespan,
    )


class WhenReady:
    """Answers that the data is still being checked until it is."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        self._app, self._state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or have it come again."""
        if scope["type"] != "http" or self._state.ready.is_set() or scope["path"].startswith(_ALWAYS):
            await self._app(scope, receive, send)
            return
        said = f"The data is {self._state.stage}, for {self._state.seconds:.0f} seconds now. This page will look again."
        text = problems.plain_page("Just a moment", said, again_after=2)
        await Response(text, 503, {"Retry-After": "2", "Cache-Control": "no-store"}, "text/html")(scope, receive, send)


def _page(state: State) -> Endpoint:
    async def page(request: Request) -> Response:
        answer = await pages.respond(state.shown, state.workers, request)
        if answer.status_code == _NOT_FOUND:
            return await linked.see_other(state, request) or answer
        return answer

    return page


def _health(state: State) -> Endpoint:
    async def health(_: Request) -> Response:
        is_ready = state.ready.is_set()
        said = {
            "ready": is_ready,
            "version": state.version,
            "stage": "" if is_ready else state.stage,
            "listeners": state.announcements.listeners,
        }
        return JSONResponse(said, 200 if is_ready else 503, {"Cache-Control": "no-store"})

    return health


def _events(state: State) -> Endpoint:
    async def events(request: Request) -> Response:
        return live.events(state, request)

    return events


def _complete(state: State) -> Endpoint:
    async def complete(request: Request) -> Response:
        explorer, text, kind = (
            state.explorer,
            request.query_params.get("text", ""),
            request.query_params.get("kind", ""),
        )
        try:
            found = await state.workers.run(Work.ASKING, lambda: completion_json(explorer, text, kind))
        except Busy:
            raise HTTPException(503) from None
        return JSONResponse(found, headers={"Cache-Control": "no-store"})

    return complete


async def _asset(request: Request) -> Response:
    """Answer with a style sheet or a script of ours; a name is looked up, and never becomes a path."""
    found = assets.everything().get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    is_packed = found.packed is not None and "gzip" in request.headers.get("accept-encoding", "")
    tag = f'"{found.print}{"-gzip" if is_packed else ""}"'
    kept = KEPT if request.query_params.get("v") == found.print else _AS_IT_IS
    headers = {"ETag": tag, "Cache-Control": kept, "Vary": "Accept-Encoding"}
    if tag in [one.strip() for one in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=_NOT_CHANGED, headers=headers)
    if is_packed and found.packed is not None:
        return Response(found.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=found.media_type)
    return Response(found.content, headers=headers, media_type=found.media_type)


def _refused(state: State) -> Callable[[Request, Exception], Response]:
    def refused(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        words = problems.status_words(error.status_code)
        reason = error.detail if error.detail != words else f"{words}."
        problem = Problem(error.status_code, words, reason)
        shown = state.shown if state.ready.is_set() else None
        return problems.response(problem, request.headers.get("accept", "*/*"), shown, error.headers)

    return refused
