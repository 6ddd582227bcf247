"""Read a page as a browser does, and name the pages that the tests of the frame look at."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

from kg.contradiction import CheckOptions
from kg.explorer.explorer import Explorer
from kg.explorer.opening import open_explorer
from kg.explorer.pages import accounts, dispute, disputes
from kg.explorer.site import Address
from kg.graph import KnowledgeGraph

HARBOUR = Path(__file__).resolve().parents[1] / "views" / "cases" / "harbour.yaml"
"""A made-up case with disputes of every verdict, a change of position and a withdrawal."""


BLOCKS = frozenset({"dt", "dd", "td", "th", "li", "p", "h1", "h2", "h3", "summary", "caption"})


class Parsed(HTMLParser):
    """The tags of a page with their attributes, its links and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.links: list[tuple[str, str]] = []
        self._words: list[str] = []
        self._open: list[str] = []
        self._hidden = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        self._hidden = tag == "script"
        if tag == "a" and "href" in found:
            self._open.append(found["href"])
            self.links.append((found["href"], ""))

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False
        if tag in BLOCKS:
            self._words.append(" ")
        if tag == "a" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        self._words.append(data)
        if self._open:
            href, words = self.links[-1]
            self.links[-1] = (href, words + data)

    @property
    def text(self) -> str:
        """All words, with single spaces."""
        return " ".join("".join(self._words).split())

    def count(self, tag: str) -> int:
        """How many elements of a name there are."""
        return sum(name == tag for name, _ in self.tags)

    def hrefs(self, words: str) -> list[str]:
        """Where the links with these words lead."""
        return [href for href, said in self.links if " ".join(said.split()) == words]


@lru_cache(maxsize=2)
def harbour(*, large: bool = False) -> Explorer:
    """Open the made-up case; as a large graph is opened, if that is wanted."""
    options = CheckOptions(columns_from=0) if large else CheckOptions()
    return open_explorer(KnowledgeGraph.load(HARBOUR, options=options))


def dossier(folder: Path, text: str) -> Explorer:
    """Open a small dossier."""
    file = folder / "dossier.yaml"
    file.write_text(f"dossier: https://e.example/case/x\n{text}", encoding="utf-8")
    return open_explorer(KnowledgeGraph.load(file))


def many_disputes(count: int) -> str:
    """Write a dossier in which Ann and Bob are at odds about so many meetings."""
    meetings = range(count)
    events = ", ".join(f"m{n}: {{type: [Meeting], name: meeting {n}}}" for n in meetings)
    said = "".join(
        f"  a{n}: {{by: ann, on: 2026-01-02, affirms: [m{n}, is, Held], holds: 2026-01-01}}\n"
        f"  b{n}: {{by: bob, on: 2026-01-02, denies: [m{n}, is, Held], holds: ../2026-01-02}}\n"
        for n in meetings
    )
    return f"people: {{ann: {{name: Ann}}, bob: {{name: Bob}}}}\nevents: {{{events}}}\nclaims:\n{said}"


def own_addresses(explorer: Explorer) -> list[Address]:
    """List the pages of disputes and accounts that a folder holds."""
    return [address for module in (disputes, dispute, accounts) for address in module.addresses(explorer)]


def with_faults(explorer: Explorer, *faults: str) -> Explorer:
    """Return the same explorer after its files became unreadable."""
    return replace(explorer, faults=faults)
