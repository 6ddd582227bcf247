"""The graph in a browser: without scripts, with the keyboard, and everything at once, with nothing fetched elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.explorer.explorer import Explorer
from kg.explorer.rendering import asset, assets, html
from kg.explorer.routes import page_at
from kg.explorer.site import Address, FolderSite, file_of
from kg.publishing.folder import POLICY
from tests.windows import Look, chromium_here

pytestmark = pytest.mark.browser
SOFTWARE_WEBGL = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
FOCUS = Address.of("graph", focus="larry-kudlow")
WHOLE = Address.of("graph", "whole")


@pytest.fixture(scope="module")
def drawing(chromium: Any) -> Iterator[Any]:
    """A Chromium that draws with WebGL, on any machine."""
    started = chromium.browser_type.launch(executable_path=chromium_here(), args=SOFTWARE_WEBGL)
    yield started
    started.close()


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


def test_everything_is_drawn_on_request_from_this_page_alone(
    look: Callable[..., Look], drawing: Any, folder: Path
) -> None:
    seen = look(folder.as_uri(), browser=drawing)
    page = seen.page
    page.goto((folder / file_of(WHOLE)).as_uri())
    assert page.locator("canvas").count() == 0
    page.get_by_role("button", name="Draw all").press("Enter")
    page.locator(".whole-canvas canvas").first.wait_for()
    assert "are drawn" in page.locator(".whole-state").inner_text()
    page.get_by_label("Find a node").fill("Larry Kudlow")
    page.get_by_label("Find a node").blur()
    assert "Larry Kudlow (person)" in page.locator(".whole-state").inner_text()
    assert seen.objections() == []
    assert [error for error in seen.errors if "GL Driver" not in error] == []
    assert seen.elsewhere == []


def test_without_scripts_the_drawing_and_its_links_are_there(look: Callable[..., Look], folder: Path) -> None:
    page = look(folder.as_uri(), scripts=False).page
    page.goto((folder / file_of(FOCUS)).as_uri())
    assert page.locator("svg.drawing .node").count() > 10
    assert not page.locator(".graph-tools").is_visible()
    page.goto((folder / file_of(WHOLE)).as_uri())
    assert "needs a script" in page.inner_text("main")


def test_what_belongs_to_a_node_stands_out_and_the_drawing_grows(look: Callable[..., Look], folder: Path) -> None:
    seen = look(folder.as_uri())
    page = seen.page
    page.goto((folder / file_of(FOCUS)).as_uri())
    before = page.locator("svg.drawing").bounding_box()
    page.get_by_role("button", name="Larger").click()
    after = page.locator("svg.drawing").bounding_box()
    assert after["width"] > before["width"]
    page.locator("svg.drawing .focus .shape").first.hover()
    assert page.locator("svg.drawing .edge.near").count() > 0
    assert seen.errors == []
