"""The pages of bodies: posts and holders, parts, and what their people said for them."""

from __future__ import annotations

import pytest

from kg.explorer.explorer import Explorer
from kg.explorer.routes import page_at
from tests.explorer.conftest import address
from tests.explorer.things import BASE, MILL, data, html, names, opened


@pytest.fixture(scope="module")
def mill() -> Explorer:
    return opened(MILL)


def test_each_post_lists_who_held_it_when(mill: Explorer) -> None:
    posts = data(mill, "institution/mill")["posts"]
    assert [(row["post"]["name"], row["held_by"]["name"], row["when"]) for row in posts] == [
        ("Manager of the mill", "Ada Holt", "January 2023 to about March 2024"),
        ("Manager of the mill", "Ben Carr", "from 1 April 2024 on"),
        ("Porter of the mill", "Ada Holt", "2020"),
    ]


def test_a_body_and_its_parts_lead_to_each_other(mill: Explorer) -> None:
    assert list(names(data(mill, "institution/mill")["parts"], "thing")) == ["The weaving shed"]
    assert list(names(data(mill, "institution/weaving-shed")["part_of"], "thing")) == ["The mill"]


def test_what_people_said_in_their_posts_stands_with_the_body(mill: Explorer) -> None:
    said = data(mill, "institution/mill")["said_for_it"]
    assert [claim["iri"] for claim in said["shown"]] == [f"{BASE}ada-manager-speaks", f"{BASE}ben-scheduled"]
    assert "said_for_it" not in data(mill, "institution/gazette")


def test_a_body_that_speaks_has_its_claims_and_disputes(mill: Explorer) -> None:
    page = data(mill, "institution/gazette")
    assert [claim["iri"] for claim in page["said"]["shown"]] == [f"{BASE}gazette-accepted"]
    assert page["sides"]["total"] == 1
    assert list(names(page["people"], "thing")) == ["Cal Dunn"]


def test_the_posts_are_drawn(mill: Explorer) -> None:
    page = page_at(mill, address("institution/mill"))
    assert page.svg is not None and "Ben Carr" in page.svg()


def test_the_list(mill: Explorer) -> None:
    rows = {row["name"]: row for row in data(mill, "institutions")["institutions"]}
    assert set(rows) == {"The Gazette", "The mill", "The weaving shed"}
    assert rows["The weaving shed"]["line"] == "part of body the mill"
    assert 'href="/institution/mill"' in html(mill, "institutions")
