"""The dispute report: what an editor reads, in HTML and in Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from markdown_it import MarkdownIt

from kg import pages
from kg.contradiction.results import Verdict
from kg.graph import KnowledgeGraph
from kg.views.dispute import dispute_view, letter
from kg.views.report import ReportData, report_html, report_markdown
from tests.views.conftest import HOSTILE, Page

READER = MarkdownIt("gfm-like", {"linkify": False, "html": True})
WRITERS = pytest.mark.parametrize("write", [report_html, report_markdown])


def _text(write: Callable[[ReportData], str], data: ReportData) -> str:
    made = write(data)
    return Page(made if write is report_html else READER.render(made)).text


@WRITERS
def test_the_first_case_says_who_why_and_what_would_settle_it(
    write: Callable[[ReportData], str], first_data: ReportData
) -> None:
    text = _text(write, first_data)
    for words in (
        "Were the preparatory talks ever scheduled?",
        "Larry Kudlow",
        "top economic adviser to the president",
        "intermediate meetings",
        "People briefed on the negotiations",
        "Unnamed source" if write is report_markdown else "unnamed source",
        "Only what had been scheduled can be cancelled.",
        "cannot both be true",
        "✓ kept",
        "✗ left out",
        "What would settle it",
        "What nobody disputes",
        "The check is complete",
        "us-china-2019.yaml:",
    ):
        assert words in text, words


@WRITERS
def test_nobody_is_called_wrong(write: Callable[[ReportData], str], first_data: ReportData) -> None:
    assert not re.search(r"\b(false|lie|lies|lied|liar)\b", _text(write, first_data), re.IGNORECASE)


@WRITERS
def test_a_case_with_everything_shows_each_thing_in_its_place(
    write: Callable[[ReportData], str], harbour_data: ReportData
) -> None:
    text = _text(write, harbour_data)
    for words in (
        "cannot all be true",  # three sides
        "may exclude each other",  # undecided
        "said only as a possibility",  # a tension
        "Otto Brandt changed position",
        "retracted what was said before",
        "Quotes that no longer match their text",
        "words that are not in the text",
        "do not stand in the text",
        "usually reliable",
        "at least 2",
        "13 March 2024, 15:10",
    ):
        assert words in text, words


def test_every_dispute_has_its_id_as_anchor_and_a_link_to_it(harbour_data: ReportData) -> None:
    page = Page(report_html(harbour_data))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    links = {attrs["href"] for tag, attrs in page.tags if tag == "a"}
    assert len(ids) == len(set(ids))
    for conflict in harbour_data.result.conflicts:
        assert conflict.id in ids
        assert f"#{conflict.id}" in links
        assert f'<a id="{conflict.id}"></a>' in report_markdown(harbour_data)


def test_the_page_has_no_scripts_asks_nobody_and_allows_only_its_own_style(first_data: ReportData) -> None:
    html = report_html(first_data)
    page = Page(html)
    assert page.count("script") == 0
    assert page.outside() == []
    assert page.handlers() == []
    assert not any("style" in attrs for _, attrs in page.tags)
    assert "default-src 'none'" in page.policy
    assert "script-src" not in page.policy
    assert "unsafe" not in page.policy
    assert html.startswith('<!doctype html>\n<html lang="en">')


def test_headings_and_tables_can_be_walked_through(harbour_data: ReportData) -> None:
    page = Page(report_html(harbour_data))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.count("caption") == page.count("table") > 0
    assert all("scope" in attrs for tag, attrs in page.tags if tag == "th")


@WRITERS
def test_the_same_values_give_the_same_bytes(write: Callable[[ReportData], str], harbour_data: ReportData) -> None:
    assert write(harbour_data) == write(harbour_data)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_text_stays_text(words: str, hostile: Callable[[str], KnowledgeGraph]) -> None:
    data = pages.report_data(hostile(words))
    html = Page(report_html(data))
    assert html.count("script") == html.count("img") == 0
    assert html.handlers() == []
    assert html.outside() == []
    assert " ".join(words.split())[:280] in html.text
    markdown = Page(READER.render(report_markdown(data)))
    assert {tag for tag, _ in markdown.tags} <= {
        *("h1", "h2", "h3", "h4", "p", "a", "ul", "ol", "li", "strong", "blockquote"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    assert all(attrs.get("href", "#").startswith("#") for tag, attrs in markdown.tags if tag == "a")


def test_markdown_tables_are_whole(harbour_data: ReportData) -> None:
    html = READER.render(report_markdown(harbour_data))
    assert "| --- |" not in html
    assert "✓ kept" in html


@WRITERS
def test_nothing_in_dispute_is_said_plainly(write: Callable[[ReportData], str], first_data: ReportData) -> None:
    result = replace(first_data.result, conflicts=(), changes=())
    text = _text(write, replace(first_data, result=result, components=()))
    assert "No two statements exclude each other" in text
    assert "cannot both be true" not in text


@WRITERS
def test_what_was_left_out_is_said(write: Callable[[ReportData], str], first_data: ReportData) -> None:
    result = replace(first_data.result, incomplete=("the check stopped after 10 derived facts",))
    partly = tuple(
        replace(component, incomplete="8 accounts listed; there are more") for component in first_data.components
    )
    text = _text(write, replace(first_data, result=result, components=partly))
    assert "The check is not complete" in text
    assert "stopped after 10 derived facts" in text
    assert "There are more accounts than are listed" in text
    assert "no limit was reached" not in text


@WRITERS
def test_a_record_that_does_not_hold_together_comes_first(
    write: Callable[[ReportData], str], first_data: ReportData
) -> None:
    proof = first_data.result.conflicts[0].proof
    text = _text(write, replace(first_data, result=replace(first_data.result, background_conflicts=(proof,))))
    assert text.index("The record itself does not hold together") < text.index("What cannot be true together")


def test_a_conflict_of_one_is_against_the_record(first_data: ReportData) -> None:
    conflict = first_data.result.conflicts[0]
    one = replace(conflict, sides=conflict.sides[:1], kinds=("against-the-record",))
    view = dispute_view(one, first_data.prose)
    assert view.clash == "cannot be true beside the record"
    assert len(view.sides) == 1


def test_a_conflict_that_rests_on_sameness_names_the_way_out(first_data: ReportData) -> None:
    conflict = first_data.result.conflicts[0]
    subjects = [side.position.proposition.subject for side in conflict.sides]
    same = replace(conflict, verdict=Verdict.UNDECIDED, same=((subjects[0], subjects[1]),))
    view = dispute_view(same, first_data.prose)
    assert any("two different things" in way for way in view.settle)
    assert "one and the same" in view.clash


def test_a_side_that_rests_on_unnamed_sources_alone_says_so(harbour_data: ReportData) -> None:
    conflict = next(c for c in harbour_data.result.conflicts if c.between == "on-record-vs-unnamed")
    assert any("unnamed sources alone" in way for way in dispute_view(conflict, harbour_data.prose).settle)


def test_further_claims_for_a_side_are_listed(first_data: ReportData) -> None:
    conflict = first_data.result.conflicts[0]
    doubled = replace(conflict.sides[0], claims=(*conflict.sides[0].claims, *conflict.sides[1].claims))
    view = dispute_view(replace(conflict, sides=(doubled, conflict.sides[1])), first_data.prose)
    assert [name for name, _ in view.others] == ["A"]


def test_more_than_26_sides_have_names() -> None:
    assert len({letter(number) for number in range(80)}) == 80


@WRITERS
def test_a_long_report_says_how_much_it_leaves_out(
    write: Callable[[ReportData], str], first_data: ReportData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.views.report.MOST_DISPUTES", 2)
    monkeypatch.setattr("kg.views.report.MOST_LISTED", 3)
    text = _text(write, first_data)
    hidden = len(first_data.result.conflicts) - 2
    assert f"{hidden} more are not shown here" in text
    assert text.count("more are not shown here") == 2  # disputes, and what nobody disputes
    assert first_data.result.conflicts[2].id not in text
