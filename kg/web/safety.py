"""What is asked of every request, and said with every answer, whatever page it is about.

Only names of this server are answered to, so that no page of another site can pass it off as its own. What other
sites have browsers send, beside links that people follow, is refused. Nothing of a fault but its number is told.
"""

from __future__ import annotations

import secrets
import sys
import traceback
from collections.abc import Iterable, Mapping

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.web.problems import plain_page
from kg.web.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'none'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}
"""With every answer, unless it brings its own."""

LARGEST_BODY = 2_000_000
"""Bytes of a question; what is written may have more."""
LARGEST_WRITTEN = 256_000_000
_WRITES = ("/graphs", "/update")
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_MISDIRECTED, _FORBIDDEN, _TOO_LARGE = 421, 403, 413


class _TooLarge(Exception):
    """A body that goes on beyond what is allowed."""


class Guarded:
    """An application behind a guard."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it with a reason."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        refused = self._refused(scope)
        if refused is not None:
            await refused(scope, receive, answer.send)
            return
        limited = _limited(receive, LARGEST_WRITTEN if self._may_be_large(scope) else LARGEST_BODY)
        try:
            await self._app(scope, limited, answer.send)
        except _TooLarge:
            if not answer.begun:
                await _too_large()(scope, receive, answer.send)
        except Exception:
            await _failed(scope, receive, answer)

    def _refused(self, scope: Scope) -> Response | None:
        hosts, origins, sites, modes = (
            _all(scope, name) for name in (b"host", b"origin", b"sec-fetch-site", b"sec-fetch-mode")
        )
        if len(hosts) != 1 or not self._settings.is_ours(hosts[0]):
            return PlainTextResponse(
                "This server does not answer to the name in the header Host.\n"
                "Use the address that it printed when it began; other names are allowed by: kg serve --base URL\n",
                _MISDIRECTED,
            )
        if sites == ["cross-site"] and modes != ["navigate"]:
            return PlainTextResponse("Pages of other sites may only link to this server.\n", _FORBIDDEN)
        if scope["method"] not in _READING and not self._is_from_here(origins, sites, hosts[0]):
            return PlainTextResponse("Only pages of this server may send this.\n", _FORBIDDEN)
        lengths = _all(scope, b"content-length")
        most = LARGEST_WRITTEN if self._may_be_large(scope) else LARGEST_BODY
        if any(not length.isdecimal() or int(length) > most for length in lengths):
            return _too_large()
        return None

    def _is_from_here(self, origins: list[str], sites: list[str], host: str) -> bool:
        """Say whether a browser says that a page of ours sends this; programs that are no browsers say nothing."""
        if any(site not in ("same-origin", "none") for site in sites):
            return False
        ours = {self._settings.origin, f"http://{host}".lower(), f"https://{host}".lower()}
        return all(origin.lower() in ours for origin in origins)

    def _may_be_large(self, scope: Scope) -> bool:
        return self._settings.writable and scope["path"].startswith(_WRITES)


class _Answer:
    """Sends an answer with the headers that every one has, and knows whether it has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            message = {**message, "headers": _with_ours(message.get("headers", ()))}
        await self._send(message)


def _with_ours(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    theirs = [(key, value) for key, value in headers if key.lower() != b"server"]
    known = {key.lower() for key, _ in theirs}
    ours = [(key.lower().encode(), value.encode()) for key, value in HEADERS.items()]
    return theirs + [(key, value) for key, value in ours if key not in known]


def _all(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _limited(receive: Receive, most: int) -> Receive:
    """Let no more of a body in than so many bytes."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise _TooLarge
        return message

    return limited


def _too_large() -> Response:
    return PlainTextResponse("This is larger than the server takes.\n", _TOO_LARGE, {"Connection": "close"})


async def _failed(scope: Scope, receive: Receive, answer: _Answer) -> None:
    """Say that something went wrong, by a number under which the log tells what."""
    number = secrets.token_hex(4)
    print(f"kg serve: fault {number}", file=sys.stderr)
    traceback.print_exc(file=sys.stderr)
    if answer.begun:
        raise ConnectionAbortedError  # half an answer must not look like a whole one
    text = plain_page("Something went wrong", f"The server's log tells more of it, under the number {number}.")
    response = Response(text, 500, {"Cache-Control": "no-store"}, "text/html")
    await response(scope, receive, answer.send)
