"""Run Parley on each part of the heavy-tailed workload, in a process of its own, and print what it took.

python -m benchmarks.heavy                          # every part at the size it is meant for
python -m benchmarks.heavy hot-subject --scale 0.1  # a tenth of it
python -m benchmarks.heavy hot-subject --here       # in this process, as lines of JSON
"""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np

from benchmarks.child import in_child
from benchmarks.machine import machine
from benchmarks.measure import tell
from benchmarks.memory import peak_mib, processor_seconds
from benchmarks.parley_tables import LIMITS, read_literals
from benchmarks.results import OUT, merge
from benchmarks.run import line
from benchmarks.workload.heavy_tailed import FULL_SIZE, PARTS, Part
from benchmarks.workload.theories import part_theory
from kg.contradiction.columnar.case import Case, Names
from kg.contradiction.columnar.compiled import Found, find
from kg.contradiction.columnar.grouping import Sides, positions_of

RESULTS = OUT / "heavy-tailed.json"


def measure(part: Part, runs: int, seconds: float) -> None:
    """Group the claims of a part into positions and find their conflicts, several times."""
    theory, literals, names = part_theory(part), read_literals(part.terms), names_of(part)
    tell(imported=peak_mib())
    begun = time.perf_counter()
    for _ in range(runs + 1):
        start, worked = time.perf_counter(), processor_seconds()
        positions, sides = positions_of(part.claims)
        found = find(Case(theory, part.terms, positions, part.background, names, literals), LIMITS)
        tell(run=time.perf_counter() - start, cpu=processor_seconds() - worked)
        if time.perf_counter() - begun > seconds:
            break
    tell(peak=peak_mib(), found={"conflicts": len(found.conflicts)}, exact=is_planted(part, found, sides))


def names_of(part: Part) -> Names:
    """Say whose names are unique: all that the background puts in a class, if names are unique at all."""
    if not part.unique_names:
        return Names.none()
    named = np.unique(part.background.s)
    return Names(named, np.zeros(len(named), np.int32))


def is_planted(part: Part, found: Found, sides: Sides) -> bool:
    """Say whether the conflicts are those planted, none missing and none more."""
    position = sides.positions()
    planted = {frozenset(position[list(rows)].tolist()) for rows in part.planted}
    sets = [frozenset(row) - {-1} for row in found.conflicts.members.tolist()]
    return found.complete and len(sets) == len(planted) and set(sets) == planted


def main() -> None:
    """Read the arguments, measure, and write the results down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=list(PARTS), metavar="PART")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--cap", type=float, default=60, help="seconds for one part")
    parser.add_argument("--runs", type=int, default=3, help="runs after the first")
    parser.add_argument("--here", action="store_true")
    arguments = parser.parse_args()
    sizes = {name: int(FULL_SIZE[name] * arguments.scale) for name in arguments.parts}
    if arguments.here:
        for name, size in sizes.items():
            measure(PARTS[name](size, 1), arguments.runs, arguments.cap / 4)
        return
    found = []
    for name, size in sizes.items():
        limits = ["--scale", str(arguments.scale), "--cap", str(arguments.cap), "--runs", str(arguments.runs)]
        found.append(in_child(["benchmarks.heavy", name, "--here", *limits], name, size, cap=arguments.cap))
        print(f"{name:16} {size:>9,}  {line(found[-1])}", file=sys.stderr, flush=True)
    merge(RESULTS, machine(), found)
    if any(one.exact is False for one in found):
        sys.exit("the engine did not find what was planted")


if __name__ == "__main__":
    main()
