"""Claims, documents and the timeline in Chromium: nothing for axe to find, nothing sideways, keyboard and no scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from kg.explorer.explorer import Explorer
from kg.explorer.opening import open_explorer
from kg.explorer.rendering import asset
from kg.graph import KnowledgeGraph
from tests.explorer.conftest import CASES, Render
from tests.views.conftest import browser

pytestmark = pytest.mark.browser
__all__ = ["browser"]
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
Show = Callable[..., Any]


@pytest.fixture(scope="module")
def reading() -> Explorer:
    return open_explorer(KnowledgeGraph.load(CASES / "reading.yaml"))


@pytest.fixture
def show(browser: Any, render: Render) -> Iterator[Show]:
    """Open a page as a server would send it; anything asked for elsewhere, and every complaint, is kept."""
    contexts: list[Any] = []

    def opened(explorer: Explorer, at: str, *, width: int = 1200, scheme: str = "light", axe: bool = False) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=axe)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []

        def answer(route: Any) -> None:
            url = route.request.url
            path = url.removeprefix("http://local/").partition("?")[0]
            if path.startswith("assets/"):
                kind = "text/css" if path.endswith(".css") else "text/javascript"
                route.fulfill(body=asset(path.removeprefix("assets/")), content_type=kind)
            elif path == "events":
                route.abort()
            elif url.startswith("http://local/"):
                body = render(explorer, url.removeprefix("http://local/").partition("#")[0])
                headers = {"Content-Security-Policy": POLICY}
                route.fulfill(body=body, content_type="text/html; charset=utf-8", headers=headers)
            else:
                page.complaints.append(url)
                route.abort()

        page.route("**/*", answer)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(f"http://local/{at}")
        return page

    yield opened
    for context in contexts:
        context.close()


PAGES = ("claims", "claim/outer", "claim/taken-back", "documents", "document/report", "document/letter", "timeline")


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (390, "light"), (1200, "dark"), (390, "dark")])
@pytest.mark.parametrize("at", PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    show: Show, reading: Explorer, at: str, width: int, scheme: str
) -> None:
    page = show(reading, at, width=width, scheme=scheme, axe=True)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("at", ["document/paper", "claim/declined", "claims", "timeline"])
def test_hostile_text_runs_nowhere_and_breaks_nothing(show: Show, nasty: Explorer, at: str) -> None:
    page = show(nasty, at, width=390)
    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_marked_words_and_notes_are_reached_by_keyboard(show: Show, reading: Explorer) -> None:
    page = show(reading, "document/report")
    page.locator('.text mark a[href="/claim/outer"]').first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#note-1"
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#note-1'")
    back = page.locator("#note-1 a", has_text="words")
    back.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash.startsWith('#words-')")


def test_a_note_stands_beside_its_paragraph_where_there_is_room(show: Show, reading: Explorer) -> None:
    wide = show(reading, "document/report")
    words, note = (wide.locator(one).first.bounding_box() for one in (".text .words", ".notes-beside"))
    assert note["x"] > words["x"] + words["width"] - 1
    narrow = show(reading, "document/report", width=390)
    words, note = (narrow.locator(one).first.bounding_box() for one in (".text .words", ".notes-beside"))
    assert note["y"] > words["y"] + words["height"] - 1


def test_the_form_of_the_claims_leads_to_what_is_wished(show: Show, reading: Explorer) -> None:
    page = show(reading, "claims")
    page.select_option("#speaker", "cora")
    page.check("input[name=disputed]")
    page.click("text=Show >> visible=true")
    page.wait_for_url("**/claims?speaker=cora**")
    assert page.locator(".lines > li").count() == 1
