"""Which module makes which page, by the first part of its address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.errors import BoundReached, QueryError, did_you_mean
from kg.explorer.explorer import Explorer
from kg.explorer.maker import Maker
from kg.explorer.page import NotFound, Page
from kg.explorer.pages import (
    accounts,
    actors,
    claims,
    dispute,
    disputes,
    documents,
    graph,
    institutions,
    issues,
    meetings,
    search,
    sparql,
    things,
    timeline,
)
from kg.explorer.site import Address

_MODULES = (
    disputes, dispute, accounts, actors, institutions, meetings, issues, things, claims, documents, timeline, graph,
    sparql, search,
)  # fmt: skip
MAKERS: Mapping[str, Maker] = {name: maker for module in _MODULES for name, maker in module.MAKERS.items()}
"""By the first part of an address; the home page's is empty."""


def page_at(explorer: Explorer, address: Address) -> Page:
    """Make a page; raises `NotFound` with the nearest, `Moved`, or `BoundReached` if a query for it took too long."""
    first = address.parts[0] if address.parts else ""
    maker = MAKERS.get(first)
    if maker is None:
        raise NotFound(f'there is no page "{first}"{did_you_mean(first, MAKERS)}')
    try:
        return maker(explorer, address)
    except BoundReached:
        raise  # the page may be there; it only took too long
    except QueryError as error:
        raise NotFound(str(error)) from None


def addresses(explorer: Explorer) -> Iterator[Address]:
    """Yield the address of every page that a published folder holds, each once."""
    seen: set[Address] = set()
    for module in _MODULES:
        for address in module.addresses(explorer):
            if address not in seen:
                seen.add(address)
                yield address
