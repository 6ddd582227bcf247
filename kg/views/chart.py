"""The drawing of a timeline: rows of bars over one axis of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from kg.times import BEGIN, DAY, END, Span
from kg.views.axis import FIRST, LAST, Axis, build_axis, ticks
from kg.views.svg import drawing, element, text, text_width, wrap

NARROW_BELOW = 600.0
"""Drawings narrower than this put the label above its bar."""
_SIZE = 13.0
_LINE = 17.0
_BAR = 13.0
_HEAD = 44.0


class RowKind(Enum):
    """What a row of the timeline is."""

    EVENT = "event"
    CLAIM = "claim"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the timeline.

    `certain` and `possible` say when it is planned for or said to hold (`kg.times.Window`); `said` is when
    somebody said it. `side` is the number of the side that it takes in a dispute, from 0. `key` says what it is of: a
    thing, by its IRI, or a position, by its key.
    """

    label: str
    kind: RowKind
    certain: Span | None = None
    possible: Span | None = None
    said: Span | None = None
    note: str = ""
    group: str = ""
    conflict: bool = False
    side: int | None = None
    key: str = ""

    @property
    def spans(self) -> tuple[Span, ...]:
        """Every stretch of time that the row shows."""
        return tuple(span for span in (self.certain, self.possible, self.said) if span is not None)


@dataclass(frozen=True, slots=True)
class Chart:
    """Rows to draw on paper of a width; `clash` is when they clash, and `words` says how."""

    rows: tuple[Row, ...]
    title: str
    width: float
    clash: Span | None = None
    words: str = "✕ cannot all hold"
    style: str | None = None

    @property
    def narrow(self) -> bool:
        """Whether labels stand above their bars."""
        return self.width < NARROW_BELOW

    @property
    def label_width(self) -> float:
        """The room for labels."""
        return self.width - 16 if self.narrow else min(0.34 * self.width, 380.0)


@dataclass(frozen=True, slots=True)
class _Line:
    """A row, or the heading of a group, with its place on the paper."""

    row: Row | None
    words: tuple[str, ...]
    note: tuple[str, ...]
    top: float
    height: float
    bar: float


def draw(chart: Chart) -> str:
    """Draw a chart as SVG."""
    lines = _lines(chart)
    left = 8.0 if chart.narrow else chart.label_width + 12
    spans = [*(span for row in chart.rows for span in row.spans), *([chart.clash] if chart.clash else [])]
    axis = build_axis(spans, left, chart.width - 10)
    bottom = (lines[-1].top + lines[-1].height if lines else _HEAD) + 4
    body = [
        *_grid(axis, bottom, spacing=48 if chart.narrow else 60),
        *_band(axis, chart.clash, bottom),
        *(part for line in lines for part in _drawn(line, axis, chart)),
        *(part for top, end in _cut_places(chart, lines, bottom) for part in _cuts(axis, top, end)),
        *_band_words(axis, chart),
    ]
    legend, height = _legend(chart, axis, bottom + 24)
    return drawing(chart.width, height, chart.title, [*body, *legend], style=chart.style)


# --- Rows -----------------------------------------------------------------------------------------


def _lines(chart: Chart) -> list[_Line]:
    """Place rows below each other; rows of one group stand together under its name."""
    groups: dict[str, list[Row]] = {}
    for row in chart.rows:
        groups.setdefault(row.group, []).append(row)
    found: list[_Line] = []
    top = _HEAD + (20 if chart.clash else 6)
    for name, rows in groups.items():
        if name:
            words = tuple(wrap(name, chart.width - 20, _SIZE, 1))
            found.append(_Line(None, words, (), top, 26, 0))
            top += 26
        for row in rows:
            found.append(_line(row, top, chart))
            top += found[-1].height
    return found


def _line(row: Row, top: float, chart: Chart) -> _Line:
    mark = 18 if row.conflict else 0
    words = tuple(wrap(row.label, chart.label_width - mark, _SIZE, 2 if chart.narrow else 3))
    note = tuple(wrap(row.note, chart.label_width, 11.5, 1)) if row.note else ()
    tall = len(words) * _LINE + len(note) * 15
    if chart.narrow:
        return _Line(row, words, note, top, tall + _BAR + 20, top + tall + 8)
    height = max(tall + 12, _BAR + 16)
    return _Line(row, words, note, top, height, top + (height - _BAR) / 2)


def _drawn(line: _Line, axis: Axis, chart: Chart) -> Iterator[str]:
    if line.row is None:
        yield element("text", text(line.words[0]), x=8, y=line.top + 18, class_="group")
        return
    yield element("line", x1=8, x2=chart.width - 8, y1=line.top, y2=line.top, class_="rule")
    y = line.top + (16 if chart.narrow else 18)
    x = 8.0
    if line.row.conflict:
        yield element("text", "✕", x=x, y=y, class_="mark")
        x += 18
    for number, words in enumerate(line.words):
        yield element("text", text(words), x=x, y=y + number * _LINE, class_=_tone("label", line.row))
    for words in line.note:
        yield element("text", text(words), x=x, y=y + (len(line.words) - 1) * _LINE + 15, class_="note")
    yield from _bars(line.row, line.bar, axis)


def _tone(name: str, row: Row) -> str:
    """Return the classes of a part of a row: by its side in a dispute, else by its kind."""
    return f"{name} {row.kind.value}" if row.side is None else f"{name} side-{row.side % 4}"


def _bars(row: Row, y: float, axis: Axis) -> Iterator[str]:
    due = row.certain or row.possible
    if row.kind is RowKind.DEADLINE and due is not None:
        yield from _flag(axis.x(due.end if due.end < END else due.start), y)
    if row.possible is not None and row.possible != row.certain:
        yield _bar(row.possible, y, axis, _tone("bar possible", row))
    if row.certain is not None and (row.kind is not RowKind.DEADLINE or row.certain.end - row.certain.start > DAY):
        yield _bar(row.certain, y, axis, _tone("bar", row))
    if row.said is not None:
        yield _said(row.said, y, axis)


def _bar(span: Span, y: float, axis: Axis, classes: str) -> str:
    """Draw a bar; where it goes on beyond the margin, it ends in an arrow."""
    x1, x2, open_left, open_right = axis.bar(span)
    if x2 - x1 < 7:
        x1, x2 = (x1 + x2) / 2 - 3.5, (x1 + x2) / 2 + 3.5
    tip = 9.0
    points = [(x1 + tip, y) if open_left else (x1, y), (x2 - tip, y) if open_right else (x2, y)]
    if open_right:
        points.append((x2, y + _BAR / 2))
    points += [(x2 - tip, y + _BAR) if open_right else (x2, y + _BAR)]
    points += [(x1 + tip, y + _BAR) if open_left else (x1, y + _BAR)]
    if open_left:
        points.append((x1, y + _BAR / 2))
    return element("polygon", points=" ".join(f"{a:.1f},{b:.1f}" for a, b in points), class_=classes)


def _flag(x: float, y: float) -> Iterator[str]:
    middle = y + _BAR / 2
    yield element("path", d=f"M{x:.1f} {middle - 11:.1f}v22", class_="due-line")
    yield element("path", d=f"M{x:.1f} {middle - 11:.1f}l-11 4.5l11 4.5z", class_="due")


def _said(span: Span, y: float, axis: Axis) -> str:
    """Draw the moment of speaking as a dot; hollow if the day is not known."""
    start, end = max(span.start, FIRST), min(span.end, LAST)
    if span.start <= BEGIN:
        x = axis.x(end)
    elif span.end >= END:
        x = axis.x(start)
    else:
        x = (axis.x(start) + axis.x(end)) / 2
    known = span.end - span.start < DAY
    return element("circle", cx=x, cy=y + _BAR / 2, r=4.6, class_="said" if known else "said rough")


# --- Axis -----------------------------------------------------------------------------------------


def _grid(axis: Axis, bottom: float, spacing: float) -> Iterator[str]:
    top = _HEAD - 8
    year = ""
    edge = 0.0
    for tick in ticks(axis, spacing):
        yield element("line", x1=tick.x, x2=tick.x, y1=top, y2=bottom, class_="grid")
        width = text_width(tick.label, 12)
        x = (tick.x + tick.end) / 2 - width / 2 if tick.center else tick.x + 3
        if x < edge or x + width > tick.limit + 2:
            continue
        yield element("text", text(tick.label), x=x, y=top - 4, class_="tick")
        edge = x + width + 6
        if tick.year not in (year, tick.label):
            yield element("text", text(tick.year), x=x, y=top - 19, class_="tick year")
            year = tick.year
    for piece in axis.stretches:
        yield element("line", x1=piece.left, x2=piece.right, y1=top, y2=top, class_="axis")


def _cut_places(chart: Chart, lines: Sequence[_Line], bottom: float) -> list[tuple[float, float]]:
    """Where cuts are drawn: from top to bottom, or, where labels are in the way, at the axis and each bar."""
    if not chart.narrow:
        return [(_HEAD - 14, bottom)]
    return [(_HEAD - 14, _HEAD), *((line.bar - 5, line.bar + _BAR + 5) for line in lines if line.row)]


def _cuts(axis: Axis, top: float, bottom: float) -> Iterator[str]:
    """Draw where the axis is cut: a ragged strip that everything passes behind."""
    for left, right in axis.cuts():
        waves = max(int((bottom - top) // 6), 2)
        wave = (bottom - top) / waves
        down = "".join(f"l{5 if at % 2 else -5} {wave:.1f}" for at in range(waves))
        up = "".join(f"l{-5 if at % 2 else 5} {-wave:.1f}" for at in reversed(range(waves)))
        first, second = (f"M{(left + right) / 2 + shift:.1f} {top:.1f}{down}" for shift in (-4, 8))
        yield element("path", d=f"{first}h12{up}z", class_="cut-back")
        yield element("path", d=first, class_="cut")
        yield element("path", d=second, class_="cut")


def _band(axis: Axis, clash: Span | None, bottom: float) -> Iterator[str]:
    """Draw when the rows clash, behind everything else."""
    if clash is not None:
        x1, x2 = _edges(axis, clash)
        yield element("rect", x=x1, y=_HEAD - 8, width=x2 - x1, height=bottom - _HEAD + 8, class_="clash")


def _band_words(axis: Axis, chart: Chart) -> Iterator[str]:
    if chart.clash is not None:
        x1, x2 = _edges(axis, chart.clash)
        half = text_width(chart.words, 12) / 2
        x = min(max((x1 + x2) / 2, axis.left + half), axis.right - half)
        yield element("text", text(chart.words), x=x, y=_HEAD + 9, class_="mark words", text_anchor="middle")


def _edges(axis: Axis, clash: Span) -> tuple[float, float]:
    x1, x2, _, _ = axis.bar(clash)
    return (x1, x2) if x2 - x1 >= 8 else ((x1 + x2) / 2 - 4, (x1 + x2) / 2 + 4)


# --- Legend ---------------------------------------------------------------------------------------


def _legend(chart: Chart, axis: Axis, top: float) -> tuple[list[str], float]:
    """Explain only the signs that occur; return the drawing and where it ends."""
    parts: list[str] = []
    x, y = 8.0, top
    for sign, words in _signs(chart.rows, axis):
        needed = 34 + text_width(words, 12) + 18
        if x + needed > chart.width and x > 8:
            x, y = 8.0, y + 22
        parts.append(element("g", sign, transform=f"translate({x:.1f} {y:.1f})"))
        parts.append(element("text", text(words), x=x + 32, y=y + 4, class_="note"))
        x += needed
    return parts, y + (16 if parts else -10)


def _signs(rows: Sequence[Row], axis: Axis) -> Iterator[tuple[str, str]]:
    bars = [row for row in rows if row.kind is not RowKind.DEADLINE]
    if any(row.certain is not None for row in bars):
        yield element("rect", x=0, y=-6, width=26, height=12, class_="bar key"), "holds for certain"
    if any(row.possible is not None and row.possible != row.certain for row in rows):
        yield (
            element("rect", x=0, y=-6, width=26, height=12, class_="bar possible key"),
            "dashed: the date is not exact",
        )
    if any(span.start <= BEGIN or span.end >= END for row in rows for span in (row.certain, row.possible) if span):
        yield element("polygon", points="0,-6 18,-6 26,0 18,6 0,6", class_="bar key"), "goes on without end"
    if any(row.said is not None for row in rows):
        yield element("circle", cx=13, cy=0, r=4.6, class_="said"), "when it was said"
    if any(row.said is not None and row.said.end - row.said.start >= DAY for row in rows):
        yield element("circle", cx=13, cy=0, r=4.6, class_="said rough"), "said on a day not known exactly"
    if any(row.kind is RowKind.DEADLINE for row in rows):
        yield element("path", d="M13 -8v16M13 -8l-9 4l9 4z", class_="due"), "deadline"
    if any(row.conflict for row in rows):
        yield element("text", "✕", x=8, y=5, class_="mark"), "in a dispute"
    if axis.cuts():
        yield (
            element("path", d="M6 -8l-4 5l8 5l-4 5M14 -8l-4 5l8 5l-4 5", class_="cut"),
            "part of the axis is left out",
        )
