"""The pages of issues: the tree, what is on the table, and what is said and disputed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.explorer.explorer import Explorer
from tests.explorer.conftest import Render
from tests.explorer.things import BASE, MILL, data, html, names, opened, written


@pytest.fixture(scope="module")
def mill() -> Explorer:
    return opened(MILL)


def test_issues_are_a_tree(mill: Explorer) -> None:
    rows = data(mill, "issues")["issues"]
    assert [(row["name"], row["depth"]) for row in rows] == [
        ("Work at the mill", 0),
        ("Hours", 1),
        ("Night hours", 2),
        ("Pay", 1),
    ]
    assert 'class="depth-2"' in html(mill, "issues")


def test_issues_in_a_circle_are_each_listed_once(tmp_path: Path) -> None:
    text = """
dossier: https://e.example/case/circle
people: {ann: {name: Ann}}
issues:
  one: {name: one, broader: two}
  two: {name: two, broader: one}
  own: {name: own, broader: own}
events: {fair: {name: the fair}}
claims: {c: {by: ann, on: 2024, affirms: [one, endangers, fair]}}
"""
    rows = data(opened(written(tmp_path, text)), "issues")["issues"]
    assert sorted(row["name"] for row in rows) == ["One", "Own", "Two"]


def test_broader_and_narrower_lead_to_each_other(mill: Explorer) -> None:
    assert list(names(data(mill, "issue/hours")["part_of"], "thing")) == ["Work at the mill"]
    assert list(names(data(mill, "issue/hours")["parts"], "thing")) == ["Night hours"]


def test_demands_and_offers_are_on_the_table(mill: Explorer) -> None:
    table = data(mill, "issue/pay")["on_the_table"]
    assert [(row["thing"]["iri"], row["kind"], row["how"]) for row in table] == [
        (f"{BASE}ten-pence", "demand", "about"),
        (f"{BASE}five-pence", "offer", "about"),
    ]
    assert "demand on the mill" in table[0]["what_it_is"]
    assert "named" not in data(mill, "issue/pay")  # nothing is told twice


def test_disputes_about_what_is_on_the_table_are_disputes_about_the_issue(mill: Explorer) -> None:
    disputes = data(mill, "issue/pay")["disputes"]
    assert [one["title"] for one in disputes["shown"]] == ["Was the offer of five pence declined, or accepted?"]
    assert 'href="/disputes?issue=pay"' in html(mill, "issue/pay")


def test_who_says_what_about_it(mill: Explorer) -> None:
    assert [claim["iri"] for claim in data(mill, "issue/pay")["about"]["shown"]] == [f"{BASE}ben-pay"]


def test_hostile_names_stay_text(nasty: Explorer, render: Render) -> None:
    page = render(nasty, "issue/fish")
    assert "<chips>" not in page and "fish &amp; &lt;chips&gt;" in page.lower()
