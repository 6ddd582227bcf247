"""What can be true together: the accounts of each group of disputes, and why one stands before the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.contradiction.computed import conflict_triples
from kg.contradiction.results import Component, Conflict, Position
from kg.errors import QueryError
from kg.explorer.cards import DisputeLink, dispute_link
from kg.explorer.explorer import Explorer
from kg.explorer.gathering.paging import asked, further, pages
from kg.explorer.maker import Maker
from kg.explorer.markdown import render
from kg.explorer.page import NotFound, Page, Ref, ShownQuery
from kg.explorer.shown import shown
from kg.explorer.site import Address
from kg.terms import Triple
from kg.views.accounts import PREFERRED, unsaid, why_before
from kg.views.contract import accounts_json
from kg.views.dispute import support_words
from kg.wording import capital

ACCOUNTS = "accounts"
HOME = Ref("Disputes", Address())
GROUPS = 10
"""How many groups a list shows at a time."""
SIDE_BY_SIDE = 4
"""How many accounts of a group stand beside each other in the list of groups."""
COLUMNS = 6
"""How many accounts of one group its own page shows at a time."""
MOST_POSITIONS = 200
MOST_DISPUTES = 20
MOST_SPEAKERS = 3


@dataclass(frozen=True, slots=True)
class Head:
    """An account at the head of its column: its number, on how many sources it rests, and why it precedes the next."""

    number: int
    support: str
    why: str
    roots: tuple[Ref, ...]
    unsaid: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A position: what it holds, who holds it, its claims, and which of the accounts shown keep it."""

    text: str
    speakers: tuple[Ref, ...]
    claims: tuple[Ref, ...]
    more: int
    keeps: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The accounts of one group; `more` counts those that are not shown here."""

    number: int
    ref: Ref
    disputes: tuple[DisputeLink, ...]
    more_disputes: int
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    more_positions: int
    accounts: int
    incomplete: str

    @property
    def more(self) -> int:
        """How many accounts are not shown."""
        return self.accounts - len(self.heads)


def accounts(explorer: Explorer, address: Address) -> Page:
    """Make the list of groups, or the page of one group (`accounts/2`)."""
    if len(address.parts) == 1:
        return _groups(explorer, address)
    if len(address.parts) == 2:
        return _one(explorer, address)
    raise NotFound(f"there is no page {address.path}")


def _groups(explorer: Explorer, address: Address) -> Page:
    number = asked(address, "page")
    found = explorer.catalog.components((number - 1) * GROUPS, GROUPS)
    if number > pages(found.total, GROUPS):
        raise NotFound(f"there is no page {number:,} of this list, which has {pages(found.total, GROUPS):,}")
    here = Address.of(ACCOUNTS, page=str(number) if number > 1 else "")
    values: dict[str, object] = {
        "groups": tuple(group(explorer, one, 0, SIDE_BY_SIDE) for one in found.items),
        "found": found,
        "here": here,
        "preferred": PREFERRED,
        "incomplete": tuple(explorer.graph.check().incomplete),
        "size": GROUPS,
    }
    return Page(
        address=here,
        title="What can be true together",
        template="accounts.html.j2",
        values=values,
        data=lambda: accounts_json(explorer.graph.check(), found.items, explorer.prose) | {"total": found.total},
        triples=lambda: (triple for one in found.items for triple in _triples(explorer, one)),
        markdown=lambda: render("accounts-pages.md.j2", title="What can be true together", **values),
        section="accounts",
        queries=_queries(explorer),
    )


def _one(explorer: Explorer, address: Address) -> Page:
    text = address.parts[1]
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    found = explorer.catalog.components(number - 1, 1) if number else None
    if found is None or not found.items:
        total = explorer.catalog.components(count=0).total
        raise NotFound(f"there is no group {text} of accounts; they are numbered from 1 to {total:,}")
    component = found.items[0]
    part = asked(address, "page")
    count = pages(len(component.accounts), COLUMNS)
    if part > count:
        raise NotFound(f"there is no page {part:,} of this group, which has {count:,}")
    here = Address.of(ACCOUNTS, str(number), page=str(part) if part > 1 else "")
    shown_group = group(explorer, component, (part - 1) * COLUMNS, COLUMNS)
    values: dict[str, object] = {
        "group": shown_group,
        "before": _group_ref(number - 1) if number > 1 else None,
        "after": _group_ref(number + 1) if number < found.total else None,
        "preferred": PREFERRED,
        "part": part,
        "parts": tuple(
            (one, Address.of(ACCOUNTS, str(number), page=str(one) if one > 1 else "")) for one in range(1, count + 1)
        ),
    }
    title = f"Group {number}: {capital(_many(len(component.accounts), 'account'))}"
    return Page(
        address=here,
        title=title,
        template="account-group.html.j2",
        values=values,
        data=lambda: accounts_json(explorer.graph.check(), [component], explorer.prose),
        triples=lambda: _triples(explorer, component),
        markdown=lambda: render(
            "accounts-pages.md.j2", title=title, groups=(shown_group,), preferred=PREFERRED, incomplete=()
        ),
        section="accounts",
        trail=(Ref("Accounts", Address.of(ACCOUNTS)), Ref(f"group {number}")),
        queries=_queries(explorer),
    )


def _queries(explorer: Explorer) -> tuple[ShownQuery, ...]:
    """Show the positions that accounts choose from; of a large graph SPARQL sees only who said what."""
    return (shown("claims-by-speaker" if explorer.graph.is_large else "contested-propositions"),)


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _group_ref(number: int) -> Ref:
    return Ref(f"Group {number}", Address.of(ACCOUNTS, str(number)))


def group(explorer: Explorer, component: Component, start: int, count: int) -> Group:
    """Show some of the accounts of a group beside each other."""
    shown_accounts = component.accounts[start : start + count]
    kept = [{position.key for position in account.keeps} for account in shown_accounts]
    disputes = tuple(dispute_link(explorer, one) for one in _disputes(explorer, component))
    return Group(
        number=component.number,
        ref=_group_ref(component.number),
        disputes=disputes,
        more_disputes=max(0, len(component.conflicts) - MOST_DISPUTES),
        heads=tuple(
            Head(
                account.number,
                support_words(account.on_record, account.unnamed),
                why_before(account),
                tuple(explorer.ref(root, start=not at) for at, root in enumerate(account.roots)),
                tuple(unsaid(one, explorer.prose) for one in account.leaves_unsaid if len(one.positions) > 1),
            )
            for account in shown_accounts
        ),
        lines=tuple(
            _line(explorer, position, tuple(position.key in keys for keys in kept))
            for position in component.positions[:MOST_POSITIONS]
        ),
        more_positions=max(0, len(component.positions) - MOST_POSITIONS),
        accounts=len(component.accounts),
        incomplete=component.incomplete,
    )


def _line(explorer: Explorer, position: Position, keeps: tuple[bool, ...]) -> Line:
    speakers = tuple(dict.fromkeys(claim.speaker for claim in position.claims))
    return Line(
        text=capital(explorer.prose.position(position)),
        speakers=tuple(explorer.ref(one, start=not at) for at, one in enumerate(speakers[:MOST_SPEAKERS])),
        claims=tuple(explorer.claim_ref(claim.iri) for claim in position.claims[:MOST_SPEAKERS]),
        more=max(0, len(position.claims) - MOST_SPEAKERS),
        keeps=keeps,
    )


def _disputes(explorer: Explorer, component: Component) -> Iterator[Conflict]:
    """Yield the disputes of a group; changes of position tie groups together too, but are none."""
    for identifier in component.conflicts[:MOST_DISPUTES]:
        try:
            yield explorer.catalog.conflict(identifier)
        except QueryError:
            continue


def _triples(explorer: Explorer, component: Component) -> Iterator[Triple]:
    found = tuple(_disputes(explorer, component))
    kinds = {notation: iri for iri, notation in explorer.graph.theory.notations.items()}
    return conflict_triples(found, {one.id: explorer.prose.because(one) for one in found}, kinds)


MAKERS: Mapping[str, Maker] = {ACCOUNTS: accounts}


def addresses(explorer: Explorer) -> Iterator[Address]:
    """Yield the list of groups and the page of each group, part for part."""
    first = explorer.catalog.components(count=1)
    yield Address.of(ACCOUNTS)
    yield from further(Address.of(ACCOUNTS), "page", first.total, GROUPS)
    for start in range(0, first.total, GROUPS):
        for component in explorer.catalog.components(start, GROUPS).items:
            here = Address.of(ACCOUNTS, str(component.number))
            yield here
            yield from further(here, "page", len(component.accounts), COLUMNS)
