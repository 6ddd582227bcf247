"""Load claims into a store on disk: the engine's own bulk load, and `kg load` of the same quads in several formats.

python -m benchmarks.bulk_load 10000 100000 1000000

Each load is a process of its own, one after the other. The ratio is to the engine's own load of the quads that the
same file stands for, measured in the same run: seconds by the clock, and seconds of work (of all its threads).
"""

from __future__ import annotations

import argparse
import csv
import gzip
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
from kg import bulk
from kg.graph import read_ontology
from kg.store import OxigraphStore
from kg.terms import Iri
from kg.vocab import EDTF, NEG, OA, PROV, RDF, RDFS, TYPE

E = "https://example.org/"
GRAPH = "<https://example.org/benchmark>"
CLAIMS_ON_A_THING = 5
SPEAKERS, DOCUMENTS = 1_000, 500
ROW = ("id", "speaker", "said", "act", "subject", "predicate", "object", "holds", "document", "quote")


def claims(count: int, seed: int) -> Iterator[tuple[str, ...]]:
    """Yield claims as rows of a table: who says when that a meeting is off or not, and where that stands."""
    chance = np.random.default_rng(seed)
    days, speakers = chance.integers(1, 29, count), chance.integers(0, SPEAKERS, count)
    for number in range(count):
        thing, nth = divmod(number, CLAIMS_ON_A_THING)
        yield (
            f"{E}claim/{number}", f"{E}person/{speakers[number]}", f"2019-02-{days[number]:02d}",
            "denies" if nth == 4 else "affirms", f"{E}meeting/{thing}", TYPE, NEG.Cancelled,
            "2019-01", f"{E}document/{number % DOCUMENTS}", f"the {number}th sentence, as it stood there",
        )  # fmt: skip


def quads(count: int, seed: int) -> Iterator[str]:
    """Yield the same claims as N-Quads, 14 or so a claim."""

    def line(s: str, p: Iri, o: str) -> str:
        return f"<{s}> <{p}> {o} {GRAPH} .\n"

    for speaker in range(SPEAKERS):
        person = f"{E}person/{speaker}"
        yield line(person, TYPE, f"<{NEG.Person}>") + line(person, RDFS.label, f'"Speaker {speaker}"@en')
    for at, (claim, speaker, said, act, subject, predicate, obj, holds, document, quote) in enumerate(
        claims(count, seed)
    ):
        content = f"{E}proposition/{at // CLAIMS_ON_A_THING}"
        mention = f"{claim}/mention/1"
        if at % CLAIMS_ON_A_THING == 0:
            yield line(content, TYPE, f"<{NEG.Proposition}>") + line(content, RDF.subject, f"<{subject}>")
            yield line(content, RDF.predicate, f"<{predicate}>") + line(content, RDF.object, f"<{obj}>")
            yield line(content, NEG.holds, f'"{holds}"^^<{EDTF}>')
        yield line(claim, TYPE, f"<{NEG.Claim}>") + line(claim, PROV.wasAttributedTo, f"<{speaker}>")
        yield line(claim, NEG.saidOn, f'"{said}"^^<{EDTF}>') + line(claim, NEG.term(act), f"<{content}>")
        yield line(claim, NEG.mention, f"<{mention}>") + line(mention, TYPE, f"<{NEG.Mention}>")
        yield line(mention, OA.hasSource, f"<{document}>") + line(mention, OA.hasSelector, f"<{mention}/quote>")
        yield line(f"{mention}/quote", TYPE, f"<{OA.TextQuoteSelector}>")
        yield line(f"{mention}/quote", OA.exact, f'"{quote}"')


def write(folder: Path, count: int, seed: int) -> dict[str, Path]:
    """Write the same claims in every format."""
    files = {name: folder / f"claims.{name}" for name in ("nq", "nq.gz", "trig", "csv", "ndjson")}
    with files["nq"].open("w", encoding="utf-8") as out:
        out.writelines(quads(count, seed))
    with files["nq"].open("rb") as plain, gzip.open(files["nq.gz"], "wb", compresslevel=3) as packed:
        while block := plain.read(1 << 20):
            packed.write(block)
    prefixes = {"neg": NEG, "prov": PROV, "oa": OA, "rdf": RDF, "c": E}
    parsed = ox.parse(path=files["nq"], format=ox.RdfFormat.N_QUADS)
    ox.serialize(parsed, output=files["trig"], format=ox.RdfFormat.TRIG, prefixes=prefixes)
    with (
        files["csv"].open("w", encoding="utf-8", newline="") as table,
        files["ndjson"].open("w", encoding="utf-8") as lines,
    ):
        rows = csv.writer(table)
        rows.writerow(ROW)
        lines.write(json.dumps({"dossier": GRAPH[1:-1], "title": "Benchmark"}) + "\n")
        for row in claims(count, seed):
            own = (f"c{row[0].removeprefix(E + 'claim/')}", *row[1:5], "is", "Cancelled", *row[7:])
            rows.writerow(own)
            lines.write(json.dumps({"claims": record(own)}) + "\n")
    return files


def record(row: tuple[str, ...]) -> dict[str, object]:
    """Return a row in the form of the dossier."""
    claim, speaker, said, act, subject, predicate, obj, holds, document, quote = row
    mention = {"in": document, "exact": quote}
    return {claim: {"by": speaker, "on": said, act: [subject, predicate, obj], "holds": holds, "mention": mention}}


# -- one load, in a process of its own ---------------------------------------------------------------


def engine(file: Path, folder: Path) -> None:
    """Load with the engine alone."""
    ox.Store(folder).bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)


def ours(file: Path, folder: Path) -> None:
    """Load as `kg load` does, whatever the size."""
    with OxigraphStore.at(folder) as store:
        bulk.load(store, [file], ontology=read_ontology(), small=0)


def dump(file: Path, folder: Path) -> None:
    """Write what is in a store as N-Quads."""
    ox.Store.read_only(str(folder)).dump(output=str(file), format=ox.RdfFormat.N_QUADS)


STEPS = {"engine": engine, "ours": ours, "dump": dump}


def measured(step: str, file: Path, folder: Path) -> dict[str, float]:
    command = [
        sys.executable,
        "-m",
        "benchmarks.bulk_load",
        "--step",
        step,
        "--file",
        str(file),
        "--folder",
        str(folder),
    ]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    found["disk"] = sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()) / 2**20
    return found


def rows_of(place: Path, size: int, seed: int, formats: list[str]) -> Iterator[str]:
    files = write(place, size, seed)
    for name in formats:
        file, folder = files[name], place / f"store-{name}"
        found = measured("ours", file, folder)
        again = measured("ours", file, folder) if name == "nq" else None
        same = files["nq"]
        if name in ("csv", "ndjson"):  # these stand for other quads: those are what the engine is given
            same = place / "same.nq"
            measured("dump", same, folder)
        base = measured("engine", same, place / f"engine-{name}")
        yield row(size, f"engine alone, the quads of {name}", base, base, base)
        yield row(size, f"kg load, {name}", found, base, found)
        if again is not None:
            yield row(size, f"kg load, {name}, again", again, base, again)


def row(size: int, what: str, found: dict[str, float], base: dict[str, float], on_disk: dict[str, float]) -> str:
    return (
        f"| {size:,} | {what} | {found['seconds']:.1f} | {found['seconds'] / base['seconds']:.2f} "
        f"| {found['work']:.1f} "
        f"| {found['work'] / base['work']:.2f} | {found['peak_mib']:.0f} | {on_disk['disk']:.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--formats", nargs="*", default=["nq", "nq.gz", "trig", "csv", "ndjson"])
    parser.add_argument("--step", choices=STEPS, help="one step, for the processes inside")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.step:
        start, work = time.perf_counter(), time.process_time()
        STEPS[options.step](options.file, options.folder)
        seconds, worked = time.perf_counter() - start, time.process_time() - work
        print(json.dumps({"seconds": seconds, "work": worked, "peak_mib": peak_mib()}))
        return
    print("| claims | what | seconds | ratio | CPU s | ratio | peak MiB | on disk, MiB |")
    print("|--:|---|--:|--:|--:|--:|--:|--:|", flush=True)
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as place:
            for line in rows_of(Path(place), size, options.seed, options.formats):
                print(line, flush=True)


if __name__ == "__main__":
    main()
