"""A time axis: where a moment falls on the paper, which ticks help, and where the axis is cut.

A stretch without any date that would take most of the axis is cut, and drawn as cut: a week in January
and a deadline in March stay readable on one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from kg.times import DAY, Span

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = int((datetime(1, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds())
LAST = int((datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH).total_seconds())
"""The moments that a calendar date can name; whatever lies beyond is open."""
CUT = 34.0
"""Width of a cut, in pixels."""
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """An unbroken part of the axis: its seconds and where they lie on the paper."""

    start: int
    end: int
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis; `center` asks for the label in the middle of the cell `x`..`end`.

    A label must end before `limit`, where the axis ends or is cut.
    """

    x: float
    end: float
    limit: float
    label: str
    year: str
    center: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """The mapping from seconds to pixels, piece by piece."""

    stretches: tuple[Stretch, ...]

    @property
    def left(self) -> float:
        """Where the axis begins; what is open on the left is clipped here."""
        return self.stretches[0].left

    @property
    def right(self) -> float:
        """Where the axis ends."""
        return self.stretches[-1].right

    def x(self, second: int) -> float:
        """Return where a moment lies; what is out of sight lies on the margin."""
        for piece in self.stretches:
            if second < piece.start:
                return piece.left
            if second <= piece.end:
                share = (second - piece.start) / max(piece.end - piece.start, 1)
                return piece.left + share * (piece.right - piece.left)
        return self.right

    def bar(self, span: Span) -> tuple[float, float, bool, bool]:
        """Return where a span begins and ends, and whether it goes on beyond either margin."""
        open_left, open_right = span.start < self.stretches[0].start, span.end > self.stretches[-1].end
        # A span ends with its last second; drawn, it reaches the beginning of the next.
        return self.x(max(span.start, FIRST)), self.x(min(span.end + 1, LAST)), open_left, open_right

    def cuts(self) -> list[tuple[float, float]]:
        """Return where the axis is cut."""
        return [(a.right, b.left) for a, b in pairwise(self.stretches)]


def build_axis(spans: Iterable[Span], left: float, right: float) -> Axis:
    """Fit the ends of some spans between two margins; open ends take no room but a little air."""
    spans = list(spans)
    moments = sorted({m for span in spans for m in (span.start, span.end + 1) if FIRST <= m <= LAST})
    if not moments:
        moments = [0, DAY]
    if len(moments) == 1:
        moments.append(moments[0] + DAY)
    pieces = _pieces(moments, spans)
    shown = sum(end - start for start, end in pieces)
    # Dates are of days: an axis is at least some days long, unless hours are told apart.
    by_hour = any(m % DAY for m in moments) and shown < 2 * DAY
    air = max(shown // 12, 1800) if by_hour else max(shown // 12, 2 * DAY if shown < 6 * DAY else DAY)
    pieces[0] = (max(pieces[0][0] - air, FIRST), pieces[0][1])
    pieces[-1] = (pieces[-1][0], min(pieces[-1][1] + air, LAST))
    if len(pieces) > 1:  # a little air on both sides of a cut, so that bars visibly end before it
        inner = air // 2
        pieces = [
            (start - (inner if at else 0), end + (inner if at < len(pieces) - 1 else 0))
            for at, (start, end) in enumerate(pieces)
        ]
    return Axis(_placed(pieces, left, right))


def _pieces(moments: Sequence[int], spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Split the range at gaps of more than a week that are longer than twice all the rest.

    A gap inside a bar is never cut: the bar would look shorter than it is.
    """
    gaps = sorted(((b - a, a, b) for a, b in pairwise(moments)), reverse=True)
    total = moments[-1] - moments[0]
    cut: list[tuple[int, int]] = []
    for length, a, b in gaps:
        rest = total - length
        if len(cut) == 2 or len(moments) < 4 or length <= max(2 * rest, 7 * DAY):
            break
        if any(FIRST <= span.start <= a and b <= span.end + 1 <= LAST for span in spans):
            continue
        cut.append((a, b))
        total = rest
    pieces: list[tuple[int, int]] = []
    start = moments[0]
    for a, b in sorted(cut):
        pieces.append((start, a))
        start = b
    return [*pieces, (start, moments[-1])]


def _placed(pieces: Sequence[tuple[int, int]], left: float, right: float) -> tuple[Stretch, ...]:
    room = right - left - CUT * (len(pieces) - 1)
    total = sum(end - start for start, end in pieces)
    least = 0.14 * room  # a lone date after a cut still needs room for its label
    shares = [max((end - start) / total * room, least) for start, end in pieces]
    scale = room / sum(shares)
    placed: list[Stretch] = []
    at = left
    for (start, end), share in zip(pieces, shares, strict=True):
        placed.append(Stretch(start, end, at, at + share * scale))
        at += share * scale + CUT
    return tuple(placed)


# --- Ticks ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """A distance between ticks: so many hours, days, months or years."""

    unit: str
    count: int
    seconds: int


_STEPS = (
    *(_Step("hour", n, n * 3600) for n in (1, 3, 6, 12)),
    *(_Step("day", n, n * DAY) for n in (1, 2)),
    _Step("week", 1, 7 * DAY),
    _Step("week", 2, 14 * DAY),
    *(_Step("month", n, n * 30 * DAY) for n in (1, 3, 6)),
    *(_Step("year", n, n * 365 * DAY) for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)),
)


def ticks(axis: Axis, spacing: float = 62.0) -> list[Tick]:
    """Choose ticks at natural moments, at least so many pixels apart."""
    density = max((s.end - s.start) / max(s.right - s.left, 1) for s in axis.stretches)
    fits = (at for at, step in enumerate(_STEPS) if step.seconds / max(density, 1e-9) >= spacing)
    chosen = next(fits, len(_STEPS) - 1)
    found: list[Tick] = []
    for piece in axis.stretches:
        # A short piece may hold no such moment; finer steps then give it at least one tick.
        finer = (_STEPS[at] for at in range(chosen, -1, -1))
        step = next((s for s in finer if any(True for _ in _moments(piece, s))), _STEPS[0])
        shown = list(_ticks_of(piece, step))
        found += shown if step is _STEPS[chosen] else shown[:: max(1, len(shown) // 2)][:1]
    return found


def _ticks_of(piece: Stretch, step: _Step) -> Iterator[Tick]:
    per_second = (piece.right - piece.left) / max(piece.end - piece.start, 1)
    for second, following in pairwise([*_moments(piece, step), None]):
        assert second is not None  # noqa: S101  # only the last is None, and it is never first of a pair
        when = _EPOCH + timedelta(seconds=second)
        x = piece.left + (second - piece.start) * per_second
        end = (
            min(x + step.seconds * per_second, piece.right)
            if following is None
            else (piece.left + (following - piece.start) * per_second)
        )
        center = step.unit == "day" and step.count == 1 and end - x >= 0.9 * step.seconds * per_second
        yield Tick(x, end, piece.right, _label(when, step), f"{when.year}", center)


def _label(when: datetime, step: _Step) -> str:
    if step.unit == "hour" and when.hour:
        return f"{when:%H:%M}"
    if step.unit == "year":
        return str(when.year)
    if step.unit == "month":
        return _MONTHS[when.month - 1]
    return f"{when.day} {_MONTHS[when.month - 1]}"


def _moments(piece: Stretch, step: _Step) -> Iterator[int]:
    """Yield the beginnings of the units of a step inside a piece of the axis."""
    if step.unit in ("hour", "day"):
        yield from range(-(-piece.start // step.seconds) * step.seconds, piece.end, step.seconds)
        return
    if step.unit == "week":
        monday = 4 * DAY  # 5 January 1970
        first = monday + -(-(piece.start - monday) // step.seconds) * step.seconds
        yield from range(first, piece.end, step.seconds)
        return
    months = step.count * (12 if step.unit == "year" else 1)
    start = (_EPOCH + timedelta(seconds=piece.start)).date()
    index = (start.year * 12 + start.month - 1) // months * months
    while index < 9999 * 12:
        second = (date(max(index // 12, 1), index % 12 + 1, 1) - _EPOCH.date()).days * DAY
        if second >= piece.end:
            return
        if second >= piece.start:
            yield second
        index += months
