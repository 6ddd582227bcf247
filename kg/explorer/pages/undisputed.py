"""What nobody disputes: the positions in no conflict and no change of position, those that most hold first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.contradiction.results import Position
from kg.explorer.catalog import PAGE, Slice
from kg.explorer.explorer import Explorer
from kg.explorer.gathering.paging import asked, further, pages
from kg.explorer.maker import Maker
from kg.explorer.markdown import render
from kg.explorer.page import NotFound, Page, Ref, ShownQuery
from kg.explorer.pages.changes import TRAIL, claims_triples
from kg.explorer.site import Address
from kg.store.texts import text_in
from kg.views.contract import position_name
from kg.views.report import undisputed_positions
from kg.wording import capital

UNDISPUTED = "undisputed"
_ON_NO_SIDE = Path(__file__).with_name("on-no-side.rq")
MOST_CLAIMS = 5
"""How many claims of one position are linked."""


@dataclass(frozen=True, slots=True)
class PlainRow:
    """A position that nothing speaks against: what it holds, who holds it, and where."""

    text: str
    speakers: tuple[Ref, ...]
    claims: tuple[Ref, ...]
    more: int
    hedged: bool


def undisputed(explorer: Explorer, address: Address) -> Page:
    """Make the list. In a large graph there is none: the page says how to ask instead."""
    number = asked(address, "page")
    positions = _positions(explorer)
    found = Slice(tuple(positions[(number - 1) * PAGE : number * PAGE]), len(positions), (number - 1) * PAGE)
    if number > pages(found.total):
        raise NotFound(f"there is no page {number:,} of this list, which has {pages(found.total):,}")
    values: dict[str, object] = {
        "found": found,
        "rows": tuple(_row(explorer, position) for position in found.items),
        "large": explorer.graph.is_large,
        "here": Address.of(UNDISPUTED),
    }
    return Page(
        address=Address.of(UNDISPUTED, page=str(number) if number > 1 else ""),
        title="What nobody disputes",
        template="undisputed.html.j2",
        values=values,
        data=lambda: {
            "total": found.total,
            "start": found.start,
            "positions": [
                {
                    "position": position_name(one),
                    "says": explorer.prose.position(one),
                    "claims": [claim.iri for claim in one.claims],
                }
                for one in found.items
            ],
        },
        triples=lambda: claims_triples(claim for one in found.items for claim in one.claims),
        markdown=lambda: render("undisputed.md.j2", **values),
        section="disputes",
        trail=TRAIL,
        queries=()
        if explorer.graph.is_large
        else (ShownQuery("Claims on no side of a dispute", text_in(_ON_NO_SIDE)),),
    )


def _positions(explorer: Explorer) -> Sequence[Position]:
    graph = explorer.graph
    return () if graph.is_large else undisputed_positions(graph.check(), graph.prose)


def _row(explorer: Explorer, position: Position) -> PlainRow:
    speakers = dict.fromkeys(claim.speaker for claim in position.claims)
    return PlainRow(
        text=capital(explorer.prose.position(position)),
        speakers=tuple(explorer.ref(speaker, start=not at) for at, speaker in enumerate(speakers))[:MOST_CLAIMS],
        claims=tuple(explorer.claim_ref(claim.iri) for claim in position.claims[:MOST_CLAIMS]),
        more=max(0, len(position.claims) - MOST_CLAIMS),
        hedged=position.hedged,
    )


MAKERS: Mapping[str, Maker] = {UNDISPUTED: undisputed}


def addresses(explorer: Explorer) -> Iterator[Address]:
    """Yield the list, part for part."""
    yield Address.of(UNDISPUTED)
    yield from further(Address.of(UNDISPUTED), "page", len(_positions(explorer)))
