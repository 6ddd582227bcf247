"""Load files of any size into a store: read and judged first, all of them; then put in, a file at a time."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from kg.bulk.feeding import Progress
from kg.bulk.judging import judge
from kg.bulk.patching import Patch, patch, rewrite
from kg.bulk.staging import Input, Staged, stage, staging_folder
from kg.bulk.surveying import Survey
from kg.columns.opening import note_change
from kg.errors import BadInput, Fault, StoreError
from kg.formats import GraphSource
from kg.formats.packed import inner
from kg.formats.reading import SUFFIXES, read_some, read_text, sniff
from kg.quotes import Orphan
from kg.store.oxigraph import OxigraphStore
from kg.store.protocol import Store
from kg.terms import Iri, Triple
from kg.validate import sub_classes
from kg.validate.looked_at import LookedAt
from kg.vocab import ONTOLOGY_GRAPH

SMALL = 4_000_000
"""Bytes up to which a file is read in the ordinary way, whole."""
_TABLES = ("csv", "ndjson")
_STREAMED = ("nq", "nt", "trig", "ttl", *_TABLES)
_PACKED = 10
"""How many times as large a packed file may be when it is unpacked, at a guess."""
_SNIFFED = 100_000  # bytes of standard input that its syntax is guessed from


@dataclass(frozen=True, slots=True)
class LoadedGraph:
    """A graph that was replaced: how many statements it was given (repeated ones count), and by which file."""

    graph: Iri
    triples: int
    file: str


@dataclass(slots=True)
class Loaded:
    """What a load did: graphs, what looks wrong with records, and quotes that their documents do not hold."""

    graphs: list[LoadedGraph] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    orphans: list[Orphan] = field(default_factory=list)


def load(
    store: Store,
    paths: Iterable[str | Path],
    *,
    ontology: Iterable[Triple] = (),
    progress: Progress | None = None,
    small: int = SMALL,
) -> Loaded:
    """Load files, folders and standard input (`-`) into a store; a graph that is already there is replaced.

    Files larger than `small` bytes, and packed ones, are never held in memory; N-Quads, N-Triples, TriG and Turtle
    may be as large as the disk allows. The result is what the ordinary way gives (docs/bulk.md). Raises `BadInput`
    with every fault of all files, and then the store is as it was. When all is well, each large file is one
    transaction, and all the small ones together are one.
    """
    with staging_folder(_beside(store)) as folder:
        return _Load(store, folder, list(ontology), progress or _in_silence, small).run(list(paths))


def _in_silence(stage: str, done: int, total: int | None) -> None:
    del stage, done, total


def _beside(store: Store) -> Path | None:
    return Path(store.place) if isinstance(store, OxigraphStore) and Path(store.place).is_dir() else None


def _syntax(path: Path) -> str:
    return SUFFIXES.get(inner(path).suffix.lower(), "")


@contextmanager
def _noted(store: Store, graphs: Iterable[Iri]) -> Iterator[None]:
    """Tell the columns beside a store which graphs were replaced, so that only these are read again."""
    before = store.state()
    yield
    if isinstance(store, OxigraphStore):
        note_change(store, before, graphs)


class _Load:
    """The state of one load: what was read, and every fault so far."""

    def __init__(self, store: Store, folder: Path, ontology: Sequence[Triple], progress: Progress, small: int) -> None:
        self._store, self._folder, self._ontology = store, folder, ontology
        self._progress, self._small = progress, small
        self._looked = LookedAt()
        self._staged: list[Staged] = []
        self._sources: list[GraphSource] = []
        self._faults: list[Fault] = []

    def run(self, paths: Sequence[str | Path]) -> Loaded:
        for given in self._inputs(paths):
            self._stage(given)
        self._faults += self._twice()
        self._raise_faults()
        self._looked.add_triples(triple for source in self._sources for triple in source.triples)
        judged = judge(self._staged, self._sources, self._looked, sub_classes(self._ontology), self._progress)
        self._faults += judged.faults
        patches = [patch(one, self._looked) for one in self._staged]
        self._faults += [fault for one in patches for fault in one.faults]
        if judged.unseen:
            files = [one.given.file for one in self._staged]
            self._faults.append(
                Fault(files[0], 0, 0, f"{judged.unseen:,} more records look wrong; mend these, then load again")
            )
        self._raise_faults()
        orphans = [orphan for source in self._sources for orphan in source.orphans]
        orphans += [orphan for one in patches for orphan in one.orphans]
        return Loaded(self._write(patches), judged.warnings, orphans)

    def _raise_faults(self) -> None:
        if self._faults:
            raise BadInput(self._faults)

    # -- reading

    def _inputs(self, paths: Sequence[str | Path]) -> Iterator[Input]:
        """Read what is small; yield what is not."""
        ordinary = [path for path in paths if str(path) != "-"]
        if len(ordinary) < len(paths):
            yield from self._standard_input()
        found = read_some(ordinary, self._is_large)
        self._sources += found.sources
        self._faults += found.faults
        for path, name in found.left:
            yield Input(path, str(path), name, _syntax(path))

    def _is_large(self, path: Path) -> bool:
        if _syntax(path) not in _STREAMED or not path.is_file():
            return False
        return path.stat().st_size * (_PACKED if path.suffix.lower() == ".gz" else 1) > self._small

    def _standard_input(self) -> Iterator[Input]:
        """Put standard input into a file: it may be large, and is read twice where something is wrong with it."""
        spool = self._folder / "stdin"
        with spool.open("wb") as out:
            head = sys.stdin.buffer.read(_SNIFFED)
            out.write(head)
            while more := sys.stdin.buffer.read(_SNIFFED):
                out.write(more)
        syntax = sniff(head.decode("utf-8", "replace"))
        if syntax in _STREAMED:
            yield Input(spool, "<stdin>", "stdin", syntax)
            return
        try:
            self._sources += read_text(spool.read_text(encoding="utf-8"), format=syntax, file="stdin")
        except BadInput as error:
            self._faults += error.faults

    def _stage(self, given: Input) -> None:
        path = self._folder / f"{len(self._staged)}.nq"
        staged, faults = stage(given, path, Survey(self._looked, relabel=given.syntax not in _TABLES), self._progress)
        self._staged.append(staged)
        self._faults += faults

    def _twice(self) -> Iterator[Fault]:
        """Say which graphs come from two files: loading replaces a graph, so one would be lost."""
        first: dict[Iri, str] = {source.graph: source.file for source in self._sources}
        for one in self._staged:
            for graph in one.graphs:
                if graph in first:
                    yield Fault(one.given.file, 0, 0, f"the dossier {graph} is already in {first[graph]}")
                first.setdefault(graph, one.given.file)

    # -- writing

    def _write(self, patches: Sequence[Patch]) -> list[LoadedGraph]:
        for one, change in zip(self._staged, patches, strict=True):
            rewrite(one, change, partial(self._progress, "writing names", total=one.path.stat().st_size))
        loaded: list[LoadedGraph] = []
        merged: dict[Iri, list[Triple]] = {}
        for source in self._sources:
            merged.setdefault(source.graph, []).extend(source.triples)
            loaded.append(LoadedGraph(source.graph, len(source.triples), source.file))
        with _noted(self._store, [ONTOLOGY_GRAPH, *merged]):
            self._store.put_all({ONTOLOGY_GRAPH: self._ontology, **merged})
        for number, one in enumerate(self._staged):
            self._progress(f"storing {one.given.path.name}", number, len(self._staged))
            graphs = one.graphs
            if graphs:
                self._put(one, graphs, loaded)
        return loaded

    def _put(self, one: Staged, graphs: dict[Iri, int], loaded: list[LoadedGraph]) -> None:
        try:
            with _noted(self._store, graphs):
                self._store.load_files(list(graphs), [one.path])
        except StoreError as error:
            before = ", ".join(dict.fromkeys(graph.file for graph in loaded))
            raise StoreError(
                f"{error}; {one.given.file} was not loaded{before and ', but before it '}{before}"
            ) from error
        one.path.unlink()
        loaded += [LoadedGraph(graph, count, one.given.file) for graph, count in graphs.items()]
