"""The search page: what was found, by kind; in a folder, everything from A to Z."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kg.explorer import markdown
from kg.explorer.catalog import PAGE, Slice
from kg.explorer.explorer import Explorer
from kg.explorer.folder_index import Letter, letters
from kg.explorer.indexing import KINDS, found_at_once, index_at_once, ref_of
from kg.explorer.kinds import CLAIM
from kg.explorer.maker import Maker
from kg.explorer.page import Json, Page, Ref
from kg.explorer.searching import Found, Hit
from kg.explorer.site import Address
from kg.explorer.words import Part, marked, passage
from kg.terms import Iri, Triple

SEARCH = "search"
FIRST = 8
"""How many of each kind are shown while all kinds are."""
LONGEST = 300
"""Characters of a search that are read."""
_MOST_TRIPLES = 50


@dataclass(frozen=True, slots=True)
class ShownHit:
    """Something found: its link, its name and its text with what was searched for marked."""

    ref: Ref
    name: tuple[Part, ...]
    text: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind: the first of them, and where all of them are."""

    kind: str
    heading: str
    slice: Slice[ShownHit]
    address: Address


def search_page(explorer: Explorer, address: Address) -> Page:
    """Make the page for a search, or one that says how to search."""
    text = " ".join(address.get("q").split())[:LONGEST]
    kind = address.get("kind") if address.get("kind") in {one for one, _, _ in KINDS} else ""
    index = index_at_once(explorer)
    found = found_at_once(explorer, text) if index is None else index.find(text)
    groups = _groups(explorer, address, found, kind)
    best = _best(explorer, found) if not kind else None
    a_to_z: Callable[[], list[Letter]] = lambda: letters(explorer)  # noqa: E731  # only a folder asks for it
    return Page(
        address=address,
        title=f"Search: {text}" if text else "Search",
        template="search.html.j2",
        values={
            "text": text,
            "kind": kind,
            "found": found,
            "groups": groups,
            "best": best,
            "kinds": [(one, heading, found.counts.get(one, 0)) for one, heading, _ in KINDS],
            "all": Address.of(SEARCH, q=text),
            "search": Address.of(SEARCH),
            "large": explorer.graph.is_large,
            "quotes": index is not None and CLAIM in index.counts,
            "indexed": (explorer.searching.done, explorer.searching.total) if index is None else None,
            "letters": a_to_z,
        },
        data=lambda: _json(text, found, groups),
        triples=lambda: _triples(explorer, groups),
        markdown=lambda: markdown.render("search.md.j2", text=text, groups=groups, found=found),
        section=SEARCH,
        styles=("search.css",),
        scripts=("search.js",),
    )


MAKERS: Mapping[str, Maker] = {SEARCH: search_page}


def addresses(_explorer: Explorer) -> Iterator[Address]:
    """Yield the address of the page that a folder holds: a box that searches in the browser, and an index."""
    yield Address.of(SEARCH)


def _groups(explorer: Explorer, address: Address, found: Found, kind: str) -> list[Group]:
    """Return the kinds of which something was found; those of which a name is what was typed come first."""
    groups = []
    for one, heading, _ in KINDS:
        hits = found.of(one)
        if not hits or kind not in ("", one):
            continue
        start = (_page(address) - 1) * PAGE if kind else 0
        shown = hits[start : start + PAGE] if kind else hits[:FIRST]
        items = tuple(_shown(explorer, hit, found) for hit in shown)
        to = address.changed(kind=one, page="")
        groups.append((min(hit.near for hit in hits), Group(one, heading, Slice(items, len(hits), start), to)))
    return [group for _, group in sorted(groups, key=lambda pair: pair[0] > 0)]


def _page(address: Address) -> int:
    wanted = address.get("page")
    return max(1, int(wanted)) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else 1


def _shown(explorer: Explorer, hit: Hit, found: Found) -> ShownHit:
    return ShownHit(
        ref_of(explorer, hit.entry),
        tuple(marked(hit.entry.name, found.phrases)),
        tuple(passage(hit.entry.text, found.phrases)),
    )


def _best(explorer: Explorer, found: Found) -> ShownHit | None:
    """Return what is called exactly as was typed, if it is one thing only."""
    exact = [hit for hit in found.hits if hit.near == 0]
    return _shown(explorer, exact[0], found) if len(exact) == 1 else None


def _json(text: str, found: Found, groups: list[Group]) -> Json:
    return {
        "q": text,
        "counts": dict(found.counts),
        "complete": not found.is_cut,
        "found": [
            {
                "kind": group.kind,
                "total": group.slice.total,
                "items": [
                    {
                        "name": one.ref.text,
                        **({"iri": one.ref.iri} if one.ref.iri else {}),
                        **({"page": one.ref.address.path} if one.ref.address is not None else {}),
                        "text": "".join(part.text for part in one.text),
                    }
                    for one in group.slice.items
                ],
            }
            for group in groups
        ],
    }


def _triples(explorer: Explorer, groups: list[Group]) -> list[Triple]:
    """Return what the recorder states about the things on the page."""
    nodes = dict.fromkeys(one.ref.iri for group in groups for one in group.slice.items if one.ref.iri)
    return [triple for node in list(nodes)[:_MOST_TRIPLES] for triple in explorer.catalog.facts(Iri(node))]
