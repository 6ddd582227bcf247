"""The check where the data is beside the check of everything: what is looked at, what travels, how long it takes.

python -m benchmarks.pushed six-rules 500 1000 2000
python -m benchmarks.pushed values 2000 10000

Makes a store in memory of so many claims, checks all of it, and then lets the store look for what could clash. Of the
six-rule workload a third of the claims clash; of the values, one thing in ten has two.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from benchmarks import store_columns
from benchmarks.workload.records import dossier
from benchmarks.workload.six_rules import VALUES, six_rules
from benchmarks.workload.tables import tables
from benchmarks.workload.theories import six_rules_theory
from kg.contradiction import Theory, check
from kg.logic.tables import FactTable
from kg.pushed import disputed
from kg.rdf import dossier_triples, read_dossier
from kg.store import OxigraphStore
from kg.terms import Iri


def six_rules_store(claims: int) -> tuple[OxigraphStore, Theory]:
    """Return a store of the six-rule workload, and its theory."""
    workload = six_rules(claims)
    table, terms = tables(workload.claims, workload.entities, VALUES)
    one = dossier(table, terms, FactTable.none())
    store = OxigraphStore.in_memory()
    store.put_all({one.iri: list(dossier_triples(one))})
    return store, six_rules_theory()


def values_store(claims: int) -> tuple[OxigraphStore, Theory]:
    """Return a store of things with values, five claims a thing, and its theory."""
    store = OxigraphStore.in_memory()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "claims.nq"
        file.write_text("".join(store_columns.quads(claims, 1)), encoding="utf-8")
        store.load_files([Iri(store_columns.GRAPH.strip("<>"))], [file])
    return store, store_columns.theory()


STORES = {"six-rules": six_rules_store, "values": values_store}


def measure(kind: str, claims: int) -> dict[str, float]:
    """Check so many claims both ways; seconds are of the processor."""
    store, theory = STORES[kind](claims)
    quads = sum(1 for _ in store.quads())
    begun = time.process_time()
    dossiers = [read_dossier(graph, (quad.triple for quad in store.quads(graph))) for graph in store.graphs()]
    whole = check(dossiers, theory).result
    middle = time.process_time()
    found = disputed(store, theory)
    between = time.process_time()
    extract = check([read_dossier(graph, triples) for graph, triples in found.graphs.items()], theory).result
    ended = time.process_time()
    assert {conflict.id for conflict in extract.conflicts} == {conflict.id for conflict in whole.conflicts}
    return {
        "claims": found.claims,
        "quads": quads,
        "conflicts": len(whole.conflicts),
        "candidates": found.candidates,
        "contents brought": found.brought,
        "claims brought": len(extract.claims),
        "questions": found.asked,
        "cells that travel, of all": round(sum(found.cells.values()) / (4 * quads), 3),
        "seconds, whole": round(middle - begun, 2),
        "seconds, looking and judging": round(between - middle, 2),
        "seconds, describing": round(ended - between, 2),
    }


def main() -> None:
    """Measure each size and print a line of JSON for it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=sorted(STORES))
    parser.add_argument("claims", type=int, nargs="+")
    arguments = parser.parse_args()
    for claims in arguments.claims:
        print(json.dumps(measure(arguments.kind, claims)), flush=True)


if __name__ == "__main__":
    main()
