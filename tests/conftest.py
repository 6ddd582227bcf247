"""What all tests share: the first case, and loud skips where the machine lacks something."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from kg.graph import KnowledgeGraph
from tests.stores.servers import NoServer, Server, oxigraph_server, virtuoso_server

ROOT = Path(__file__).resolve().parent.parent
CASE = ROOT / "examples" / "us-china-2019"

settings.register_profile("calm", deadline=None)  # a busy machine makes no test wrong
settings.load_profile("calm")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if shutil.which("chromium") or shutil.which("google-chrome"):
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
