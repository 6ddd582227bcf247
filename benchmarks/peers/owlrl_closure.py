"""owlrl: the OWL 2 RL closure of one day; it notes clashes as error messages."""

from __future__ import annotations

from collections.abc import Mapping

import owlrl
import rdflib

from benchmarks.peers.data import Files

_ERROR = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")


def load(files: Files) -> rdflib.Graph:
    """Parse the ontology of one day."""
    return rdflib.Graph().parse(files.day)


def find(graph: rdflib.Graph) -> Mapping[str, int]:
    """Return how many error messages the closure has."""
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return {"errors": sum(1 for _ in graph.subject_objects(_ERROR))}
