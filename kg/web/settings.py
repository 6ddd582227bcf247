"""How a server was started: where people reach it, and what may be asked of it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PORT = 8010
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""The names that a machine has for itself."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `kg serve` was told. `base` is the address under which people reach the server, with a slash at its end.

    `seconds`, `mebibytes` and `rows` are the bounds of one SPARQL query; `hosts` are names of this server beside those
    of `base` and of the machine itself.
    """

    base: str = f"http://127.0.0.1:{PORT}/"
    writable: bool = False
    token: str | None = field(default=None, repr=False)
    seconds: float = 10
    mebibytes: int = 1024
    rows: int = 10_000
    hosts: frozenset[str] = frozenset()
    reloads: bool = True
    confidential: bool = False

    @property
    def origin(self) -> str:
        """What browsers call the server in the header Origin.

        >>> Settings(base="https://talks.example/x/").origin
        'https://talks.example'
        """
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def is_private(self) -> bool:
        """Whether only this machine reaches the server."""
        return self.hosts <= LOOPBACK and (urlsplit(self.base).hostname or "") in LOOPBACK

    def is_ours(self, host: str) -> bool:
        """Say whether a header Host names this server.

        A page of another site can give its own name the address of this machine, and read what answers; so only our
        own names will do, and addresses in figures, which nobody can give away.

        >>> ours = Settings(base="https://talks.example/")
        >>> [ours.is_ours(host) for host in ("localhost:8010", "talks.example", "[::1]:80", "10.0.0.7", "evil.example")]
        [True, True, True, True, False]
        """
        try:
            parts = urlsplit(f"//{host}")
            name = (parts.hostname or "").rstrip(".")
            _ = parts.port
        except ValueError:
            return False
        if parts.username is not None or parts.path or parts.query or parts.fragment:
            return False
        return name in LOOPBACK or name in self.hosts or name == urlsplit(self.base).hostname or _is_figures(name)


def _is_figures(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
