"""The keys, "copy link" and the marks of what is new, in Chromium; and that pages need none of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from kg.explorer import rendering
from kg.explorer.explorer import Explorer
from kg.explorer.page import NotFound
from kg.explorer.rendering import fault, write
from kg.explorer.routes import page_at
from kg.explorer.site import ServerSite
from tests.explorer.conftest import address
from tests.explorer.looking import harbour
from tests.views.conftest import browser as browser  # noqa: PLC0414  # a fixture

pytestmark = pytest.mark.browser
ORIGIN = "http://explorer.test"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'"
)
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
Open = Callable[..., Any]


def _answer(explorer: Explorer, path: str, asked: str) -> tuple[int, str, bytes]:
    """Answer as a server does, with nothing between: status, media type, body."""
    if path.startswith("/assets/"):
        name = path.removeprefix("/assets/")
        return 200, TYPES[name.rpartition(".")[2]], rendering.asset(name)
    try:
        page = page_at(explorer, address(f"{path}?{asked}"))
    except NotFound as error:
        return 404, "text/html", fault(404, "There is no such page", str(error), explorer, ServerSite()).encode()
    return 200, "text/html", write(page, explorer, ServerSite()).encode()


@pytest.fixture
def visit(browser: Any) -> Iterator[Open]:
    """Open pages of an explorer under the policy that a server sends; requests elsewhere and errors fail the test."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def opened(explorer: Explorer, at: str = "/", *, scripts: bool = True, width: int = 1200) -> Any:
        context = browser.new_context(java_script_enabled=scripts, viewport={"width": width, "height": 800})
        contexts.append(context)

        def handle(route: Any) -> None:
            if not route.request.url.startswith(ORIGIN):
                wrong.append(route.request.url)
                route.abort()
                return
            parts = urlsplit(route.request.url)
            status, kind, body = _answer(explorer, parts.path, parts.query)
            headers = {"Content-Security-Policy": POLICY, "Content-Type": f"{kind}; charset=utf-8"}
            route.fulfill(status=status, headers=headers, body=body)

        context.route("**/*", handle)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        page.goto(ORIGIN + at)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def _at(page: Any) -> str:
    return str(page.evaluate("location.pathname"))


def test_j_and_k_walk_through_the_list_and_enter_opens(explorer: Explorer, visit: Open) -> None:
    page = visit(explorer)
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


def test_g_and_a_letter_goes_to_a_page_of_the_menu(explorer: Explorer, visit: Open) -> None:
    page = visit(explorer, "/accounts")
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url(f"{ORIGIN}/")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/accounts")


def test_a_slash_goes_to_the_search_and_letters_typed_there_are_only_letters(explorer: Explorer, visit: Open) -> None:
    page = visit(explorer)
    page.keyboard.press("/")
    page.keyboard.type("gdj?/k")
    assert page.input_value("#search") == "gdj?/k"
    assert _at(page) == "/"
    assert page.locator("dialog").count() == 0
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") != "search"


def test_a_question_mark_lists_the_keys_which_can_be_turned_off(explorer: Explorer, visit: Open) -> None:
    page = visit(explorer)
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


def test_what_came_since_the_last_look_is_marked_until_it_is_seen(explorer: Explorer, visit: Open) -> None:
    page = visit(explorer)
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


def test_a_browser_that_stores_nothing_shows_everything(explorer: Explorer, visit: Open) -> None:
    page = visit(explorer)
    page.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page.reload()
    assert page.locator(".row").count() == 5
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('.row a')")


def test_the_link_can_be_copied(explorer: Explorer, visit: Open) -> None:
    page = visit(explorer, "/dispute/sgt5d6gpgg")
    # A browser has a clipboard only for pages of a safe origin.
    page.add_init_script("""Object.defineProperty(navigator, 'clipboard',
        { value: { writeText: async (text) => { window.copied = text; } } })""")
    page.reload()
    page.click("[data-copy]")
    assert page.evaluate("window.copied") == f"{ORIGIN}/dispute/sgt5d6gpgg"
    assert page.inner_text("[data-copy]") == "copied"


@pytest.mark.parametrize("width", [390, 1200])
def test_without_scripts_everything_can_be_read_and_reached(visit: Open, width: int) -> None:
    page = visit(harbour(), "/", scripts=False, width=width)
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


@pytest.mark.parametrize("width", [390, 768, 1200, 1600])
def test_nothing_sticks_out_sideways(nasty: Explorer, visit: Open, width: int) -> None:
    for at in ("/", "/accounts", *(f"/dispute/{one}" for one in nasty.catalog.conflict_ids(100))):
        page = visit(nasty, at, width=width)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), at


def test_a_card_is_printed_on_two_pages_at_most_without_the_menu(explorer: Explorer, visit: Open) -> None:
    for identifier in explorer.catalog.conflict_ids(100):
        page = visit(explorer, f"/dispute/{identifier}")
        pdf = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "14mm"))
        assert pdf.count(b"/Type /Page\n") <= 2, identifier
        page.emulate_media(media="print")
        assert not page.locator(".menu").is_visible()
        assert page.locator(".proof").is_visible()
