"""SPARQL on maplib."""

from __future__ import annotations

from collections.abc import Mapping

from maplib import Model

from benchmarks.peers.data import Files, queries


def load(files: Files) -> Model:
    """Read the triples into a model."""
    model = Model()
    model.read(str(files.triples), format="ntriples")
    return model


def find(model: Model) -> Mapping[str, int]:
    """Return how many conflicts each query finds."""
    return {rule: _rows(model.query(query)) for rule, query in queries().items()}


def _rows(found: object) -> int:
    return int(getattr(found, "height", getattr(getattr(found, "mappings", None), "height", -1)))
