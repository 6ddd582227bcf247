"""Without scripts, by keyboard only, on paper, and from disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.windows import Look

pytestmark = pytest.mark.browser


def test_without_scripts(look: Callable[..., Look], served: str) -> None:
    page = look(served, scripts=False).page
    page.goto(served)
    page.locator("[data-dispute] a").first.click()
    assert page.locator("h1").inner_text().endswith("?")
    page.get_by_role("link", name="Larry Kudlow").first.click()
    assert page.locator("h1").inner_text() == "Larry Kudlow"
    page.goto(served)
    before = page.locator("[data-dispute]").count()
    page.get_by_role("link", name="Direct denial").first.click()
    assert 0 < page.locator("[data-dispute]").count() < before
    page.goto(f"{served}/sparql")
    page.locator("textarea").fill("SELECT ?s { ?s a <https://w3id.org/parley/ns#Official> }")
    page.locator("main form").get_by_role("button", name="Run").first.click()
    assert page.get_by_role("link", name="Larry Kudlow").count() >= 1
    page.goto(served)
    page.locator("header input[type=search]").fill("kudlow")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert page.locator("main").get_by_role("link", name="Larry Kudlow").count() >= 1


def test_by_keyboard_only(look: Callable[..., Look], served: str) -> None:
    seen = look(served)
    page = seen.page
    page.goto(served)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("?")
    assert page.locator("dialog[open]").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dispute/*")
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("**/actors")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("? kudlow")
    assert page.locator("dialog[open]").count() == 0, "keys typed into a field are text"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    reached = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.tagName"))
    assert "/actor/larry-kudlow" in reached


def test_on_paper(look: Callable[..., Look], served: str) -> None:
    page = look(served).page
    page.goto(served)
    page.locator("[data-dispute] a").first.click()
    page.wait_for_url("**/dispute/*")
    page.emulate_media(media="print")
    assert not page.locator("header nav").is_visible()
    assert page.locator("h1").is_visible()


def test_from_disk(look: Callable[..., Look], published: Path) -> None:
    seen = look("file://")
    page = seen.page
    page.goto((published / "index.html").as_uri())
    page.locator("[data-dispute] a").first.click()
    page.get_by_role("link", name="Larry Kudlow").first.click()
    assert page.locator("h1").inner_text() == "Larry Kudlow"
    page.goto((published / "search.html").as_uri())
    page.locator("input[type=search]").last.fill("kudl")
    page.get_by_role("link", name="Larry Kudlow").first.wait_for()
    page.locator("main").get_by_role("link", name="Larry Kudlow").first.click()
    assert page.locator("h1").inner_text() == "Larry Kudlow"
    assert seen.elsewhere == []
    assert seen.errors == []


def test_from_disk_without_scripts(look: Callable[..., Look], published: Path) -> None:
    page = look("file://", scripts=False).page
    page.goto((published / "search.html").as_uri())
    page.locator("main").get_by_role("link", name="Larry Kudlow").first.click()
    assert page.locator("h1").inner_text() == "Larry Kudlow"
