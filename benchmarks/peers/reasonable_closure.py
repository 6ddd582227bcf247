"""reasonable: the OWL 2 RL closure of one day."""

from __future__ import annotations

from collections.abc import Mapping

import reasonable

from benchmarks.peers.data import Files


def load(files: Files) -> reasonable.PyReasoner:
    """Read the ontology of one day."""
    reasoner = reasonable.PyReasoner()
    reasoner.load_file(str(files.day))
    return reasoner


def find(reasoner: reasonable.PyReasoner) -> Mapping[str, int]:
    """Return how many triples the closure has; it has no list of clashes to give."""
    return {"triples": len(reasoner.reason())}
