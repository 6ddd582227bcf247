"""Everything else: offers, deadlines, measures, places, and whatever a claim of any ontology speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.explorer.explorer import Explorer
from kg.explorer.gathering.facts import cut_short
from kg.explorer.gathering.listing import Listing, by_name, list_addresses, list_page
from kg.explorer.gathering.posts import MOST, Holding, holders_of
from kg.explorer.gathering.sections import Cell, Links
from kg.explorer.gathering.thing import (
    about_section,
    disputes_about,
    facts_section,
    life,
    lists_of,
    named_in,
    said_section,
    shown_in,
    thing_addresses,
    thing_at,
    thing_page,
    within,
)
from kg.explorer.maker import Maker
from kg.explorer.page import Page, Ref
from kg.explorer.shown import shown
from kg.explorer.site import Address
from kg.terms import Iri

LIST = Listing(
    page="thing",
    path="things",
    title="Other things",
    lead="Offers, demands, deadlines, measures, places, and everything else that something is said of.",
    noun="thing",
    claims="Claims about it",
    speak=False,
)


def thing_page_at(explorer: Explorer, address: Address) -> Page:
    """Make the page of a thing that has no kind of page of its own."""
    node = thing_at(explorer, address)
    parts = tuple(within(explorer, node, "Part of", "Its parts"))
    held = _holders(explorer, node)
    return thing_page(
        explorer,
        address,
        node,
        [
            facts_section(explorer, node, explorer.graph.theory.hierarchies),
            *parts,
            held,
            life(explorer, node),
            disputes_about(explorer, node, address),
            about_section(explorer, node, address),
            said_section(explorer, node, address),
            named_in(explorer, node, address, shown_in([*parts, held])),
        ],
        menu="things",
        above=Ref("Other things", Address.of("things")),
        queries=[shown("claims-about", thing=node), shown("positions-over-time", thing=node)],
    )


def _holders(explorer: Explorer, node: Iri) -> Links:
    """Who holds or held it, if it is a post."""
    holdings: tuple[Holding, ...] = holders_of(explorer, node)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (explorer.ref(holding.holder, start=True), holding.when or "no time is recorded") for holding in holdings
    )
    facts = dict.fromkeys(fact for holding in holdings for fact in holding.facts)
    note = cut_short(explorer, [node] if rows else [], MOST)
    return Links("holders", "Who held it", ("Who", "When"), rows, tuple(facts), note=note)


def things_page(explorer: Explorer, address: Address) -> Page:
    """Make the list."""
    return list_page(explorer, address, LIST, by_name("thing"), queries=[shown("find-entity")])


MAKERS: Mapping[str, Maker] = {"things": things_page, "thing": thing_page_at}


def addresses(explorer: Explorer) -> Iterator[Address]:
    """Yield the addresses of the pages that a published folder holds."""
    yield from list_addresses(explorer, LIST)
    yield from thing_addresses(explorer, "thing", lists_of(explorer))
