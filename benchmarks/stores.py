"""The same claims in every store: loading, opening, the named queries and the check, with peak memory and size on disk.

python -m benchmarks.stores 10000 100000 1000000   # measure, write benchmarks/out/stores.json, and the table in docs
python -m benchmarks.stores --table                # write the table again from what was measured

Each store is measured in a process of its own, a server beside it in another; what takes longer than `--cap` seconds
(a query) or `--most` (all of one store) is stopped and said to be so. Queries are asked with a parameter, as people
ask them; those about conflicts are left out, as they rest on the check and not on the store.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks.child import ROOT
from benchmarks.machine import machine
from benchmarks.memory import peak_mib
from benchmarks.results import OUT
from benchmarks.workload import newsroom
from kg.errors import ParleyError
from kg.graph import KnowledgeGraph, read_ontology
from kg.queries import named_queries, prepare
from kg.store import Store
from kg.store.addresses import open_store
from kg.store.protocol import Bounds
from kg.store.rdflib_store import RdflibStore
from kg.terms import Iri, Quad
from kg.vocab import ONTOLOGY_GRAPH
from tests.stores.servers import NoServer, Server, oxigraph_server, virtuoso_server

STORES = {
    "memory": "Oxigraph in memory",
    "folder": "Oxigraph on disk",
    "rdflib": "rdflib",
    "oxigraph": "Oxigraph server",
    "virtuoso": "Virtuoso 7",
}
LARGEST = {"rdflib": 10_000}
"""Up to how many claims a store is tried: rdflib needs a minute and 3 GB for 100,000."""
RESULTS = OUT / "stores.json"
DOCUMENT = ROOT / "docs" / "stores.md"
VIRTUOSO_ROWS, VIRTUOSO_BUFFERS = 1_000_000, 170_000
_BLOCK = re.compile(r"(<!-- table: stores -->\n).*?(<!-- end -->)", re.S)
_RUNS, _SLOW = 3, 2.0  # a query that takes more than two seconds is asked once
Facts = dict[str, object]


# --- In the process that is measured ----------------------------------------------------------------


def measure(kind: str, address: str, file: Path, cap: float) -> None:
    """Load, open, ask and check one store; write each figure as a line of JSON at once."""
    graphs = [Iri(line) for line in file.with_suffix(".graphs").read_text(encoding="utf-8").splitlines()]
    start = time.perf_counter()
    store = _opened(kind, address, writable=True)
    store.load_files(graphs, [file])
    _tell(load=time.perf_counter() - start)
    if kind not in ("memory", "rdflib"):
        store.close()
        start = time.perf_counter()
        store = _opened(kind, address, writable=False)
        store.graphs()
        _tell(open=time.perf_counter() - start)
    for name, params in newsroom.example().items():
        _tell(query=name, **_asked(store, name, params, cap))
    start = time.perf_counter()
    found = KnowledgeGraph(store).check()
    _tell(check=time.perf_counter() - start, conflicts=len(found.conflicts), complete=found.complete)
    _tell(peak=peak_mib())


def _opened(kind: str, address: str, *, writable: bool) -> Store:
    return RdflibStore() if kind == "rdflib" else open_store(address, writable=writable)


def _asked(store: Store, name: str, params: Mapping[str, str], cap: float) -> Facts:
    query = named_queries()[name]
    bindings = prepare(query, params, Iri)
    times: list[float] = []
    while len(times) < _RUNS and (not times or times[-1] < _SLOW):
        start = time.perf_counter()
        try:
            found = store.query(query.text, bindings, name=name, bounds=Bounds(seconds=cap))
        except ParleyError as error:
            return {"seconds": None, "took": time.perf_counter() - start, "error": str(error)[:160]}
        times.append(time.perf_counter() - start)
    return {"seconds": median(times), "rows": len(found) if not isinstance(found, bool) else 1}


def _tell(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


# --- Around it ------------------------------------------------------------------------------------


def measured(kind: str, size: int, file: Path, cap: float, most: float) -> Facts:
    """Measure one store in a process of its own, and the server that it talks to."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=file.parent)))
        try:
            server = _server(kind, place, stack, file.parent)
        except NoServer as missing:
            return {"store": kind, "size": size, "missing": str(missing)}
        address = server.address if server else str(place / "store") if kind == "folder" else "memory"
        command = [sys.executable, "-m", "benchmarks.stores", "--measure", kind, "--address", address]
        command += ["--file", str(file), "--cap", str(cap)]
        secrets = {"PARLEY_SPARQL_USER": server.user, "PARLEY_SPARQL_PASSWORD": server.password} if server else {}
        environment = {**os.environ, **{key: value for key, value in secrets.items() if value}}
        facts = _summed(_lines(command, environment, most))
        facts |= {"store": kind, "size": size, "cap": cap, "most": most}
        if server:
            facts |= {"peak_server": server.peak_mib(), "disk": server.disk_mib()}
        elif kind == "folder":
            facts["disk"] = sum(one.stat().st_blocks for one in place.rglob("*") if one.is_file()) * 512 / 2**20
        return facts


def _server(kind: str, place: Path, stack: ExitStack, readable: Path) -> Server | None:
    if kind == "oxigraph":
        return stack.enter_context(oxigraph_server(place / "data"))
    if kind == "virtuoso":
        running = virtuoso_server(
            place / "data", most_rows=VIRTUOSO_ROWS, buffers=VIRTUOSO_BUFFERS, readable=[readable]
        )
        return stack.enter_context(running)
    return None


def _lines(command: list[str], environment: Mapping[str, str], most: float) -> Iterator[Facts]:
    """Yield what a process tells, until it ends or its time is up."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=dict(environment)
    )
    assert process.stdout is not None and process.stderr is not None
    watch = threading.Timer(most, process.kill)
    watch.start()
    try:
        for line in process.stdout:
            if line.startswith("{"):
                yield json.loads(line)
        said = process.stderr.read().strip().splitlines()
        if process.wait():
            yield {"ended": f"stopped after {most:g} s" if not watch.is_alive() else (said or ["failed"])[-1][:200]}
    finally:
        watch.cancel()
        process.kill()
        process.wait()


def _summed(lines: Iterator[Facts]) -> Facts:
    facts: Facts = {}
    queries: dict[str, Facts] = {}
    for line in lines:
        if "query" in line:
            queries[str(line.pop("query"))] = line
        else:
            facts |= line
    return {**facts, "queries": queries}


def run(sizes: list[int], kinds: list[str], cap: float, most: float) -> list[Facts]:
    """Measure every store at every size; what was measured is written down after each."""
    found = json.loads(RESULTS.read_text(encoding="utf-8"))["measured"] if RESULTS.exists() else []
    for size in sizes:
        with tempfile.TemporaryDirectory() as place:
            file = Path(place) / "claims.nq"
            ontology = (Quad(*triple, ONTOLOGY_GRAPH) for triple in read_ontology())
            graphs = newsroom.write(file, size, ontology)
            file.with_suffix(".graphs").write_text("\n".join(graphs), encoding="utf-8")
            for kind in kinds:
                if size > LARGEST.get(kind, size):
                    continue
                one = measured(kind, size, file, cap, most)
                print(json.dumps({key: value for key, value in one.items() if key != "queries"}), file=sys.stderr)
                found = [old for old in found if (old["store"], old["size"]) != (kind, size)] + [one]
                OUT.mkdir(exist_ok=True)
                RESULTS.write_text(json.dumps({"machine": machine(), "measured": found}, indent=1), encoding="utf-8")
    return found


# --- The table ------------------------------------------------------------------------------------


def tables(found: list[Facts]) -> str:
    """One table a size: a column for each store, a row for each thing measured."""
    parts = []
    for size in sorted({int(str(one["size"])) for one in found}):
        by_store = {str(one["store"]): one for one in found if one["size"] == size}
        kinds = [kind for kind in STORES if kind in by_store]
        rows = [["load", *(_seconds(by_store[kind].get("load")) for kind in kinds)]]
        rows.append(["open", *(_seconds(by_store[kind].get("open")) for kind in kinds)])
        for name in newsroom.example():
            rows.append([f"`{name}`", *(_query(by_store[kind], name) for kind in kinds)])
        rows.append(["check", *(_check(by_store[kind]) for kind in kinds)])
        rows.append(["peak memory, MiB (server)", *(_memory(by_store[kind]) for kind in kinds)])
        rows.append(["on disk, MiB", *(_number(by_store[kind].get("disk")) for kind in kinds)])
        head = [f"{size:,} claims, seconds", *(STORES[kind] for kind in kinds)]
        parts.append("\n".join("| " + " | ".join(row) + " |" for row in [head, ["--", *("--:" for _ in kinds)], *rows]))
    return "\n\n".join(parts) + "\n"


def _seconds(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else "—"


def _number(value: object) -> str:
    return f"{value:,.0f}" if isinstance(value, float) else "—"


def _query(one: Facts, name: str) -> str:
    queries = one.get("queries")
    asked = queries.get(name) if isinstance(queries, dict) else None
    if not asked:
        return "—"
    if asked["seconds"] is not None:
        return f"{asked['seconds']:.2f}"
    return f"> {one['cap']:g}" if asked["took"] >= one["cap"] else "refused"


def _check(one: Facts) -> str:
    return _seconds(one.get("check")) if "check" in one else str(one.get("ended", "—"))


def _memory(one: Facts) -> str:
    own = _number(one.get("peak"))
    return f"{own} ({_number(one['peak_server'])})" if "peak_server" in one else own


def write_table(found: list[Facts]) -> None:
    """Put the tables between their markers in the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(_BLOCK.sub(lambda match: match[1] + tables(found) + match[2], text), encoding="utf-8")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--stores", nargs="+", choices=STORES, default=list(STORES))
    parser.add_argument("--cap", type=float, default=15, help="seconds for one query")
    parser.add_argument("--most", type=float, default=420, help="seconds for all of one store at one size")
    parser.add_argument("--table", action="store_true", help="only write the table")
    parser.add_argument("--measure", choices=STORES, help=argparse.SUPPRESS)
    parser.add_argument("--address", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure, options.address, options.file, options.cap)
        return
    if options.table:
        found = json.loads(RESULTS.read_text(encoding="utf-8"))["measured"]
    else:
        found = run(options.sizes, options.stores, options.cap, options.most)
    write_table(found)


if __name__ == "__main__":
    main()
