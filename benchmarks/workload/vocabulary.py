"""The terms of the workloads."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from benchmarks.workload.claims import RATES
from kg.vocab import RDF, Namespace

HERE = Path(__file__).parent
ONTOLOGY = HERE / "six_rules.ttl"
RULE_FILE = HERE / "six_rules.rules"
W = Namespace("https://example.org/workload#")
FIRST_DAY = date(2010, 1, 1)
"""Day 0 of the workloads."""
CLASSES = (W.Scheduled, W.Cancelled, W.Held)
PREDICATES = (RDF.type, W.holds, W.attended, W.before, *(W.term(f"rate{i}") for i in range(RATES)))
SOME = tuple(W.term(f"Some{i}") for i in range(RATES))
"""The classes of what has any value of a rate."""
