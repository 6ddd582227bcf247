"""Stretches of time of one key that meet: which way to find them pays?

python -m benchmarks.sweep                                   # every way, at growing sizes
python -m benchmarks.sweep "polars join" 10000 --here        # one, in this process, as lines of JSON

One subject has very many short terms of one property, and a few that stand within another. A join on the subject alone
makes the square of them; sorting by start does not. A process may take `_MEMORY` MiB, so what explodes fails by itself.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.bare.numba_kernel import pairs_by_sweep
from benchmarks.bare.numpy_merge import overlapping_pairs
from benchmarks.child import in_child
from benchmarks.machine import machine
from benchmarks.measure import tell
from benchmarks.memory import limit_memory, peak_mib, processor_seconds
from benchmarks.results import OUT, Measured, Outcome, merge
from benchmarks.run import line
from benchmarks.workload.heavy_tailed import hot_subject
from kg.logic.overlap import meeting_pairs
from kg.logic.tables import Spans

RESULTS = OUT / "sweep.json"
SIZES = (10_000, 100_000, 1_000_000)
_MEMORY = 6_000

Days = npt.NDArray[np.int64]


def numba_sweep(key: Days, start: Days, end: Days) -> int:
    """Sort, then sweep in a compiled loop."""
    order = np.lexsort((start, key))
    return len(pairs_by_sweep(key, start, end, order)[0])


def numpy_searches(key: Days, start: Days, end: Days) -> int:
    """Sort, then two binary searches a row."""
    # Days as ranks: key and day must fit one number.
    days, rank = np.unique(np.concatenate([start, end]), return_inverse=True)
    ranks = rank.reshape(2, -1)
    return len(overlapping_pairs(key, ranks[0], ranks[1], len(days))[0])


def engine(key: Days, start: Days, end: Days) -> int:
    """The join of the engine, `kg.logic.overlap`."""
    spans = Spans(start, end)
    left, right = meeting_pairs(key, spans, key, spans)
    return int((left < right).sum())


def polars_join(key: Days, start: Days, end: Days) -> int:
    """Join on the key, then compare the times."""
    table = pl.LazyFrame({"row": np.arange(len(key)), "key": key, "start": start, "end": end})
    joined = table.join(table, on="key", suffix="_b").filter(
        (pl.col("row") < pl.col("row_b")) & (pl.col("start") <= pl.col("end_b")) & (pl.col("start_b") <= pl.col("end"))
    )
    return joined.select("row", "row_b").collect().height


def duckdb_join(key: Days, start: Days, end: Days) -> int:
    """Join on the key and the times in SQL."""
    connection = duckdb.connect()
    connection.register("term", {"row": np.arange(len(key)), "key": key, "first": start, "last": end})
    query = (
        "select a.row, b.row from term a join term b "
        "on a.key = b.key and a.first <= b.last and b.first <= a.last where a.row < b.row"
    )
    return len(connection.execute(query).fetchnumpy()["row"])


WAYS: Mapping[str, Callable[[Days, Days, Days], int]] = {
    "numba sweep": numba_sweep,
    "numpy, two binary searches": numpy_searches,
    "kg.logic.overlap": engine,
    "polars join": polars_join,
    "DuckDB join": duckdb_join,
}


def measure(way: str, size: int, runs: int, seconds: float) -> None:
    """Find the meeting stretches of one hot subject, several times."""
    limit_memory(_MEMORY)
    part = hot_subject(size)
    spans = part.claims.content.certain
    key = part.claims.content.s.astype(np.int64)
    tell(imported=peak_mib())
    begun = time.perf_counter()
    for _ in range(runs + 1):
        start, worked = time.perf_counter(), processor_seconds()
        found = WAYS[way](key, spans.start, spans.end)
        tell(run=time.perf_counter() - start, cpu=processor_seconds() - worked)
        if time.perf_counter() - begun > seconds:
            break
    tell(peak=peak_mib(), found={"pairs": found}, exact=found == len(part.planted))


def main() -> None:
    """Read the arguments, measure, and write the results down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", nargs="?", choices=WAYS)
    parser.add_argument("size", nargs="?", type=int)
    parser.add_argument("--cap", type=float, default=60, help="seconds for one way at one size")
    parser.add_argument("--runs", type=int, default=3, help="runs after the first")
    parser.add_argument("--here", action="store_true")
    arguments = parser.parse_args()
    if arguments.here:
        measure(arguments.way, arguments.size, arguments.runs, arguments.cap / 4)
        return
    found: list[Measured] = []
    for way in [arguments.way] if arguments.way else WAYS:
        for size in [arguments.size] if arguments.size else SIZES:
            limits = ["--cap", str(arguments.cap), "--runs", str(arguments.runs)]
            found.append(
                in_child(["benchmarks.sweep", way, str(size), "--here", *limits], way, size, cap=arguments.cap)
            )
            print(f"{way:28} {size:>9,}  {line(found[-1])}", file=sys.stderr, flush=True)
            if found[-1].outcome is not Outcome.DONE:
                break
    merge(RESULTS, machine(), found)


if __name__ == "__main__":
    main()
