"""Meetings and other events: the list of them by date, and for each its life line: who says which step happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.explorer.catalog import Slice
from kg.explorer.explorer import Explorer
from kg.explorer.gathering.facts import facts_of
from kg.explorer.gathering.listing import Listing, by_name, list_addresses, list_page
from kg.explorer.gathering.summary import dates_of
from kg.explorer.gathering.thing import (
    about_section,
    disputes_about,
    facts_section,
    life,
    lists_of,
    named_in,
    thing_addresses,
    thing_at,
    thing_page,
)
from kg.explorer.maker import Maker
from kg.explorer.page import Page, Ref
from kg.explorer.shown import shown
from kg.explorer.site import Address
from kg.terms import Node
from kg.views.rows import said_span

LIST = Listing(
    page="meeting",
    path="meetings",
    title="Meetings and other events",
    lead="Meetings, trips, interviews and whatever else was planned or happened, the earliest first.",
    noun="event",
    claims="Claims about it",
    speak=False,
)
SORTED_UP_TO = 500
"""Up to so many events are sorted by their date; more are listed by name."""


def meeting_page(explorer: Explorer, address: Address) -> Page:
    """Make the page of a meeting or another event."""
    node = thing_at(explorer, address)
    return thing_page(
        explorer,
        address,
        node,
        [
            facts_section(explorer, node),
            life(explorer, node),
            disputes_about(explorer, node, address),
            about_section(explorer, node, address),
            named_in(explorer, node, address),
        ],
        menu="meetings",
        above=Ref("Meetings", Address.of("meetings")),
        queries=[
            shown("meetings-timeline", event=node),
            shown("claims-about", thing=node),
            shown("reasons-for-events", thing=node),
            shown("contested-propositions", thing=node),
        ],
    )


def _by_date(explorer: Explorer, start: int, count: int) -> Slice[tuple[Node, int]]:
    """Order events by when they are planned for, those without a date last; a great many by name."""
    whole = explorer.catalog.things("meeting", 0, SORTED_UP_TO)
    if whole.total > SORTED_UP_TO:
        return by_name("meeting")(explorer, start, count)
    # The catalog gives them by name, and sorting keeps that order where dates are equal.
    ordered = sorted(whole.items, key=lambda node: _begin(explorer, node))
    return Slice(tuple((node, 0) for node in ordered[start : start + count]), whole.total, start)


def _begin(explorer: Explorer, node: Node) -> tuple[bool, int]:
    spans = [span for day in dates_of(facts_of(explorer, node)) if (span := said_span(day.value)) is not None]
    return not spans, min((span.start for span in spans), default=0)


def meetings_page(explorer: Explorer, address: Address) -> Page:
    """Make the list."""
    total = explorer.catalog.things("meeting", 0, 1).total
    note = f"{total:,} events are too many to sort by date here; they stand by name." if total > SORTED_UP_TO else ""
    return list_page(explorer, address, LIST, _by_date, queries=[shown("meetings-timeline")], note=note)


MAKERS: Mapping[str, Maker] = {"meetings": meetings_page, "meeting": meeting_page}


def addresses(explorer: Explorer) -> Iterator[Address]:
    """Yield the addresses of the pages that a published folder holds."""
    yield from list_addresses(explorer, LIST)
    yield from thing_addresses(explorer, "meeting", lists_of(explorer))
