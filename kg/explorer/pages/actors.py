"""Those who speak and act: the list of them, and for each the posts held, what was said, and who says otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.explorer.catalog import MOST_LISTED
from kg.explorer.explorer import Explorer
from kg.explorer.gathering.asked import MOST_WITHDRAWALS, withdrawals
from kg.explorer.gathering.facts import called, cut_short, facts_of
from kg.explorer.gathering.listing import Listing, by_name, list_addresses, list_page
from kg.explorer.gathering.posts import Holding, held_by, post_ref
from kg.explorer.gathering.sections import Cell, Claims, Drawing, Links
from kg.explorer.gathering.summary import dates_of
from kg.explorer.gathering.thing import (
    about_section,
    changes_section,
    disputes_about,
    facts_section,
    life,
    lists_of,
    named_in,
    said_section,
    shown_in,
    sides_taken,
    thing_addresses,
    thing_at,
    thing_page,
)
from kg.explorer.maker import Maker
from kg.explorer.page import Page, Ref
from kg.explorer.shown import shown
from kg.explorer.site import Address
from kg.terms import Iri, Node
from kg.views.chart import Row, RowKind
from kg.views.rows import said_span
from kg.vocab import ORG
from kg.wording import capital

LIST = Listing(
    page="actor",
    path="actors",
    title="Actors",
    lead="People, groups and unnamed sources who say something here, or of whom something is said.",
    noun="actor",
    claims="Claims they make",
    speak=True,
)
MOST_DRAWN = 30
"""How many claims the drawing of a page shows."""
MOST_EVENTS = 200
"""How many facts that name somebody are looked through for events."""


def actor_page(explorer: Explorer, address: Address) -> Page:
    """Make the page of somebody."""
    node = thing_at(explorer, address)
    name = called(explorer, node)
    said = said_section(explorer, node, address)
    posts = held_by(explorer, node)
    held, events, opponents = posts_section(explorer, posts), _events(explorer, node), _opponents(explorer, node)
    return thing_page(
        explorer,
        address,
        node,
        [
            facts_section(explorer, node, (ORG.hasMembership, ORG.holds)),
            held,
            drawing(explorer, name, posts, said),
            sides_taken(explorer, node, address),
            opponents,
            changes_section(explorer, node),
            _withdrawals(explorer, node),
            said,
            events,
            disputes_about(explorer, node, address),
            life(explorer, node),
            about_section(explorer, node, address),
            named_in(explorer, node, address, shown_in([events])),
        ],
        menu="actors",
        above=Ref("Actors", Address.of("actors")),
        queries=[
            shown("claims-by-speaker", speaker=node),
            shown("officials-and-posts", person=node),
            shown("positions-over-time", speaker=node),
            shown("who-contradicts-whom", speaker=node),
        ],
    )


def posts_section(explorer: Explorer, posts: tuple[Holding, ...]) -> Links:
    """The posts that somebody holds or held."""
    rows: list[tuple[Cell, ...]] = [
        (
            post_ref(explorer, holding),
            tuple(explorer.ref(body) for body in holding.bodies),
            holding.when or "no time is recorded",
        )
        for holding in posts
    ]
    facts = dict.fromkeys(fact for holding in posts for fact in holding.facts)
    return Links("posts", "Posts", ("Post", "In", "When"), tuple(rows), tuple(facts))


def drawing(explorer: Explorer, name: str, posts: tuple[Holding, ...], said: Claims) -> Drawing:
    """Posts as bars and statements as dots, over time."""
    rows = [
        Row(
            label=capital(explorer.prose.name(holding.post)),
            kind=RowKind.EVENT,
            certain=holding.window.certain,
            possible=holding.window.possible,
            group="Posts",
        )
        for holding in posts
        if holding.when
    ]
    dated = [line for line in said.lines if line.claim.said_on and said_span(line.claim.said_on.value)]
    rows += [
        Row(
            label="; ".join(line.says) or "takes something back",
            kind=RowKind.CLAIM,
            said=said_span(line.claim.said_on.value if line.claim.said_on else None),
            group="Statements",
            conflict=line.disputed,
        )
        for line in dated[:MOST_DRAWN]
    ]
    left_out = said.paging.total - len(dated[:MOST_DRAWN])
    note = f"{left_out:,} statements are not drawn: they have no date, or stand on other pages." if left_out else ""
    return Drawing("over_time", "Over time", f"Posts and statements of {name}", tuple(rows), note)


def _opponents(explorer: Explorer, node: Iri) -> Links:
    found = explorer.catalog.opponents(node)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (explorer.ref(other, start=True), f"{count:,} {'dispute' if count == 1 else 'disputes'}")
        for other, count in found
    )
    name = explorer.names.name(node)
    more = Ref("All the disputes", Address.of("disputes", actor=name))
    columns = ("Who", "In how many disputes")
    note = f"The {MOST_LISTED:,} with the most disputes are listed." if len(rows) == MOST_LISTED else ""
    return Links("opponents", "Whom they contradict", columns, rows, note=note, more=more)


def _withdrawals(explorer: Explorer, node: Iri) -> Links:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (explorer.claim_ref(later), f"↩ {explorer.prose.name(how)}", explorer.claim_ref(earlier))
        for later, how, earlier in withdrawals(explorer, node)
    )
    note = f"The first {MOST_WITHDRAWALS:,} are listed; there are more." if len(rows) > MOST_WITHDRAWALS else ""
    columns = ("Claim", "What it does", "Earlier claim")
    return Links("withdrawals", "Taken back", columns, rows[:MOST_WITHDRAWALS], note=note)


def _events(explorer: Explorer, node: Iri) -> Links:
    """The meetings and other events that name somebody."""
    found = [
        fact
        for fact in explorer.catalog.referring(node, 0, MOST_EVENTS).items
        if isinstance(fact.s, Iri) and explorer.page_of(fact.s) == "meeting"
    ]
    dated = sorted(((_date(explorer, fact.s), fact) for fact in found), key=lambda one: (not one[0], one[0], one[1]))
    rows: list[tuple[Cell, ...]] = [
        (explorer.ref(fact.s, start=True), explorer.prose.name(fact.p), _planned(explorer, fact.s)) for _, fact in dated
    ]
    columns, note = ("Event", "As", "Planned for"), cut_short(explorer, [node], MOST_EVENTS)
    return Links("events", "Meetings and other events", columns, tuple(rows), tuple(found), note=note)


def _date(explorer: Explorer, event: Node) -> str:
    return next((day.value for day in dates_of(facts_of(explorer, event))), "")


def _planned(explorer: Explorer, event: Node) -> str:
    """Say when an event is planned for."""
    return ", ".join(explorer.prose.name(day) for day in dates_of(facts_of(explorer, event)))


def actors_page(explorer: Explorer, address: Address) -> Page:
    """Make the list."""
    return list_page(explorer, address, LIST, by_name("actor"), queries=[shown("officials-and-posts")])


MAKERS: Mapping[str, Maker] = {"actors": actors_page, "actor": actor_page}


def addresses(explorer: Explorer) -> Iterator[Address]:
    """Yield the addresses of the pages that a published folder holds."""
    yield from list_addresses(explorer, LIST)
    yield from thing_addresses(explorer, "actor", lists_of(explorer))
