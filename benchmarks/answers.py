"""How long it takes to decide whether something holds in every account, inside one large component.

python -m benchmarks.answers            # 10^3 to 10^6 positions
python -m benchmarks.answers 100000     # one size

One component of n positions: a path through all of them, n/3 random edges and n/3 random triples, about 5/3 n
minimal conflicts (a triple that includes an edge is left out). A query is a list of causes. Three kinds:

- near: for a random position, three causes made of it and of positions next to it: mostly some accounts only;
- planted: a position, and for each of its conflicts the rest of that conflict: in every account, by construction;
- edge: the two ends of one edge, in every account only if neither has another way out.

Time is processor time, reasons included. Indexing is not counted; it is shown beside. No account is ever listed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.contradiction.conflict_index import ConflictColumns
from kg.contradiction.sat import Judge, Positions, Under

SIZES = (1_000, 10_000, 100_000, 1_000_000)
QUERIES = 2_000
SEED = 20190122
Longs = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds a query, and what the answers were."""

    kind: str
    milliseconds: Longs
    every: int

    def line(self) -> str:
        mean, p99 = self.milliseconds.mean(), np.percentile(self.milliseconds, 99)
        share = f"{self.every}/{len(self.milliseconds)}"
        return f"{self.kind:>8}  {mean:>8.3f}  {p99:>8.3f}  {self.milliseconds.max():>8.3f}  {share:>11}"


def component(n: int, chance: np.random.Generator) -> ConflictColumns:
    """Make one connected component of n positions, its conflicts minimal and each once."""
    path = np.stack([np.arange(n - 1), np.arange(1, n)], axis=1)
    edges = np.sort(np.concatenate([path, chance.integers(0, n, (n // 3, 2))]), axis=1)
    edges = np.unique(edges[edges[:, 0] < edges[:, 1]], axis=0)
    triples = np.sort(chance.integers(0, n, (n // 3, 3)), axis=1)
    apart = (triples[:, 0] < triples[:, 1]) & (triples[:, 1] < triples[:, 2])
    triples = np.unique(triples[apart], axis=0)
    known = np.sort(edges[:, 0] * n + edges[:, 1])
    for one, other in ((0, 1), (1, 2), (0, 2)):
        triples = triples[~_among(triples[:, one] * n + triples[:, other], known)]
    sizes = np.concatenate([np.full(len(edges), 2), np.full(len(triples), 3)])
    members = np.concatenate([edges.ravel(), triples.ravel()])
    return ConflictColumns.build(np.concatenate([[0], np.cumsum(sizes)]), members, n)


def _among(values: Longs, known: Longs) -> npt.NDArray[np.bool_]:
    at = np.minimum(np.searchsorted(known, values), len(known) - 1)
    found: npt.NDArray[np.bool_] = known[at] == values
    return found


def near(conflicts: ConflictColumns, position: int, chance: np.random.Generator) -> list[Positions]:
    """Return three causes of one or two positions around a position."""
    around = sorted({member for one in conflicts.of(position) for member in one} | {position})
    return [frozenset(chance.choice(around, chance.integers(1, 3)).tolist()) for _ in range(3)]


def planted(conflicts: ConflictColumns, position: int) -> list[Positions]:
    """Return causes of which every account keeps one: the position, or all that ever excludes it."""
    return [frozenset({position}), *(frozenset(one) - {position} for one in conflicts.of(position))]


def edge(conflicts: ConflictColumns, position: int) -> list[Positions]:
    """Return the members of the first conflict of a position, each as a cause."""
    return [frozenset({member}) for member in conflicts.of(position)[0]]


def timed(kind: str, judge: Judge, queries: Sequence[list[Positions]]) -> Timing:
    """Judge each query."""
    spent, every = [], 0
    for causes in queries:
        start = time.thread_time()
        judgement = judge.judge(causes)
        spent.append((time.thread_time() - start) * 1e3)
        every += judgement is not None and judgement.under is not Under.SOME
    return Timing(kind, np.array(spent), every)


def run(n: int) -> Iterator[str]:
    """Measure one size, line by line."""
    chance = np.random.default_rng(SEED)
    start = time.perf_counter()
    conflicts = component(n, chance)
    built = time.perf_counter() - start
    judge = Judge(conflicts)
    positions = chance.integers(0, n, QUERIES).tolist()
    yield f"{n:,} positions, {len(conflicts.starts) - 1:,} conflicts, one component; indexed in {built:.2f} s"
    yield f"{'queries':>8}  {'mean ms':>8}  {'p99 ms':>8}  {'max ms':>8}  {'every':>11}"
    yield timed("near", judge, [near(conflicts, position, chance) for position in positions]).line()
    found = timed("planted", judge, [planted(conflicts, position) for position in positions])
    yield found.line() + ("" if found.every == QUERIES else "  MISSED SOME")
    yield timed("edge", judge, [edge(conflicts, position) for position in positions]).line()


def main() -> None:
    """Print a table for each size."""
    for n in [int(size) for size in sys.argv[1:]] or SIZES:
        for line in run(n):
            print(line)
        print()


if __name__ == "__main__":
    main()
