"""Claims, documents and the timeline in Chromium: nothing for axe to find, nothing sideways, keyboard and no scripts."""

from __future__ import annotations

import pytest

from kg.explorer.explorer import Explorer
from kg.explorer.opening import open_explorer
from kg.graph import KnowledgeGraph
from tests.explorer.conftest import CASES, ORIGIN, Visit
from tests.windows import FARTHEST

pytestmark = pytest.mark.browser
PAGES = ("claim/outer", "claim/taken-back", "document/report", "document/letter")


@pytest.fixture(scope="module")
def reading() -> Explorer:
    return open_explorer(KnowledgeGraph.load(CASES / "reading.yaml"))


@pytest.mark.parametrize(("width", "scheme"), FARTHEST)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    visit: Visit, reading: Explorer, width: int, scheme: str
) -> None:
    seen = visit(reading, width=width, scheme=scheme)
    for at in PAGES:
        seen.page.goto(f"{ORIGIN}/{at}")
        assert seen.objections() == [], at
        assert seen.fits, at


def test_marked_words_and_notes_are_reached_by_keyboard(visit: Visit, reading: Explorer) -> None:
    page = visit(reading, "/document/report").page
    page.locator('.text mark a[href="/claim/outer"]').first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#note-1"
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#note-1'")
    back = page.locator("#note-1 a", has_text="words")
    back.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash.startsWith('#words-')")


def test_a_note_stands_beside_its_paragraph_where_there_is_room(visit: Visit, reading: Explorer) -> None:
    wide = visit(reading, "/document/report").page
    words, note = (wide.locator(one).first.bounding_box() for one in (".text .words", ".notes-beside"))
    assert note["x"] > words["x"] + words["width"] - 1
    narrow = visit(reading, "/document/report", width=390).page
    words, note = (narrow.locator(one).first.bounding_box() for one in (".text .words", ".notes-beside"))
    assert note["y"] > words["y"] + words["height"] - 1


def test_the_form_of_the_claims_leads_to_what_is_wished(visit: Visit, reading: Explorer) -> None:
    page = visit(reading, "/claims").page
    page.select_option("#speaker", "cora")
    page.check("input[name=disputed]")
    page.click("text=Show >> visible=true")
    page.wait_for_url("**/claims?speaker=cora**")
    assert page.locator(".lines > li").count() == 1
