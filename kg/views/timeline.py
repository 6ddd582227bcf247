"""Draw what is said to hold, when: planned dates, claims and deadlines on one axis, and the same as a table.

Solid is what holds for certain, dashed is what the dates leave open; an arrow goes on without end. The
drawing is made twice, for wide and for narrow screens, because a scaled-down drawing cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from kg.times import Span, as_text, in_english
from kg.views.chart import Chart, Row, RowKind, draw
from kg.views.page import asset, policy, render, trusted
from kg.views.rows import timeline_rows, untimed

WIDE = 1080.0
NARROW = 350.0

__all__ = [
    "Row",
    "RowKind",
    "TableRow",
    "in_words",
    "timeline_figure",
    "timeline_page",
    "timeline_rows",
    "timeline_svg",
    "timeline_table",
    "untimed",
]


@dataclass(frozen=True, slots=True)
class TableRow:
    """The words of a row, for the table beside the drawing."""

    group: str
    label: str
    kind: str
    said: str
    certain: str
    possible: str
    note: str
    conflict: bool


def timeline_page(rows: Iterable[Row], *, title: str = "Timeline", note: str = "", clash: Span | None = None) -> str:
    """Return a self-contained HTML page: the drawing and, below it, the same data as a table."""
    rows = tuple(rows)
    style = asset("base.css") + asset("drawing.css") + asset("timeline.css")
    return render(
        "timeline.html.j2",
        title=title,
        note=note,
        policy=policy(styles=[style]),
        style=trusted(style),
        figure=timeline_figure(rows, title=title, clash=clash),
        rows=timeline_table(rows),
        groups=any(row.group for row in rows),
    )


def timeline_svg(
    rows: Iterable[Row],
    *,
    title: str = "Timeline",
    width: float = WIDE,
    clash: Span | None = None,
    words: str = "✕ cannot all hold",
    standalone: bool = True,
) -> str:
    """Draw rows as SVG; a standalone drawing carries its own style and can be saved as a file."""
    style = asset("drawing.css") if standalone else None
    return draw(Chart(tuple(rows), title, width, clash, words, style))


def timeline_figure(
    rows: Sequence[Row], *, title: str, clash: Span | None = None, words: str = "✕ cannot all hold"
) -> Markup:
    """Draw rows for a page, once for wide and once for narrow screens; the page's style shows one of them."""
    drawings = {
        name: timeline_svg(rows, title=title, width=width, clash=clash, words=words, standalone=False)
        for name, width in (("wide-only", WIDE), ("narrow-only", NARROW))
    }
    return trusted("".join(f'<div class="{name}">{svg}</div>' for name, svg in drawings.items()))


def timeline_table(rows: Iterable[Row]) -> list[TableRow]:
    """Say each row in words."""
    return [
        TableRow(
            group=row.group,
            label=row.label,
            kind=row.kind.value,
            said=in_words(row.said),
            certain=in_words(row.certain, missing="no time for certain"),
            possible=in_words(row.possible, missing="not known"),
            note=row.note,
            conflict=row.conflict,
        )
        for row in rows
    ]


def in_words(span: Span | None, *, missing: str = "") -> str:
    """Say a stretch of time in English.

    >>> in_words(Span(0, 86_399)), in_words(None, missing="not known")
    ('1 January 1970', 'not known')
    """
    return missing if span is None else in_english(as_text(span))
