"""Draw the life line of a thing: its stages along a line, and below each who says that it was reached.

Wide, stages are columns and speakers rows; narrow, the line runs down and each stage lists its words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from markupsafe import Markup

from kg.views.page import asset, trusted
from kg.views.svg import drawing, element, shorten, text, text_width, wrap

WIDE = 1080.0
NARROW = 350.0
MOST_COLUMNS = 9
"""With more stages than this, the line runs down on wide screens too."""
_LABELS = 210.0
_HEAD = 44.0
"""Where the line runs, under names of one line."""
_ROW = 42.0


class Mark(Enum):
    """A word on a stage: its sign, and what the legend says."""

    SAID = ("✓", "says so")
    DENIED = ("✗", "says it is not so")
    FOLLOWS = ("⇒ ✓", "follows from what is said")
    EXCLUDED = ("⇒ ✗", "follows that it is not so")

    @property
    def sign(self) -> str:
        """How it is drawn."""
        return self.value[0]

    @property
    def words(self) -> str:
        """What it means."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Word:
    """One word on one stage (by its number): by whom, how, and when that was."""

    stage: int
    who: str
    mark: Mark
    when: str = ""


@dataclass(frozen=True, slots=True)
class LifeLineDrawing:
    """The names of the stages, which of them are disputed, and the words on them."""

    title: str
    stages: tuple[str, ...]
    contested: frozenset[int]
    words: tuple[Word, ...]

    def marks(self, stage: int) -> frozenset[Mark]:
        """Return how a stage is spoken of."""
        return frozenset(word.mark for word in self.words if word.stage == stage)


def lifeline_svg(life: LifeLineDrawing, *, width: float = WIDE, standalone: bool = True) -> str:
    """Draw a life line as SVG; a standalone drawing carries its own style and can be saved as a file."""
    style = asset("drawing.css") + asset("lifeline.css") if standalone else None
    across = width >= WIDE and 0 < len(life.stages) <= MOST_COLUMNS
    body, height = _across(life, width) if across else _down(life, width)
    legend, bottom = _legend(life, width, height + 16)
    return drawing(width, bottom, life.title, [*body, *legend], style=style)


def lifeline_figure(life: LifeLineDrawing) -> Markup:
    """Draw a life line for a page, once for wide and once for narrow screens; the page's style shows one of them."""
    drawings = {
        name: lifeline_svg(life, width=width, standalone=False)
        for name, width in (("wide-only", WIDE), ("narrow-only", NARROW))
    }
    return trusted("".join(f'<div class="{name}">{svg}</div>' for name, svg in drawings.items()))


# --- Stages side by side --------------------------------------------------------------------------


def _across(life: LifeLineDrawing, width: float) -> tuple[list[str], float]:
    column = (width - _LABELS - 8) / len(life.stages)
    centres = [_LABELS + column * (at + 0.5) for at in range(len(life.stages))]
    names = [wrap(name, column - 8, 13.5, 2) for name in life.stages]
    line = _HEAD + 16 * max(len(lines) - 1 for lines in names)
    parts = [element("line", x1=centres[0], x2=centres[-1], y1=line, y2=line, class_="life-line")]
    for at, (lines, x) in enumerate(zip(names, centres, strict=True)):
        for number, words in enumerate(lines):
            y = line - 20 - 16 * (len(lines) - 1 - number)
            parts.append(element("text", text(words), x=x, y=y, text_anchor="middle", class_=_tone("stage", life, at)))
        parts += _station(life, at, x, line)
    y = line + 24
    for who, spoken in _rows(life.words):
        cells = {at: [word for word in spoken if word.stage == at] for at in range(len(life.stages))}
        height = _ROW * max(1, *(len(cell) for cell in cells.values()))
        parts.append(element("line", x1=8, x2=width - 8, y1=y, y2=y, class_="rule"))
        label = wrap(who, _LABELS - 16, 13, 2)
        first = y + 25 - (8 if len(label) > 1 else 0)
        for number, name in enumerate(label):
            parts.append(element("text", text(name), x=8, y=first + 16 * number, class_="label"))
        for at, said in cells.items():
            for number, word in enumerate(said):
                parts += _cell(word, centres[at], y + _ROW * number, column)
        y += height
    return parts, y


def _cell(word: Word, x: float, top: float, room: float) -> Iterator[str]:
    y = top + (19 if word.when else 26)
    yield element("text", text(word.mark.sign), x=x, y=y, text_anchor="middle", class_=_mark(word.mark))
    if word.when:
        when = shorten(word.when, room - 6, 11.5)
        yield element("text", text(when), x=x, y=top + 34, text_anchor="middle", class_="note word-date")


def _rows(words: Sequence[Word]) -> list[tuple[str, list[Word]]]:
    """Group words by who has them, in the order in which they come."""
    found: dict[str, list[Word]] = {}
    for word in words:
        found.setdefault(word.who, []).append(word)
    return list(found.items())


# --- Stages below each other ----------------------------------------------------------------------


def _down(life: LifeLineDrawing, width: float) -> tuple[list[str], float]:
    x, y = 18.0, 26.0
    parts: list[str] = []
    stations: list[tuple[int, float]] = []
    for at, name in enumerate(life.stages):
        stations.append((at, y))
        for number, words in enumerate(wrap(name, width - 48, 14, 2)):
            parts.append(element("text", text(words), x=40, y=y + 5 + 17 * number, class_=_tone("stage", life, at)))
            y += 17 if number else 0
        y += 24
        for word in (word for word in life.words if word.stage == at):
            sign = element("text", text(word.mark.sign), x=40, y=y, class_=_mark(word.mark))
            lines = wrap(f"{word.who}{' · ' + word.when if word.when else ''}", width - 90, 12.5, 3)
            parts.append(sign)
            for number, words in enumerate(lines):
                parts.append(element("text", text(words), x=80, y=y + 16 * number, class_="note"))
            y += 16 * len(lines) + 4
        y += 8
    line = element("line", x1=x, x2=x, y1=stations[0][1], y2=stations[-1][1], class_="life-line") if stations else ""
    return [line, *parts, *(part for at, top in stations for part in _station(life, at, x, top))], y - 4


# --- Signs ----------------------------------------------------------------------------------------


def _station(life: LifeLineDrawing, at: int, x: float, y: float) -> Iterator[str]:
    """Draw a stage on the line: filled if said, hollow if denied, dashed if it only follows, a dot if not spoken of."""
    marks = life.marks(at)
    if at in life.contested:
        yield element("circle", cx=x, cy=y, r=10, class_="station contested")
        yield element("text", "✕", x=x, y=y + 4.5, text_anchor="middle", class_="mark")
    elif not marks:
        yield element("circle", cx=x, cy=y, r=4, class_="station silent")
    elif Mark.SAID in marks:
        yield element("circle", cx=x, cy=y, r=8, class_="station said-so")
    elif Mark.FOLLOWS in marks:
        yield element("circle", cx=x, cy=y, r=8, class_="station follows")
    else:
        yield element("circle", cx=x, cy=y, r=8, class_="station denied")


def _tone(name: str, life: LifeLineDrawing, at: int) -> str:
    if at in life.contested:
        return f"{name} contested"
    return name if life.marks(at) else f"{name} silent"


def _mark(mark: Mark) -> str:
    return f"word is-{mark.name.lower()}"


def _legend(life: LifeLineDrawing, width: float, top: float) -> tuple[list[str], float]:
    """Explain only the signs that occur; return the drawing and where it ends."""
    parts: list[str] = []
    x, y = 8.0, top
    for sign, words, room in _signs(life):
        needed = room + text_width(words, 12) + 18
        if x + needed > width and x > 8:
            x, y = 8.0, y + 22
        parts.append(element("g", sign, transform=f"translate({x:.1f} {y:.1f})"))
        parts.append(element("text", text(words), x=x + room, y=y + 4, class_="note"))
        x += needed
    return parts, y + (16 if parts else 0)


def _signs(life: LifeLineDrawing) -> Iterator[tuple[str, str, float]]:
    used = {word.mark for word in life.words}
    for mark in Mark:
        if mark in used:
            sign = element("text", text(mark.sign), x=0, y=5, class_=_mark(mark))
            yield sign, mark.words, 20 if len(mark.sign) == 1 else 36
    if life.contested:
        yield element("text", "✕", x=0, y=5, class_="mark"), "a dispute turns on it", 20
    if any(not life.marks(at) for at in range(len(life.stages))):
        yield element("circle", cx=7, cy=0, r=4, class_="station silent"), "nobody speaks of it", 20
