"""Pages of an explorer as text, and in a browser without a server between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from kg.explorer.explorer import Explorer
from kg.explorer.page import NotFound
from kg.explorer.rendering import asset, fault, write
from kg.explorer.routes import page_at
from kg.explorer.site import Address, ServerSite
from kg.web.safety import POLICY
from tests.contradiction import conftest as _profiles  # noqa: F401  # how hard the random tests try
from tests.windows import Answer, Look

CASES = Path(__file__).resolve().parent / "cases"
ORIGIN = "http://explorer.test"
Render = Callable[..., str]
Visit = Callable[..., Look]
_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


def address(text: str) -> Address:
    """Read an address as a server does: `disputes?actor=ann`."""
    parts = urlsplit(text)
    return Address(tuple(unquote(part) for part in parts.path.split("/") if part), tuple(parse_qsl(parts.query, True)))


@pytest.fixture(scope="session")
def render() -> Render:
    """Write a page of an explorer, as it stands on a server."""

    def rendered(explorer: Explorer, at: str, form: str = "html") -> str:
        return write(page_at(explorer, address(at)), explorer, ServerSite(), form)

    return rendered


@pytest.fixture
def visit(look: Callable[..., Look]) -> Iterator[Visit]:
    """Open a page of an explorer under the policy of the server; what goes wrong there fails the test at its end."""
    opened: list[Look] = []

    def visited(explorer: Explorer, at: str = "/", **how: object) -> Look:
        opened.append(look(ORIGIN, answering=partial(_answer, explorer), **how))
        opened[-1].page.goto(ORIGIN + at)
        return opened[-1]

    yield visited
    assert [fault for seen in opened for fault in (*seen.elsewhere, *seen.faults)] == []


def _answer(explorer: Explorer, asked: str) -> Answer:
    """Answer as a server does, with nothing between."""
    headers = {"Content-Security-Policy": POLICY}
    path = urlsplit(asked).path
    if path.startswith("/assets/"):
        name = path.removeprefix("/assets/")
        return Answer(asset(name), _KINDS[name.rpartition(".")[2]], headers=headers)
    if path in ("/favicon.ico", "/events"):
        return Answer(status=204, headers=headers)
    try:
        return Answer(write(page_at(explorer, address(asked)), explorer, ServerSite()), headers=headers)
    except NotFound as error:
        text = fault(404, "There is no such page", str(error), explorer, ServerSite())
        return Answer(text, status=404, headers=headers)
