"""Bodies: the list of them, and for each its posts and who held them, its parts, and what its people said for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.explorer.catalog import PAGE
from kg.explorer.explorer import Explorer
from kg.explorer.gathering.asked import spoken_for
from kg.explorer.gathering.facts import called, cut_short, may_be_shown
from kg.explorer.gathering.listing import Listing, by_name, list_addresses, list_page
from kg.explorer.gathering.paging import part
from kg.explorer.gathering.posts import MOST, Holding, holders_of, posts_in
from kg.explorer.gathering.said import claim_lines
from kg.explorer.gathering.sections import Cell, Claims, Drawing, Links
from kg.explorer.gathering.thing import (
    about_section,
    changes_section,
    disputes_about,
    facts_section,
    life,
    lists_of,
    named_in,
    naming,
    said_section,
    shown_in,
    sides_taken,
    thing_addresses,
    thing_at,
    thing_page,
    within,
)
from kg.explorer.maker import Maker
from kg.explorer.page import Page, Ref
from kg.explorer.shown import shown
from kg.explorer.site import Address
from kg.terms import Iri, Node, Triple
from kg.views.chart import Row, RowKind
from kg.vocab import ORG
from kg.wording import capital

LIST = Listing(
    page="institution",
    path="institutions",
    title="Institutions",
    lead="Governments, ministries, companies and publishers, with their posts, and what was said by and about them.",
    noun="institution",
    claims="Claims about it",
    speak=False,
)
FOR_IT = "for"


def institution_page(explorer: Explorer, address: Address) -> Page:
    """Make the page of a body."""
    node = thing_at(explorer, address)
    name = called(explorer, node)
    found = {post: holders_of(explorer, post) for post in posts_in(explorer, node)}
    posts, people = _posts(explorer, node, found), _people(explorer, node)
    parts = tuple(within(explorer, node, "Part of", "Its parts"))
    return thing_page(
        explorer,
        address,
        node,
        [
            facts_section(explorer, node, explorer.graph.theory.hierarchies),
            *parts,
            posts,
            _drawing(explorer, name, found),
            people,
            sides_taken(explorer, node, address),
            disputes_about(explorer, node, address),
            _for_it(explorer, node, address),
            said_section(explorer, node, address),
            changes_section(explorer, node),
            life(explorer, node),
            about_section(explorer, node, address),
            named_in(explorer, node, address, shown_in([posts, people, *parts])),
        ],
        menu="institutions",
        above=Ref("Institutions", Address.of("institutions")),
        queries=[
            shown("officials-and-posts"),
            shown("claims-about", thing=node),
            shown("claims-by-speaker", speaker=node),
        ],
    )


def _people(explorer: Explorer, node: Iri) -> Links:
    """People and groups of which the recorder says what they have to do with a body."""
    facts = [
        fact
        for fact in explorer.catalog.referring(node, 0, PAGE).items
        if may_be_shown(fact) and isinstance(fact.s, Iri) and explorer.page_of(fact.s) == "actor"
    ]
    return naming(explorer, "people", "Its people", facts, note=cut_short(explorer, [node], PAGE))


def _posts(explorer: Explorer, node: Iri, found: Mapping[Node, tuple[Holding, ...]]) -> Links:
    rows: list[tuple[Cell, ...]] = []
    for post, holdings in found.items():
        for holding in holdings:
            when = holding.when or "no time is recorded"
            rows.append((explorer.ref(post, start=True), explorer.ref(holding.holder), when))
        if not holdings:
            rows.append((explorer.ref(post, start=True), "nobody is recorded", ""))
    facts = dict.fromkeys(Triple(post, ORG.postIn, node) for post in found)
    facts |= dict.fromkeys(fact for holdings in found.values() for holding in holdings for fact in holding.facts)
    columns, note = ("Post", "Held by", "When"), cut_short(explorer, [node, *found], MOST)
    return Links("posts", "Posts and who held them", columns, tuple(rows), tuple(facts), note=note)


def _drawing(explorer: Explorer, name: str, found: Mapping[Node, tuple[Holding, ...]]) -> Drawing:
    rows = [
        Row(
            label=capital(explorer.prose.name(holding.holder)),
            kind=RowKind.EVENT,
            certain=holding.window.certain,
            possible=holding.window.possible,
            group=capital(explorer.prose.name(post)),
        )
        for post, holdings in found.items()
        for holding in holdings
        if holding.when
    ]
    return Drawing("over_time", "Over time", f"Who held the posts of {name}", tuple(rows))


def _for_it(explorer: Explorer, node: Iri, address: Address) -> Claims:
    """What its people said in their posts."""
    claims, paging = part(address, FOR_IT, lambda start, count: spoken_for(explorer, node, start, count))
    return Claims("said_for_it", "What its people said in their posts", claim_lines(explorer, claims), paging)


def institutions_page(explorer: Explorer, address: Address) -> Page:
    """Make the list."""
    return list_page(explorer, address, LIST, by_name("institution"), queries=[shown("officials-and-posts")])


MAKERS: Mapping[str, Maker] = {"institutions": institutions_page, "institution": institution_page}


def addresses(explorer: Explorer) -> Iterator[Address]:
    """Yield the addresses of the pages that a published folder holds."""
    yield from list_addresses(explorer, LIST)
    yield from thing_addresses(
        explorer,
        "institution",
        [*lists_of(explorer), (FOR_IT, PAGE, lambda node: spoken_for(explorer, node, 0, 1).total)],
    )
