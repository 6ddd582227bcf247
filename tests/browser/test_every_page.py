"""Every page in Chromium, in both themes and two widths: nothing for axe to find, no other origin, no error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.explorer.explorer import Explorer
from kg.explorer.site import Address, ServerSite
from tests.browser.conftest import one_of_each
from tests.windows import COLOURS, Look

pytestmark = pytest.mark.browser
LIVE = (Address.of("sparql"), Address.of("search", q="talks"), Address.of("sparql", query="SELECT * { ?s ?p ?o } LIMIT 5"),
        Address.of("sparql", query="SELECT * {"), Address.of("nowhere"))  # fmt: skip
"""Pages that only a server has."""


WIDTHS = pytest.mark.parametrize("width", [1200, 390])


@WIDTHS
def test_the_first_case(look: Callable[..., Look], served: str, explorer: Explorer, width: int) -> None:
    seen = look(served, width)
    for address in (*one_of_each(explorer), *LIVE):
        _is_sound(seen, url := served + ServerSite().href(address))
        seen.page.emulate_media(color_scheme="dark")
        assert seen.objections(*COLOURS) == [], url


@WIDTHS
def test_hostile_text(look: Callable[..., Look], served_nasty: str, nasty: Explorer, width: int) -> None:
    seen = look(served_nasty, width)
    for address in one_of_each(nasty):
        _is_sound(seen, served_nasty + ServerSite().href(address))


def test_the_published_folder(look: Callable[..., Look], published: Path) -> None:
    seen = look("file://", 390)
    for page in sorted(published.glob("*.html")):
        _is_sound(seen, page.as_uri())


def _is_sound(seen: Look, url: str) -> None:
    seen.errors.clear()
    seen.page.emulate_media(color_scheme="light")
    answer = seen.page.goto(url)
    assert (seen.errors if answer.ok else seen.faults) == [], url
    assert seen.elsewhere == [], url
    assert seen.fits, f"{url} is wider than the window"
    assert seen.objections() == [], url
