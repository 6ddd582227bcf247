"""The pages in Chromium: no requests, no errors, no sideways scrolling, the search and the filters work."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg import pages
from kg.graph import KnowledgeGraph
from kg.views.network_page import network_page
from kg.views.report import ReportData, report_html
from kg.views.timeline import timeline_page
from tests.views.conftest import HOSTILE
from tests.views.test_network import small
from tests.windows import LOOKS, Look

pytestmark = pytest.mark.browser
Open = Callable[..., Look]
SIZES = pytest.mark.parametrize(("width", "scheme"), LOOKS)
CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = (c) => { const f = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]); };
  const behind = (node) => { for (let n = node; n; n = n.parentElement) {
    const c = parse(getComputedStyle(n).backgroundColor); if (c.length < 4 || c[3] > 0.99) return c; }
    return [255, 255, 255]; };
  const bad = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !node.checkVisibility() || node.closest("script,style")) continue;
    const style = getComputedStyle(node);
    const ink = parse(node.closest("svg") ? style.fill : style.color), paper = behind(node);
    const [a, b] = [light(ink), light(paper)].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) bad.push(walker.currentNode.textContent.trim().slice(0, 40) + " " + style.color);
  }
  return bad;
}"""


def _is_sound(opened: Look) -> None:
    assert opened.elsewhere == []
    assert opened.errors == []
    assert opened.fits
    assert opened.page.evaluate(CONTRAST) == []


@SIZES
def test_the_report(open_page: Open, harbour_data: ReportData, width: int, scheme: str) -> None:
    opened = open_page(report_html(harbour_data), width=width, scheme=scheme)
    _is_sound(opened)
    first = harbour_data.result.conflicts[0].id
    opened.page.click(f'.ranked a[href="#{first}"]')
    assert opened.page.evaluate(f"document.getElementById('{first}').getBoundingClientRect().top") < 900


@SIZES
def test_the_timeline(open_page: Open, first_case: KnowledgeGraph, width: int, scheme: str) -> None:
    opened = open_page(timeline_page(pages.timeline_rows(first_case), title="Talks"), width=width, scheme=scheme)
    _is_sound(opened)
    drawings = opened.page.locator("svg.drawing:visible")
    assert drawings.count() == 1


@SIZES
def test_the_network(open_page: Open, first_case: KnowledgeGraph, width: int, scheme: str) -> None:
    opened = open_page(network_page(pages.project(first_case), "Talks"), width=width, scheme=scheme)
    _is_sound(opened)
    assert opened.page.locator("#picture canvas").is_visible()


def test_search_shows_a_node_and_what_it_is_linked_with(open_page: Open, first_case: KnowledgeGraph) -> None:
    opened = open_page(network_page(pages.project(first_case), "Talks"))
    opened.page.fill("#find", "larry kudlow")
    opened.page.keyboard.press("Enter")
    assert "Larry Kudlow" in opened.page.inner_text("#detail h2")
    assert opened.page.locator("#detail li").count() > 2
    opened.page.locator("#detail li button").first.click()
    opened.page.fill("#find", "nobody of that name")
    opened.page.click("#search button")
    assert "Nothing here is called that" in opened.page.inner_text("#detail")
    assert opened.errors == []


def test_searching_what_is_hidden_shows_its_kind(open_page: Open, first_case: KnowledgeGraph) -> None:
    opened = open_page(network_page(pages.project(first_case), "Talks"))
    box = opened.page.locator('.filters input[value="talks"]')
    assert not box.is_checked()
    opened.page.fill("#find", "technology transfer")
    opened.page.keyboard.press("Enter")
    assert box.is_checked()


def test_filters_zoom_and_keys_work(open_page: Open) -> None:
    opened = open_page(network_page(small(), "Talks"))
    for box in opened.page.locator(".filters input").all():
        box.click()
    for button in ("#in", "#out", "#fit"):
        opened.page.click(button)
    opened.page.focus("#picture")
    for key in ("ArrowLeft", "ArrowDown", "+", "-", "0"):
        opened.page.keyboard.press(key)
    opened.page.check("#move")
    opened.page.wait_for_timeout(400)
    assert opened.errors == []


def test_without_scripts_the_drawing_and_the_tables_are_there(open_page: Open) -> None:
    opened = open_page(network_page(small("Ann"), "Talks"), scripts=False)
    assert opened.page.locator("noscript svg").is_visible() or opened.page.locator("figure svg").first.is_visible()
    assert opened.page.locator("table").count() == 2
    assert not opened.page.locator("#app").is_visible()


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_labels_do_nothing(open_page: Open, words: str) -> None:
    opened = open_page(network_page(small(words), words), width=390)
    opened.page.fill("#find", words[:40].strip() or "x")
    opened.page.click("#search button")
    opened.page.hover("#picture")
    assert opened.errors == []
    assert opened.elsewhere == []
    assert opened.page.evaluate("document.querySelectorAll('#detail img, #detail script').length") == 0
    assert opened.fits


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_text_in_a_report_does_nothing(
    open_page: Open, hostile: Callable[[str], KnowledgeGraph], words: str
) -> None:
    opened = open_page(report_html(pages.report_data(hostile(words))), width=390)
    assert opened.errors == []
    assert opened.elsewhere == []
    assert opened.fits


def test_the_report_prints(open_page: Open, first_data: ReportData) -> None:
    opened = open_page(report_html(first_data), scheme="dark")
    opened.page.emulate_media(media="print")
    assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert len(opened.page.pdf()) > 10_000


def test_everything_in_the_report_can_be_reached_by_keyboard(open_page: Open, first_data: ReportData) -> None:
    opened = open_page(report_html(first_data))
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.className") == "skip"
    seen = set()
    for _ in range(40):
        opened.page.keyboard.press("Tab")
        seen.add(opened.page.evaluate("document.activeElement.tagName"))
    assert {"A", "DIV", "SUMMARY"} <= seen
