"""A page as a value: what it shows, and how it is written in each form."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kg.explorer.site import Address
from kg.terms import Triple

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ref:
    """A word that links to a page, or only a word where there is none."""

    text: str
    address: Address | None = None
    iri: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class ShownQuery:
    """A SPARQL query that gives what stands on a page; `name` is that of a file in queries/, if it is one."""

    title: str
    text: str
    name: str = ""


@dataclass(frozen=True)
class Page:
    """One page. `template` is filled with `values` as HTML; the other forms are made when they are asked for.

    `data` makes the JSON twin, `triples` the Turtle twin, `markdown` the Markdown twin, `svg` the drawing and `csv`
    the table, if the page has one. `section` is the entry of the menu it belongs to; `trail` are the pages above it.
    `styles` and `scripts` are assets that it needs beside those of every page.
    """

    address: Address
    title: str
    template: str
    values: Mapping[str, object]
    data: Callable[[], Json]
    triples: Callable[[], Iterable[Triple]]
    markdown: Callable[[], str]
    svg: Callable[[], str] | None = None
    csv: Callable[[], str] | None = None
    section: str = ""
    trail: tuple[Ref, ...] = ()
    queries: tuple[ShownQuery, ...] = ()
    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    live_only: bool = False
    """Whether the page makes sense only on a server: it is not written into a folder."""
    fault: str = ""
    """Why what was asked for could not be shown, if it could not: the page says so, and a server answers 400."""

    @property
    def forms(self) -> tuple[str, ...]:
        """The twins that this page has."""
        return ("json", "ttl", "md", *(("svg",) if self.svg else ()), *(("csv",) if self.csv else ()))

    def at(self, address: Address) -> Page:
        """Return the same page under another address."""
        return replace(self, address=address)


class NotFound(Exception):
    """There is no such page; the message is for people, and offers the nearest."""


class Moved(Exception):
    """The page stands at another address."""

    def __init__(self, address: Address) -> None:
        super().__init__(address.path)
        self.address = address


def as_json(data: Json) -> str:
    """Write the JSON twin."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
