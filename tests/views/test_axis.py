"""The time axis: where moments fall, which ticks are shown, where it is cut."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kg.times import ALWAYS, BEGIN, DAY, END, Span, parse
from kg.views.axis import FIRST, LAST, build_axis, ticks
from kg.views.svg import text_width

moments = st.integers(FIRST - 10 * DAY, LAST + 10 * DAY) | st.sampled_from([BEGIN, END])
spans = st.tuples(moments, moments).map(lambda pair: Span(min(pair), max(pair)))


def _span(date: str) -> Span:
    when = parse(date)
    return Span(when.start.start, when.end.end)


@given(st.lists(spans, max_size=8))
def test_every_moment_falls_on_the_paper_and_order_is_kept(found: list[Span]) -> None:
    axis = build_axis(found, 100, 900)
    places = [axis.x(m) for m in sorted(m for span in found for m in (span.start, span.end))]
    assert all(100 <= x <= 900.001 for x in places)
    assert all(a <= b + 1e-6 for a, b in pairwise(places))


@given(st.lists(spans, max_size=8))
def test_ticks_are_in_order_and_on_the_axis(found: list[Span]) -> None:
    axis = build_axis(found, 100, 900)
    xs = [tick.x for tick in ticks(axis)]
    assert xs == sorted(xs)
    assert all(99 <= x <= 901 for x in xs)
    assert len(xs) < 60


def test_days_are_named_when_dates_are_days() -> None:
    labels = [tick.label for tick in ticks(build_axis([_span("2019-01-21/2019-01-25")], 0, 800))]
    assert "22 Jan" in labels
    assert not any(":" in label for label in labels)


def test_one_date_far_off_cuts_the_axis_and_keeps_its_label() -> None:
    axis = build_axis([_span("2019-01-22"), _span("2019-01-25"), _span("2019-03-01")], 0, 800)
    assert len(axis.cuts()) == 1
    assert "1 Mar" in [tick.label for tick in ticks(axis)]


def test_a_bar_is_never_cut_in_the_middle() -> None:
    axis = build_axis([_span("2019-01-01"), _span("2019-01-02/2019-03-01"), _span("2019-03-02")], 0, 800)
    assert axis.cuts() == []


def test_years_and_months_are_named_when_they_matter() -> None:
    years = [tick.label for tick in ticks(build_axis([_span("1990/2020")], 0, 800))]
    assert "2000" in years
    months = [tick.label for tick in ticks(build_axis([_span("2019-01-05/2019-11-20")], 0, 800))]
    assert "Mar" in months


def test_hours_are_named_when_hours_are_told_apart() -> None:
    found = [_span("2019-01-22T10:00:00Z"), _span("2019-01-22T15:10:00Z")]
    assert any(":" in tick.label for tick in ticks(build_axis(found, 0, 800)))


def test_labels_do_not_run_into_each_other() -> None:
    for dates in (["2019-01-21/2019-01-25"], ["2019-01", "2019-09"], ["1950/2020"], ["2019-01-22", "2019-04-01"]):
        shown = ticks(build_axis([_span(d) for d in dates], 0, 330), 48)
        for one, other in pairwise(shown):
            assert other.x - one.x > 0.6 * text_width(one.label, 12)


def test_what_is_open_on_both_sides_fills_the_axis() -> None:
    axis = build_axis([ALWAYS, _span("2019-01-22")], 0, 100)
    assert axis.bar(ALWAYS) == (0, 100, True, True)
