"""The timeline: everything, or what an actor, an issue or some months leave; drawn, and as a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from xml.etree import ElementTree

import pytest

from kg import pages as gathered
from kg.contradiction import CheckOptions
from kg.explorer.catalog import Slice
from kg.explorer.explorer import Explorer
from kg.explorer.opening import open_explorer
from kg.explorer.page import NotFound
from kg.explorer.pages import timeline as pages
from kg.explorer.reading import timeline as reading_timeline
from kg.explorer.reading.months import Month, between, month_span, months_of
from kg.explorer.reading.timeline import Wish, gather
from kg.explorer.routes import page_at
from kg.explorer.site import Address
from kg.graph import KnowledgeGraph
from kg.model import Claim
from kg.terms import Iri, Literal
from kg.vocab import EDTF
from tests.explorer.conftest import CASES, Render
from tests.views.conftest import Page


@pytest.fixture(scope="module")
def reading() -> Explorer:
    return open_explorer(KnowledgeGraph.load(CASES / "reading.yaml"))


def rows(explorer: Explorer, render: Render, query: str = "") -> list[str]:
    return [row["what"] for row in json.loads(render(explorer, f"timeline?{query}", "json"))["rows"]]


def test_all_of_it_is_what_the_timeline_command_draws(explorer: Explorer, reading: Explorer) -> None:
    for one in (explorer, reading):
        assert list(gather(one, Wish()).rows) == gathered.timeline_rows(one.graph)


def test_of_an_actor_only_what_that_actor_said(reading: Explorer, render: Render) -> None:
    said = rows(reading, render, "actor=cora")
    assert "The first round was not cancelled (up to 4 February 2026)" in said
    assert not any("was cancelled" in one for one in said)
    assert "The first round" in said  # the planned date of what is spoken of


def test_of_an_issue_what_is_tied_to_it_and_what_is_said_of_that(reading: Explorer, render: Render) -> None:
    assert "The first round" in rows(reading, render, "issue=grain")
    assert len(rows(reading, render, "issue=water")) > 2  # the grain is a narrower issue
    assert rows(reading, render, "issue=water&actor=ben")
    assert not any("not cancelled" in one for one in rows(reading, render, "issue=water&actor=ben"))


def test_of_some_months_what_was_said_or_planned_then(reading: Explorer, render: Render) -> None:
    in_february = rows(reading, render, "from=2026-02&to=2026-02")
    assert "The first round" in in_february
    assert any("was cancelled" in one for one in in_february)
    in_march = rows(reading, render, "from=2026-03")
    assert not any("cancelled" in one for one in in_march)
    assert "The first round" not in in_march
    assert rows(reading, render, "from=2030-01") == []
    assert "Nothing with a date is like this" in render(reading, "timeline?from=2030-01")


def test_the_title_says_what_is_shown(reading: Explorer) -> None:
    address = Address.of("timeline", **{"actor": "cora", "issue": "grain", "from": "2026-02", "to": "2026-03"})
    title = page_at(reading, address).title
    assert title == "Timeline: Cora Field, about the grain, February 2026 to March 2026"


@pytest.mark.parametrize(
    "query", ["from=soon", "to=2026-13", "from=2026-03&to=2026-02", "page=0", "page=7", "from=2026-1"]
)
def test_what_is_no_month_and_no_page_is_refused(reading: Explorer, render: Render, query: str) -> None:
    with pytest.raises(NotFound):
        render(reading, f"timeline?{query}")


def test_the_table_has_links_and_a_word_for_what_is_disputed(reading: Explorer, render: Render) -> None:
    html = render(reading, "timeline")
    links = {attrs.get("href") for tag, attrs in Page(html).tags if tag == "a"}
    assert {"/claim/inner", "/claim/overlap", "/meeting/round"} <= links
    assert "disputed" in html.split("<tbody>")[1]


def test_the_drawing_stands_by_itself(reading: Explorer, nasty: Explorer, render: Render) -> None:
    for one in (reading, nasty):
        drawing = render(one, "timeline", "svg")
        root = ElementTree.fromstring(drawing)  # noqa: S314  # our own drawing
        assert root.tag.endswith("svg")
        assert "<script" not in drawing
    page = Page(render(nasty, "timeline"))
    assert page.handlers() == []
    assert page.count("img") == 0


def test_no_style_and_no_script_stands_in_the_page(reading: Explorer, render: Render) -> None:
    page = Page(render(reading, "timeline"))
    assert page.count("style") == 0
    assert not any("style" in attrs for _, attrs in page.tags)


# -- long timelines -----------------------------------------------------------------------------------


def test_a_long_timeline_is_drawn_a_part_at_a_time(
    reading: Explorer, render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = rows(reading, render)
    monkeypatch.setattr(reading_timeline, "ROWS", 3)
    found: list[str] = []
    addresses = [one for one in pages.addresses(reading) if not one.get("from")]
    for address in addresses:
        found += rows(reading, render, "page=" + address.get("page", "1"))
    assert found == everything
    html = render(reading, "timeline?page=2")
    assert f"4–6 of {len(everything)} rows" in html
    assert "3 are drawn at a time" in html


def test_of_too_many_claims_the_last_month_stands_for_all(
    reading: Explorer, render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_timeline, "MOST_CLAIMS", 3)
    html = render(reading, "timeline")
    assert "this is the last month" in html
    assert "/timeline?from=2026-02&amp;to=2026-02" in html
    addresses = set(pages.addresses(reading))
    assert Address.of("timeline", **{"from": "2026-03", "to": "2026-03"}) in addresses


def test_more_claims_than_can_be_gathered_are_shown_a_part_at_a_time(
    reading: Explorer, render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rows(reading, render, "from=2026-01")
    monkeypatch.setattr(reading_timeline, "MOST_CLAIMS", 3)
    monkeypatch.setattr(reading_timeline, "CLAIMS", 4)
    assert "1–4 of 10 claims" in render(reading, "timeline?from=2026-01")
    data = json.loads(render(reading, "timeline?from=2026-01&page=3", "json"))
    assert (data["counted"], data["start"], data["total"]) == ("claims", 8, 10)
    found = {row for page in (1, 2, 3) for row in rows(reading, render, f"from=2026-01&page={page}")}
    assert found == set(whole)
    march = [one for one in pages.addresses(reading) if one.get("from") == one.get("to") == "2026-03"]
    assert [one.get("page", "1") for one in march] == ["1", "2"]
    of_ben = {row for page in (1, 2, 3) for row in rows(reading, render, f"issue=water&actor=ben&page={page}")}
    assert any("was cancelled" in row for row in of_ben)
    assert not any("not cancelled" in row for row in of_ben)
    assert "those of the speaker" in render(reading, "timeline?issue=water&actor=ben")


def test_a_large_graph_shows_the_same_of_a_month(reading: Explorer, render: Render) -> None:
    large = open_explorer(KnowledgeGraph.load(CASES / "reading.yaml", options=CheckOptions(columns_from=0)))
    assert large.graph.is_large
    for query in ("from=2026-02&to=2026-02", "actor=cora", "issue=water", "from=2026-03"):
        assert render(large, f"timeline?{query}", "json") == render(reading, f"timeline?{query}", "json")


# -- months -------------------------------------------------------------------------------------------


def said(*dates: str | None) -> list[Claim]:
    return [
        Claim(Iri(f"https://e/{n}"), Iri("https://e/ann"), None if date is None else Literal(date, EDTF))
        for n, date in enumerate(dates)
    ]


class Listed:
    """A catalog of claims in order, which counts how often it is asked."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.all = claims
        self.asked = 0

    def claims(self, start: int = 0, count: int = 50) -> Slice[Claim]:
        self.asked += 1
        return Slice(tuple(self.all[start : start + count]), len(self.all), start)


def test_months_are_counted_without_reading_every_claim() -> None:
    dates = [f"{year}-{month:02}-{day:02}" for year in (2019, 2020) for month in range(1, 13) for day in range(1, 29)]
    listed = Listed(said(*dates * 1, "2021-05", None, "../2019-01-01"))
    found = months_of(listed)
    assert len(found.months) == 25
    assert found.months[0] == Month("2019-01", 28)
    assert found.months[-1] == Month("2021-05", 1)
    assert found.undated == 2
    assert found.most == 28
    assert listed.asked < 25 * 14


def test_claims_between_two_months() -> None:
    listed = Listed(said("2019-01-31", "2019-02-01", "2019-02-28T23:59:59Z", "2019-03-01", None))
    assert between(listed.claims, month_span("2019-02", "2019-02")) == (1, 3)
    assert between(listed.claims, month_span("2019-02", "")) == (1, 4)
    assert between(listed.claims, month_span("", "2019-01")) == (0, 1)
    assert between(listed.claims, None) == (0, 5)
    assert between(listed.claims, month_span("2018-01", "2018-12")) == (0, 0)


def test_a_record_over_very_many_months_is_cut_and_says_so() -> None:
    listed = Listed(said(*(f"{year}-{month:02}" for year in range(1900, 1930) for month in range(1, 13))))
    found = months_of(listed)
    assert found.cut
    assert len(found.months) == 240
