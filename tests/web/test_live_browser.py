"""A page in the browser while the file behind it is edited."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.web.served import Running, running
from tests.web.test_live import CLASH, TALKS

pytestmark = pytest.mark.browser
Look = Callable[..., Any]
WAIT = 30_000
KEPT = os.environ.get("PARLEY_SCREENSHOTS")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "talks.yaml"
    made.write_text(TALKS, encoding="utf-8")
    return made


def newer(page: Any, version: str) -> None:
    page.wait_for_function("(old) => document.documentElement.dataset.version !== old", arg=version, timeout=WAIT)


def version_of(page: Any) -> str:
    return str(page.evaluate("document.documentElement.dataset.version"))


def shoot(page: Any, name: str) -> None:
    if KEPT:
        page.screenshot(path=f"{KEPT}/{name}.png")


def test_a_new_dispute_shows_by_itself_and_the_reader_stays_where_she_was(look: Look, file: Path) -> None:
    with running(file) as server:
        seen = look(server.url, width=390)
        page = seen.page
        page.goto(server.url)
        version = version_of(page)
        page.locator("#keys summary").click()
        page.locator("#keys summary").focus()
        page.evaluate("scrollTo(0, 120)")
        file.write_text(TALKS + CLASH, encoding="utf-8")
        newer(page, version)
        page.wait_for_selector(".live-note", timeout=WAIT)
        assert page.locator("a[href^='/dispute/']").count() > 0
        assert page.evaluate("document.activeElement.localName") == "summary"
        assert page.evaluate("document.querySelector('#keys').open")
        assert abs(page.evaluate("scrollY") - 120) < 3
        assert page.locator("[role=status] .live-note").inner_text().startswith("The data has changed")
        shoot(page, "live-note")
        assert seen.fits and seen.elsewhere == [] and seen.errors == []


def test_what_is_being_typed_is_not_lost(look: Look, file: Path) -> None:
    with running(file) as server:
        seen = look(server.url)
        page = seen.page
        page.goto(server.url)
        version = version_of(page)
        page.fill("#search", "half a wo")
        file.write_text(TALKS + CLASH, encoding="utf-8")
        offer = page.locator("[role=status] button")
        offer.wait_for(timeout=WAIT)
        assert (version_of(page), page.input_value("#search")) == (version, "half a wo")
        assert offer.bounding_box()["height"] >= 24
        shoot(page, "live-offer")
        offer.click()
        newer(page, version)
        assert seen.errors == []


def test_faults_show_by_themselves_and_go_when_they_are_mended(look: Look, file: Path) -> None:
    with running(file) as server:
        page = look(server.url).page
        page.goto(server.url)
        file.write_text(TALKS.replace("by: ann", "by: anna"), encoding="utf-8")
        fault = page.get_by_text("talks.yaml:9:").first
        fault.wait_for(timeout=WAIT)
        shoot(page, "live-faults")
        file.write_text(TALKS, encoding="utf-8")
        fault.wait_for(timeout=WAIT, state="detached")


def test_a_page_that_nobody_sees_does_not_listen(look: Look, file: Path) -> None:
    def listeners(server: Running) -> int:
        return int(server.get("/health").json()["listeners"])

    with running(file) as server:
        page = look(server.url).page
        page.goto(server.url)
        page.wait_for_function("async () => (await (await fetch('/health')).json()).listeners === 1", timeout=WAIT)
        page.evaluate(
            "Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
        page.wait_for_function("async () => (await (await fetch('/health')).json()).listeners === 0", timeout=WAIT)
        assert listeners(server) == 0
