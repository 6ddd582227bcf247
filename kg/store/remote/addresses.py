"""Addresses of SPARQL servers as people write them, and the ports of a server that belong to one.

`sparql:https://host/dataset` names a data set; where it takes queries, updates and graphs is found by asking it.
`sparql:https://host/ds?query=sparql&update=update&gsp=data` says so instead; nothing else is asked then.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit

from kg.errors import StoreError, did_you_mean

SCHEME = "sparql:"
_PORTS = ("query", "update", "gsp")
_DEFAULT = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """A data set on a server: its own address, and the ports that the user named (None: to be found)."""

    url: str
    query: str | None = None
    update: str | None = None
    gsp: str | None = None

    @property
    def place(self) -> str:
        """What people call it; there are never credentials in it."""
        return SCHEME + self.url


def is_address(text: object) -> bool:
    """Say whether a text is meant as the address of a server.

    >>> is_address("sparql:http://localhost:7878"), is_address("dossiers/sparql"), is_address("http://e/x")
    (True, False, False)
    """
    return str(text).lower().startswith(SCHEME)


def read_address(text: str) -> Address:
    """Read an address, or raise `StoreError` that says how to write it; never with a password in the message.

    >>> read_address("sparql:https://host/ds?update=up").update
    'https://host/up'
    >>> read_address("sparql:http://localhost:7878/").url
    'http://localhost:7878'
    """
    try:
        parts = urlsplit(text.strip()[len(SCHEME) :])
        port = parts.port
    except ValueError:
        raise StoreError("the address of the server cannot be read; write sparql:https://host/dataset") from None
    if "@" in parts.netloc:
        raise StoreError(
            "an address must not hold a user name or password, because it is printed and logged; "
            "set PARLEY_SPARQL_USER and PARLEY_SPARQL_PASSWORD, or write them into ~/.netrc"
        )
    if parts.scheme not in _DEFAULT or not parts.hostname:
        raise StoreError(f'"{SCHEME}{parts.geturl()}" is no address of a server; write sparql:https://host/dataset')
    if any(ord(letter) <= 32 or letter in '<>"{}|\\^`' for letter in parts.geturl()) or port == 0:
        raise StoreError("the address of the server holds characters that cannot stand in one")
    own, named = _named(parts)
    return Address(own, **named)


def _named(parts: SplitResult) -> tuple[str, dict[str, str]]:
    """Part the ports that the user named from the rest of the address."""
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    rest = urlencode([(key, value) for key, value in pairs if key not in _PORTS])
    for key, _ in pairs:
        if key not in _PORTS and (near := did_you_mean(key, _PORTS)):
            raise StoreError(f'an address takes query=, update= and gsp=, not "{key}="{near}')
    base = parts._replace(query=rest, fragment="").geturl()
    own = base if rest else base.rstrip("/")
    named = {key: urljoin(base, value) for key, value in pairs if key in _PORTS}
    for key, url in named.items():
        if origin(url) != origin(own):
            raise StoreError(f"{key}= leads to another server; name one address only")
    return own, named


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port: what must be the same for two addresses to be one server.

    >>> origin("HTTPS://Host/x") == origin("https://host:443/y")
    True
    """
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _DEFAULT.get(scheme, 0)


def is_private_road(url: str) -> bool:
    """Say whether nobody on the way can read along: the address is encrypted, or this machine's own.

    >>> is_private_road("https://h/"), is_private_road("http://127.0.0.1/"), is_private_road("http://h/")
    (True, True, False)
    """
    scheme, host, _ = origin(url)
    if scheme == "https" or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def joined(url: str, tail: str) -> str:
    """Put a further piece of path behind an address.

    >>> joined("http://h/ds", "query")
    'http://h/ds/query'
    """
    parts = urlsplit(url)
    return parts._replace(path=f"{parts.path.rstrip('/')}/{tail}").geturl() if tail else url
