"""Every page in Chromium, in both themes and two widths: nothing for axe to find, no other origin, no error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from kg.explorer.explorer import Explorer
from kg.explorer.site import Address, ServerSite
from kg.publishing import publish
from tests.browser.conftest import LOOKS, Look, one_of_each

pytestmark = pytest.mark.browser
LIVE = (Address.of("sparql"), Address.of("search", q="talks"), Address.of("sparql", query="SELECT * { ?s ?p ?o } LIMIT 5"),
        Address.of("sparql", query="SELECT * {"), Address.of("nowhere"))  # fmt: skip
"""Pages that only a server has."""


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_first_case(look: Callable[..., Look], served: str, explorer: Explorer, width: int, scheme: str) -> None:
    _looked_at(look(served, width, scheme), served, [*one_of_each(explorer), *LIVE])


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_hostile_text(look: Callable[..., Look], served_nasty: str, nasty: Explorer, width: int, scheme: str) -> None:
    _looked_at(look(served_nasty, width, scheme), served_nasty, one_of_each(nasty))


@pytest.mark.parametrize(("width", "scheme"), LOOKS[:1] + LOOKS[3:])
def test_the_published_folder(
    look: Callable[..., Look], explorer: Explorer, tmp_path: Path, width: int, scheme: str
) -> None:
    publish(explorer, tmp_path / "talks")
    seen = look("file://", width, scheme)
    for page in sorted((tmp_path / "talks").glob("*.html")):
        _is_sound(seen, page.as_uri())


def _looked_at(seen: Look, origin: str, pages: list[Address]) -> None:
    for address in pages:
        _is_sound(seen, origin + ServerSite().href(address))


def _is_sound(seen: Look, url: str) -> None:
    seen.errors.clear()
    seen.page.goto(url)
    errors = [error for error in seen.errors if "404" not in error and "400" not in error]
    assert errors == [], url
    assert seen.elsewhere == [], url
    assert seen.fits, f"{url} is wider than the window"
    assert _violations(seen.page) == [], url


def _violations(page: Any) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']}: {node['html'][:200]}" for one in found for node in one["nodes"][:3]]
