"""Run every engine on the six-rule workload, each in a process of its own, and print what it took.

python -m benchmarks.run                                    # up to 100,000 claims
python -m benchmarks.run --sizes 1000000 10000000           # the large sizes
python -m benchmarks.run --engines Parley "polars joins, claims" --sizes 1000000

Results are added to `benchmarks/out/six-rules.json`; `python -m benchmarks.report` writes them into the documents.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.child import in_child
from benchmarks.engines import ENGINES, Engine, Reads
from benchmarks.machine import machine
from benchmarks.results import OUT, Measured, Outcome, merge
from benchmarks.workload.saved import LARGEST_TEXT, saved

RESULTS = OUT / "six-rules.json"


def run_one(engine: Engine, size: int, folder: Path, *, cap: float, runs: int) -> Measured:
    """Measure one engine in a process of its own."""
    if engine.version is None:
        return Measured(engine.name, size, Outcome.MISSING)
    command = ["benchmarks.measure", engine.name, str(folder), "--runs", str(runs), "--seconds", str(cap / 4)]
    return replace(in_child(command, engine.name, size, cap=cap), version=engine.version)


def run(engines: Iterable[Engine], sizes: Sequence[int], *, cap: float, runs: int) -> Iterator[Measured]:
    """Measure engines at every size; what was too slow at one size is not tried at the next."""
    for engine in engines:
        for size in sizes:
            if size > engine.largest or (engine.reads is Reads.TEXT and size > LARGEST_TEXT):
                continue
            one = run_one(engine, size, saved(size), cap=cap, runs=runs)
            print(f"{engine.name:26} {size:>10,}  {line(one)}", file=sys.stderr, flush=True)
            yield one
            if one.outcome is not Outcome.DONE:
                break


def line(one: Measured) -> str:
    """Say how a measurement ended, for whoever watches."""
    if one.outcome is not Outcome.DONE or one.seconds is None:
        return f"{one.outcome.value} {one.error or ''}".strip()
    judged = {True: "exact", False: "NOT AS PLANTED", None: ""}[one.exact]
    times = f"load {one.load or 0:8.3f} s  check {one.seconds:8.4f} s ({one.cpu or 0:.4f} CPU)"
    return f"{times}  {one.peak_mib or 0:6.0f} MiB  {judged}"


def main() -> None:
    """Read the arguments, measure, and write the results down."""
    names = [engine.name for engine in ENGINES]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--engines", nargs="+", choices=names, default=names, metavar="NAME")
    parser.add_argument("--cap", type=float, default=60, help="seconds for one engine at one size, loading included")
    parser.add_argument("--runs", type=int, default=5, help="runs after the first")
    arguments = parser.parse_args()
    chosen = [engine for engine in ENGINES if engine.name in arguments.engines]
    wrong = False
    for one in run(chosen, sorted(arguments.sizes), cap=arguments.cap, runs=arguments.runs):
        merge(RESULTS, machine(), [one])  # at once: what was measured stays, whatever comes after
        wrong |= one.exact is False
    if wrong:
        sys.exit("an engine did not find what was planted")


if __name__ == "__main__":
    main()
