"""The timeline: imprecise dates drawn as such, open ends as arrows, the same data as a table."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from kg import pages
from kg.graph import KnowledgeGraph
from kg.times import ALWAYS, BEGIN, DAY, END, Span, parse
from kg.views.timeline import Row, RowKind, timeline_page, timeline_rows, timeline_svg, timeline_table
from tests.views.conftest import HOSTILE, Page

SVG = "{http://www.w3.org/2000/svg}"


def _span(date: str) -> Span:
    when = parse(date)
    return Span(when.start.start, when.end.end)


def _classes(svg: str, tag: str) -> list[str]:
    root = ElementTree.fromstring(svg)  # noqa: S314  # made here
    return [node.get("class", "") for node in root.iter(SVG + tag)]


def _row(label: str = "the talks", **values: object) -> Row:
    return Row(label, RowKind.CLAIM, **values)  # type: ignore[arg-type]  # each test names what it needs


def test_an_exact_date_is_solid_and_an_imprecise_one_dashed() -> None:
    exact = timeline_svg([_row(certain=_span("2019-01-22"), possible=_span("2019-01-22"))])
    rough = timeline_svg([_row(possible=_span("2019-01-19/2019-01-25"))])
    assert "bar claim" in _classes(exact, "polygon")
    assert not any("possible" in name for name in _classes(exact, "polygon"))
    assert "bar possible claim" in _classes(rough, "polygon")
    assert "dashed: the date is not exact" in rough


def test_open_ends_are_arrows_at_the_margin() -> None:
    start = _span("2019-01-22").start
    svg = timeline_svg([_row(certain=Span(start, END), possible=Span(start, END))])
    points = next(n.get("points", "") for n in ElementTree.fromstring(svg).iter(SVG + "polygon"))  # noqa: S314
    assert len(points.split()) == 5  # a rectangle with a tip
    assert "goes on without end" in svg


def test_a_deadline_has_a_flag_and_a_dispute_a_cross() -> None:
    due = Row("the deadline", RowKind.DEADLINE, _span("2019-03-01"), _span("2019-03-01"))
    svg = timeline_svg([due, _row(certain=_span("2019-01-22"), conflict=True)])
    assert "due" in _classes(svg, "path")
    assert "✕" in svg


def test_the_day_of_speaking_is_hollow_when_it_is_not_known() -> None:
    said = timeline_svg([_row(certain=ALWAYS, said=_span("2019-01-22"))])
    before = timeline_svg([_row(certain=ALWAYS, said=Span(BEGIN, _span("2019-01-22").end))])
    assert "said rough" not in _classes(said, "circle")
    assert "said rough" in _classes(before, "circle")


def test_when_sides_clash_is_marked() -> None:
    rows = [_row(certain=Span(BEGIN, 10 * DAY)), _row(certain=Span(9 * DAY, END))]
    svg = timeline_svg(rows, clash=Span(9 * DAY, 10 * DAY), words="? may clash")
    assert "clash" in _classes(svg, "rect")
    assert "? may clash" in svg


@pytest.mark.parametrize("width", [1080, 350])
@pytest.mark.parametrize("words", HOSTILE)
def test_any_label_gives_valid_svg_of_the_asked_width(words: str, width: int) -> None:
    svg = timeline_svg([_row(words, certain=_span("2019-01-22"), note=words, group=words)], title=words, width=width)
    root = ElementTree.fromstring(svg)  # noqa: S314  # made here
    assert float(root.get("width", "0")) == width
    assert not list(root.iter(SVG + "script"))


def test_nothing_to_draw_is_no_error() -> None:
    assert ElementTree.fromstring(timeline_svg([])).tag == SVG + "svg"  # noqa: S314
    assert "nothing with a date" in timeline_page([])
    assert timeline_svg([_row()])


def test_the_table_says_what_the_drawing_shows() -> None:
    (row,) = timeline_table([_row(certain=None, possible=_span("2019-01"), said=_span("2019-01-22"))])
    assert (row.said, row.certain, row.possible) == (
        "22 January 2019",
        "no time for certain",
        "1 January 2019 to 31 January 2019",
    )


def test_rows_of_the_first_case_put_the_denial_beside_the_talks(first_case: KnowledgeGraph) -> None:
    rows = timeline_rows(first_case.dossiers, first_case.check(), first_case.prose)
    talks = [row for row in rows if row.group == "The preparatory talks"]
    assert talks[0].kind is RowKind.EVENT
    assert any("No intermediate meeting" in row.label and row.conflict for row in talks)
    assert any(row.kind is RowKind.DEADLINE for row in rows)


def test_the_page_asks_nobody_for_anything_and_is_stable(first_case: KnowledgeGraph) -> None:
    rows = pages.timeline_rows(first_case)
    html = timeline_page(rows, title="<b>Talks</b>")
    page = Page(html)
    assert html == timeline_page(rows, title="<b>Talks</b>")
    assert page.outside() == []
    assert page.count("script") == 0
    assert page.count("h1") == 1
    assert page.count("b") == 0
    assert "style-src 'sha256-" in page.policy
