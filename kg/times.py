"""Imprecise dates, and the stretches of time in which a position holds.

Time is counted in whole seconds of one clock (UTC, proleptic Gregorian); a day is its seconds
from midnight to midnight. A date without a time of day speaks of the whole day, so two statements
of one day always meet. Dates are ISO 8601-2 / EDTF level 1, or an XSD date type.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import lru_cache

BEGIN = -(2**62)
"""The start of all time (open on the left)."""
END = 2**62
"""The end of all time (open on the right)."""
DAY = 86_400
_EPOCH = date(1970, 1, 1)
_TOLERANCE_DAYS = {"day": 3, "month": 31, "year": 366}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A closed stretch of seconds, `start <= end`; `BEGIN` and `END` leave a side open."""

    start: int
    end: int

    def meet(self, other: Span) -> Span | None:
        """Return what two spans share, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start <= end else None

    def covers(self, other: Span) -> bool:
        """Say whether the other span lies wholly inside this one."""
        return self.start <= other.start and other.end <= self.end


ALWAYS = Span(BEGIN, END)


class Persistence(Enum):
    """How long something stays so once it is so (declared in the ontology)."""

    TIMELESS = "Timeless"
    PERMANENT = "Permanent"
    STATE = "State"


@dataclass(frozen=True, slots=True)
class Window:
    """When a position holds: at least `certain`, at most `possible`; None is "at no known time"."""

    certain: Span | None
    possible: Span | None


@dataclass(frozen=True, slots=True)
class Edtf:
    """A parsed date: for each of its two ends the seconds it may stand for.

    A single date has both ends the same. `rough_start` and `rough_end` say that the end is marked
    `~`, `?` or `%` (then already widened by three days, a month or a year, after its precision) or
    was left unknown.
    """

    text: str
    start: Span
    end: Span
    interval: bool
    rough_start: bool
    rough_end: bool


class BadDate(ValueError):
    """A text that is not a date of EDTF level 1 or an XSD date."""


_DATE = re.compile(
    r"(?P<year>-?\d{4}|\d{3}X|\d{2}XX)(?:-(?P<month>\d{2}|XX)(?:-(?P<day>\d{2}|XX))?)?"
    r"(?:T(?P<time>\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?P<zone>Z|[+-]\d{2}:\d{2})?|(?P<datezone>Z|[+-]\d{2}:\d{2}))?"
    r"(?P<mark>[~?%])?"
)
_SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 12)}


@lru_cache(maxsize=65_536)
def parse(text: str) -> Edtf:
    """Read an EDTF level 1 or XSD date.

    >>> parse("2019-01").interval, parse("2019-01-21/2019-01-25").interval
    (False, True)
    >>> parse("2019-02-30")
    Traceback (most recent call last):
    kg.times.BadDate: "2019-02-30": day is out of range for month
    """
    parts = text.strip().split("/")
    if len(parts) > 2:
        raise BadDate(f'"{text}": an interval has two ends')
    if len(parts) == 1:
        span, rough = _end(text, parts[0])
        return Edtf(text, span, span, interval=False, rough_start=rough, rough_end=rough)
    (start, rough_start), (end, rough_end) = (_interval_end(text, part, at) for at, part in enumerate(parts))
    if start.start > end.end:
        raise BadDate(f'"{text}": the interval ends before it starts')
    return Edtf(text, start, end, interval=True, rough_start=rough_start, rough_end=rough_end)


def _interval_end(text: str, part: str, at: int) -> tuple[Span, bool]:
    if part == "..":  # open: no bound at all
        return (Span(BEGIN, BEGIN), False) if at == 0 else (Span(END, END), False)
    if part == "":  # unknown: there is a bound, anywhere
        return ALWAYS, True
    return _end(text, part)


def _end(text: str, part: str) -> tuple[Span, bool]:
    match = _DATE.fullmatch(part.strip())
    if match is None:
        raise BadDate(f'"{text}" is not a date (write 2019, 2019-01, 2019-01-22, 2019-01-22~ or 2019-01-21/2019-01-25)')
    try:
        span, precision = _calendar_span(match)
    except (ValueError, OverflowError) as error:
        raise BadDate(f'"{text}": {error}') from None
    if match["mark"]:
        slack = _TOLERANCE_DAYS[precision] * DAY
        return Span(span.start - slack, span.end + slack), True
    return span, False


def _calendar_span(match: re.Match[str]) -> tuple[Span, str]:
    year = match["year"]
    if "X" in year:
        first = int(year.replace("X", "0"))
        return Span(_second(date(first, 1, 1)), _second(date(int(year.replace("X", "9")), 12, 31)) + DAY - 1), "year"
    if int(year) < 1:
        raise ValueError("years before 1 are not supported")
    if match["month"] in (None, "XX"):
        return Span(_second(date(int(year), 1, 1)), _second(date(int(year), 12, 31)) + DAY - 1), "year"
    month = int(match["month"])
    if month in _SEASONS:
        return _season(int(year), month), "month"
    if match["day"] in (None, "XX"):
        last = calendar.monthrange(int(year), month)[1] if 1 <= month <= 12 else 1
        return Span(_second(date(int(year), month, 1)), _second(date(int(year), month, last)) + DAY - 1), "month"
    day = _second(date(int(year), month, int(match["day"])))
    zone = _zone(match["zone"] or match["datezone"])
    if match["time"] is None:
        return Span(day - zone, day - zone + DAY - 1), "day"
    return _clock_span(match["time"], day - zone), "day"


def _season(year: int, code: int) -> Span:
    first, last = _SEASONS[code]
    if code == 24:  # winter runs into the next year
        return Span(_second(date(year, 12, 1)), _second(date(year + 1, 3, 1)) - 1)
    return Span(_second(date(year, first, 1)), _second(date(year, last + 1, 1)) - 1)


def _clock_span(clock: str, midnight: int) -> Span:
    hours, minutes, *rest = clock.split(":")
    if int(hours) > 24 or int(minutes) > 59 or (int(hours) == 24 and int(minutes)):
        raise ValueError("hour or minute is out of range")
    second = midnight + int(hours) * 3600 + int(minutes) * 60
    if not rest:
        return Span(second, second + 59)
    if float(rest[0]) >= 60:
        raise ValueError("second is out of range")
    return Span(second + int(float(rest[0])), second + int(float(rest[0])))


def _zone(zone: str | None) -> int:
    if zone in (None, "Z"):
        return 0
    hours, minutes = zone[1:].split(":")
    seconds = int(hours) * 3600 + int(minutes) * 60
    return -seconds if zone[0] == "-" else seconds


def _second(day: date) -> int:
    return (day - _EPOCH).days * DAY


def window(holds: str | None, said_on: str | None, persistence: Persistence, *, affirmed: bool) -> Window:
    """Say when a position holds, from the time stated, else from the day it was said.

    Timeless: always. Permanent: affirmed from the event on, denied up to it. State: throughout
    the time stated, else on the day it was said. Approximate dates shrink the certain span and
    widen the possible one.

    >>> window("2019-01-22", None, Persistence.PERMANENT, affirmed=True) == window(
    ...     None, "2019-01-22", Persistence.PERMANENT, affirmed=True)
    True
    >>> window("2019-01-22~", None, Persistence.STATE, affirmed=True).certain is None
    True
    """
    stated = holds if holds is not None else said_on
    if persistence is Persistence.TIMELESS or stated is None:
        return Window(ALWAYS, ALWAYS)
    when = parse(stated)
    since_then = affirmed and persistence is Persistence.PERMANENT
    if holds is None and when.end.end - when.start.start >= DAY and not since_then:
        # Said on an unknown day of a month or of a stretch: the default is that one day, wherever it is.
        day = Span(when.start.start, when.end.end)
        when = replace(when, start=day, end=day, rough_start=True, rough_end=True)
    if persistence is Persistence.STATE:
        return throughout(when)
    return since(when) if affirmed else up_to(when)


def throughout(when: Edtf) -> Window:
    """Read a date as "during all of it"."""
    possible = Span(when.start.start, when.end.end)
    start = when.start.end if when.rough_start else when.start.start
    end = when.end.start if when.rough_end else when.end.end
    return Window(Span(start, end) if start <= end else None, possible)


def since(when: Edtf) -> Window:
    """Read a date as "it came about at some time in it, and has been so since".

    "2019-01-22/.." says from when on it is so: it came about on the 22nd.
    """
    first = when.start.start
    if when.start.end <= BEGIN and when.end.start >= END:
        return Window(ALWAYS, ALWAYS)
    last = when.start if when.end.start >= END else when.end
    if last.start >= END or last.start <= BEGIN:
        return Window(None, Span(first, END))
    # A date speaks of its whole day: what came about on the 25th is so on the 25th.
    sure = last.end - DAY + 1 if last.end - last.start >= DAY - 1 else last.end
    return Window(Span(sure, END), Span(first, END))


def up_to(when: Edtf) -> Window:
    """Read a date as "not so, until then"."""
    first, last = when.end.start, when.end.end
    sure = last
    if when.rough_end:
        sure = first + DAY - 1 if last - first >= DAY - 1 and first > BEGIN else first
    return Window(Span(BEGIN, sure) if sure > BEGIN else None, Span(BEGIN, last))


def meet(spans: Iterable[Span | None]) -> Span | None:
    """Return what all the spans share, or None when one is missing or they are apart."""
    shared = ALWAYS
    for span in spans:
        both = shared.meet(span) if span is not None else None
        if both is None:
            return None
        shared = both
    return shared


def moments(spans: Iterable[Span]) -> Iterator[int]:
    """Yield instants such that every combination of the spans that ever holds together does so at one.

    The start of each span is enough: spans that meet all hold at the latest of their starts.
    """
    yield from sorted({span.start for span in spans} | {BEGIN})


def as_text(span: Span) -> str:
    """Write a span as EDTF, with days where it ends on day boundaries.

    >>> as_text(window("2019-01-22", None, Persistence.PERMANENT, affirmed=True).certain)
    '2019-01-22/..'
    >>> as_text(parse("2019-01-22").start)
    '2019-01-22'
    """
    if span == ALWAYS:
        return "../.."
    start = ".." if span.start <= BEGIN else _moment(span.start, at_end=False)
    end = ".." if span.end >= END else _moment(span.end, at_end=True)
    return start if start == end else f"{start}/{end}"


def _moment(second: int, *, at_end: bool) -> str:
    on_boundary = (second + 1) % DAY == 0 if at_end else second % DAY == 0
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    except OverflowError:
        return ".."
    return moment.date().isoformat() if on_boundary else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def first_second(text: str) -> int | None:
    """Return the first second that a date may stand for; None if it is open at the start, or not a date.

    >>> first_second("1970-01-02~"), first_second("../2019"), first_second("soon")
    (-172800, None, None)
    """
    try:
        start = parse(text).start.start
    except BadDate:
        return None
    return start if start > BEGIN else None


def month_of(second: int) -> str:
    """Return the month of a second, as `YYYY-MM`; "" for a time that no calendar has.

    >>> month_of(0)
    '1970-01'
    """
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)).strftime("%Y-%m").rjust(7, "0")
    except OverflowError:
        return ""


_MONTHS = "January February March April May June July August September October November December".split()


def in_english(text: str) -> str:
    """Say an EDTF date in English.

    >>> in_english("2019-01-22"), in_english("2019-01"), in_english("2019-01-22~")
    ('22 January 2019', 'January 2019', 'about 22 January 2019')
    >>> in_english("2019-01-21/2019-01-25"), in_english("../2019-01-22")
    ('21 January 2019 to 25 January 2019', 'up to 22 January 2019')
    """
    if "/" in text:
        start, end = text.split("/", 1)
        if start in ("..", "") and end in ("..", ""):
            return "at all times"
        if start in ("..", ""):
            return f"up to {in_english(end)}"
        if end in ("..", ""):
            return f"from {in_english(start)} on"
        return f"{in_english(start)} to {in_english(end)}"
    about = "about " if text[-1:] in "~?%" and text else ""
    match = re.fullmatch(r"(\d{4})-(\d{2})(?:-(\d{2}))?(?:T(\d{2}:\d{2}).*)?", text.rstrip("~?%"))
    if match is None or not 1 <= int(match[2]) <= 12:
        return about + text.rstrip("~?%")
    day = f"{int(match[3])} " if match[3] else ""
    clock = f", {match[4]}" if match[4] else ""
    return f"{about}{day}{_MONTHS[int(match[2]) - 1]} {match[1]}{clock}"
