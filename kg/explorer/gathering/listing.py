"""Lists of things of one kind: who or what they are, on a line each, with how much is said and disputed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from kg.explorer.catalog import Filter, Slice
from kg.explorer.explorer import Explorer
from kg.explorer.gathering.facts import facts_of, listed_kinds
from kg.explorer.gathering.paging import Paging, further, part
from kg.explorer.gathering.summary import summary
from kg.explorer.markdown import render
from kg.explorer.page import Json, NotFound, Page, Ref, ShownQuery
from kg.explorer.site import Address
from kg.terms import Iri, Node, Triple

BUSIEST = 8
"""How many of the busiest are named above a list."""
SHORT = 12
"""A list of so many things is seen whole, and the busiest need not be named."""
OTHER_LISTS = (
    Ref("Actors", Address.of("actors")),
    Ref("Institutions", Address.of("institutions")),
    Ref("Meetings", Address.of("meetings")),
    Ref("Issues", Address.of("issues")),
    Ref("Other things", Address.of("things")),
)


@dataclass(frozen=True, slots=True)
class ListRow:
    """One thing of a list; `depth` is how deep it stands in a tree."""

    ref: Ref
    kind: str
    line: str
    claims: int
    disputes: int
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list is called and says of itself, and how its things are counted and ordered.

    `page` is the kind of page that its things have; `claims` and `disputes` are the headings of the two counts.
    """

    page: str
    path: str
    title: str
    lead: str
    noun: str
    claims: str
    speak: bool
    template: str = "things/list.html.j2"


def row_of(explorer: Explorer, listing: Listing, node: Node, depth: int = 0) -> ListRow:
    """Say one thing of a list on a line."""
    claims, disputes = counts_of(explorer, listing, node)
    line = summary(explorer, node) if isinstance(node, Iri) else ""
    return ListRow(explorer.ref(node, start=True), listed_kinds(explorer, node), line, claims, disputes, depth)


def counts_of(explorer: Explorer, listing: Listing, node: Node) -> tuple[int, int]:
    """Count what somebody says, or is said of a thing, and the disputes on a side of which that stands."""
    catalog = explorer.catalog
    if listing.speak:
        return catalog.claims_by(node, 0, 0).total, catalog.disputes(Filter(actor=node), 0, 1).total
    return catalog.claims_about(node, 0, 0).total, catalog.conflicts_about(node, 0, 1).total


Ordered = Callable[[Explorer, int, int], Slice[tuple[Node, int]]]
"""The things of a list in its order, each with its depth: from where, how many."""


def by_name(page: str) -> Ordered:
    """Order things by name, as the catalog does."""

    def taken(explorer: Explorer, start: int, count: int) -> Slice[tuple[Node, int]]:
        found = explorer.catalog.things(page, start, count)
        return Slice(tuple((node, 0) for node in found.items), found.total, start)

    return taken


def list_page(
    explorer: Explorer,
    address: Address,
    listing: Listing,
    ordered: Ordered,
    *,
    queries: Iterable[ShownQuery] = (),
    note: str = "",
) -> Page:
    """Make the page of a list."""
    if len(address.parts) != 1:
        raise NotFound(f"the list is called {listing.path}")
    nodes, paging = part(address, "page", lambda start, count: ordered(explorer, start, count))
    rows = tuple(row_of(explorer, listing, node, depth) for node, depth in nodes)
    long = paging.total > SHORT and paging.number == 1
    busiest = explorer.catalog.busiest(listing.page, BUSIEST) if long else ()
    values = {
        "listing": listing,
        "rows": rows,
        "paging": paging,
        "busiest": tuple((explorer.ref(node, start=True), count) for node, count in busiest),
        "note": note,
        "others": tuple(ref for ref in OTHER_LISTS if ref.address != Address.of(listing.path)),
    }

    def triples() -> Iterable[Triple]:
        return dict.fromkeys(fact for node, _ in nodes for fact in facts_of(explorer, node))

    return Page(
        address=address,
        title=listing.title,
        template=listing.template,
        values=values,
        data=lambda: _data(listing, rows, paging),
        triples=triples,
        markdown=lambda: render(listing.template.replace(".html.", ".md."), **values),
        section=listing.path,
        queries=tuple(queries),
        styles=("things.css",),
    )


def _data(listing: Listing, rows: Iterable[ListRow], paging: Paging) -> Json:
    return {
        "total": paging.total,
        "first": paging.first,
        listing.path: [
            {
                "iri": row.ref.iri,
                "name": row.ref.text,
                "kind": row.kind,
                "line": row.line,
                "claims": row.claims,
                "disputes": row.disputes,
                "depth": row.depth,
            }
            for row in rows
        ],
    }


def list_addresses(explorer: Explorer, listing: Listing) -> Iterator[Address]:
    """Yield the pages of a list."""
    home = Address.of(listing.path)
    yield home
    yield from further(home, "page", explorer.catalog.things(listing.page, 0, 0).total)
