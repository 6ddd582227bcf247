"""The keys, "copy link" and the marks of what is new, in Chromium; and that pages need none of it."""

from __future__ import annotations

from typing import Any

import pytest

from kg.explorer.explorer import Explorer
from tests.explorer.conftest import ORIGIN, Visit
from tests.explorer.looking import harbour

pytestmark = pytest.mark.browser


def _at(page: Any) -> str:
    return str(page.evaluate("location.pathname"))


def test_j_and_k_walk_through_the_list_and_enter_opens(explorer: Explorer, visit: Visit) -> None:
    page = visit(explorer).page
    first, second = explorer.catalog.conflict_ids(100)[:2]
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.getAttribute('href')") == f"/dispute/{first}"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.getAttribute('href')") == f"/dispute/{second}"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/dispute/{second}")
    page.keyboard.press("k")
    page.wait_for_url(f"**/dispute/{first}")


def test_g_and_a_letter_goes_to_a_page_of_the_menu(explorer: Explorer, visit: Visit) -> None:
    page = visit(explorer, "/accounts").page
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url(f"{ORIGIN}/")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/accounts")


def test_a_slash_goes_to_the_search_and_letters_typed_there_are_only_letters(explorer: Explorer, visit: Visit) -> None:
    page = visit(explorer).page
    page.keyboard.press("/")
    page.keyboard.type("gdj?/k")
    assert page.input_value("#search") == "gdj?/k"
    assert _at(page) == "/"
    assert page.locator("dialog").count() == 0
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") != "search"


def test_a_question_mark_lists_the_keys_which_can_be_turned_off(explorer: Explorer, visit: Visit) -> None:
    page = visit(explorer).page
    page.keyboard.press("?")
    assert "next, previous" in page.inner_text("dialog")
    page.uncheck("dialog input[type=checkbox]")
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("?")
    page.check("dialog input[type=checkbox]")
    page.click("dialog button")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('.row a')")


def test_what_came_since_the_last_look_is_marked_until_it_is_seen(explorer: Explorer, visit: Visit) -> None:
    page = visit(explorer).page
    assert page.locator(".badge.new").count() == 0
    first, second, *others = explorer.catalog.conflict_ids(100)
    key = "Object.keys(localStorage).find((key) => key.startsWith('parley seen'))"
    page.evaluate(f"(ids) => localStorage.setItem({key}, JSON.stringify(ids))", [*others, "gone"])
    page.reload()
    assert page.locator(".badge.new").all_inner_texts() == ["new", "new"]
    assert "2 disputes are new since you last looked." in page.inner_text("#news")
    page.goto(f"{ORIGIN}/dispute/{first}")
    assert page.inner_text("h1 .badge") == "new"
    page.goto(f"{ORIGIN}/")
    assert page.locator(f'[data-dispute="{second}"] .badge.new').count() == 1
    assert page.locator(".badge.new").count() == 1
    page.click("#news button")
    assert page.locator(".badge.new").count() == 0
    page.reload()
    assert page.locator(".badge.new").count() == 0
    assert not page.locator("#news").is_visible()


def test_a_browser_that_stores_nothing_shows_everything(explorer: Explorer, visit: Visit) -> None:
    page = visit(explorer).page
    page.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page.reload()
    assert page.locator(".row").count() == 5
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('.row a')")


def test_the_link_can_be_copied(explorer: Explorer, visit: Visit) -> None:
    page = visit(explorer, "/dispute/sgt5d6gpgg").page
    # A browser has a clipboard only for pages of a safe origin.
    page.add_init_script("""Object.defineProperty(navigator, 'clipboard',
        { value: { writeText: async (text) => { window.copied = text; } } })""")
    page.reload()
    page.click("[data-copy]")
    assert page.evaluate("window.copied") == f"{ORIGIN}/dispute/sgt5d6gpgg"
    assert page.inner_text("[data-copy]") == "copied"


@pytest.mark.parametrize("width", [390, 1200])
def test_without_scripts_everything_can_be_read_and_reached(visit: Visit, width: int) -> None:
    page = visit(harbour(), "/", scripts=False, width=width).page
    page.locator(".facets a", has_text="Tension").click()
    assert "2 disputes of this choice" in page.inner_text("h2#list")
    page.locator(".row h3 a").first.click()
    assert page.locator(".side").count() == 2
    assert page.locator(".proof li").count() > 2
    assert page.locator("svg.drawing:visible").count() == 1
    page.click("text=The same as a table")
    assert page.locator("table").first.is_visible()
    page.click("#keys summary")
    assert "next, previous" in page.inner_text("#keys")


def test_nothing_sticks_out_sideways(nasty: Explorer, visit: Visit) -> None:
    seen = visit(nasty)
    for at in ("/", "/accounts", *(f"/dispute/{one}" for one in nasty.catalog.conflict_ids(100))):
        seen.page.goto(ORIGIN + at)
        for width in (1600, 1200, 768, 390):
            seen.page.set_viewport_size({"width": width, "height": 800})
            assert seen.fits, (at, width)


def test_a_card_is_printed_on_two_pages_at_most_without_the_menu(explorer: Explorer, visit: Visit) -> None:
    page = visit(explorer).page
    for identifier in explorer.catalog.conflict_ids(100):
        page.emulate_media(media="null")
        page.goto(f"{ORIGIN}/dispute/{identifier}")
        pdf = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "14mm"))
        assert pdf.count(b"/Type /Page\n") <= 2, identifier
        page.emulate_media(media="print")
        assert not page.locator(".menu").is_visible()
        assert page.locator(".proof").is_visible()
