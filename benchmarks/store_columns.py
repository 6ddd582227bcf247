"""From a store of claims to columns: how long the first reading takes, and opening again, and checking.

python -m benchmarks.store_columns 10000 100000 1000000

Makes a store of so many claims (N-Quads, loaded in bulk), then measures each step in a process of its own: building
and keeping the columns, opening them again, and the check over them. One claim in a hundred is of the kind that
is read one by one (it is conditional, or takes another back). One thing in ten has a second value: so many
contradictions must be found.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyoxigraph as ox

from benchmarks.memory import peak_mib
from kg.columns import open_columns
from kg.columns.opening import FOLDER
from kg.contradiction import Theory, build_theory
from kg.contradiction.columnar.compiled import find
from kg.graph import read_rules
from kg.store import OxigraphStore
from kg.terms import Iri, Triple
from kg.vocab import EDTF, NEG, OWL, PROV, RDF, TYPE

E = "https://example.org/"
GRAPH = "<urn:benchmark>"
CLAIMS_ON_A_THING = 5
CARE = 100  # one claim in so many needs care
DOUBTED = 10  # one thing in so many has a second value


def theory() -> Theory:
    value = Iri(E + "value")
    axioms = [Triple(value, TYPE, OWL.FunctionalProperty), Triple(value, NEG.persistence, NEG.State)]
    return build_theory(axioms, read_rules())


def quads(claims: int, seed: int) -> Iterator[str]:
    """Yield N-Quads: claims with a speaker, a day and terms, about things with a value for one month."""
    chance = np.random.default_rng(seed)
    things = max(claims // CLAIMS_ON_A_THING, 1)
    for thing in range(things):
        yield f"<{E}thing/{thing}> <{TYPE}> <{E}Thing> {GRAPH} .\n"
        for nth in range(2 if thing % DOUBTED == 0 else 1):
            node = f"<{E}proposition/{thing}-{nth}>"
            yield (
                f"{node} <{TYPE}> <{NEG.Proposition}> {GRAPH} .\n{node} <{RDF.subject}> <{E}thing/{thing}> {GRAPH} .\n"
                f"{node} <{RDF.predicate}> <{E}value> {GRAPH} .\n"
                f'{node} <{RDF.object}> "{thing % 50 + nth * 100} %"^^<{NEG.Quantity}> {GRAPH} .\n'
                f'{node} <{NEG.holds}> "2019-01"^^<{EDTF}> {GRAPH} .\n'
            )
    days, speakers = chance.integers(1, 29, claims), chance.integers(0, 1000, claims)
    for number in range(claims):
        thing, nth = divmod(number, CLAIMS_ON_A_THING)
        thing = thing % things
        second = nth == 1 and thing % DOUBTED == 0
        node = f"<{E}claim/{number}>"
        yield (
            f"{node} <{TYPE}> <{NEG.Claim}> {GRAPH} .\n"
            f"{node} <{PROV.wasAttributedTo}> <{E}person/{speakers[number]}> {GRAPH} .\n"
            f'{node} <{NEG.saidOn}> "2019-02-{days[number]:02d}"^^<{EDTF}> {GRAPH} .\n'
            f"{node} <{NEG.affirms}> <{E}proposition/{thing}-{int(second)}> {GRAPH} .\n"
            f"{node} <{NEG.attribution}> <{NEG.OnRecord}> {GRAPH} .\n"
        )
        if nth == 4 and number % (CARE // 2) == 4:
            other = f"<{NEG.retracts}> <{E}claim/{number}-earlier>" if number % CARE == 4 else ""
            yield f"{node} {other or f'<{NEG.condition}> <{E}proposition/{thing}-0>'} {GRAPH} .\n"


def make(folder: Path, claims: int, seed: int) -> dict[str, float]:
    start = time.perf_counter()
    file = folder.with_suffix(".nq")
    with file.open("w", encoding="utf-8") as out:
        out.writelines(quads(claims, seed))
    written = time.perf_counter()
    store = ox.Store(folder)
    store.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
    return {"write": written - start, "load": time.perf_counter() - written, "nquads_mib": file.stat().st_size / 2**20}


def open_them(folder: Path) -> dict[str, float]:
    """Open the columns, from their files or else from the store."""
    ours = theory()
    start, work = time.perf_counter(), time.process_time()
    said: list[str] = []
    with OxigraphStore.read_only(folder) as store:
        held = open_columns(store, ours, said)
    if said:
        raise SystemExit("\n".join(said))
    return {
        "seconds": time.perf_counter() - start,
        "cpu": time.process_time() - work,
        "peak_mib": peak_mib(),
        "files_mib": sum(f.stat().st_size for f in (folder / FOLDER).rglob("*")) / 2**20,
        "claims": len(held.records.claims),
        "positions": len(held.case.positions),
    }


def check(folder: Path) -> dict[str, float]:
    """Open the columns and find all conflicts."""
    ours = theory()
    start, work = time.perf_counter(), time.process_time()
    with OxigraphStore.read_only(folder) as store:
        held = open_columns(store, ours)
        found = find(held.case)
    doubted = -(-max(len(held.records.claims) // CLAIMS_ON_A_THING, 1) // DOUBTED)
    return {
        "seconds": time.perf_counter() - start,
        "cpu": time.process_time() - work,
        "peak_mib": peak_mib(),
        "conflicts": len(found.conflicts),
        "planted": doubted,
        "complete": found.complete,
    }


STEPS = {"build": open_them, "open": open_them, "check": check}


def table(rows: list[dict[str, dict[str, float]]]) -> str:
    lines = [
        "| claims | N-Quads, MiB | bulk load, s | first reading, s (CPU) | its peak, MiB | columns, MiB | opening, s "
        "| opening and check, s | its peak, MiB | conflicts / planted |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        made, build, opened, checked = (row[name] for name in ("make", *STEPS))
        lines.append(
            f"| {build['claims']:,} | {made['nquads_mib']:.0f} | {made['load']:.1f} "
            f"| {build['seconds']:.1f} ({build['cpu']:.1f}) | {build['peak_mib']:.0f} | {build['files_mib']:.0f} "
            f"| {opened['seconds']:.2f} | {checked['seconds']:.2f} | {checked['peak_mib']:.0f} "
            f"| {checked['conflicts']:,} / {checked['planted']:,} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--step", choices=STEPS, help="one step on the store in --folder, for the processes inside")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(STEPS[options.step](options.folder)))
        return
    rows = []
    with tempfile.TemporaryDirectory() as place:
        for size in options.sizes:
            folder = Path(place) / f"store-{size}"
            row = {"make": make(folder, size, options.seed)}
            for step in STEPS:
                command = [sys.executable, "-m", "benchmarks.store_columns", "--step", step, "--folder", str(folder)]
                row[step] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
            rows.append(row)
    print(table(rows))


if __name__ == "__main__":
    main()
