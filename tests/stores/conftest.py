"""The same tests on every store: each opened as people open it, and empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.store import Store
from kg.store.addresses import open_store
from kg.store.rdflib_store import RdflibStore
from tests.stores.servers import Server

KINDS = ("memory", "folder", "rdflib", "oxigraph", "virtuoso")


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind; the last two are servers."""
    with pytest.MonkeyPatch.context() as patch, opened(request, tmp_path, patch) as empty:
        yield empty


def opened(request: pytest.FixtureRequest, folder: Path, patch: pytest.MonkeyPatch) -> Store:
    """Open an empty store of the kind that a fixture asks for; what a server holds from another test is removed."""
    if request.param == "rdflib":
        return RdflibStore()
    if request.param == "memory":
        return open_store("memory", writable=True)
    if request.param == "folder":
        return open_store(folder / "store", writable=True)
    server: Server = request.getfixturevalue(request.param)
    if server.user:
        patch.setenv("PARLEY_SPARQL_USER", server.user)
        patch.setenv("PARLEY_SPARQL_PASSWORD", server.password)
    store = open_store(server.address, writable=True)
    for graph in store.graphs():
        store.remove(graph)
    return store
