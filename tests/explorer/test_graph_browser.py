"""The graph in a browser: without scripts, with the keyboard, and everything at once, with nothing fetched elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright

from kg.explorer.explorer import Explorer
from kg.explorer.rendering import asset, assets, html
from kg.explorer.routes import page_at
from kg.explorer.site import Address, FolderSite, file_of
from kg.publishing.folder import POLICY

pytestmark = pytest.mark.browser
SOFTWARE_WEBGL = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
FOCUS = Address.of("graph", focus="larry-kudlow")
WHOLE = Address.of("graph", "whole")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = which("chromium")
    if chromium is None:
        pytest.skip("no Chromium here")
    with sync_playwright() as running:
        opened = running.chromium.launch(executable_path=chromium, args=SOFTWARE_WEBGL)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def folder(explorer: Explorer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two pages as they stand in a folder, under its policy."""
    root = tmp_path_factory.mktemp("graph")
    known = [FOCUS, WHOLE, Address.of("graph")]
    for address in known:
        file = root / file_of(address)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(html(page_at(explorer, address), explorer, FolderSite(address, known), policy=POLICY))
    (root / "assets").mkdir()
    for name in assets():
        (root / "assets" / name).write_bytes(asset(name))
    return root


def _watched(page: Page) -> tuple[list[str], list[str]]:
    requests: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    return requests, faults


def test_everything_is_drawn_on_request_from_this_page_alone(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    requests, faults = _watched(page)
    page.goto((folder / file_of(WHOLE)).as_uri())
    assert page.locator("canvas").count() == 0
    page.get_by_role("button", name="Draw all").press("Enter")
    page.locator(".whole-canvas canvas").first.wait_for()
    assert "are drawn" in page.locator(".whole-state").inner_text()
    page.get_by_label("Find a node").fill("Larry Kudlow")
    page.get_by_label("Find a node").blur()
    assert "Larry Kudlow (person)" in page.locator(".whole-state").inner_text()
    assert not faults
    assert all(url.startswith(folder.as_uri()) for url in requests)
    page.close()


def test_without_scripts_the_drawing_and_its_links_are_there(browser: Browser, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / file_of(FOCUS)).as_uri())
    assert page.locator("svg.drawing .node").count() > 10
    assert not page.locator(".graph-tools").is_visible()
    page.goto((folder / file_of(WHOLE)).as_uri())
    assert "needs a script" in page.inner_text("main")
    context.close()


def test_what_belongs_to_a_node_stands_out_and_the_drawing_grows(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    _, faults = _watched(page)
    page.goto((folder / file_of(FOCUS)).as_uri())
    before = page.locator("svg.drawing").bounding_box()
    page.get_by_role("button", name="Larger").click()
    after = page.locator("svg.drawing").bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > before["width"]
    page.locator("svg.drawing .focus .shape").first.hover()
    assert page.locator("svg.drawing .edge.near").count() > 0
    assert not faults
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_nothing_to_object_to(browser: Browser, folder: Path, scheme: Literal["light", "dark"], width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    for address in (FOCUS, WHOLE):
        page.goto((folder / file_of(address)).as_uri())
        found = Axe().run(page).response["violations"]
        assert not found, [one["id"] for one in found]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
