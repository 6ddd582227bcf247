"""Where pages live: one address for each, and how a link to it is written on a server and in a folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlencode

from kg.ids import digest

HOME = ""
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*")
_LONGEST_NAME = 80
"""Characters of one part of a file's path; what is longer, or holds anything unusual, is named by its hash as well."""


@dataclass(frozen=True, slots=True)
class Address:
    """One page: the parts of its path, not encoded, and what it was asked for in its query, in order.

    >>> Address.of("actor", "larry-kudlow").path
    'actor/larry-kudlow'
    """

    parts: tuple[str, ...] = ()
    query: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, *parts: str, **query: str) -> Address:
        """Make an address; an empty value of the query is left out."""
        return cls(parts, tuple((key, value) for key, value in query.items() if value))

    @property
    def path(self) -> str:
        """The parts, encoded and joined.

        >>> Address.of("thing", "http://e/a b").path
        'thing/http%3A%2F%2Fe%2Fa%20b'
        """
        return "/".join(quote(part, safe="~.-_") for part in self.parts)

    def changed(self, **query: str) -> Address:
        """Return the same with other values in the query; an empty value takes one out.

        >>> Address.of("disputes", actor="a", page="2").changed(page="").query
        (('actor', 'a'),)
        """
        values = {**dict(self.query), **query}
        return Address(self.parts, tuple((key, value) for key, value in values.items() if value))

    def get(self, key: str, default: str = "") -> str:
        """Return one value of the query."""
        return dict(self.query).get(key, default)


class Site(Protocol):
    """How links are written. `live` says whether a server answers: forms, queries and reloading work there."""

    live: bool

    def href(self, address: Address, form: str = "") -> str:
        """Write a link to a page, or to its twin in another form (`json`, `ttl`, `md`, `svg`)."""
        ...

    def asset(self, name: str) -> str:
        """Write a link to a style sheet or a script."""
        ...


class ServerSite:
    """Links on a server: absolute paths, so that a page may have any depth.

    >>> ServerSite().href(Address.of("actor", "a", page="2"), "json")
    '/actor/a.json?page=2'
    """

    live = True

    def href(self, address: Address, form: str = "") -> str:
        """Write a link to a page, or to its twin."""
        path = address.path or ("index" if form else "")
        asked = f"?{urlencode(address.query)}" if address.query else ""
        return f"/{path}{'.' + form if form else ''}{asked}"

    def asset(self, name: str) -> str:
        """Write a link to a style sheet or a script."""
        return f"/assets/{name}"


class FolderSite:
    """Links in a folder that is opened from disk: relative, from the file of one page to that of another.

    `known` are the addresses that the folder holds; a link to any other is `""`, and templates write plain text.

    >>> home, other = Address(), Address.of("actor", "a")
    >>> FolderSite(other, {home, other}).href(home)
    '../index.html'
    """

    live = False

    def __init__(self, page: Address, known: Iterable[Address]) -> None:
        self._up = "../" * (file_of(page).count("/"))
        self._known = known if isinstance(known, (set, frozenset, dict)) else frozenset(known)

    def href(self, address: Address, form: str = "") -> str:
        """Write a link to a page, or to its twin."""
        if address not in self._known:
            return ""
        return self._up + quote(file_of(address, form or "html"), safe="/~.-_=,")

    def asset(self, name: str) -> str:
        """Write a link to a style sheet or a script."""
        return f"{self._up}assets/{name}"


def file_of(address: Address, form: str = "html") -> str:
    """Name the file of a page in a folder; no text from outside can lead out of it.

    >>> file_of(Address()), file_of(Address.of("disputes", actor="larry-kudlow"))
    ('index.html', 'disputes/actor=larry-kudlow.html')
    >>> file_of(Address.of("thing", "../../etc"))
    'thing/etc-otgphrnu.html'
    """
    parts = [_file_name(part) for part in address.parts] or ["index"]
    if address.query:
        parts.append(",".join(f"{_file_name(key)}={_file_name(value)}" for key, value in address.query))
    return f"{'/'.join(parts)}.{form}"


def _file_name(text: str) -> str:
    # Capitals are told apart by the hash, for file systems that do not tell them apart.
    if _PLAIN.fullmatch(text) and len(text) <= _LONGEST_NAME and text == text.lower() and not text.endswith("."):
        return text
    readable = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[: _LONGEST_NAME // 2].strip("-")
    return "-".join(part for part in (readable, digest([text], 8)) if part)
