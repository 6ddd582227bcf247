"""What the server shows at one time: an explorer, and a version by which browsers tell it from what came before."""

from __future__ import annotations

from dataclasses import dataclass

from kg.explorer.explorer import Explorer
from kg.explorer.page import Page
from kg.explorer.rendering import MEDIA_TYPES, html, write
from kg.explorer.site import Address, ServerSite
from kg.web import assets


class LiveSite(ServerSite):
    """Links on this server: a name is told from a twin, and an asset from what it was before.

    >>> LiveSite().href(Address.of("thing", "note.md"))
    '/thing/note%2Emd'
    """

    def href(self, address: Address, form: str = "") -> str:
        """Write a link to a page, or to its twin; a name that ends as a twin does is told from one by `%2E`."""
        path, mark, query = super().href(address, form).partition("?")
        name, dot, end = path.rpartition(".")
        if not form and dot and end in MEDIA_TYPES:
            path = f"{name}%2E{end}"
        return f"{path}{mark}{query}"

    def asset(self, name: str) -> str:
        """Write a link to a style sheet or a script; it changes when the content does, so it may be kept for long."""
        known = assets.everything().get(name)
        return f"/assets/{name}?v={known.print}" if known else super().asset(name)


@dataclass(frozen=True)
class Shown:
    """An explorer of one state of the data; everything in one answer is made from one of these.

    `announced` is the version that pages are told, so that they can see when there is another; empty if they need not.
    """

    explorer: Explorer
    version: str
    announced: str = ""
    is_secret: bool = False
    """Whether something confidential may be shown: then browsers are to keep nothing."""

    def write(self, page: Page, form: str = "html") -> str:
        """Write a page in one of its forms."""
        if form == "html":
            return html(page, self.explorer, SITE, version=self.announced)
        return write(page, self.explorer, SITE, form)


SITE = LiveSite()
