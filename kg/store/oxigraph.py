"""The embedded store: Oxigraph, in memory or in a folder.

How a write stays all or nothing (pyoxigraph 0.5, tested by stopping it half-way): `Store.extend` and one
call of `Store.update` are transactions; `Store.bulk_extend` writes files beside the data and takes them in at
its end, in one step. So graphs that only grow are written in bulk or by `extend`, and graphs that also lose
triples go through one `update` of the difference. Everything is turned into the engine's terms before
anything is written. Large graphs are replaced in a copy of the store that nobody sees (`kg.store.replacing`), which
then takes its place in one step (`kg.store.generations`).

A reader of a folder sees it as it was when it was opened (`kg.store.snapshots`), whatever is written meanwhile. One
program may write at a time (`kg.store.locks`).

Oxigraph keeps the value of a number, truth value or time, not its spelling: "007"^^xsd:integer comes back
as "7".
"""

from __future__ import annotations

import os
import threading
import uuid
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import IO, BinaryIO, Self, TypeAlias, cast

import pyoxigraph as ox

from kg.errors import StoreError
from kg.ids import digest
from kg.store import bounded, generations, locks, replacing, snapshots, sparql
from kg.store.base import BaseStore
from kg.store.engine_answers import Found, query_faults, read_found, read_written, write_found
from kg.store.engine_terms import OxTerm, from_quad, to_name, to_node, to_quads
from kg.store.generations import is_store
from kg.store.plainly import DiskFull, is_full, plainly
from kg.store.protocol import NO_BINDINGS, UNBOUNDED, Answer, Bounds
from kg.store.serialised import WHOLE, Dataset, write_as, write_quads
from kg.store.texts import text_in
from kg.terms import Iri, Node, Quad, Term, Triple
from kg.vocab import PREFIXES

__all__ = ["BULK", "OxigraphStore", "is_store"]

BULK = 50_000
"""From this many new quads on, a folder is written in bulk: 3 times faster there, but each time new files."""

SMALL = 16_777_216
"""Files of up to so many bytes that replace little are loaded in one transaction, at 6 times their size in memory."""

SMALL_REMOVAL = 200_000
"""Graphs of up to so many quads are removed in one transaction, which takes 1.5 KiB of memory for each."""

_Function: TypeAlias = Callable[..., OxTerm | None]
_REPLACE = Path(__file__).with_name("replace.ru")
_PAIRS = Path(__file__).with_name("pairs.rq")
_PREDICATES = Path(__file__).with_name("predicates.rq")


class OxigraphStore(BaseStore):
    """Named graphs in an embedded Oxigraph. See `kg.store.protocol.Store` for what each method does."""

    def __init__(self, inner: ox.Store | None = None, place: str = "memory") -> None:
        """Wrap an engine that is open already, or a new one in memory."""
        self._inner: ox.Store | None = ox.Store() if inner is None else inner
        self._writing = threading.Lock()  # two writers must not compute their differences from one state
        self.place = place
        self._folder: Path | None = None  # of a store on disk that is open for writing
        self._reads_only = False
        self._found: str | None = None  # the state of the folder when it was opened
        self._let_go: Callable[[], object] = _nothing  # of locks, and of files held on to
        self._session = uuid.uuid4().hex
        self._writes = 0  # counted at their beginning and at their end
        self.when_closed: Callable[[str, str], None] | None = None
        """Told the last state and the state of the closed folder, which hold the same, when that is certain."""

    # --- Opening and closing

    @classmethod
    def in_memory(cls) -> Self:
        """Open an empty store in memory.

        >>> OxigraphStore.in_memory().graphs()
        ()
        """
        return cls()

    @classmethod
    def at(cls, folder: str | Path) -> Self:
        """Open the store in a folder, for reading and writing; make it if the folder is new or empty.

        A folder that holds other files is refused, so that a mistyped path never fills it with a database; and so is
        one that another program, or this one, has open for writing. What a program that was killed has left
        unfinished is swept away.
        """
        path = Path(folder)
        if path.exists() and not path.is_dir():
            raise StoreError(f"{path} is a file, not a store")
        if path.is_dir() and not is_store(path) and not generations.is_free(path):
            raise StoreError(f"{path} is a folder of other files, not a store; name a new or empty folder")
        with plainly(str(path)):
            path.mkdir(parents=True, exist_ok=True)
            lock = locks.lock_for_writing(path)
            try:
                found = generations.state(path)
                store = cls(_opened(path), str(path))
                generations.sweep(path)
                snapshots.sweep_readers(path)
            except BaseException:
                os.close(lock)
                raise
            store._folder, store._found = path, found
            store._let_go = weakref.finalize(store, os.close, lock)
            return store

    @classmethod
    def read_only(cls, folder: str | Path) -> Self:
        """Open the store in a folder as it is now, to read it while another program may write to it.

        What that program writes later is not seen; open it again for that.
        """
        path = Path(folder)
        if not is_store(path):
            raise StoreError(f"{folder} is not a store")
        with plainly(str(folder)):
            held = snapshots.for_reading(path)
            if held is None:  # nothing can be linked here; so be it without holding on to the files
                found = generations.state(path)
                store = cls(ox.Store.read_only(str(generations.data_folder(path))), str(folder))
                store._found = found if found == generations.state(path) else ""
            else:
                try:
                    found = generations.state_of(held.folder, held.generation)
                    store = cls(ox.Store.read_only(str(held.folder)), str(folder))
                    store._found = found if found == generations.state_of(held.folder, held.generation) else ""
                except BaseException:
                    held.let_go()
                    raise
                store._let_go = weakref.finalize(store, held.let_go)
            store._reads_only = True
            return store

    @classmethod
    def reading(cls, quads: BinaryIO, graphs: Iterable[Iri]) -> Self:
        """Make a store in memory of N-Quads as they come, with these graphs whether they have statements or not."""
        store = cls()
        with plainly(store.place):
            store._store.bulk_extend(ox.parse(quads, format=ox.RdfFormat.N_QUADS))
            store._add_graphs(map(to_name, graphs))
        return store

    def state(self) -> str | None:
        """Return a short text that changes whenever what is read here changes; None in memory.

        It is made from the names and sizes of the engine's data files, which are written once (tables) or only grow
        (logs), and from the writes since. It may also change when nothing did, as the engine moves data between files.
        Empty: the folder changed while it was opened for reading.
        """
        if not self._writes:
            return self._found
        return None if self._found is None else digest([self._found, self._session, str(self._writes)])

    def close(self) -> None:
        """Let go of the files and of the lock on the folder; everything written is on disk already."""
        last, self._inner = self.state(), None
        folder, self._folder = self._folder, None
        try:
            if folder is not None:
                generations.sweep(folder)
                if self.when_closed is not None and last:
                    self.when_closed(last, generations.state(folder))
        finally:
            self._let_go()

    @property
    def _store(self) -> ox.Store:
        if self._inner is None:
            raise StoreError(f"the store {self.place} is closed")
        return self._inner

    # --- Writing

    def put_all(self, graphs: Mapping[Iri, Iterable[Triple]]) -> None:
        """Make these the whole contents of several named graphs, all in one transaction."""
        wanted = set(to_quads(graphs))
        with self._write():
            self._make([to_name(graph) for graph in graphs], wanted)

    def load_files(self, graphs: Collection[Iri], files: Sequence[Path]) -> None:
        """Make what is in N-Quads files the whole contents of these graphs, all in one transaction.

        Memory does not grow with the files. A store on disk needs room for the new beside the old while it is loaded,
        and, if much is replaced, for a second copy of the rest. Raises `StoreError` for a line that is not N-Quads
        or is of another graph; nothing is changed then.
        """
        names = list(dict.fromkeys(map(to_name, graphs)))
        with self._write():
            leaving = replacing.count(self._store, names)
            quads = replacing.read_quads(files, frozenset(names))
            if leaving <= BULK and replacing.size_of(files) <= SMALL:
                self._make(names, set(quads))
            elif leaving:
                self._move_on(names, leaving, quads)
            else:
                self._store.bulk_extend(quads)
                self._add_graphs(names)

    def update(self, text: str, *, name: str = "update") -> None:
        """Run a SPARQL update, all of its operations in one transaction; what would fetch from elsewhere is refused.

        It sees the statements of a named graph by GRAPH, WITH or USING only. What it leaves is not looked at.
        """
        sparql.refuse_in_update(text, name)
        with self._write(), query_faults(sparql.Bound(text), name):
            self._store.update(text, prefixes=dict(PREFIXES))

    def merge(self) -> None:
        """Let the engine merge its files, so that reading is as fast as it can be; nothing is changed by that."""
        with self._writing, plainly(self.place):
            if self._reads_only:
                raise StoreError(f"the store {self.place}: it was opened for reading only")
            self._store.flush()
            self._store.optimize()

    def remove(self, graph: Iri) -> None:
        """Drop a named graph; nothing happens if there is none of that name."""
        name = to_name(graph)
        with self._write():
            leaving = replacing.count(self._store, [name])
            if leaving > SMALL_REMOVAL:
                self._move_on([name], leaving)
            else:
                self._store.remove_graph(name)

    @contextmanager
    def _write(self) -> Iterator[None]:
        """Let one write be done at a time; the state before, within and after it are three."""
        with self._writing:
            if self._reads_only:
                raise StoreError(f"the store {self.place}: it was opened for reading only")
            self._writes += 1
            try:
                with plainly(self.place):
                    yield
            except BaseException as error:
                self._clear_up(stuck=isinstance(error, DiskFull))
                raise
            finally:
                self._writes += 1

    def _clear_up(self, *, stuck: bool) -> None:
        """Remove what a write that failed has left; open the engine again, which takes no more after a full disk."""
        if self._folder is None or self._inner is None:
            return
        generations.sweep(self._folder)
        if not stuck or _takes_more(self._inner):
            return
        self._inner = None
        data = generations.data_folder(self._folder)
        try:
            self._inner = ox.Store(data)
        except (OSError, RuntimeError):  # there is not even room for that
            self._inner, self._reads_only = ox.Store.read_only(str(data)), True

    def _make(self, names: Collection[ox.NamedNode], wanted: set[ox.Quad]) -> None:
        """Make these quads the whole contents of some graphs, in one transaction."""
        present = {quad for name in names for quad in self._store.quads_for_pattern(None, None, None, name)}
        self._change(list(present - wanted), list(wanted - present))
        self._add_graphs(names)

    def _add_graphs(self, names: Iterable[ox.NamedNode]) -> None:
        """Let there be these graphs; one without triples is still a graph, and comes a moment after the others."""
        for name in names:
            if not self._store.contains_named_graph(name):
                self._store.add_graph(name)

    def _move_on(self, gone: Collection[ox.NamedNode], leaving: int, quads: Iterable[ox.Quad] | None = None) -> None:
        """Go on with a copy in which some graphs, of so many quads in all, are replaced; or removed, without quads."""
        folder = None if self._folder is None else generations.next_folder(self._folder)
        new = replacing.copied_without(self._store, folder, gone, leaving)
        if quads is not None:
            new.bulk_extend(quads)
            for name in gone:
                new.add_graph(name)
        if self._folder is not None and folder is not None:
            new.flush()
            generations.point_to(self._folder, folder)
        self._inner = new

    def _change(self, removed: Sequence[ox.Quad], added: Sequence[ox.Quad]) -> None:
        """Remove some quads and add others, in one transaction."""
        if removed:
            self._store.update(
                text_in(_REPLACE, removed=_numbers(removed), added=_numbers(added)),
                custom_functions={
                    ox.NamedNode(f"parley:{age}-{part}"): _part_of(quads, part)
                    for age, quads in (("old", removed), ("new", added))
                    for part in ("subject", "predicate", "object", "graph_name")
                },
            )
        elif len(added) >= BULK:
            self._store.bulk_extend(added)
        elif added:
            self._store.extend(added)

    # --- Reading

    def graphs(self) -> tuple[Iri, ...]:
        """Return the names of the graphs, sorted."""
        with plainly(self.place):
            return tuple(sorted(Iri(name.value) for name in self._store.named_graphs()))

    def quads(self, graph: Iri | None = None) -> Iterator[Quad]:
        """Yield all the quads, or those of one named graph, as they were when the reading began."""
        name = None if graph is None else to_name(graph)
        with plainly(self.place):
            yield from map(from_quad, self._store.quads_for_pattern(None, None, None, name))

    def has_more_than(self, count: int, predicates: Iterable[Iri]) -> bool:
        """Say whether there are more than so many statements with these predicates; no more than that are counted."""
        with plainly(self.place):
            found = (self._store.quads_for_pattern(None, to_name(predicate), None, None) for predicate in predicates)
            return next(islice(chain.from_iterable(found), count, None), None) is not None

    def count(self) -> int:
        """Count all statements."""
        with plainly(self.place):
            return len(self._store)

    def predicates(self) -> tuple[Iri, ...]:
        """Return the predicates that occur in the named graphs, sorted."""
        found = self.select(_PREDICATES.read_text(encoding="utf-8"), name=_PREDICATES.name)
        return tuple(sorted(term for term in found.column("p") if isinstance(term, Iri)))

    def write_pairs(self, predicate: Iri, output: IO[bytes]) -> None:
        """Write every statement with this predicate in the named graphs: graph, subject and object, as SPARQL TSV.

        For bulk reading: no Python object is made for a statement, and several threads may write at one time.
        """
        text = text_in(_PAIRS, predicate=str(to_name(predicate)))
        with plainly(self.place):
            found = cast(ox.QuerySolutions, self._store.query(text))  # a SELECT has solutions
            found.serialize(output, format=ox.QueryResultsFormat.TSV)

    def write_quads(self, output: IO[bytes]) -> None:
        """Write every statement as N-Quads; no Python object is made for one. Empty graphs are not in it."""
        with plainly(self.place):
            self._store.dump(output, format=ox.RdfFormat.N_QUADS)

    def write_graphs(self, graphs: Iterable[Iri], syntax: str, output: BinaryIO) -> None:
        """Write the statements of some graphs in an RDF syntax, bit by bit."""
        with plainly(self.place):
            found = (self._store.quads_for_pattern(None, None, None, to_name(graph)) for graph in graphs)
            write_quads(chain.from_iterable(found), syntax, output)

    def describe(self, node: Node) -> Iterator[Quad]:
        """Yield the quads whose subject is the node."""
        subject = to_node(node)
        with plainly(self.place):
            yield from map(from_quad, self._store.quads_for_pattern(subject, None, None, None))

    def copy_with(self, graphs: Mapping[Iri, Iterable[Triple]]) -> OxigraphStore:
        """Return a copy in memory that also holds these graphs; this store stays as it is."""
        copy = OxigraphStore()
        with plainly(self.place):
            copy._store.bulk_extend(chain(self._store, to_quads(graphs)))
        return copy

    # --- Asking

    def query(
        self, text: str, bindings: Mapping[str, Term] = NO_BINDINGS, *, name: str = "query", bounds: Bounds = UNBOUNDED
    ) -> Answer:
        """Answer a query of any form, over the union of all graphs."""
        sparql.form(text, name)
        sparql.refuse_outside(text, name)
        bound = sparql.bind(text, bindings, name)
        if not bounded.needs_a_process(bounds) and not sparql.is_demanding(bound.text):
            with query_faults(bound, name):
                return read_found(self._asked(bound), bounds.rows, name)
        return self._answer_elsewhere(bound, name, bounds)

    def write_answer(
        self,
        text: str,
        syntax: str,
        output: BinaryIO,
        *,
        dataset: Dataset = WHOLE,
        most: int | None = None,
        name: str = "query",
    ) -> None:
        """Write the answer of a query in a standard format (`kg.store.serialised`), of at most so many rows.

        `dataset` takes the place of what the query says itself (FROM). There is no bound of time and memory here.
        """
        sparql.form(text, name)
        sparql.refuse_outside(text, name)
        bound = sparql.Bound(text)
        with query_faults(bound, name):
            write_as(self._asked(bound, dataset), syntax, output, most, name)

    def _asked(self, bound: sparql.Bound, dataset: Dataset = WHOLE) -> Found:
        prefixes = dict(PREFIXES)
        if dataset != WHOLE:
            default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [*map(to_name, dataset.default)]
            named: list[ox.NamedNode | ox.BlankNode] = [*map(to_name, dataset.named)]
            return self._store.query(bound.text, prefixes=prefixes, default_graph=default, named_graphs=named)
        together = not sparql.chooses_graphs(bound.text)
        return self._store.query(bound.text, prefixes=prefixes, use_default_graph_as_union=together)

    def _answer_elsewhere(self, bound: sparql.Bound, name: str, bounds: Bounds) -> Answer:
        """Answer in a process that can be ended, and that may break down."""
        if self._folder is not None:  # the threads of a writing engine are not copied, and may hold its locks
            with self.read_only(self._folder) as seen:
                return seen._answer_elsewhere(bound, name, bounds)

        def write(file: BinaryIO) -> None:
            with query_faults(bound, name):
                write_found(self._asked(bound), file)

        with bounded.output(write, bounds, name, while_forking=self._writing) as file:
            return read_written(file, bounds.rows, name)


def _nothing() -> None:
    """Stand for what there is to let go of where nothing is held."""


def _opened(store: Path) -> ox.Store:
    """Open the engine for writing; where the disk is full, what is left of a stopped program may be in the way."""
    data = generations.data_folder(store)
    try:
        return ox.Store(data)
    except (OSError, RuntimeError) as error:
        if not is_full(error):
            raise
    generations.sweep(store)
    return ox.Store(data)


def _takes_more(inner: ox.Store) -> bool:
    """Say whether the engine goes on writing after it found the disk full."""
    try:
        inner.flush()
    except (OSError, RuntimeError):
        return False
    return True


def _numbers(quads: Sequence[ox.Quad]) -> str:
    return " ".join(map(str, range(len(quads))))


def _part_of(quads: Sequence[ox.Quad], part: str) -> _Function:
    return lambda row: getattr(quads[int(row.value)], part)
