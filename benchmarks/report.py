"""Write what was measured into docs/performance.md, between its markers, or print it.

python -m benchmarks.report           # write the tables into the document
python -m benchmarks.report --print   # print them
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks import heavy, run, sweep
from benchmarks.engines import ENGINES, PARLEY, Engine, Reads
from benchmarks.results import OUT, Measured, Outcome, read, read_machine
from benchmarks.workload.heavy_tailed import FULL_SIZE

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
_BLOCK = re.compile(r"(<!-- table: (?P<name>[a-z-]+) -->\n)(?P<old>.*?)(<!-- end -->)", re.S)
Results = Mapping[tuple[str, int], Measured]


def results_in(file: Path) -> Results:
    """Read results by engine and size."""
    return {(one.engine, one.size): one for one in read(file)}


def columns_table() -> str:
    """Parley beside the same six rules written by hand over the same columns."""
    found = results_in(run.RESULTS)
    engines = [engine for engine in ENGINES if engine.reads is Reads.COLUMNS]
    sizes = _sizes(found, engines)
    rows = [[engine.name, *(_time(found.get((engine.name, size))) for size in sizes)] for engine in engines]
    return _table(["seconds (processor) [MiB]", *(f"{size:,}" for size in sizes)], rows)


def ratios_table() -> str:
    """How many times as long as each hand-written kernel Parley takes."""
    found = results_in(run.RESULTS)
    bare = [engine for engine in ENGINES if engine.module.startswith("bare.")]
    sizes = _sizes(found, bare)
    rows = [
        [engine.name, *(ratio(found.get((PARLEY, size)), found.get((engine.name, size))) for size in sizes)]
        for engine in bare
    ]
    return _table(["Parley takes … times as long as", *(f"{size:,}" for size in sizes)], rows)


def growth_table() -> str:
    """How much longer ten times as many claims take."""
    found = results_in(run.RESULTS)
    engines = [engine for engine in ENGINES if engine.reads is Reads.COLUMNS]
    steps = [(size, 10 * size) for size in _sizes(found, engines)]
    steps = [(size, more) for size, more in steps if any((e.name, more) in found for e in engines)]
    rows = [
        [engine.name, *(ratio(found.get((engine.name, more)), found.get((engine.name, size))) for size, more in steps)]
        for engine in engines
    ]
    return _table(["time for ten times as many claims", *(f"{size:,} to {more:,}" for size, more in steps)], rows)


def peers_table() -> str:
    """What users could pick instead: seconds to load and to check, and memory."""
    found = results_in(run.RESULTS)
    engines = [engine for engine in ENGINES if engine.reads is Reads.TEXT or engine.name.startswith(PARLEY)]
    sizes = [size for size in _sizes(found, engines) if size <= 1_000_000]
    rows = []
    for engine in engines:
        cells = (_load_and_time(found.get((engine.name, size))) for size in sizes)
        rows.append([f"{engine.name} {_version(engine, found)}".strip(), *cells])
    return _table(["load + check, seconds (processor) [MiB]", *(f"{size:,}" for size in sizes)], rows)


def found_table(size: int = 1_000) -> str:
    """What each engine found by each rule, on the smallest workload, where all of them finish."""
    found = results_in(run.RESULTS)
    rows = []
    for engine in ENGINES:
        one = found.get((engine.name, size))
        if one is None or one.found is None:
            rows.append([engine.name, *("",) * 6, _outcome(one) if one else "not measured"])
            continue
        counts = [str(one.found.get(f"C{rule}", "")) for rule in range(1, 7)]
        rows.append([engine.name, *counts, _verdict(engine, one)])
    return _table([f"{size:,} claims", *(f"C{rule}" for rule in range(1, 7)), ""], rows)


def _verdict(engine: Engine, one: Measured) -> str:
    if one.exact is None:
        assert one.found is not None
        return ", ".join(f"{name}: {count}" for name, count in one.found.items()) + f" ({engine.finds.value})"
    return f"{'exactly' if one.exact else 'NOT'} what was planted ({engine.finds.value})"


def abilities_table() -> str:
    """What each can and cannot find; the numbers say nothing of that."""
    engines = [engine for engine in ENGINES if not engine.module.startswith("bare.")]
    rows = [[e.name, e.finds.value, e.three, e.cycles, e.time, e.rough, e.proofs, e.accounts, e.note] for e in engines]
    columns = ["", "finds", "sets of three", "cycles", "time", "rough dates", "proofs", "accounts", "how"]
    return _table(columns, rows)


def heavy_table() -> str:
    """The heavy-tailed workload, part by part."""
    found = results_in(heavy.RESULTS)
    rows = [
        [name, f"{size:,}", _time(one), str((one.found or {}).get("conflicts", "")), _exact(one)]
        for (name, size), one in found.items()
        if size == FULL_SIZE[name]
    ]
    return _table(["part", "size", "seconds (processor) [MiB]", "conflicts", "as planted"], rows)


def sweep_table() -> str:
    """Ways to find the stretches of time of one subject that meet."""
    found = results_in(sweep.RESULTS)
    sizes = sorted({size for _, size in found})
    rows = [[way, *(_time(found.get((way, size))) for size in sizes)] for way in sweep.WAYS]
    return _table(["seconds (processor) [MiB]", *(f"{size:,}" for size in sizes)], rows)


def machine_line() -> str:
    """On what the six-rule workload was measured last."""
    if not run.RESULTS.exists():
        return "Nothing has been measured yet.\n"
    m = read_machine(run.RESULTS)
    return (
        f"Measured on {m['day']}: {m['cores']} cores, {m['memory_gib']} GiB, {m['system']}, Python {m['python']}; "
        f"load of the machine when the run ended: {m['load']}.\n"
    )


TABLES: Mapping[str, Callable[[], str]] = {
    "machine": machine_line,
    "columns": columns_table,
    "ratios": ratios_table,
    "growth": growth_table,
    "peers": peers_table,
    "found": found_table,
    "abilities": abilities_table,
    "heavy": heavy_table,
    "sweep": sweep_table,
}


def refreshed(text: str) -> str:
    """Return a document with every table between its markers written anew.

    A table that is not of this module is what another benchmark printed into `benchmarks/out/NAME.md`; if it printed
    nothing, what is there stays.
    """
    return _BLOCK.sub(lambda match: f"{match[1]}{_text(match['name'], match['old'])}{match[4]}", text)


def _text(name: str, old: str) -> str:
    if name in TABLES:
        return TABLES[name]()
    printed = OUT / f"{name}.md"
    if not printed.exists():
        return old
    text = printed.read_text(encoding="utf-8").strip()
    return f"{text}\n" if text.startswith("|") else f"```text\n{text}\n```\n"


def ratio(one: Measured | None, other: Measured | None) -> str:
    """Say how many times as long one took as the other, where both are known; in brackets: processor time."""
    if one is None or other is None or not one.seconds or not other.seconds:
        return ""
    times = _times(one.seconds / other.seconds)
    return f"{times} ({_times(one.cpu / other.cpu)})" if one.cpu and other.cpu else times


def _times(times: float) -> str:
    return f"{times:.1f}" if times < 10 else f"{times:.0f}"


def _sizes(found: Results, engines: Iterable[Engine]) -> list[int]:
    names = {engine.name for engine in engines}
    return sorted({size for name, size in found if name in names})


def _version(engine: Engine, found: Results) -> str:
    versions = [one.version for (name, _), one in found.items() if name == engine.name and one.version]
    return "" if engine.package == "parley-kg" or not versions else versions[-1]


def _time(one: Measured | None) -> str:
    if one is None:
        return ""
    if one.outcome is not Outcome.DONE or one.seconds is None:
        return _outcome(one)
    work = "" if one.cpu is None else f" ({_seconds(one.cpu)})"
    return f"{_seconds(one.seconds)}{work} [{one.peak_mib:.0f}]"


def _load_and_time(one: Measured | None) -> str:
    if one is None or one.seconds is None or one.outcome is not Outcome.DONE:
        return "" if one is None else _outcome(one)
    return f"{_seconds(one.load or 0)} + {_time(one)}"


def _outcome(one: Measured) -> str:
    if one.outcome is Outcome.TOO_LONG:
        return f"> {one.cap:.0f} s"
    return f"{one.outcome.value}{f': {one.error}' if one.error else ''}"


def _exact(one: Measured) -> str:
    return {True: "yes", False: "NO", None: ""}[one.exact]


def _seconds(seconds: float) -> str:
    """Write seconds with two figures that count.

    >>> _seconds(0.01234), _seconds(1.27), _seconds(64.1)
    ('0.012', '1.3', '64')
    """
    if seconds >= 10:
        return f"{seconds:.0f}"
    if seconds >= 1:
        return f"{seconds:.1f}"
    return f"{seconds:.2g}" if seconds >= 0.0001 else "< 0.0001"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---", *["---:"] * (len(columns) - 1)], *rows]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)


def main() -> None:
    """Write or print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--print", action="store_true", dest="to_screen")
    if parser.parse_args().to_screen:
        for name, table in TABLES.items():
            print(f"## {name}\n\n{table()}")
        return
    DOCUMENT.write_text(refreshed(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
