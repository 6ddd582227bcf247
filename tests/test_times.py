"""Imprecise dates: how they are read, when a position holds, and how both are said."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from kg.times import (
    ALWAYS,
    BEGIN,
    DAY,
    END,
    BadDate,
    Persistence,
    Span,
    Window,
    as_text,
    in_english,
    meet,
    moments,
    parse,
    throughout,
    window,
)

STATE, PERMANENT, TIMELESS = Persistence.STATE, Persistence.PERMANENT, Persistence.TIMELESS


def second(day: str) -> int:
    return int((datetime.fromisoformat(day).replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())


def days(first: str | None, last: str | None) -> Span:
    """The seconds from the first day to the last, both whole; None leaves a side open."""
    return Span(BEGIN if first is None else second(first), END if last is None else second(last) + DAY - 1)


# -- reading -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019", "2019-01-01", "2019-12-31"),
        ("2019-02", "2019-02-01", "2019-02-28"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2019-01-22", "2019-01-22", "2019-01-22"),
        ("201X", "2010-01-01", "2019-12-31"),
        ("20XX", "2000-01-01", "2099-12-31"),
        ("2019-XX", "2019-01-01", "2019-12-31"),
        ("2019-01-XX", "2019-01-01", "2019-01-31"),
        ("2019-21", "2019-03-01", "2019-05-31"),
        ("2019-23", "2019-09-01", "2019-11-30"),
        ("2019-24", "2019-12-01", "2020-02-29"),  # winter is the one that begins in the year
        ("2019-01-22~", "2019-01-19", "2019-01-25"),
        ("2019-01-22?", "2019-01-19", "2019-01-25"),
        ("2019-01~", "2018-12-01", "2019-03-03"),
    ],
)
def test_a_date_stands_for_a_stretch_of_days(text: str, first: str, last: str) -> None:
    read = parse(text)
    assert read.start == read.end == days(first, last)
    assert not read.interval and read.rough_start == read.rough_end == (text[-1] in "~?%")


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d"]))
def test_dates_are_read_as_the_edtf_library_reads_them(day: date, form: str) -> None:
    text = day.strftime(form)
    other = parse_edtf(text)
    ours = parse(text).start
    assert ours.start == second(datetime(*other.lower_strict()[:3]).date().isoformat())
    assert ours.end == second(datetime(*other.upper_strict()[:3]).date().isoformat()) + DAY - 1


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019-01-22T10:30Z", "2019-01-22T10:30:00", "2019-01-22T10:30:59"),
        ("2019-01-22T10:30:05Z", "2019-01-22T10:30:05", "2019-01-22T10:30:05"),
        ("2019-01-22T10:30:05.25Z", "2019-01-22T10:30:05", "2019-01-22T10:30:05"),
        ("2019-01-22T10:30:00+08:00", "2019-01-22T02:30:00", "2019-01-22T02:30:00"),
        ("2019-01-22T22:30:00-05:00", "2019-01-23T03:30:00", "2019-01-23T03:30:00"),
        ("2019-01-22+08:00", "2019-01-21T16:00:00", "2019-01-22T15:59:59"),
        ("2019-01-22T24:00:00", "2019-01-23T00:00:00", "2019-01-23T00:00:00"),
    ],
)
def test_a_time_of_day_and_a_time_zone_count(text: str, first: str, last: str) -> None:
    assert parse(text).start == Span(second(first), second(last))


@pytest.mark.parametrize(
    ("text", "start", "end", "rough"),
    [
        ("2019-01-21/2019-01-25", days("2019-01-21", "2019-01-21"), days("2019-01-25", "2019-01-25"), (False, False)),
        ("2019-01/2019-03-05~", days("2019-01-01", "2019-01-31"), days("2019-03-02", "2019-03-08"), (False, True)),
        ("../2019-01-22", Span(BEGIN, BEGIN), days("2019-01-22", "2019-01-22"), (False, False)),
        ("2019-01-22/..", days("2019-01-22", "2019-01-22"), Span(END, END), (False, False)),
        ("/2019-01-22", ALWAYS, days("2019-01-22", "2019-01-22"), (True, False)),
        ("2019-01-22/", days("2019-01-22", "2019-01-22"), ALWAYS, (False, True)),
    ],
)
def test_an_interval_has_two_ends_open_or_unknown_ones_too(
    text: str, start: Span, end: Span, rough: tuple[bool, bool]
) -> None:
    read = parse(text)
    assert (read.start, read.end, (read.rough_start, read.rough_end)) == (start, end, rough)
    assert read.interval


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "22 January 2019", "2019-13", "2019-00", "2019-02-29", "2019-1-2", "19-01-22", "2019/2020/2021"),
        *("2019-01-25/2019-01-21", "2019-01-22T25:00Z", "2019-01-22T10:60Z", "2019-01-22T10:00:60Z", "0000", "2019-01-00"),
        *("2019-01-22T24:30Z", "2019-25", "2019--01", "../../..", "99999"),
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadDate, match="^" + '"'):
        parse(text)


# -- when a position holds -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("holds", "lasting", "affirmed", "certain", "possible"),
    [
        # A state holds throughout the time stated.
        ("2019-01", STATE, True, days("2019-01-01", "2019-01-31"), days("2019-01-01", "2019-01-31")),
        ("2019-01", STATE, False, days("2019-01-01", "2019-01-31"), days("2019-01-01", "2019-01-31")),
        ("2019-03-01/..", STATE, True, days("2019-03-01", None), days("2019-03-01", None)),
        ("2019-01-22~", STATE, True, None, days("2019-01-19", "2019-01-25")),
        ("2019-01-01~/2019-02-01~", STATE, True, Span(second("2019-01-05") - 1, second("2019-01-29")), days("2018-12-29", "2019-02-04")),
        ("2019-01-22/", STATE, True, None, days("2019-01-22", None)),
        # What is permanent came about at some time in it, and has been so since.
        ("2019-01-22", PERMANENT, True, days("2019-01-22", None), days("2019-01-22", None)),
        ("2019-01", PERMANENT, True, days("2019-01-31", None), days("2019-01-01", None)),
        ("2019-01-21/2019-01-25", PERMANENT, True, days("2019-01-25", None), days("2019-01-21", None)),
        ("../2019-01-22", PERMANENT, True, days("2019-01-22", None), ALWAYS),
        ("2019-01-22/..", PERMANENT, True, days("2019-01-22", None), days("2019-01-22", None)),
        ("2019-01-22/", PERMANENT, True, None, days("2019-01-22", None)),
        ("2019-01-22~", PERMANENT, True, days("2019-01-25", None), days("2019-01-19", None)),
        ("../..", PERMANENT, True, ALWAYS, ALWAYS),
        # Its denial holds up to the time stated.
        ("2019-01-22", PERMANENT, False, days(None, "2019-01-22"), days(None, "2019-01-22")),
        ("2019-01", PERMANENT, False, days(None, "2019-01-31"), days(None, "2019-01-31")),
        ("2019-01-22~", PERMANENT, False, days(None, "2019-01-19"), days(None, "2019-01-25")),
        ("2019-01-22/..", PERMANENT, False, ALWAYS, ALWAYS),
        ("2019-01-22/", PERMANENT, False, None, ALWAYS),
        # The timeless is so always, whatever is stated.
        ("2019-01-22", TIMELESS, True, ALWAYS, ALWAYS),
    ],
)  # fmt: skip
def test_when_what_is_said_holds(
    holds: str, lasting: Persistence, affirmed: bool, certain: Span | None, possible: Span
) -> None:
    assert window(holds, "2018-06-01", lasting, affirmed=affirmed) == Window(certain, possible)


@pytest.mark.parametrize(
    ("said_on", "lasting", "affirmed", "certain", "possible"),
    [
        ("2019-01-22", STATE, True, days("2019-01-22", "2019-01-22"), days("2019-01-22", "2019-01-22")),
        ("2019-01-22", PERMANENT, True, days("2019-01-22", None), days("2019-01-22", None)),
        ("2019-01-22", PERMANENT, False, days(None, "2019-01-22"), days(None, "2019-01-22")),
        # Said on an unknown day of a month or a stretch: it held that day, whichever it was.
        ("2019-01", STATE, True, None, days("2019-01-01", "2019-01-31")),
        ("2019-01", PERMANENT, True, days("2019-01-31", None), days("2019-01-01", None)),
        ("2019-01", PERMANENT, False, days(None, "2019-01-01"), days(None, "2019-01-31")),
        ("2019-01-22/2019-01-23", STATE, True, None, days("2019-01-22", "2019-01-23")),
        ("2019-01-22/2019-01-23", PERMANENT, False, days(None, "2019-01-22"), days(None, "2019-01-23")),
        ("../2019-01-22", STATE, True, None, days(None, "2019-01-22")),
        ("../2019-01-22", PERMANENT, True, days("2019-01-22", None), ALWAYS),
        ("../2019-01-22", PERMANENT, False, None, days(None, "2019-01-22")),
        (None, STATE, True, ALWAYS, ALWAYS),
    ],
)
def test_without_a_time_of_its_own_it_is_the_day_it_was_said(
    said_on: str | None, lasting: Persistence, affirmed: bool, certain: Span | None, possible: Span
) -> None:
    assert window(None, said_on, lasting, affirmed=affirmed) == Window(certain, possible)


any_date = st.one_of(
    st.dates(date(1990, 1, 1), date(2030, 1, 1)).flatmap(
        lambda day: st.sampled_from([day.strftime(form) for form in ("%Y", "%Y-%m", "%Y-%m-%d")])
    ),
    st.sampled_from(["", ".."]),
)
marks = st.sampled_from(["", "~", "?"])


@st.composite
def any_text(draw: st.DrawFn) -> str:
    ends = [draw(any_date) for _ in range(draw(st.integers(1, 2)))]
    texts = [end + draw(marks) if end not in ("", "..") else end for end in ends]
    if len(texts) == 1 and texts[0] in ("", ".."):
        texts.append("2019")
    return "/".join(texts)


@given(any_text(), st.sampled_from(list(Persistence)), st.booleans(), st.booleans())
def test_what_is_certain_is_possible(text: str, lasting: Persistence, affirmed: bool, stated: bool) -> None:
    try:
        parse(text)
    except BadDate:
        return
    found = window(text if stated else None, text, lasting, affirmed=affirmed)
    assert found.possible is not None and found.possible.start <= found.possible.end
    if found.certain is not None:
        assert found.certain.start <= found.certain.end
        assert found.possible.covers(found.certain)


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.sampled_from(list(Persistence)), st.booleans())
def test_a_plain_day_leaves_nothing_open(day: date, lasting: Persistence, affirmed: bool) -> None:
    found = window(day.isoformat(), None, lasting, affirmed=affirmed)
    assert found.certain == found.possible


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_affirmed_and_denied_of_one_day_meet_and_a_later_affirmation_does_not(day: date, later: int) -> None:
    denied = window(day.isoformat(), None, PERMANENT, affirmed=False).certain
    affirmed = window((day + timedelta(days=later)).isoformat(), None, PERMANENT, affirmed=True).certain
    assert (meet([denied, affirmed]) is not None) == (later == 0)


# -- spans ---------------------------------------------------------------------------------------

spans = st.tuples(st.integers(-20, 20), st.integers(0, 10)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))


@given(st.lists(spans, max_size=5))
def test_spans_meet_where_all_of_them_are(some: list[Span]) -> None:
    shared = {t for t in range(-25, 35) if all(s.start <= t <= s.end for s in some)}
    found = meet(some)
    if some:
        assert (set() if found is None else set(range(found.start, found.end + 1))) == shared
    else:
        assert found == ALWAYS


def test_nothing_meets_what_is_at_no_time() -> None:
    assert meet([ALWAYS, None]) is None


@given(st.lists(spans, max_size=6))
def test_the_moments_show_every_combination_that_ever_holds(some: list[Span]) -> None:
    def holding(instant: int) -> frozenset[Span]:
        return frozenset(s for s in some if s.start <= instant <= s.end)

    shown = {holding(instant) for instant in moments(some)}
    for instant in range(-25, 35):
        assert any(holding(instant) <= one for one in shown)


# -- in words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (ALWAYS, "../.."),
        (days("2019-01-22", "2019-01-22"), "2019-01-22"),
        (days("2019-01-22", "2019-01-25"), "2019-01-22/2019-01-25"),
        (days(None, "2019-01-22"), "../2019-01-22"),
        (days("2019-01-22", None), "2019-01-22/.."),
        (
            Span(second("2019-01-22T10:00:00"), second("2019-01-22T10:00:59")),
            "2019-01-22T10:00:00Z/2019-01-22T10:00:59Z",
        ),
    ],
)
def test_a_span_is_written_as_edtf(span: Span, text: str) -> None:
    assert as_text(span) == text
    assert throughout(parse(text)).certain == span


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2019", "2019"),
        ("2019-01", "January 2019"),
        ("2019-01-22", "22 January 2019"),
        ("2019-01-22~", "about 22 January 2019"),
        ("2019-01-21/2019-01-25", "21 January 2019 to 25 January 2019"),
        ("../2019-01-22", "up to 22 January 2019"),
        ("2019-01-22/..", "from 22 January 2019 on"),
        ("../..", "at all times"),
        ("2019-01-22T10:30Z", "22 January 2019, 10:30"),
    ],
)
def test_a_date_is_said_in_english(text: str, said: str) -> None:
    assert in_english(text) == said


@given(any_text())
def test_any_date_can_be_said_without_its_code(text: str) -> None:
    assert "/" not in in_english(text) and "~" not in in_english(text)
