"""What is said to hold, when: the rows of a timeline, gathered around what somebody wants to see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from kg.contradiction.results import Conflict, Position
from kg.explorer.catalog import Slice
from kg.explorer.explorer import Explorer
from kg.explorer.page import Ref
from kg.explorer.reading.months import Take, between
from kg.model import Claim
from kg.spoken import things_in
from kg.terms import Iri, Node, Triple
from kg.times import Span
from kg.views.chart import Row
from kg.views.rows import dated_rows, grouped_rows
from kg.views.timeline import TableRow, timeline_table

MOST_CLAIMS = 2_000
"""How many claims are gathered for one timeline; more are shown a part at a time."""
ROWS = 100
"""How many rows are drawn at a time."""
CLAIMS = 50
"""How many claims are gathered at a time where there are too many; all that a large graph gathers at once."""
_MOST_TIED = 100
"""How many things are gathered that the recorder ties to an issue."""
_MOST_LOOSE = 20
"""Of how many positions in a large graph it is looked up what they clash with."""
_MOST_CLASHES = 2
"""At how many conflicts of each of them it is looked, as each has to be proved."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a timeline is to show; None is everything. `span` is when something was said, or planned for."""

    actor: Node | None = None
    issue: Node | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table beside the drawing, with links: to the thing, or to the claims that take the position."""

    row: TableRow
    label: Ref
    claims: tuple[Ref, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """A part of a timeline: its rows, and which of all the rows, or of all the claims, they are.

    With too many claims to gather them all (`by_claims`), `part` counts claims, and rows show what these say.
    """

    rows: tuple[Row, ...]
    positions: tuple[Position, ...]
    part: Slice[object]
    by_claims: bool

    @property
    def size(self) -> int:
        """How many rows, or claims, one part holds."""
        return CLAIMS if self.by_claims else ROWS


def most(explorer: Explorer) -> int:
    """Say up to how many claims a timeline is gathered whole."""
    return CLAIMS if explorer.graph.is_large else MOST_CLAIMS


def gather(explorer: Explorer, wish: Wish, page: int | None = None) -> Gathered:
    """Gather a page of the rows that a wish asks for; None is all of them, where they are not too many."""
    lists = [(take, *between(take, wish.span)) for take in _lists(explorer, wish)]
    total = sum(behind - first for _, first, behind in lists)
    if total <= most(explorer):
        rows, positions = _rows(explorer, wish, _taken(lists, 0, total), whole=True)
        start, count = (0, len(rows)) if page is None else ((page - 1) * ROWS, ROWS)
        shown = rows[start : start + count]
        return Gathered(shown, positions, Slice(shown, len(rows), start), by_claims=False)
    start = ((page or 1) - 1) * CLAIMS
    claims = _taken(lists, start, CLAIMS)
    rows, positions = _rows(explorer, wish, claims, whole=False)
    return Gathered(rows, positions, Slice(tuple(claims), total, start), by_claims=True)


def _taken(lists: Iterable[tuple[Take, int, int]], start: int, count: int) -> list[Claim]:
    """Return some of the claims of several lists, as if they were one; a claim of two lists stands in one place."""
    found: dict[Node, Claim] = {}
    skip, room = start, count
    for take, first, behind in lists:
        length = behind - first
        if skip < length and room:
            claims = take(first + skip, min(room, length - skip)).items
            found |= {claim.iri: claim for claim in claims}
            room -= len(claims)
        skip = max(0, skip - length)
    return list(found.values())


def _rows(
    explorer: Explorer, wish: Wish, claims: Iterable[Claim], *, whole: bool
) -> tuple[tuple[Row, ...], tuple[Position, ...]]:
    catalog = explorer.catalog
    fitting = [one for one in claims if wish.issue is None or wish.actor in (None, one.speaker)]
    positions = {one.key: one for claim in fitting for one in catalog.positions_of(claim)}
    contested = frozenset(key for key, one in positions.items() if catalog.is_contested(one))
    dated = dated_rows(_recorded(explorer, wish, positions.values(), whole=whole), explorer.prose)
    if wish.span is not None:
        kept = {thing: tuple(row for row in rows if _falls_in(row, wish.span)) for thing, rows in dated.items()}
        dated = {thing: rows for thing, rows in kept.items() if rows}
    loose = [one for key, one in positions.items() if key in contested and one.proposition.subject not in dated]
    ordered = tuple(sorted(positions.values(), key=lambda one: one.index))
    return tuple(grouped_rows(dated, ordered, _conflicts(explorer, loose), contested, explorer.prose)), ordered


def _lists(explorer: Explorer, wish: Wish) -> Iterator[Take]:
    catalog = explorer.catalog
    if wish.issue is not None:
        for thing in _tied(explorer, wish.issue):
            yield lambda start, count, thing=thing: catalog.claims_about(thing, start, count)  # type: ignore[misc]
    elif wish.actor is not None:
        actor = wish.actor
        yield lambda start, count: catalog.claims_by(actor, start, count)
    else:
        yield catalog.claims


def _tied(explorer: Explorer, issue: Node) -> list[Node]:
    """Return an issue and what the recorder ties to it: narrower issues, demands, offers, measures about it."""
    found: dict[Node, None] = {issue: None}
    for node in [issue, *(t.s for t in explorer.catalog.referring(issue, 0, _MOST_TIED).items)]:
        found |= dict.fromkeys([node, *(t.s for t in explorer.catalog.referring(node, 0, _MOST_TIED).items)])
    return list(found)[:_MOST_TIED]


def _recorded(explorer: Explorer, wish: Wish, positions: Iterable[Position], *, whole: bool) -> Iterator[Triple]:
    """Yield the facts whose dates are shown: all there are where everything is wanted, else of what is spoken of."""
    graph = explorer.graph
    if whole and wish.actor is None and wish.issue is None and not graph.is_large:
        for dossier in graph.dossiers:
            yield from dossier.background
        return
    properties = explorer.prose.wording.properties
    spoken = {node for position in positions for node in things_in(position.proposition.triple, properties)}
    tied = [] if wish.issue is None else _tied(explorer, wish.issue)
    for node in sorted({*spoken, *tied}):
        yield from explorer.catalog.facts(node)


def _conflicts(explorer: Explorer, positions: Sequence[Position]) -> Iterator[Conflict]:
    """Yield the conflicts of positions about no dated thing, to put them beside what they clash with."""
    for position in positions[:_MOST_LOOSE] if explorer.graph.is_large else positions:
        found = explorer.catalog.conflicts_of(position.claims[0].iri)
        yield from islice(found, _MOST_CLASHES) if explorer.graph.is_large else found


def _falls_in(row: Row, span: Span) -> bool:
    return any(one.meet(span) is not None for one in row.spans)


def lines(explorer: Explorer, gathered: Gathered, rows: Sequence[Row]) -> tuple[Line, ...]:
    """Say rows in words, with links."""
    positions = {one.key: one for one in gathered.positions}
    return tuple(
        _line(explorer, row, table, positions.get(row.key))
        for row, table in zip(rows, timeline_table(rows), strict=True)
    )


def _line(explorer: Explorer, row: Row, table: TableRow, position: Position | None) -> Line:
    if position is None:
        return Line(table, explorer.ref(Iri(row.key), start=True), (), 0)
    shown = position.claims[:3]
    refs = tuple(explorer.claim_ref(claim.iri) for claim in shown)
    return Line(table, Ref(table.label), refs, len(position.claims) - len(shown))
