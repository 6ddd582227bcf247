"""What the workloads mean: their ontologies and rules, ready for Parley to reason with."""

from __future__ import annotations

from benchmarks.workload.heavy_tailed import Part
from benchmarks.workload.vocabulary import ONTOLOGY, RULE_FILE
from kg import formats
from kg.contradiction import Theory, build_theory
from kg.graph import read_rules


def six_rules_theory() -> Theory:
    """Return the ontology and the rule of the six-rule workload, with the shipped rules."""
    ontology = [triple for source in formats.read(ONTOLOGY) for triple in source.triples]
    return build_theory(ontology, read_rules([RULE_FILE]))


def part_theory(part: Part) -> Theory:
    """Return the ontology of a part of the heavy-tailed workload, with the shipped rules."""
    return build_theory(part.ontology, read_rules())
