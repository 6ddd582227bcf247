"""pySHACL: the rules as `sh:sparql` constraints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pyshacl
import rdflib
from rdflib import SH

from benchmarks.peers.data import Files

SHAPES = Path(__file__).with_name("shapes.ttl")


def load(files: Files) -> tuple[rdflib.Graph, rdflib.Graph]:
    """Parse claims and shapes."""
    return rdflib.Graph().parse(files.triples, format="nt"), rdflib.Graph().parse(SHAPES)


def find(graphs: tuple[rdflib.Graph, rdflib.Graph]) -> Mapping[str, int]:
    """Return how many violations each shape has."""
    _, report, _ = pyshacl.validate(graphs[0], shacl_graph=graphs[1])
    return dict(Counter(str(message) for message in report.objects(None, SH.resultMessage)))
