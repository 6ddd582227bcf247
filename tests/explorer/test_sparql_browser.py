"""The editor in Chromium: names completed by keyboard, a mistake gone to, and everything without scripts as well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.windows import Look

pytestmark = pytest.mark.browser
Open = Callable[..., Look]


def test_a_name_is_completed_by_keyboard_and_its_prefix_declared(look: Open, served: str) -> None:
    seen = look(served)
    page = seen.page
    page.goto(f"{served}/sparql")
    area = page.locator("textarea")
    area.fill("SELECT ?c { ?c ")
    area.press("End")
    page.keyboard.type("attributed", delay=10)
    page.locator(".suggestions li").first.wait_for()
    assert area.get_attribute("aria-activedescendant") is None  # nothing is chosen before somebody chooses
    page.keyboard.press("ArrowDown")
    chosen = area.get_attribute("aria-activedescendant")
    assert page.locator(f"#{chosen}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    assert area.input_value() == "PREFIX prov: <http://www.w3.org/ns/prov#>\nSELECT ?c { ?c prov:wasAttributedTo"
    page.keyboard.type(" ")
    page.keyboard.type("larry kud".split()[1], delay=10)
    page.keyboard.press("Control+Space")
    page.locator('.suggestions li[aria-selected="true"]').wait_for()
    page.keyboard.press("Enter")
    assert area.input_value().endswith("/larry-kudlow>")
    page.keyboard.type(" }")
    page.keyboard.press("Control+Enter")
    page.locator("#answer").wait_for()
    assert page.locator(".results tbody tr").count() > 3
    assert seen.errors == []
    assert seen.elsewhere == []


def test_escape_closes_and_keywords_and_strings_are_left_alone(look: Open, served: str) -> None:
    page = look(served).page
    page.goto(f"{served}/sparql")
    area = page.locator("textarea")
    for text in ("SELECT", '{ ?s ?p "meeting', "# meeting", "?meeting", "<http://meeting"):
        area.fill("")
        page.keyboard.type(text, delay=5)
        page.wait_for_timeout(400)
        assert not page.locator(".suggestions").first.is_visible(), text
    area.fill("")
    page.keyboard.type("meeting", delay=5)
    page.locator(".suggestions li").first.wait_for()
    page.keyboard.press("Escape")
    assert not page.locator(".suggestions").first.is_visible()
    assert area.input_value() == "meeting"


def test_a_mistake_is_gone_to(look: Open, served: str) -> None:
    page = look(served).page
    page.goto(f"{served}/sparql?query={quote('SELECT ?m {' + chr(10) + '  ?m a }')}")
    assert page.evaluate("document.activeElement.id") == "query"
    assert page.evaluate("document.activeElement.selectionStart") == len("SELECT ?m {\n  ?m a ") + 1
    assert page.get_by_role("button", name="Go to line 2").is_visible()


def test_a_parameter_is_completed(look: Open, served: str) -> None:
    page = look(served).page
    page.goto(f"{served}/query/claims-by-speaker")
    field = page.locator("#param-speaker")
    field.press_sequentially("larry", delay=10)
    page.locator(".suggestions li").first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert field.input_value() == "Larry Kudlow"
    page.keyboard.press("Enter")
    page.wait_for_url("**speaker=Larry**")
    assert page.locator(".results tbody tr").count() > 3


def test_hostile_names_are_completed_as_text(look: Open, served_nasty: str) -> None:
    seen = look(served_nasty)
    page = seen.page
    page.goto(f"{served_nasty}/sparql")
    page.locator("textarea").fill("")
    page.keyboard.type("bob", delay=10)
    page.locator(".suggestions li").first.wait_for()
    assert "<img src=x" in page.locator(".suggestions li").first.inner_text()
    assert page.locator(".suggestions img").count() == 0
    assert seen.errors == []
    assert seen.elsewhere == []


def test_without_scripts_queries_run_and_searches_find(look: Open, served: str) -> None:
    page = look(served, scripts=False).page
    page.goto(f"{served}/sparql")
    page.locator("textarea").fill("SELECT ?event { ?event a neg:Scheduled }")
    page.get_by_label("In some account").check()
    page.get_by_role("button", name="Run").click()
    assert page.locator(".results tbody tr").count() == 2
    page.get_by_role("link", name="graph", exact=True).click()
    assert page.locator("svg").count() == 1
    page.goto(f"{served}/search")
    page.locator("#q").fill("kudlow")
    page.locator(".search-form button").click()
    assert page.locator("main mark").count() > 3


def test_a_folder_is_searched_from_disk(look: Open, published_nasty: Path) -> None:
    seen = look("file://")
    page = seen.page
    page.goto((published_nasty / "search.html").as_uri())
    field = page.locator("#search-folder input")
    for typed, name in (
        ("zoe un", "Zoë"),
        ("أمير", "أميرة"),
        ("🐟", "Cod"),
        ('"called off"', "called off"),
        ("bob", "Bob <img"),
    ):
        field.fill(typed)
        page.locator("#search-hits li").first.wait_for()
        assert name in page.locator("#search-hits").inner_text(), typed
    field.fill("bob NEAR( *")
    assert "Nothing here" in page.locator("#search-count").inner_text()
    assert page.locator("#search-hits img").count() == 0
    field.fill("zoe")
    page.locator("#search-hits a").first.click()
    assert "Zoë" in page.locator("main").inner_text()
    assert seen.errors == []
    assert seen.elsewhere == []
