"""Which disputes an address asks for, and the addresses that ask for more or fewer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.contradiction.results import Verdict
from kg.errors import did_you_mean
from kg.explorer.catalog import Choice, Facet, Filter, Order
from kg.explorer.explorer import Explorer
from kg.explorer.gathering.paging import asked
from kg.explorer.page import NotFound
from kg.explorer.site import Address
from kg.wording import capital

DISPUTES = "disputes"
KEYS = ("actor", "kind", "verdict", "issue", "month")
"""What a list of disputes can be narrowed down by, in the order in which an address says it."""
SHOWN = 8
"""How many choices of a facet stand open; the others are folded."""


@dataclass(frozen=True, slots=True)
class ChoiceLink:
    """One choice of a facet, and the list that it leads to; the list without it, if it is chosen."""

    label: str
    count: int
    chosen: bool
    address: Address


@dataclass(frozen=True, slots=True)
class FacetLinks:
    """One way to narrow down, as links: those that stand open, and those that are folded."""

    label: str
    shown: tuple[ChoiceLink, ...]
    folded: tuple[ChoiceLink, ...]
    more: int
    note: str


def wanted(explorer: Explorer, address: Address) -> Filter:
    """Read which disputes an address asks for; raises `NotFound` for what cannot be meant."""
    actor, issue = address.get("actor"), address.get("issue")
    return Filter(
        actor=explorer.node(actor) if actor else None,
        kind=address.get("kind") or None,
        verdict=_verdict(address.get("verdict")),
        issue=explorer.node(issue) if issue else None,
        month=address.get("month") or None,
        order=_order(address.get("order")),
    )


def _verdict(text: str) -> Verdict | None:
    found = {one.value: one for one in Verdict}
    if text and text not in found:
        raise NotFound(f'there is no verdict "{text}"{did_you_mean(text, found)}')
    return found.get(text)


def _order(text: str) -> Order:
    found = {one.value: one for one in Order}
    if text and text not in found:
        raise NotFound(f'disputes have no order "{text}"{did_you_mean(text, found)}')
    return found.get(text, Order.CERTAIN)


def list_address(address: Address, **changed: str) -> Address:
    """Write the address of a list of disputes in one way only; a change of what is wanted begins at the first page.

    >>> list_address(Address.of("disputes", page="2", kind="k"), actor="a").query
    (('actor', 'a'), ('kind', 'k'))
    """
    values = {**dict(address.query), **({"page": ""} if changed else {}), **changed}
    order = values.get("order", "")
    values["order"] = "" if order == Order.CERTAIN.value else order
    return Address.of(DISPUTES, **{key: values.get(key, "") for key in (*KEYS, "order", "page")})


def page_number(address: Address) -> int:
    """Return which part of the list an address asks for, from 1."""
    return asked(address, "page")


def facet_links(facets: Iterable[Facet], address: Address) -> tuple[FacetLinks, ...]:
    """Turn facets into links; those without a choice are left out, unless they say why."""
    return tuple(
        FacetLinks(
            facet.label,
            _links(facet.name, facet.choices[:SHOWN], address),
            _links(facet.name, facet.choices[SHOWN:], address),
            facet.more,
            facet.note,
        )
        for facet in facets
        if facet.choices or facet.note
    )


def _links(name: str, choices: Sequence[Choice], address: Address) -> tuple[ChoiceLink, ...]:
    return tuple(
        ChoiceLink(
            capital(one.label),
            one.count,
            one.chosen,
            list_address(address, **{name: "" if one.chosen else one.value}),
        )
        for one in choices
    )


def chosen(links: Iterable[FacetLinks]) -> tuple[tuple[str, ChoiceLink], ...]:
    """Return what is chosen, with the words of its facet."""
    return tuple((one.label, choice) for one in links for choice in (*one.shown, *one.folded) if choice.chosen)
