"""Measure one engine on one workload, in this process alone; write what happens as lines of JSON.

python -m benchmarks.measure "polars joins, claims" benchmarks/out/data/six-rules-1000-1 --runs 5

The first run is told apart from the rest: it plans and warms up. Kernels are compiled before it. What was found is
compared with what was planted after the memory has been read.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType

from benchmarks.bare.level import Level
from benchmarks.engines import ENGINES, Engine, Finds, Reads
from benchmarks.memory import limit_memory, peak_mib, processor_seconds
from benchmarks.workload import judge
from benchmarks.workload.saved import columns_in, files_in, workload_in


def measure(engine: Engine, folder: Path, runs: int, seconds: float) -> None:
    """Load once (or before every run, if the engine is fresh), find `runs` times, or until the seconds are over."""
    if engine.memory_mib is not None:
        limit_memory(engine.memory_mib)
    module = import_module(f"benchmarks.{engine.module}")
    tell(imported=peak_mib())
    if hasattr(module, "warm_up"):
        start = time.perf_counter()
        module.warm_up()
        tell(compiled=time.perf_counter() - start)
    begun = time.perf_counter()
    data = columns_in(folder) if engine.reads is Reads.COLUMNS else files_in(folder)
    found: object = None
    for run in range(runs + 1):
        if run == 0 or engine.fresh:
            state, found = None, None  # memory of the last run must not count twice
            start = time.perf_counter()
            state = module.load(data)
            tell(load=time.perf_counter() - start)
        found = None
        start, worked = time.perf_counter(), processor_seconds()
        found = _find(engine, module, state)
        tell(run=time.perf_counter() - start, cpu=processor_seconds() - worked)
        if time.perf_counter() - begun > seconds:
            break
    tell(peak=peak_mib())
    tell(**_judged(engine, module, found, folder))


def _find(engine: Engine, module: ModuleType, state: object) -> object:
    if engine.reads is Reads.TEXT:
        return module.find(state)
    return module.find(state, Level.CLAIMS if engine.finds is Finds.CLAIMS else Level.POSITIONS)


def _judged(engine: Engine, module: ModuleType, found: object, folder: Path) -> dict[str, object]:
    if engine.finds in (Finds.ERRORS, Finds.CLOSURE, Finds.VERDICT):
        return {"found": found, "exact": None}
    workload = workload_in(folder)
    if engine.reads is Reads.TEXT:
        assert isinstance(found, Mapping)
        return {"found": found, "exact": judge.is_planted(found, workload)}
    tables = module.members(found)
    counts, exact = judge.by_rule(workload, tables)
    if engine.finds is Finds.CLAIMS:
        counts = dict(zip(counts, map(len, tables), strict=True))
        exact = exact and judge.is_planted(counts, workload)
    return {"found": counts, "exact": exact, "more": sum(map(len, tables)) - sum(counts.values())}


def tell(**facts: object) -> None:
    """Write one line at once: whoever waits may stop waiting."""
    print(json.dumps(facts), flush=True)


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=[engine.name for engine in ENGINES])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=30)
    arguments = parser.parse_args()
    [engine] = [one for one in ENGINES if one.name == arguments.engine]
    measure(engine, arguments.folder, arguments.runs, arguments.seconds)


if __name__ == "__main__":
    main()
