"""The timeline: planned dates and what is said to hold, drawn on one axis, and the same as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.explorer.explorer import Explorer
from kg.explorer.gathering.paging import asked
from kg.explorer.kinds import ISSUE
from kg.explorer.maker import Maker
from kg.explorer.markdown import render
from kg.explorer.page import Json, NotFound, Page, ShownQuery
from kg.explorer.reading.choices import speakers, things
from kg.explorer.reading.months import Month, Months, month_span, months_of
from kg.explorer.reading.record import records
from kg.explorer.reading.timeline import Gathered, Line, Wish, gather, lines, most
from kg.explorer.shown import shown
from kg.explorer.site import Address
from kg.terms import Iri, Triple
from kg.views.timeline import timeline_figure, timeline_svg
from kg.wording import capital

HOME = Address.of("timeline")


@dataclass(frozen=True, slots=True)
class Bar:
    """A month to choose: how many claims were made in it, how full it is from 0 to 10, and where it is shown."""

    month: Month
    level: int
    address: Address
    chosen: bool


def timeline(explorer: Explorer, address: Address) -> Page:
    """Show the timeline of everything, or of an actor, an issue, some months."""
    first, last = address.get("from"), address.get("to")
    months = months_of(explorer.catalog)
    wish = _wish(explorer, address, first, last)
    latest = months.months[-1].month if months.months else ""
    entry = wish == Wish() and bool(latest) and _is_too_much(explorer)
    if entry:  # too much to show at once: the last month stands for it
        first = last = latest
        wish = Wish(span=month_span(latest, latest))
    number = asked(address, "page")
    gathered = gather(explorer, wish, number)
    if number > 1 and not gathered.part.items:
        raise NotFound(f"there is no page {number:,} of this timeline")
    title = _title(explorer, wish, first, last)
    table = lines(explorer, gathered, gathered.rows)
    values: dict[str, object] = {
        "lines": table,
        "gathered": gathered,
        "months": months,
        "entry": entry,
        "narrowed": gathered.by_claims and wish.actor is not None and wish.issue is not None,
        "first": first,
        "last": last,
        "groups": any(line.row.group for line in table),
    }
    return Page(
        address=address,
        title=title,
        template="timeline_page.html.j2",
        values={
            **values,
            "bars": _bars(months, first, last, address),
            "actors": speakers(explorer, wish.actor),
            "issues": things(explorer, ISSUE, wish.issue),
            "figure": timeline_figure(gathered.rows, title=title) if gathered.rows else "",
        },
        data=lambda: _data(gathered, table, months),
        triples=lambda: _triples(explorer, table),
        markdown=lambda: render("timeline_page.md.j2", title=title, **values),
        svg=lambda: timeline_svg(gathered.rows, title=title),
        section="timeline",
        queries=_queries(wish),
        styles=("reading.css",),
    )


def _is_too_much(explorer: Explorer) -> bool:
    return explorer.catalog.claims(0, 1).total > most(explorer)


def _wish(explorer: Explorer, address: Address, first: str, last: str) -> Wish:
    actor, issue = address.get("actor"), address.get("issue")
    return Wish(
        explorer.node(actor) if actor else None,
        explorer.node(issue) if issue else None,
        month_span(first, last),
    )


def _title(explorer: Explorer, wish: Wish, first: str, last: str) -> str:
    name = explorer.prose.name
    parts = [
        *([capital(name(wish.actor))] if wish.actor is not None else []),
        *([f"about {name(wish.issue)}"] if wish.issue is not None else []),
    ]
    if first or last:
        ends = [Month(text, 0).label for text in dict.fromkeys((first, last)) if text]
        words = " to ".join(ends) if first and last else f"{'from' if first else 'up to'} {ends[0]}"
        parts.append(words)
    return f"Timeline: {', '.join(parts)}" if parts else "Timeline"


def _bars(months: Months, first: str, last: str, address: Address) -> tuple[Bar, ...]:
    def chosen(month: str) -> bool:
        return bool(first or last) and (not first or first <= month) and (not last or month[: len(last)] <= last)

    return tuple(
        Bar(
            one,
            max(1, round(10 * one.claims / months.most)),
            address.changed(**{"from": one.month, "to": one.month, "page": ""}),
            chosen(one.month),
        )
        for one in months.months
    )


def _data(gathered: Gathered, table: tuple[Line, ...], months: Months) -> Json:
    return {
        "rows": [
            {
                "about": line.row.group,
                "what": line.row.label,
                "iri": line.label.iri or None,
                "kind": line.row.kind,
                "said": line.row.said,
                "certain": line.row.certain,
                "possible": line.row.possible,
                "note": line.row.note,
                "disputed": line.row.conflict,
                "claims": [ref.iri for ref in line.claims],
            }
            for line in table
        ],
        "counted": "claims" if gathered.by_claims else "rows",
        "start": gathered.part.start,
        "total": gathered.part.total,
        "months": {one.month: one.claims for one in months.months},
        "undated": months.undated,
    }


def _triples(explorer: Explorer, table: tuple[Line, ...]) -> Iterator[Triple]:
    for line in table:
        if line.label.iri:
            yield from explorer.catalog.facts(Iri(line.label.iri))
    yield from records(explorer.graph.store, (Iri(ref.iri) for line in table for ref in line.claims))


def _queries(wish: Wish) -> tuple[ShownQuery, ...]:
    speaker = {"speaker": wish.actor} if wish.actor is not None else {}
    return (shown("positions-over-time", **speaker), shown("meetings-timeline"))


MAKERS: Mapping[str, Maker] = {"timeline": timeline}


def addresses(explorer: Explorer) -> Iterator[Address]:
    """Yield the addresses of the pages that a published folder holds: all of it, and where it is long, each month."""
    months = months_of(explorer.catalog)
    if not _is_too_much(explorer):
        yield from _pages(explorer, HOME, Wish())
        if len(months.months) < 2:
            return
    else:
        yield HOME
    for one in months.months:
        span = month_span(one.month, one.month)
        yield from _pages(explorer, HOME.changed(**{"from": one.month, "to": one.month}), Wish(span=span))


def _pages(explorer: Explorer, address: Address, wish: Wish) -> Iterator[Address]:
    yield address
    gathered = gather(explorer, wish, 1)
    for number in range(2, -(-gathered.part.total // gathered.size) + 1):
        yield address.changed(page=str(number))
