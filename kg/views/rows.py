"""Rows of a timeline from records: planned dates and deadlines of things, and what is said to hold when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kg.contradiction.results import CheckResult, Conflict, Position
from kg.model import Claim, Dossier
from kg.prose import Prose
from kg.terms import Iri, Literal, Node, Triple
from kg.times import ALWAYS, BadDate, Span, parse, throughout
from kg.views.chart import Row, RowKind
from kg.vocab import NEG
from kg.wording import capital

PLANNED: Mapping[Iri, tuple[RowKind, str]] = {
    NEG.date: (RowKind.EVENT, "planned date"),
    NEG.dueOn: (RowKind.DEADLINE, "due date"),
}
"""The dates that a recorder gives to things, how they are drawn, and what they are called."""


def dated_rows(background: Iterable[Triple], prose: Prose) -> dict[Node, tuple[Row, ...]]:
    """Return the planned dates of things, by thing."""
    found: dict[Node, tuple[Row, ...]] = {}
    for s, p, o in sorted(background, key=str):
        if p not in PLANNED or not isinstance(o, Literal):
            continue
        try:
            when = throughout(parse(o.value))
        except BadDate:
            continue  # validation reports it
        kind, words = PLANNED[p]
        row = Row(capital(prose.name(s)), kind, when.certain, when.possible, note=words, key=str(s))
        found[s] = (*found.get(s, ()), row)
    return found


def timeline_rows(dossiers: Iterable[Dossier], result: CheckResult, prose: Prose) -> list[Row]:
    """Return every planned date and every position that holds for a stretch of time, by what it is about."""
    dated = dated_rows({t for dossier in dossiers for t in dossier.background}, prose)
    return grouped_rows(dated, result.positions, result.conflicts, result.contested(), prose)


def grouped_rows(
    dated: Mapping[Node, tuple[Row, ...]],
    positions: Iterable[Position],
    conflicts: Iterable[Conflict],
    contested: frozenset[str],
    prose: Prose,
) -> list[Row]:
    """Put planned dates and positions that hold for a stretch of time together, by what they are about.

    Things with a single row are collected at the end, so that the drawing is not all headings.
    """
    homes = _homes(conflicts, dated)
    groups: dict[Node, list[Row]] = {thing: list(rows) for thing, rows in dated.items()}
    for position in positions:
        if not _is_timeless(position):
            home = homes.get(position.key, position.proposition.subject)
            groups.setdefault(home, []).append(position_row(position, prose, contested))
    ordered = sorted(groups.items(), key=lambda group: (_begin(group[1]), prose.name(group[0])))
    grouped = [
        replace(row, group=capital(prose.name(thing)))
        for thing, rows in ordered
        if len(rows) > 1
        for row in sorted(rows, key=_order)
    ]
    single = [rows[0] for _, rows in ordered if len(rows) == 1]
    planned = [replace(row, group="Other dates") for row in single if row.kind is not RowKind.CLAIM]
    return [
        *grouped,
        *planned,
        *(replace(row, group="Other statements") for row in single if row.kind is RowKind.CLAIM),
    ]


def _homes(conflicts: Iterable[Conflict], dated: Mapping[Node, tuple[Row, ...]]) -> dict[str, Node]:
    """Put disputed positions about no dated thing ("none was scheduled") beside what they clash with."""
    homes: dict[str, Node] = {}
    for conflict in conflicts:
        subjects = [position.proposition.subject for position in conflict.positions]
        home = next((subject for subject in subjects if subject in dated), None)
        for position in conflict.positions:
            if home is not None and position.proposition.subject not in dated:
                homes.setdefault(position.key, home)
    return homes


def untimed(result: CheckResult) -> int:
    """Count the positions that hold at all times, which a timeline does not draw."""
    return sum(_is_timeless(position) for position in result.positions)


def _is_timeless(position: Position) -> bool:
    return position.window.certain == ALWAYS


def position_row(position: Position, prose: Prose, contested: frozenset[str]) -> Row:
    """Draw a position: when it is said to hold, and when it was first said."""
    who, _ = prose.speakers(position.claims)
    return Row(
        label=capital(prose.position(position)),
        kind=RowKind.CLAIM,
        certain=position.window.certain,
        possible=position.window.possible,
        said=first_said(position.claims),
        note=who,
        conflict=position.key in contested,
        key=position.key,
    )


def first_said(claims: Iterable[Claim]) -> Span | None:
    """Return when the earliest of some claims was made."""
    spans = [span for claim in claims if claim.said_on and (span := said_span(claim.said_on.value))]
    return min(spans, key=lambda span: (span.end, span.start), default=None)


def said_span(date: str | None) -> Span | None:
    """Return the stretch of time that a date may stand for, or None if there is no date to read."""
    try:
        when = parse(date) if date else None
    except BadDate:
        return None  # validation reports it
    return Span(when.start.start, when.end.end) if when else None


def _order(row: Row) -> tuple[bool, int, str]:
    """Order the rows of one thing: what was planned, then what was said, as it was said."""
    return row.kind is RowKind.CLAIM, row.said.end if row.said else 0, row.label


def _begin(rows: Iterable[Row]) -> int:
    """Order groups by their planned dates, else by when they were first spoken of."""
    rows = list(rows)
    planned = [row.possible.start for row in rows if row.kind is not RowKind.CLAIM and row.possible]
    return min(planned or [row.said.end for row in rows if row.said] or [0])
