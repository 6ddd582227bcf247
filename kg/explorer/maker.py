"""What makes a page: a function of the explorer and the address."""

from __future__ import annotations

from typing import Protocol

from kg.explorer.explorer import Explorer
from kg.explorer.page import Page
from kg.explorer.site import Address


class Maker(Protocol):
    """Make the page of an address, whose first part has chosen this maker; raises `NotFound` or `Moved`."""

    def __call__(self, explorer: Explorer, address: Address, /) -> Page:
        """Make the page."""
        ...
