"""The addresses of the pages that a real browser looks at."""

from __future__ import annotations

from kg.explorer.explorer import Explorer
from kg.explorer.routes import addresses
from kg.explorer.site import Address


def one_of_each(explorer: Explorer) -> list[Address]:
    """Return the addresses of one page of each kind; for things the one that most is said about."""
    chosen: dict[tuple[str, int, bool], Address] = {}
    for address in addresses(explorer):
        chosen.setdefault((address.parts[0] if address.parts else "", len(address.parts), bool(address.query)), address)
    return list(chosen.values())
