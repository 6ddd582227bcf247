"""Changes of position, and what was taken back: not disputes, but noted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.contradiction.results import PositionChange, Side, Withdrawn
from kg.explorer.cards import ClaimCard, RowSide, claim_card, row_sides
from kg.explorer.catalog import PAGE
from kg.explorer.explorer import Explorer
from kg.explorer.gathering.paging import asked, further, pages
from kg.explorer.maker import Maker
from kg.explorer.markdown import render
from kg.explorer.page import Json, NotFound, Page, Ref, ShownQuery
from kg.explorer.shown import shown
from kg.explorer.site import Address
from kg.model import Claim, Withdrawal
from kg.rdf import claim_triples
from kg.store.texts import text_in
from kg.terms import Triple
from kg.views.contract import position_name, withdrawn_json

CHANGE = "change"
CHANGES = "changes"
WITHDRAWN = "withdrawn"
_TAKEN_BACK = Path(__file__).with_name("taken-back.rq")
TRAIL = (Ref("Disputes", Address()),)
TOOK_BACK: Mapping[Withdrawal, str] = {
    Withdrawal.RETRACTS: "retracted",
    Withdrawal.CORRECTS: "corrected",
    Withdrawal.SUPERSEDES: "replaced",
}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change of position in a list: who, and what was said first and later."""

    id: str
    ref: Ref
    speaker: Ref
    sides: tuple[RowSide, ...]


@dataclass(frozen=True, slots=True)
class WithdrawnRow:
    """What was taken back: who did what, the later claim and the earlier."""

    speaker: Ref
    did: str
    by: ClaimCard
    before: ClaimCard


def change_rows(explorer: Explorer, found: Iterable[PositionChange]) -> tuple[ChangeRow, ...]:
    """Show changes of position in a list."""
    return tuple(
        ChangeRow(
            id=one.id,
            ref=Ref("changed position", Address.of(CHANGE, one.id)),
            speaker=explorer.ref(one.speaker, start=True),
            sides=row_sides(explorer, by_time(one.sides)),
        )
        for one in found
    )


def by_time(sides: Iterable[Side]) -> tuple[Side, ...]:
    """Order the sides of a change: what was said first stands first."""
    return tuple(sorted(sides, key=lambda side: min((c.said_on.value if c.said_on else "~") for c in side.claims)))


def withdrawn_rows(explorer: Explorer, found: Iterable[Withdrawn]) -> tuple[WithdrawnRow, ...]:
    """Show what was taken back in a list."""
    return tuple(
        WithdrawnRow(
            speaker=explorer.ref(one.by.speaker, start=True),
            did=TOOK_BACK[one.how],
            by=claim_card(explorer, one.by),
            before=claim_card(explorer, one.claim),
        )
        for one in found
    )


def changes(explorer: Explorer, address: Address) -> Page:
    """Make the list of changes of position."""
    number = asked(address, "page")
    found = explorer.catalog.changes((number - 1) * PAGE)
    _must_be_there(number, found.total)
    here = _here(CHANGES, number)
    values: dict[str, object] = {"found": found, "rows": change_rows(explorer, found.items), "here": here}
    return Page(
        address=here,
        title="Changes of position",
        template="changes.html.j2",
        values=values,
        data=lambda: {"total": found.total, "start": found.start, "changes": [_change(one) for one in found.items]},
        triples=lambda: claims_triples(claim for one in found.items for side in one.sides for claim in side.claims),
        markdown=lambda: render("changes.md.j2", **values),
        section="disputes",
        trail=TRAIL,
        queries=(shown("positions-over-time"),),
    )


def withdrawn(explorer: Explorer, address: Address) -> Page:
    """Make the list of what was retracted, corrected or replaced."""
    number = asked(address, "page")
    found = explorer.catalog.withdrawn((number - 1) * PAGE)
    _must_be_there(number, found.total)
    here = _here(WITHDRAWN, number)
    values: dict[str, object] = {"found": found, "rows": withdrawn_rows(explorer, found.items), "here": here}
    return Page(
        address=here,
        title="What was taken back",
        template="withdrawn.html.j2",
        values=values,
        data=lambda: {
            "total": found.total,
            "start": found.start,
            "withdrawn": [withdrawn_json(one) for one in found.items],
        },
        triples=lambda: claims_triples(claim for one in found.items for claim in (one.claim, one.by)),
        markdown=lambda: render("withdrawn.md.j2", **values),
        section="disputes",
        trail=TRAIL,
        queries=(ShownQuery("What was taken back", text_in(_TAKEN_BACK)),),
    )


def claims_triples(claims: Iterable[Claim]) -> Iterator[Triple]:
    """Yield the records of claims."""
    for claim in dict.fromkeys(claims):
        yield from claim_triples(claim)


def _here(name: str, number: int) -> Address:
    return Address.of(name, page=str(number) if number > 1 else "")


def _must_be_there(number: int, total: int) -> None:
    if number > pages(total):
        raise NotFound(f"there is no page {number:,} of this list, which has {pages(total):,}")


def _change(change: PositionChange) -> Json:
    return {
        "id": change.id,
        "speaker": change.speaker,
        "verdict": change.verdict.value,
        "sides": [
            {"position": position_name(side.position), "claims": [claim.iri for claim in side.claims]}
            for side in by_time(change.sides)
        ],
    }


MAKERS: Mapping[str, Maker] = {CHANGES: changes, WITHDRAWN: withdrawn}


def addresses(explorer: Explorer) -> Iterator[Address]:
    """Yield both lists, part for part."""
    for name, total in (
        (CHANGES, explorer.catalog.changes(count=1).total),
        (WITHDRAWN, explorer.catalog.withdrawn(count=1).total),
    ):
        yield Address.of(name)
        yield from further(Address.of(name), "page", total)
