"""The explorer of the first case, and of a dossier full of hostile text, right-to-left names, emoji and secrets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from kg.explorer.explorer import Explorer
from kg.explorer.opening import open_explorer
from kg.explorer.rendering import write
from kg.explorer.routes import page_at
from kg.explorer.site import Address, ServerSite
from kg.graph import KnowledgeGraph
from tests.conftest import CASE

CASES = Path(__file__).resolve().parent / "cases"
Render = Callable[..., str]


def address(text: str) -> Address:
    """Read an address as a server does: `disputes?actor=ann`."""
    parts = urlsplit(text)
    return Address(tuple(unquote(part) for part in parts.path.split("/") if part), tuple(parse_qsl(parts.query, True)))


@pytest.fixture(scope="session")
def explorer() -> Explorer:
    """The first case."""
    return open_explorer(KnowledgeGraph.load(CASE))


@pytest.fixture(scope="session")
def nasty() -> Explorer:
    """Hostile text everywhere, and what is confidential left out."""
    return open_explorer(KnowledgeGraph.load(CASES / "nasty.yaml").public())


@pytest.fixture(scope="session")
def render() -> Render:
    """Write a page of an explorer, as it stands on a server."""

    def rendered(explorer: Explorer, at: str, form: str = "html") -> str:
        return write(page_at(explorer, address(at)), explorer, ServerSite(), form)

    return rendered
