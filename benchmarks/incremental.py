"""One new claim against very many: how long until its conflicts are known, proved and written down.

python -m benchmarks.incremental 10000 100000 1000000 hot-subject

From the six-rule workload, claims of all kinds are held out, half of them sides of planted conflicts, some of them
second claims of a position that stays. The rest is opened; then the claims come one at a time, and between them
positions are retracted, old ones and new ones, some to be held again. Each size runs in a process of its own.
Told are the median, the 99th percentile and the longest, in milliseconds by the clock and of the processor; what
opening takes, and memory. In the end everything is checked from scratch and compared, set by set.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.child import ROOT
from benchmarks.heavy import names_of
from benchmarks.machine import machine
from benchmarks.measure import tell
from benchmarks.memory import peak_mib
from benchmarks.parley_tables import LIMITS, read_literals
from benchmarks.results import OUT
from benchmarks.workload.claims import Workload
from benchmarks.workload.heavy_tailed import FULL_SIZE, PARTS
from benchmarks.workload.six_rules import VALUES, six_rules
from benchmarks.workload.tables import tables
from benchmarks.workload.theories import part_theory, six_rules_theory
from kg.contradiction.columnar.case import Case, Names
from kg.contradiction.columnar.compiled import find
from kg.contradiction.columnar.grouping import positions_of
from kg.contradiction.columnar.live import Added, Live
from kg.contradiction.columnar.live_conflicts import LiveConflict
from kg.contradiction.columnar.live_run import Content
from kg.logic.tables import ConflictTable, FactTable, Ints
from kg.logic.trace import Proof
from kg.terms import n3

HELD_OUT = 2_000
SECOND = 200
"""How many of the claims held out are second claims of a position that stays."""
SEED = 7
RESULTS = OUT / "incremental.json"
PROOFS = OUT / "data"


T = TypeVar("T")


@dataclass(slots=True)
class Clock:
    """Times of one kind of work, in milliseconds: by the clock, and of the processor."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def time(self, work: Callable[[], T]) -> T:
        """Do some work and note what it took."""
        start, worked = time.perf_counter_ns(), time.process_time_ns()
        found = work()
        self.cpu.append((time.process_time_ns() - worked) / 1e6)
        self.wall.append((time.perf_counter_ns() - start) / 1e6)
        return found

    def join(self, one: Clock, other: Clock) -> None:
        """Note the last of two kinds of work as one."""
        self.wall.append(one.wall[-1] + other.wall[-1])
        self.cpu.append(one.cpu[-1] + other.cpu[-1])

    def summary(self) -> dict[str, float]:
        """Return median, 99th percentile and maximum of both."""
        found: dict[str, float] = {"count": len(self.wall)}
        for name, times in (("wall", self.wall), ("cpu", self.cpu)):
            ordered = np.sort(np.array(times))
            found |= {
                f"{name} p50": round(float(np.median(ordered)), 4),
                f"{name} p99": round(float(ordered[int(np.ceil(0.99 * len(ordered))) - 1]), 4),
                f"{name} max": round(float(ordered[-1]), 4),
            }
        return found


@dataclass(frozen=True, slots=True)
class Task:
    """A case, the positions that come later, and some of which only second claims come."""

    case: Case
    later: Ints
    second: Ints


def six_rules_task(claims: int) -> Task:
    """Make the six-rule workload and choose what is held out."""
    workload = six_rules(claims)
    entities = 1 + int(max(workload.claims.subject.max(), workload.claims.value.max()))
    table, terms = tables(workload.claims, entities, VALUES)
    positions, sides = positions_of(table)
    case = Case(six_rules_theory(), terms, positions, FactTable.none(), Names.none(), read_literals(terms))
    rng = np.random.default_rng(SEED)
    return _task(case, sides.positions()[_rows_of(workload, rng, min(HELD_OUT, claims // 5) // 2)], rng)


def part_task(name: str) -> Task:
    """Make a part of the heavy-tailed workload and choose what is held out."""
    part = PARTS[name](FULL_SIZE[name], 1)
    positions, sides = positions_of(part.claims)
    case = Case(part_theory(part), part.terms, positions, part.background, names_of(part), read_literals(part.terms))
    rng = np.random.default_rng(SEED)
    first = np.array([min(rows) for rows in part.planted], np.int32)
    return _task(case, sides.positions()[rng.permutation(first)[: HELD_OUT // 2]], rng)


def _task(case: Case, planted: Ints, rng: np.random.Generator) -> Task:
    """Hold out positions of planted conflicts, and others until there are enough."""
    every = np.arange(len(case.positions), dtype=np.int32)
    planted = np.unique(planted)
    count = min(HELD_OUT, len(every) // 3) - SECOND
    anyhow = rng.choice(np.setdiff1d(every, planted), max(0, count - len(planted)), replace=False)
    later = rng.permutation(np.concatenate([planted, anyhow]))
    return Task(case, later, rng.choice(np.setdiff1d(every, later), SECOND, replace=False))


def _rows_of(workload: Workload, rng: np.random.Generator, count: int) -> Ints:
    """Choose claims that are sides of planted conflicts, as many for each rule."""
    first = np.zeros(int(workload.position.max()) + 1, np.int32)
    first[workload.position] = np.arange(len(workload.position), dtype=np.int32)
    per_rule = count // len(workload.planted)
    sides = [np.unique(rows) for rows in workload.planted.values()]
    return np.concatenate([first[rng.choice(rows, min(per_rule, len(rows)), replace=False)] for rows in sides])


def measure(given: Task, proofs: Path) -> None:
    """Open, let the claims come and go, and compare with a full check."""
    rows = np.setdiff1d(np.arange(len(given.case.positions), dtype=np.int32), given.later)
    contents = [Content.of(given.case.positions, int(row)) for row in given.later]
    known = [Content.of(given.case.positions, int(row)) for row in given.second]
    before = peak_mib()
    start, worked = time.perf_counter(), time.process_time()
    live = Live.open(replace(given.case, positions=given.case.positions.take(rows)), LIMITS)
    tell(load=time.perf_counter() - start, cpu=time.process_time() - worked)
    gc.collect()
    gc.freeze()  # what was opened stays; without this the collector looks at all of it now and then
    tell(positions=len(rows), begun=len(live.conflicts()), before_mib=before, opened_mib=peak_mib())
    clocks = {name: Clock() for name in ("add", "prove", "add and prove", "second claim", "retract", "add again")}
    with proofs.open("w", encoding="utf-8") as out:
        _come_and_go(live, contents, known, clocks, out.write)
    tell(**{name: clock.summary() for name, clock in clocks.items()})
    tell(conflicts=len(live.conflicts()), reopened=live.reopened, complete=not live.incomplete, peak=peak_mib())
    tell(exact=_is_exact(given.case, live))


def _come_and_go(
    live: Live, contents: list[Content], known: list[Content], clocks: dict[str, Clock], write: Callable[[str], object]
) -> None:
    """Add everything; retract a position after every fourth, and hold one of these again after every sixteenth."""
    rng = np.random.default_rng(SEED)
    old = rng.choice(live.held()[0], len(contents) // 4 + 1, replace=False)
    taken: list[int] = []
    for nth, content in enumerate(contents):
        added = clocks["add"].time(partial(live.add, content))
        clocks["prove"].time(partial(_write_proofs, live, added, write))
        clocks["add and prove"].join(clocks["add"], clocks["prove"])
        if nth % 4 == 0:
            number = added.position if nth % 8 else int(old[nth // 4])
            if live.is_held(number):
                clocks["retract"].time(partial(live.retract, number))
                taken.append(number)
        if nth % 16 == 1 and taken:
            clocks["add again"].time(partial(live.add, live.content(taken.pop(0))))
        if known and nth % 8 == 3:
            clocks["second claim"].time(partial(live.add, known.pop()))


def _write_proofs(live: Live, added: Added, write: Callable[[str], object]) -> None:
    for one in added.conflicts:
        write(_line(one, live.prove(one)))


def _line(conflict: LiveConflict, proof: Proof | None) -> str:
    """Write a conflict with its proof as one line of JSON."""
    if proof is None:
        raise RuntimeError(f"no proof of {conflict}")
    numbers = {id(node): at for at, node in enumerate(proof.nodes())}
    steps = [
        {
            "concludes": None if node.triple is None else " ".join(map(n3, node.triple)),
            "denied": node.denied,
            "rule": node.rule and node.rule.id,
            "from": [numbers[id(premise)] for premise in node.premises],
            "rests on": [m for bit, m in enumerate(conflict.members) if node.mask >> bit & 1],
            "time": [node.span.start, node.span.end],
        }
        for node in proof.nodes()
    ]
    return json.dumps({"members": conflict.members, "verdict": conflict.verdict, "proof": steps}) + "\n"


def _is_exact(case: Case, live: Live) -> bool:
    """Say whether what is held in the end has exactly the conflicts that a full check finds."""
    numbers, positions = live.held()
    found = find(replace(case, positions=positions), LIMITS)
    return found.complete and set(_sets(live.conflicts(), None)) == set(_sets(found.conflicts, numbers))


def _sets(table: ConflictTable, numbers: Ints | None) -> Iterator[tuple[int, ...]]:
    for row, verdict in zip(table.members.tolist(), table.verdict.tolist(), strict=True):
        members = [m if numbers is None else int(numbers[m]) for m in row if m >= 0]
        yield verdict, *sorted(members)


HEAD = """\
| claims | opened, s | peak, MiB | a claim more, ms | with its proofs written | one taken back | as a full check |
|--:|--:|--:|--:|--:|--:|--:|"""


def table(found: list[dict[str, object]]) -> str:
    """Write what was measured as a Markdown table; times are by the clock: median / 99th percentile."""
    rows = [HEAD]
    for one in found:
        cells = [f"{one['load']:.2f}", f"{one['peak']:.0f}"]
        for name in ("add", "add and prove", "retract"):
            times = one[name]
            cells.append(f"{times['wall p50']:.2f} / {times['wall p99']:.2f}")  # type: ignore[index]  # read from JSON
        what = f"{int(str(one['what'])):,}" if str(one["what"]).isdecimal() else str(one["what"])
        rows.append(f"| {what} | {' | '.join(cells)} | {'yes' if one['exact'] else 'NO'} |")
    return "\n".join(rows)


def main() -> None:
    """Measure what is given, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = "how many claims of the six-rule workload, or a part of the heavy-tailed one"
    parser.add_argument("what", nargs="*", default=["10000", "100000", "1000000", "hot-subject"], help=what)
    parser.add_argument("--here", action="store_true", help="measure in this process, and write what happens")
    arguments = parser.parse_args()
    PROOFS.mkdir(parents=True, exist_ok=True)
    found = []
    for what in arguments.what:
        if arguments.here:
            task = six_rules_task(int(what)) if what.isdecimal() else part_task(what)
            measure(task, PROOFS / f"incremental-{what}.jsonl")
            continue
        command = [sys.executable, "-m", "benchmarks.incremental", what, "--here"]
        lines = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT).stdout.splitlines()
        facts = {key: value for line in lines for key, value in json.loads(line).items()}
        found.append({"what": what, **facts})
    if found:
        print(table(found))
        RESULTS.write_text(json.dumps({"machine": machine(), "results": found}, indent=1) + "\n", encoding="utf-8")
    if not all(one["exact"] for one in found):
        sys.exit("what was kept is not what a full check finds")


if __name__ == "__main__":
    main()
