"""SPARQL on rdflib."""

from __future__ import annotations

from collections.abc import Mapping

import rdflib

from benchmarks.peers.data import Files, queries


def load(files: Files) -> rdflib.Graph:
    """Parse the triples into a graph in memory."""
    return rdflib.Graph().parse(files.triples, format="nt")


def find(graph: rdflib.Graph) -> Mapping[str, int]:
    """Return how many conflicts each query finds."""
    return {rule: len(graph.query(query)) for rule, query in queries().items()}
