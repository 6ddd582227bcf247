"""SPARQL on Oxigraph."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph

from benchmarks.peers.data import Files, queries


def load(files: Files) -> pyoxigraph.Store:
    """Load the triples into a store in memory."""
    store = pyoxigraph.Store()
    store.bulk_load(path=str(files.triples), format=pyoxigraph.RdfFormat.N_TRIPLES)
    return store


def find(store: pyoxigraph.Store) -> Mapping[str, int]:
    """Return how many conflicts each query finds."""
    return {rule: _rows(store.query(query)) for rule, query in queries().items()}


def _rows(found: object) -> int:
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return sum(1 for _ in found)
