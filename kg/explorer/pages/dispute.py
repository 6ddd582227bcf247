"""The card of one dispute: both sides in their words, why they cannot all hold, when, and what would settle it.

A change of position has the same card, under `change/ID`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from kg.contradiction.results import Component, Conflict, PositionChange
from kg.errors import QueryError
from kg.explorer.cards import ClaimCard, DisputeLink, claim_card, dispute_link, kind_words, orphans
from kg.explorer.catalog import PAGE
from kg.explorer.explorer import DISPUTE, Explorer
from kg.explorer.maker import Maker
from kg.explorer.markdown import render
from kg.explorer.page import Json, Moved, NotFound, Page, Ref
from kg.explorer.pages.changes import CHANGE, CHANGES, by_time, claims_triples
from kg.explorer.pages.disputes import MOST_IDS
from kg.explorer.shown import shown
from kg.explorer.site import Address
from kg.logic.justifications import Proofs
from kg.terms import Iri, Term
from kg.views.claims import best_first
from kg.views.contract import conflict_json
from kg.views.dispute import DisputeView, dispute_view
from kg.views.proof_rdf import proofs_rdf
from kg.views.rows import dated_rows
from kg.views.timeline import NARROW, WIDE, timeline_svg
from kg.wording import capital

HOME = Ref("Disputes", Address())
SHORTEST = 4
"""From how many characters on the beginning of an id is taken for it."""
MOST_ALSO = 20
"""How many further claims of one side are shown."""
MOST_TIED = 5
"""How many other disputes of the same group are linked."""
WIDTHS: Mapping[str, float] = {"for-wide": WIDE, "for-middle": 690.0, "for-narrow": NARROW}
"""The drawing is made for wide, middle and narrow screens; the style shows one of them. Paper takes the middle one."""


def dispute(explorer: Explorer, address: Address) -> Page:
    """Make the card of a dispute; the beginning of an id leads to it. Raises `NotFound` with the nearest."""
    asked = _id(address, DISPUTE)
    _must_be_long_enough(asked)
    conflict = explorer.catalog.conflict(asked)
    here = Address.of(DISPUTE, conflict.id)
    if conflict.id != asked:
        raise Moved(here)
    component = explorer.catalog.component(conflict)
    view = _view(explorer, conflict, component)
    before, after = _neighbours(explorer, conflict)
    values: dict[str, object] = {
        **_values(explorer, conflict, view),
        "chips": tuple(_chips(explorer, conflict)),
        "before": before,
        "after": after,
        "knot": _knot(component),
        "tied": _tied(explorer, conflict, component.conflicts if component else ()),
        "tied_more": max(0, len(component.conflicts) - 1 - MOST_TIED) if component else 0,
        "graph": Ref("Draw what is around it", Address.of("graph", focus=conflict.id)),
        "dispute_ids": explorer.catalog.conflict_ids(MOST_IDS),
    }
    kinds = {notation: iri for iri, notation in explorer.graph.theory.notations.items()}
    found = Proofs((conflict.proof,))
    large = explorer.graph.is_large
    about, words = ("claims-about", "Claims") if large else ("contested-propositions", "Contested positions")
    return Page(
        address=here,
        title=view.title,
        template="dispute.html.j2",
        values=values,
        data=lambda: conflict_json(conflict, explorer.prose, {}),
        triples=lambda: proofs_rdf(conflict, found, explorer.prose, kinds),
        markdown=lambda: render("dispute.md.j2", view=view),
        svg=(lambda: _drawing(view)) if view.timed else None,
        section="disputes",
        trail=(HOME, Ref(conflict.id)),
        queries=tuple(
            shown(about, f"{words} about {explorer.prose.name(thing)}", thing=thing) for thing in _subjects(conflict)
        ),
    )


def change(explorer: Explorer, address: Address) -> Page:
    """Make the card of a change of position."""
    asked = _id(address, CHANGE)
    found = _change(explorer, asked)
    here = Address.of(CHANGE, found.id)
    if found.id != asked:
        raise Moved(here)
    conflict = _as_conflict(found)
    # What was said first stands first; the proof still counts the sides as it found them.
    ordered = replace(conflict, sides=by_time(found.sides))
    component = explorer.catalog.component(found)
    view = replace(
        _view(explorer, ordered, component),
        lines=tuple(explorer.prose.lines(found.proof, found.sides)),
        title=f"{capital(explorer.prose.name(found.speaker))} changed position",
        glyph="→",
        clash="changed position",
        accounts_note="" if component is None or component.complete else component.incomplete,
    )
    values: dict[str, object] = {
        **_values(explorer, ordered, view),
        "chips": (Ref("change of position", Address.of(CHANGES)), Ref("same speaker")),
        "question": explorer.prose.title(conflict),
        "before": None,
        "after": None,
        "knot": _knot(component),
        "tied": (),
        "tied_more": 0,
        "graph": None,
        "dispute_ids": (),
    }
    return Page(
        address=here,
        title=view.title,
        template="dispute.html.j2",
        values=values,
        data=lambda: _change_json(explorer, found, conflict),
        triples=lambda: claims_triples(claim for side in found.sides for claim in side.claims),
        markdown=lambda: render("dispute.md.j2", view=view),
        svg=(lambda: _drawing(view)) if view.timed else None,
        section="disputes",
        trail=(HOME, Ref("Changes of position", Address.of(CHANGES)), Ref(found.id)),
        queries=((shown("positions-over-time", speaker=found.speaker),) if isinstance(found.speaker, Iri) else ()),
    )


def _id(address: Address, name: str) -> str:
    if len(address.parts) != 2:
        raise NotFound(f"a page of this kind is {name}/ID; there is none at {address.path}")
    return address.parts[1]


def _must_be_long_enough(identifier: str) -> None:
    if len(identifier) < SHORTEST:
        raise NotFound(f'"{identifier}" is too short for the beginning of an id: {SHORTEST} characters at least')


# --- What the card shows --------------------------------------------------------------------------


def _view(explorer: Explorer, conflict: Conflict, component: Component | None) -> DisputeView:
    prose = explorer.prose
    facts = (fact for thing in _subjects(conflict) for fact in explorer.catalog.facts(thing))
    return dispute_view(
        conflict,
        prose,
        components=() if component is None else (component,),
        orphans=orphans(explorer.graph.orphans),
        dated=dated_rows(facts, prose),
    )


def _subjects(conflict: Conflict) -> tuple[Iri, ...]:
    subjects = (position.proposition.subject for position in conflict.positions)
    return tuple(dict.fromkeys(subject for subject in subjects if isinstance(subject, Iri)))


def _values(explorer: Explorer, conflict: Conflict, view: DisputeView) -> dict[str, object]:
    cards = tuple(_cards(explorer, conflict))
    return {
        "view": view,
        "cards": tuple(first for first, _, _ in cards),
        "further": tuple(len(others) + more for _, others, more in cards),
        "also": tuple((number, card) for number, (_, others, _) in enumerate(cards) for card in others),
        "also_more": tuple(
            (side.letter, more) for side, (_, _, more) in zip(view.sides, cards, strict=True) if more > 0
        ),
        "line_claims": tuple(tuple(explorer.claim_ref(one) for one in line.claims[:PAGE]) for line in view.lines),
        "drawings": tuple((name, _drawing(view, width)) for name, width in WIDTHS.items()) if view.timed else (),
        "supposed": tuple(_supposed(explorer, conflict)),
        "question": "",
    }


def _cards(explorer: Explorer, conflict: Conflict) -> Iterator[tuple[ClaimCard, tuple[ClaimCard, ...], int]]:
    """Show, for each side, its best claim, some further ones, and how many more there are."""
    for side in conflict.sides:
        says = explorer.prose.position(side.position)
        first, *others = (claim for claim in best_first(side.claims, explorer.prose))
        also = tuple(claim_card(explorer, claim, says=says) for claim in others[:MOST_ALSO])
        held = explorer.catalog.claims_of(side.position, count=0).total
        yield claim_card(explorer, first, says=says), also, max(0, held - 1 - len(also))


def _chips(explorer: Explorer, conflict: Conflict) -> Iterator[Ref]:
    """Say what kind of dispute it is; each kind leads to its like, where they are counted."""
    for kind in conflict.kinds:
        yield Ref(kind_words(kind), None if explorer.graph.is_large else Address.of("disputes", kind=kind))
    yield Ref(conflict.between.replace("-", " "))


def _supposed(explorer: Explorer, conflict: Conflict) -> Iterator[tuple[Ref, str, Ref]]:
    """Say on which pairs being one thing, or two, the dispute rests."""
    for pairs, words in ((conflict.same, "are one and the same"), (conflict.distinct, "are two different things")):
        for a, b in pairs:
            yield _term(explorer, a), words, _term(explorer, b)


def _term(explorer: Explorer, term: Term) -> Ref:
    return explorer.ref(term, start=True)


def _knot(component: Component | None) -> Ref | None:
    if component is None:
        return None
    return Ref(f"group {component.number}", Address.of("accounts", str(component.number)))


def _neighbours(explorer: Explorer, conflict: Conflict) -> tuple[DisputeLink | None, DisputeLink | None]:
    """Link to the disputes ranked before and after this one, where all of them are at hand."""
    ids = explorer.catalog.conflict_ids(MOST_IDS)
    if conflict.id not in ids:
        return None, None
    at = ids.index(conflict.id)
    around = (ids[at - 1] if at else "", ids[at + 1] if at + 1 < len(ids) else "")
    before, after = (dispute_link(explorer, explorer.catalog.conflict(one)) if one else None for one in around)
    return before, after


def _tied(explorer: Explorer, conflict: Conflict, conflicts: tuple[str, ...]) -> tuple[DisputeLink, ...]:
    """Link to other disputes of the same group; changes of position tie groups too, but are no disputes."""
    found: list[DisputeLink] = []
    for one in conflicts:
        if len(found) == MOST_TIED:
            break
        if one != conflict.id:
            try:
                found.append(dispute_link(explorer, explorer.catalog.conflict(one)))
            except QueryError:
                continue
    return tuple(found)


def _drawing(view: DisputeView, width: float = 0) -> str:
    """Draw when the sides hold: for a place of a width on the page, or to stand alone as a file."""
    title = f"When the sides of this dispute hold: {view.title}"
    alone = not width
    return timeline_svg(view.rows, title=title, width=width or WIDE, clash=view.span, words=view.band, standalone=alone)


# --- Changes of position --------------------------------------------------------------------------


def _change(explorer: Explorer, identifier: str) -> PositionChange:
    _must_be_long_enough(identifier)
    try:
        return explorer.catalog.change(identifier)
    except QueryError as error:
        raise NotFound(str(error)) from None


def _as_conflict(found: PositionChange) -> Conflict:
    """Show a change as a dispute of a speaker with himself."""
    return Conflict(
        id=found.id,
        kinds=("change-of-position",),
        between="same-speaker",
        verdict=found.verdict,
        sides=found.sides,
        span=found.proof.span,
        proof=found.proof,
        rules=(),
    )


def _change_json(explorer: Explorer, found: PositionChange, conflict: Conflict) -> Json:
    written = conflict_json(conflict, explorer.prose, {})
    kept = ("id", "verdict", "interval", "because", "lines", "proof")
    numbers = [found.sides.index(side) for side in by_time(found.sides)]
    sides = [written["sides"][number] for number in numbers]
    return {**{key: written[key] for key in kept}, "speaker": found.speaker, "sides": sides}


MAKERS: Mapping[str, Maker] = {DISPUTE: dispute, CHANGE: change}


def addresses(explorer: Explorer) -> Iterator[Address]:
    """Yield the card of every dispute and of every change of position."""
    catalog = explorer.catalog
    total = sum(catalog.counts().verdicts.values())
    ids = catalog.conflict_ids(total)
    yield from (Address.of(DISPUTE, one) for one in ids)
    found, start = catalog.changes(), 0
    while found.items:
        yield from (Address.of(CHANGE, one.id) for one in found.items)
        start += len(found.items)
        found = catalog.changes(start)
