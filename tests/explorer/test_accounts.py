"""What can be true together: groups, their accounts side by side, and why one stands before the next."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.explorer.explorer import Explorer
from kg.explorer.page import NotFound
from kg.explorer.routes import page_at
from tests.explorer.conftest import Render, address
from tests.explorer.looking import Parsed, dossier, harbour, many_disputes


def test_accounts_stand_side_by_side(explorer: Explorer, render: Render) -> None:
    page = Parsed(render(explorer, "accounts"))
    assert "Group 1 · 3 accounts · 5 disputes" in page.text
    (component,) = explorer.graph.accounts()
    assert page.text.count("✓ kept") == sum(len(account.keeps) for account in component.accounts)
    assert page.text.count("✗ left out") == sum(len(account.leaves_out) for account in component.accounts)
    assert "/claim/kudlow-none-scheduled" in page.hrefs("kudlow-none-scheduled")


def test_a_group_says_on_whom_its_accounts_rest_and_why_in_this_order(explorer: Explorer, render: Render) -> None:
    page = Parsed(render(explorer, "accounts/1"))
    assert "Account 1 rests on two named sources: The Financial Times, Larry Kudlow." in page.text
    assert "Account 2 comes before account 3: it rests on 2 independent sources, account 3 on 1." in page.text
    assert len(page.hrefs("Were the preparatory talks ever scheduled?")) == 2


def test_groups_lead_to_each_other(render: Render) -> None:
    page = Parsed(render(harbour(), "accounts/2"))
    assert page.hrefs("Group 1") == ["/accounts/1"]
    assert page.hrefs("Group 3") == ["/accounts/3"]


@pytest.mark.parametrize(
    "at", ["accounts/0", "accounts/2", "accounts/x", "accounts/1/1", "accounts?page=2", "accounts/1?page=2"]
)
def test_what_is_not_there_is_not_found(explorer: Explorer, at: str) -> None:
    with pytest.raises(NotFound):
        page_at(explorer, address(at))


def test_many_groups_are_shown_part_for_part(tmp_path: Path, render: Render) -> None:
    explorer = dossier(tmp_path, many_disputes(12))
    assert Parsed(render(explorer, "accounts")).hrefs("Next") == ["/accounts?page=2"]
    page = Parsed(render(explorer, "accounts?page=2"))
    assert page.hrefs("Group 12") == ["/accounts/12"]
    assert "11–12 of 12 groups" in page.text


def test_the_twins_say_the_same(explorer: Explorer, render: Render) -> None:
    data = json.loads(render(explorer, "accounts/1", "json"))
    assert len(data["components"][0]["accounts"]) == 3
    assert "| ✓ kept |" in render(explorer, "accounts/1", "md")
    assert "neg:Conflict" in render(explorer, "accounts", "ttl")


def test_a_large_graph_has_the_same_groups(render: Render) -> None:
    small, large = harbour(), harbour(large=True)
    assert Parsed(render(large, "accounts")).text.count("Group ") == Parsed(render(small, "accounts")).text.count(
        "Group "
    )
