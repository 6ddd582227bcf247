"""The explorer at size: how long it takes until it is ready, and how long pages take while several people read.

python -m benchmarks.explorer 10000 100000 1000000    # measure, print tables, and write them to benchmarks/out/
python -m benchmarks.explorer --store STORE           # the same over a store of these claims that is there already

A store of that many claims (`benchmarks.workload.newsroom`) is served by `kg serve`, a process of its own. Another
process reads pages with so many readers (--readers), each over one connection, for so many seconds (--seconds) and
until each kind was read often enough, first by themselves and then while a query that never ends is asked again and
again. The first page of each kind that a reader reads is not counted. Pages are chosen at random among very many, but
for the home page. `/health` answers without doing anything: what it takes is the cost of asking at all, and where it
takes far more than some milliseconds, the machine had too much else to do.
"""

from __future__ import annotations

import argparse
import html
import json
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import quote

import httpx

from benchmarks.child import ROOT
from benchmarks.machine import machine
from benchmarks.results import OUT
from benchmarks.workload import newsroom
from kg.graph import read_ontology
from kg.store.oxigraph import OxigraphStore
from kg.terms import Quad
from kg.vocab import ONTOLOGY_GRAPH

RESULTS = OUT / "explorer.json"
TABLES = OUT / "explorer.md"
LEAST = 30
"""How often each kind of page is read at least."""
LISTED = 21
"""Before which page of a long list one is chosen."""
LONGEST_READING = 100
"""Seconds after which reading ends, whatever was read."""
LONGEST_START = 280
SLOW = (ROOT / "benchmarks" / "workload" / "endless.rq").read_text(encoding="utf-8")
ALONE, BESIDE = "alone", "beside a slow query"
Facts = dict[str, object]
ChoosePage = Callable[[random.Random], str]


# --- The store and its server --------------------------------------------------------------------------


def build(folder: Path, claims: int) -> float:
    """Make a store of so many claims; return the seconds that loading it took."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        file = Path(place) / "claims.nq"
        graphs = newsroom.write(file, claims, (Quad(*triple, ONTOLOGY_GRAPH) for triple in read_ontology()))
        start = time.perf_counter()
        with OxigraphStore.at(folder) as store:
            store.load_files(graphs, [file])
            store.merge()
        return time.perf_counter() - start


@contextmanager
def served(store: Path) -> Iterator[tuple[subprocess.Popen[str], str, float]]:
    """Serve a store; give the process, its address, and the seconds until it was ready."""
    command = [
        sys.executable,
        "-c",
        "from kg.cli import main; main(prog_name='kg')",
        "serve",
        str(store),
        "--port",
        "0",
    ]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    watch = threading.Timer(LONGEST_START, process.kill)
    watch.start()
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        watch.cancel()
        if not line:
            raise SystemExit(f"the server was not ready within {LONGEST_START} s, or it failed")
        yield process, line.split()[0], time.perf_counter() - start
    finally:
        watch.cancel()
        process.terminate()
        process.wait(30)


def memory(pid: int) -> tuple[float, float]:
    """Return the memory that a process holds now, and the most that it held, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    sizes = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in status if line.startswith(("VmRSS", "VmHWM"))}
    return sizes["VmRSS"], sizes["VmHWM"]


# --- In the process that reads ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """Pages to be read, found by looking through the lists of the explorer itself."""

    disputes: list[str]
    actors: list[str]
    meetings: list[str]
    issues: list[str]
    documents: list[str]
    claims: list[str]
    names: list[str]


def found_at(base: str, chance: random.Random) -> Found:
    """Look for pages on some pages of each list, from its beginning to its end."""
    with httpx.Client(base_url=base, timeout=120) as client:
        disputes = _links(client, "disputes", "dispute", chance)
        actors = _links(client, "actors", "actor", chance)
        return Found(
            disputes=list(disputes),
            actors=list(actors),
            meetings=list(_links(client, "meetings", "meeting", chance)),
            issues=list(_links(client, "issues", "issue", chance)),
            documents=list(_links(client, "documents", "document", chance)),
            claims=list(_links(client, "claims", "claim", chance)),
            names=list(actors.values()),
        )


def _links(client: httpx.Client, listing: str, kind: str, chance: random.Random, most: int = 12) -> dict[str, str]:
    """Return the links of a list, and the words in them: of its first page, its last, and some between."""
    found: dict[str, str] = {}
    text = client.get(listing).text
    numbers = [int(number) for number in re.findall(rf'href="/{listing}\?page=(\d+)"', text)]
    last = max(numbers, default=1)
    for number in {1, last, *(chance.randrange(1, last + 1) for _ in range(most))}:
        text = client.get(listing, params={"page": number}).text
        for path, words in re.findall(rf'<a [^>]*href="(/{kind}/[^"?]+)"[^>]*>(?:<bdi>)?([^<]*)', text):
            found[html.unescape(path)] = html.unescape(words)
    return found


def pages(found: Found) -> dict[str, ChoosePage]:
    """Return a way to choose a page for each kind of page."""

    def one_of(paths: list[str]) -> ChoosePage:
        return lambda chance: chance.choice(paths)

    def disputes_of(chance: random.Random) -> str:
        return f"/disputes?actor={_name(chance.choice(found.actors))}"

    def search(chance: random.Random) -> str:
        return f"/search?q={quote(chance.choice(found.names))}"

    ways: dict[str, ChoosePage] = {"/health": lambda _: "/health", "home": lambda _: "/"}
    if found.actors:
        ways |= {"disputes of an actor": disputes_of, "actor": one_of(found.actors), "search": search}
        ways |= {"timeline of an actor": lambda chance: f"/timeline?actor={_name(chance.choice(found.actors))}"}
    if found.disputes:
        ways |= {"dispute": one_of(found.disputes)}
    if found.meetings:
        ways |= {"meeting": one_of(found.meetings)}
    if found.issues:
        ways |= {"issue": one_of(found.issues)}
    if found.documents:
        ways |= {"document": one_of(found.documents)}
    if found.claims:
        ways |= {"claim": one_of(found.claims)}
    listed = {"disputes, some page": "disputes", "claims, some page": "claims", "accounts, some page": "accounts"}
    return ways | {
        kind: lambda chance, of=of: f"/{of}?page={chance.randrange(1, LISTED)}" for kind, of in listed.items()
    }


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def read(base: str, readers: int, seconds: float) -> None:
    """Read pages for so long; write the seconds of each kind as a line of JSON."""
    found = found_at(base, random.Random(1))
    kinds = pages(found)
    took: dict[str, list[float]] = {kind: [] for kind in kinds}
    faults: dict[str, int] = {}
    begun = time.perf_counter()

    def goes_on() -> bool:
        passed = time.perf_counter() - begun
        often = min(map(len, took.values())) >= LEAST
        return passed < (seconds if often else max(seconds, LONGEST_READING))

    def reader(seed: int) -> None:
        chance = random.Random(seed)
        with httpx.Client(base_url=base, timeout=120, headers={"Accept": "text/html"}) as client:
            order, is_warm = list(kinds), False
            while goes_on():
                chance.shuffle(order)
                for kind in order:
                    path = kinds[kind](chance)
                    start = time.perf_counter()
                    answer = client.get(path)
                    if is_warm:
                        took[kind].append(time.perf_counter() - start)
                    if answer.status_code != 200:
                        faults[f"{kind}: {answer.status_code} {path}"] = 1
                is_warm = True

    threads = [threading.Thread(target=reader, args=[seed]) for seed in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"took": took, "faults": sorted(faults)[:10], "disputes": len(found.disputes)}))


# --- Around it ------------------------------------------------------------------------------------------------


def measured(store: Path, claims: int, readers: int, seconds: float) -> Facts:
    """Serve a store, and read from it."""
    with served(store) as (process, base, warm_up):
        facts: Facts = {"claims": claims, "readers": readers, "warm up": warm_up, "memory ready": memory(process.pid)}
        print(f"ready after {warm_up:.1f} s", file=sys.stderr, flush=True)
        facts[ALONE] = _read(base, readers, seconds)
        medians = {kind: _ms(median(times)) for kind, times in _took(facts[ALONE]).items() if times}
        print(f"medians in ms: {medians}", file=sys.stderr, flush=True)
        stop = threading.Event()
        asking = threading.Thread(target=_ask_slowly, args=[base, stop], daemon=True)
        asking.start()
        facts[BESIDE] = _read(base, readers, seconds)
        stop.set()
        facts["memory after"] = memory(process.pid)
        asking.join(30)
        return facts


def _read(base: str, readers: int, seconds: float) -> Facts:
    command = [sys.executable, "-m", "benchmarks.explorer", "--read", base]
    command += ["--readers", str(readers), "--seconds", str(seconds)]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=seconds + LONGEST_READING + 240
    )
    if done.returncode:
        raise SystemExit(f"reading failed:\n{done.stderr[-2000:]}")
    found: Facts = json.loads(done.stdout.splitlines()[-1])
    return found


def _ask_slowly(base: str, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            answer = httpx.get(f"{base}sparql", params={"query": SLOW}, timeout=120)
        except httpx.HTTPError:
            return  # the server has ended
        if answer.status_code == 200:
            raise SystemExit("the slow query was answered: it is not slow enough")


def table(facts: Facts) -> str:
    """Write the figures of one size as a table in Markdown."""
    lines = [
        f"| {facts['claims']:,} claims, {facts['readers']} readers, milliseconds "
        "| n | median | 95 % | 99 % | × `/health` | median, slow query | 99 % |",
        "| :-- | --: | --: | --: | --: | --: | --: | --: |",
    ]
    alone, beside = _took(facts[ALONE]), _took(facts[BESIDE])
    nothing = median(alone["/health"])
    for kind, times in alone.items():
        cells = [len(times), *(_ms(at(times, share)) for share in (50, 95, 99)), f"{median(times) / nothing:.1f}"]
        cells += [_ms(at(beside[kind], share)) for share in (50, 99)]
        lines.append("| " + " | ".join([kind, *map(str, cells)]) + " |")
    held = facts["memory ready"]
    assert isinstance(held, tuple)
    lines.append("")
    lines.append(f"Ready after {facts['warm up']:.1f} s; {held[0]:,.0f} MiB then, at most {held[1]:,.0f} MiB before.")
    faults = [*_faults(facts[ALONE]), *_faults(facts[BESIDE])]
    lines += [f"- not 200: {fault}" for fault in faults]
    return "\n".join(lines) + "\n"


def _took(found: object) -> dict[str, list[float]]:
    assert isinstance(found, dict)
    return found["took"]  # type: ignore[no-any-return]


def _faults(found: object) -> list[str]:
    assert isinstance(found, dict)
    return found["faults"]  # type: ignore[no-any-return]


def at(times: list[float], percent: int) -> float:
    """Return the time within which so many of a hundred ended."""
    return sorted(times)[min(len(times) * percent // 100, len(times) - 1)] if times else float("nan")


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f}" if seconds >= 0.01 else f"{seconds * 1000:.1f}"


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000])
    parser.add_argument("--store", type=Path, help="a store that is there already, or the place to keep a new one")
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--read", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read(options.read, options.readers, options.seconds)
        return
    found = json.loads(RESULTS.read_text(encoding="utf-8"))["measured"] if RESULTS.exists() else []
    tables: list[str] = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as place:
            store = options.store or Path(place) / "store"
            loaded = None if store.exists() else build(store, size)
            one = {**measured(store, size, options.readers, options.seconds), "loaded": loaded}
        print(table(one), flush=True)
        tables.append(table(one))
        found = [old for old in found if old["claims"] != size] + [_summed(one)]
        OUT.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps({"machine": machine(), "measured": found}, indent=1) + "\n", encoding="utf-8")
        TABLES.write_text("\n".join(tables), encoding="utf-8")


def _summed(facts: Facts) -> Facts:
    """Keep the figures, not every time."""
    return {
        **facts,
        **{
            how: {
                kind: {"n": len(times), **{str(share): at(times, share) for share in (50, 95, 99)}}
                for kind, times in _took(facts[how]).items()
            }
            for how in (ALONE, BESIDE)
        },
    }


if __name__ == "__main__":
    main()
