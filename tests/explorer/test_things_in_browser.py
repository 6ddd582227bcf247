"""The pages of things in Chromium: axe finds nothing, nothing scrolls sideways, nothing is asked of anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Route, sync_playwright

from kg.explorer.explorer import Explorer
from kg.explorer.rendering import asset, write
from kg.explorer.routes import page_at
from kg.explorer.site import ServerSite
from tests.explorer.conftest import address
from tests.explorer.things import MILL, opened

pytestmark = pytest.mark.browser
HOST = "http://explorer.test"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        yield started
        started.close()


def answer(explorer: Explorer, route: Route) -> None:
    path = unquote(urlsplit(route.request.url).path).removeprefix("/")
    if path.startswith("assets/"):
        name = path.removeprefix("assets/")
        route.fulfill(body=asset(name), content_type="text/css" if name.endswith(".css") else "text/javascript")
    elif path in ("favicon.ico", "events"):
        route.fulfill(status=204)
    else:
        text = write(page_at(explorer, address(path)), explorer, ServerSite())
        route.fulfill(body=text, content_type="text/html", headers={"Content-Security-Policy": POLICY})


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_pages_are_sound(browser: Browser, nasty: Explorer, width: int, scheme: str) -> None:
    mill = opened(MILL)
    pages = [
        (mill, "meeting/first-meeting"),
        (mill, "actor/ben"),
        (mill, "institution/mill"),
        (mill, "issue/pay"),
        (mill, "thing/five-pence"),
        (mill, "issues"),
        (nasty, "actors"),
        (nasty, "actor/long"),
        (nasty, "meeting/session"),
    ]
    for explorer, at in pages:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        asked: list[str] = []
        errors: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
        page.on("console", lambda said, errors=errors: errors.append(said.text) if said.type == "error" else None)
        page.route("**/*", partial(answer, explorer))
        page.goto(f"{HOST}/{at}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), at
        assert Axe().run(page).response["violations"] == [], at
        assert [url for url in asked if not url.startswith(f"{HOST}/")] == []
        assert [error for error in errors if "events" not in error] == [], at
        context.close()
