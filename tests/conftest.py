"""What all tests share: the first case, and loud skips where the machine lacks something."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import settings

from kg.cli import main
from kg.explorer.explorer import Explorer
from kg.explorer.opening import open_explorer
from kg.graph import KnowledgeGraph
from kg.publishing import publish
from tests.stores.servers import NoServer, Server, oxigraph_server, virtuoso_server
from tests.web.served import running
from tests.windows import ARGUMENTS, Answering, Look, chromium_here, window

ROOT = Path(__file__).resolve().parent.parent
CASE = ROOT / "examples" / "us-china-2019"
NASTY = ROOT / "tests" / "explorer" / "cases" / "nasty.yaml"
"""Hostile names and quotes, right-to-left text, emoji, labels of 300 characters, and secrets."""

settings.register_profile("calm", deadline=None)  # a busy machine makes no test wrong
settings.load_profile("calm")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if chromium_here():
        return
    if os.environ.get("PARLEY_REQUIRE_BROWSER"):
        raise pytest.UsageError("PARLEY_REQUIRE_BROWSER is set, and there is no Chromium")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="NO CHROMIUM: browser tests did not run (make test-all)"))


@pytest.fixture(scope="session")
def first_case() -> KnowledgeGraph:
    """The first case, loaded and checked once."""
    return KnowledgeGraph.load(CASE)


@pytest.fixture(scope="session")
def explorer() -> Explorer:
    """The pages of the first case."""
    return open_explorer(KnowledgeGraph.load(CASE))


@pytest.fixture(scope="session")
def nasty() -> Explorer:
    """Hostile text everywhere, and what is confidential left out."""
    return open_explorer(KnowledgeGraph.load(NASTY).public())


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `kg serve` over the first case."""
    copy = tmp_path_factory.mktemp("served") / "talks"
    shutil.copytree(CASE, copy)
    with running(copy) as server:
        yield server.url.rstrip("/")


@pytest.fixture(scope="session")
def served_nasty() -> Iterator[str]:
    """The address of `kg serve` over the dossier of hostile text."""
    with running(NASTY) as server:
        yield server.url.rstrip("/")


@pytest.fixture(scope="session")
def published(explorer: Explorer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the first case is published as; nobody writes there."""
    publish(explorer, place := tmp_path_factory.mktemp("published") / "talks")
    return place


@pytest.fixture(scope="session")
def published_nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the command publishes the dossier of hostile text as; nobody writes there."""
    place = tmp_path_factory.mktemp("published") / "nasty"
    done = CliRunner().invoke(main, ["publish", str(NASTY), str(place)])
    assert done.exit_code == 0, done.output
    return place


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Chromium; tests that use it carry the marker `browser`.

    It is not kept from module to module: as long as it runs, the event loop of its driver does too, and tests beside
    it could run none of their own.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_here(), args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def look(chromium: Any) -> Iterator[Callable[..., Look]]:
    """Open windows of a width and theme; requests to any other origin are noted and refused."""
    opened: list[Look] = []

    def show(
        origin: str,
        width: int = 1200,
        scheme: str = "light",
        *,
        scripts: bool = True,
        answering: Answering | None = None,
        browser: Any = None,
    ) -> Look:
        opened.append(window(browser or chromium, origin, width, scheme, scripts=scripts, answering=answering))
        return opened[-1]

    yield show
    for seen in opened:
        seen.page.context.close()


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An Oxigraph server for the whole session; whoever writes clears away."""
    try:
        with oxigraph_server(tmp_path_factory.mktemp("oxigraph") / "data") as server:
            yield server
    except NoServer as missing:
        without(missing)


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Virtuoso 7, as it comes (it cuts answers to 10,000 rows), for the whole session; whoever writes clears away."""
    try:
        with virtuoso_server(tmp_path_factory.mktemp("virtuoso") / "data") as server:
            yield server
    except NoServer as missing:
        without(missing)


def without(missing: NoServer) -> None:
    """Skip loudly where a server is missing, or fail where it must be there."""
    if os.environ.get("PARLEY_REQUIRE_STORES"):
        pytest.fail(f"PARLEY_REQUIRE_STORES is set, and {missing}")
    pytest.skip(f"NO SERVER: tests of every store did not run: {missing} (make test-stores)")
