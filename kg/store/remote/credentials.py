"""Who we are to a server: a name and password, or a token, from the environment or from netrc; never shown.

PARLEY_SPARQL_TOKEN (Bearer), or PARLEY_SPARQL_USER and PARLEY_SPARQL_PASSWORD, else the host's entry in netrc
(the file that NETRC names, or ~/.netrc). They are sent when the server asks for them, to the address that the
user named and to no other; over http to another machine only if PARLEY_SPARQL_INSECURE=1 allows it.
"""

from __future__ import annotations

import base64
import netrc
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from kg.errors import StoreError
from kg.store.remote.addresses import is_private_road, origin

_HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A name and a password, or a token; none of them stands in the repr."""

    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.user or self.token)

    def hide(self, text: str) -> str:
        """Take every form of the secret out of a text, such as the reason that a server gives.

        >>> Credentials("ann", "s3cret").hide("no entry with s3cret")
        'no entry with ***'
        """
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode() if self.user else ""
        for secret in filter(None, (pair, self.token, self.password)):
            text = text.replace(secret, _HIDDEN)
        return text


def find_credentials(url: str, environment: Mapping[str, str]) -> Credentials:
    """Find what is meant for a server; nothing found is no fault."""
    if token := environment.get("PARLEY_SPARQL_TOKEN", ""):
        found = Credentials(token=token)
    elif user := environment.get("PARLEY_SPARQL_USER", ""):
        found = Credentials(user, environment.get("PARLEY_SPARQL_PASSWORD", ""))
    else:
        found = _from_netrc(origin(url)[1], environment)
    if any(ord(letter) < 32 for letter in found.user + found.password + found.token):
        raise StoreError("the user name, password or token for the server holds control characters, such as a line end")
    return found


def _from_netrc(host: str, environment: Mapping[str, str]) -> Credentials:
    home = environment.get("HOME")
    file = Path(environment["NETRC"]) if "NETRC" in environment else Path(home or "/nowhere") / ".netrc"
    if not file.is_file():
        return Credentials()
    message = ""
    try:
        found = netrc.netrc(str(file)).hosts.get(host)
        return Credentials(found[0], found[2] or "") if found else Credentials()
    except (netrc.NetrcParseError, OSError, UnicodeDecodeError) as error:
        line = f", line {error.lineno}" if isinstance(error, netrc.NetrcParseError) else ""
        message = f"{file}{line} cannot be read as a netrc file"
    raise StoreError(message)  # outside, so that what stands in the file is no part of the error


class Challenged(httpx.Auth):
    """Proves who we are as the server asks for it: Bearer at once, Basic or Digest after it was asked for."""

    def __init__(self, credentials: Credentials, url: str, *, insecure: bool) -> None:
        self._credentials = credentials
        self._origin = origin(url)
        self._open_road = not (insecure or is_private_road(url))
        self._known: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send a request, and once more when it is refused for want of a name."""
        own = self._credentials
        if not own or origin(str(request.url)) != self._origin:
            yield request
            return
        if own.token:
            self._guard()
            request.headers["Authorization"] = f"Bearer {own.token}"
            yield request
            return
        if self._known is not None:
            yield from self._known.auth_flow(request)
            return
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            self._known = self._answer_to(response.headers.get("WWW-Authenticate", ""))
            yield from self._known.auth_flow(request)

    def _answer_to(self, challenge: str) -> httpx.Auth:
        self._guard()
        offered = challenge.lower()
        if "digest" in offered:
            return httpx.DigestAuth(self._credentials.user, self._credentials.password)
        if "basic" in offered or not offered:
            return httpx.BasicAuth(self._credentials.user, self._credentials.password)
        raise StoreError("the server asks for another kind of proof than a password (Basic, Digest) or a token")

    def _guard(self) -> None:
        if self._open_road:
            raise StoreError(
                "a password or token is not sent over http, where others can read it; use https, "
                "or allow it with PARLEY_SPARQL_INSECURE=1"
            )
