"""Requests to one SPARQL server: sent to it and to nobody else, tried again only where that is harmless.

Proxies are taken from the environment as httpx does by default (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY);
redirects are followed nowhere: one is an error that names the other address.
"""

from __future__ import annotations

import html
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

import httpx

from kg.errors import ParleyError, QueryError, StoreError
from kg.store.remote.addresses import Address
from kg.store.remote.credentials import Challenged, Credentials, find_credentials

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 300.0
"""How long a server may be silent, unless PARLEY_SPARQL_TIMEOUT or the bounds of a query say otherwise."""

TRIES = 4
"""One try, and three more after a fault that may pass."""

_WAITS = (0.2, 0.8, 3.2)
_LONGEST_WAIT = 30.0
_MAY_PASS = frozenset({502, 503, 504})
_NEVER_BEGAN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_REASON_BYTES = 16_384
_REASON_SHOWN = 300
_NOISE = re.compile(r"<(script|style)\b.*?</\1\s*>|<[a-zA-Z/!][^>]*>", re.DOTALL | re.IGNORECASE)
_PLACES = (re.compile(r"\bline:? *(\d+)(?:,? *col(?:umn)?:? *(\d+))?", re.IGNORECASE), re.compile(r"\bat (\d+):(\d+)"))


@dataclass(frozen=True, slots=True)
class Request:
    """One request: where, what, whether it may be sent twice, and when its answer must have come.

    Content that is large is given piece by piece, by what can be called again for a second try.
    """

    method: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str | list[str]] | None = None
    content: bytes | Callable[[], Iterator[bytes]] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    idempotent: bool = True
    until: float | None = None
    seconds: float | None = None  # what `until` was made from, for messages
    name: str = ""  # of a query, for messages


class Refused(StoreError):
    """A server's answer that is no success: its status, its reason in one line, and what the server calls itself."""

    def __init__(self, message: str, status: int, reason: str, server: str = "") -> None:
        super().__init__(message)
        self.status, self.reason, self.server = status, reason, server


class Wire:
    """The connections to one server."""

    def __init__(self, address: Address, environment: Mapping[str, str] | None = None) -> None:
        known = os.environ if environment is None else environment
        self.place = address.place
        self._credentials: Credentials = find_credentials(address.url, known)
        self._seconds = _seconds(known.get("PARLEY_SPARQL_TIMEOUT", ""))
        self._client: httpx.Client | None = httpx.Client(
            auth=Challenged(self._credentials, address.url, insecure=known.get("PARLEY_SPARQL_INSECURE") == "1"),
            timeout=httpx.Timeout(self._seconds, connect=min(CONNECT_SECONDS, self._seconds)),
            headers={"User-Agent": "parley-kg"},
        )

    @property
    def has_credentials(self) -> bool:
        """Whether there is a name or token to prove who we are."""
        return bool(self._credentials)

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
        self._client = None

    def send(self, request: Request, most: int | None = None) -> httpx.Response:
        """Send a request and read its whole answer, up to so many bytes; raise `Refused` unless it is a success."""
        with self.stream(request) as (response, chunks):
            content = bytearray()
            for chunk in chunks:
                content += chunk
                if most is not None and len(content) > most:
                    raise QueryError(f"{request.name or self.place}: the answer is larger than {most / 2**20:,.0f} MiB")
        return httpx.Response(response.status_code, headers=_plain_headers(response), content=bytes(content))

    @contextmanager
    def stream(self, request: Request) -> Iterator[tuple[httpx.Response, Iterator[bytes]]]:
        """Send a request; give the head of its answer and then, piece by piece, the rest."""
        response = self._opened(request)
        try:
            yield response, self._pieces(response, request)
        finally:
            response.close()

    def _opened(self, request: Request) -> httpx.Response:
        """Send until there is an answer that stands, and return it with its body still unread."""
        for number in range(TRIES):
            found = self._tried(request)
            if isinstance(found, httpx.Response):
                if found.status_code < 300:
                    return found
                refusal = self._refusal(found, request)
                wait = _wait(found, number) if request.idempotent and found.status_code in _MAY_PASS else None
            else:
                refusal, wait = found.error, _wait(None, number) if found.again else None
            if wait is None or (request.until is not None and time.monotonic() + wait > request.until):
                raise refusal
            time.sleep(wait)
        raise AssertionError("the last try raises")

    def _tried(self, request: Request) -> httpx.Response | _Fault:
        if self._client is None:
            raise StoreError(f"the store {self.place} is closed")
        left = None if request.until is None else request.until - time.monotonic()
        if left is not None and left <= 0:
            raise self._late(request)
        try:
            built = self._client.build_request(
                request.method,
                request.url,
                params=dict(request.params) or None,
                data=request.form,
                content=request.content() if callable(request.content) else request.content,
                headers=dict(request.headers),
                timeout=httpx.USE_CLIENT_DEFAULT if left is None else httpx.Timeout(left),
            )
            return self._client.send(built, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return _Fault(
                self._late(request) if left and isinstance(error, httpx.ReadTimeout) else self._unreachable(error),
                isinstance(error, _NEVER_BEGAN)
                or (request.idempotent and isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError)),
            )  # raised by the caller, outside this block: no request with its headers hangs on the error

    def _pieces(self, response: httpx.Response, request: Request) -> Iterator[bytes]:
        broken: ParleyError | None = None
        try:
            for piece in response.iter_bytes():
                if request.until is not None and time.monotonic() > request.until:
                    broken = self._late(request)
                    break
                yield piece
        except httpx.ReadTimeout as error:
            broken = self._late(request) if request.until is not None else self._unreachable(error)
        except (httpx.HTTPError, httpx.StreamError) as error:
            broken = StoreError(f"the store {self.place}: its answer ended in the middle ({_cause(error)})")
        if broken is not None:
            raise broken

    # --- What went wrong, in plain words

    def _late(self, request: Request) -> QueryError:
        seconds = request.seconds if request.seconds is not None else self._seconds
        return QueryError(f"{request.name or 'query'}: stopped after {seconds:g} s, the time that it was given")

    def _unreachable(self, error: Exception) -> StoreError:
        if isinstance(error, httpx.TimeoutException):
            return StoreError(
                f"the store {self.place}: no answer for {self._seconds:g} s (PARLEY_SPARQL_TIMEOUT gives it longer)"
            )
        return StoreError(f"the store {self.place}: it cannot be reached ({self._credentials.hide(_cause(error))})")

    def _refusal(self, response: httpx.Response, request: Request) -> ParleyError:
        status, reason = response.status_code, self._reason(response)
        if status in (301, 302, 303, 307, 308):
            target = self._credentials.hide(response.headers.get("Location", "elsewhere"))[:_REASON_SHOWN]
            message = (
                f"it sends us on to {target}; nothing but the address given is asked: name that one if it is right"
            )
        elif status == 401:
            message = (
                "it did not accept the user name and password or token"
                if self._credentials
                else "it asks who we are: set PARLEY_SPARQL_USER and PARLEY_SPARQL_PASSWORD (or PARLEY_SPARQL_TOKEN)"
            )
        elif status == 403:
            message = f"it does not allow this: {reason}"
        elif status in (404, 405, 501):
            message = f"there is nothing of this kind at {request.url} (status {status}: {reason})"
        elif status == 429:
            message = f"it has had too many requests; try again later: {reason}"
        else:
            message = f"it failed (status {status}): {reason}"
        return Refused(f"the store {self.place}: {message}", status, reason, response.headers.get("Server", ""))

    def _reason(self, response: httpx.Response) -> str:
        """Return what the server says, in one short line without markup, control characters or our secrets."""
        said = bytearray()
        try:
            for piece in response.iter_bytes():
                said += piece
                if len(said) >= _REASON_BYTES:
                    break
        except (httpx.HTTPError, httpx.StreamError):
            said += b""
        finally:
            response.close()
        text = said[:_REASON_BYTES].decode("utf-8", "replace")
        if "html" in response.headers.get("Content-Type", "") or text.lstrip()[:1] == "<":
            text = html.unescape(_NOISE.sub(" ", text))
        text = "".join(letter if letter.isprintable() else " " for letter in self._credentials.hide(text))
        text = " ".join(text.split())
        return (text[:_REASON_SHOWN] + "…" if len(text) > _REASON_SHOWN else text) or "no reason is given"


@dataclass(frozen=True, slots=True)
class _Fault:
    """A request that got no answer, and whether it may be sent again."""

    error: ParleyError
    again: bool


def place_in(reason: str) -> tuple[int, int] | None:
    """Find the line and column that a server's reason names; the column is 0 if it names none.

    >>> place_in("SPARQL compiler, line 3: syntax error"), place_in("error at 1:29: expected OPTIONAL")
    ((3, 0), (1, 29))
    """
    found = next((match for pattern in _PLACES if (match := pattern.search(reason))), None)
    return None if found is None else (int(found[1]), int(found[2] or 0))


def _cause(error: BaseException) -> str:
    text = " ".join(str(error).split())[:_REASON_SHOWN]
    return text or type(error).__name__


def _plain_headers(response: httpx.Response) -> list[tuple[str, str]]:
    """Return the headers that still hold of a body that was unpacked."""
    gone = ("content-encoding", "content-length", "transfer-encoding")
    return [(name, value) for name, value in response.headers.items() if name.lower() not in gone]


def _wait(response: httpx.Response | None, number: int) -> float | None:
    """Return how long to wait before the next try; None: there is none."""
    if number >= len(_WAITS):
        return None
    asked = "" if response is None else response.headers.get("Retry-After", "")
    if asked.strip().isdigit():
        return min(float(asked), _LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(asked).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return _WAITS[number]
    return min(max(wait, 0.0), _LONGEST_WAIT)


def _seconds(text: str) -> float:
    if not text:
        return ANSWER_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise StoreError("PARLEY_SPARQL_TIMEOUT must be a number of seconds")
    return seconds
