"""The embedded store: Oxigraph, in memory or in a folder.

How a write stays all or nothing (pyoxigraph 0.5, tested by stopping it half-way): `Store.extend` and one
call of `Store.update` are transactions; `Store.bulk_extend` writes files beside the data and takes them in at
its end, in one step. So graphs that only grow are written in bulk or by `extend`, and graphs that also lose
triples go through one `update` of the difference. Everything is turned into the engine's terms before
anything is written.

Oxigraph keeps the value of a number, truth value or time, not its spelling: "007"^^xsd:integer comes back
as "7".
"""

from __future__ import annotations

import string
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeAlias, TypeVar, cast

import pyoxigraph as ox

from kg.errors import QueryError, StoreError
from kg.ids import digest
from kg.store import sparql
from kg.store.protocol import NO_BINDINGS, Answer, Rows
from kg.terms import Blank, Iri, Literal, Node, Quad, Term, Triple
from kg.vocab import PREFIXES

BULK = 50_000
"""From this many new quads on, a folder is written in bulk: 3 times faster there, but each time new files."""

OxTerm: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Function: TypeAlias = Callable[..., OxTerm | None]
_A = TypeVar("_A", Rows, bool, tuple[Triple, ...])
_REPLACE = Path(__file__).with_name("replace.ru")
_PAIRS = Path(__file__).with_name("pairs.rq")
_PREDICATES = Path(__file__).with_name("predicates.rq")


class OxigraphStore:
    """Named graphs in an embedded Oxigraph. See `kg.store.protocol.Store` for what each method does."""

    def __init__(self, inner: ox.Store | None = None, place: str = "memory") -> None:
        """Wrap an engine that is open already, or a new one in memory."""
        self._inner: ox.Store | None = ox.Store() if inner is None else inner
        self._writing = threading.Lock()  # two writers must not compute their differences from one state
        self.place = place
        self._found: str | None = None  # the state of the folder when it was opened
        self._openings = 0  # of the folder for writing, this one included; 0: opened for reading only
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

        A folder that holds other files is refused, so that a mistyped path never fills it with a database.
        """
        path = Path(folder)
        if path.exists() and not path.is_dir():
            raise StoreError(f"{path} is a file, not a store")
        if path.is_dir() and any(path.iterdir()) and not is_store(path):
            raise StoreError(f"{path} is a folder of other files, not a store; name a new or empty folder")
        with _plainly(str(path)):
            path.mkdir(parents=True, exist_ok=True)
            found, openings = _state(path), _openings(path)
            store = cls(ox.Store(path), str(path))
            store._openings = _openings(path)
            # Unless somebody else wrote in between, it holds what it held; else it gets a state of its own.
            store._found = found if store._openings == openings + 1 else digest([uuid.uuid4().hex])
            return store

    @classmethod
    def read_only(cls, folder: str | Path) -> Self:
        """Open the store in a folder as it is now, to read it while another program may write to it.

        What that program writes later is not seen; open it again for that.
        """
        if not is_store(folder):
            raise StoreError(f"{folder} is not a store")
        with _plainly(str(folder)):
            found = _state(Path(folder))
            store = cls(_opened_read_only(str(folder)), str(folder))
            store._found = found if found == _state(Path(folder)) else ""
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
        """Release the lock on the folder; everything written is on disk already."""
        last, self._inner = self.state(), None
        if self.when_closed is None or not last or not self._openings:
            return
        final = _state(Path(self.place))
        if _openings(Path(self.place)) == self._openings:  # nobody else has written since
            self.when_closed(last, final)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _store(self) -> ox.Store:
        if self._inner is None:
            raise StoreError(f"the store {self.place} is closed")
        return self._inner

    # --- Writing

    def put(self, graph: Iri, triples: Iterable[Triple]) -> None:
        """Make these triples the whole content of a named graph, in one transaction."""
        self.put_all({graph: triples})

    def put_all(self, graphs: Mapping[Iri, Iterable[Triple]]) -> None:
        """Make these the whole contents of several named graphs, all in one transaction."""
        wanted = set(_to_quads(graphs))
        names = [_named(graph) for graph in graphs]
        with self._write(), _plainly(self.place):
            present = {quad for name in names for quad in self._store.quads_for_pattern(None, None, None, name)}
            self._change(list(present - wanted), list(wanted - present))
            for name in names:
                if not self._store.contains_named_graph(name):  # a graph without triples is still a graph
                    self._store.add_graph(name)

    @contextmanager
    def _write(self) -> Iterator[None]:
        """Let one write be done at a time; the state before, within and after it are three."""
        with self._writing:
            self._writes += 1
            try:
                yield
            finally:
                self._writes += 1

    def _change(self, removed: Sequence[ox.Quad], added: Sequence[ox.Quad]) -> None:
        """Remove some quads and add others, in one transaction."""
        if removed:
            self._store.update(
                _template(_REPLACE).substitute(removed=_numbers(removed), added=_numbers(added)),
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

    def remove(self, graph: Iri) -> None:
        """Drop a named graph; nothing happens if there is none of that name."""
        with self._write(), _plainly(self.place):
            self._store.remove_graph(_named(graph))

    # --- Reading

    def graphs(self) -> tuple[Iri, ...]:
        """Return the names of the graphs, sorted."""
        with _plainly(self.place):
            return tuple(sorted(Iri(name.value) for name in self._store.named_graphs()))

    def quads(self, graph: Iri | None = None) -> Iterator[Quad]:
        """Yield all the quads, or those of one named graph, as they were when the reading began."""
        name = None if graph is None else _named(graph)
        with _plainly(self.place):
            yield from map(_from_quad, self._store.quads_for_pattern(None, None, None, name))

    def has_more_than(self, count: int, predicates: Iterable[Iri]) -> bool:
        """Say whether there are more than so many statements with these predicates; no more than that are counted."""
        with _plainly(self.place):
            found = (self._store.quads_for_pattern(None, _named(predicate), None, None) for predicate in predicates)
            return next(islice(chain.from_iterable(found), count, None), None) is not None

    def predicates(self) -> tuple[Iri, ...]:
        """Return the predicates that occur in the named graphs, sorted."""
        found = self.select(_PREDICATES.read_text(encoding="utf-8"), name=_PREDICATES.name)
        return tuple(sorted(term for term in found.column("p") if isinstance(term, Iri)))

    def write_pairs(self, predicate: Iri, output: IO[bytes]) -> None:
        """Write every statement with this predicate in the named graphs: graph, subject and object, as SPARQL TSV.

        For bulk reading: no Python object is made for a statement, and several threads may write at one time.
        """
        text = _template(_PAIRS).substitute(predicate=str(_named(predicate)))
        with _plainly(self.place):
            found = cast(ox.QuerySolutions, self._store.query(text))  # a SELECT has solutions
            found.serialize(output, format=ox.QueryResultsFormat.TSV)

    def describe(self, node: Node) -> Iterator[Quad]:
        """Yield the quads whose subject is the node."""
        subject = _to_node(node)
        with _plainly(self.place):
            yield from map(_from_quad, self._store.quads_for_pattern(subject, None, None, None))

    def copy_with(self, graphs: Mapping[Iri, Iterable[Triple]]) -> OxigraphStore:
        """Return a copy in memory that also holds these graphs; this store stays as it is."""
        copy = OxigraphStore()
        with _plainly(self.place):
            copy._store.bulk_extend(chain(self._store, _to_quads(graphs)))
        return copy

    # --- Asking

    def query(self, text: str, bindings: Mapping[str, Term] = NO_BINDINGS, *, name: str = "query") -> Answer:
        """Answer a query of any form, over the union of all graphs."""
        sparql.form(text, name)
        sparql.refuse_outside(text, name)
        bound = sparql.bind(text, bindings, name)
        try:
            found = self._store.query(bound.text, prefixes=dict(PREFIXES), use_default_graph_as_union=True)
            return _answer(found)
        except SyntaxError as error:
            raise sparql.syntax_error(bound, name, str(error)) from None
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(f"{name}: {error}") from error

    def select(self, text: str, bindings: Mapping[str, Term] = NO_BINDINGS, *, name: str = "query") -> Rows:
        """Answer a SELECT query."""
        return _of_form(Rows, "SELECT", self.query(text, bindings, name=name), name)

    def ask(self, text: str, bindings: Mapping[str, Term] = NO_BINDINGS, *, name: str = "query") -> bool:
        """Answer an ASK query."""
        return _of_form(bool, "ASK", self.query(text, bindings, name=name), name)

    def construct(
        self, text: str, bindings: Mapping[str, Term] = NO_BINDINGS, *, name: str = "query"
    ) -> tuple[Triple, ...]:
        """Answer a CONSTRUCT or DESCRIBE query."""
        return _of_form(tuple, "CONSTRUCT or DESCRIBE", self.query(text, bindings, name=name), name)


def is_store(folder: str | Path) -> bool:
    """Say whether a path is a folder that holds a store.

    >>> is_store("no-such-folder")
    False
    """
    return (Path(folder) / "CURRENT").is_file() and any(Path(folder).glob("MANIFEST-*"))


def _state(folder: Path) -> str:
    files = sorted((file.name, file.stat().st_size) for kind in ("*.sst", "*.log") for file in folder.glob(kind))
    return digest(f"{name} {size}" for name, size in files if size)


def _openings(folder: Path) -> int:
    """Count how often a folder was opened for writing: the engine begins a new report each time, and keeps the old."""
    return sum(1 for _ in folder.glob("LOG*"))


def _opened_read_only(folder: str) -> ox.Store:
    """Open the engine's files; begin again when a writer swept away one of them in that moment."""
    for wait in (0.01, 0.03, 0.1, 0.3, 1.0):
        try:
            return ox.Store.read_only(folder)
        except (OSError, RuntimeError) as error:
            if "No such file" not in str(error):
                raise
        time.sleep(wait)
    raise StoreError(f"the store {folder}: it is being written to all the time; try again later")


@lru_cache(maxsize=2)
def _template(file: Path) -> string.Template:
    return string.Template(file.read_text(encoding="utf-8").split("\n\n", 1)[1])


def _numbers(quads: Sequence[ox.Quad]) -> str:
    return " ".join(map(str, range(len(quads))))


def _part_of(quads: Sequence[ox.Quad], part: str) -> _Function:
    return lambda row: getattr(quads[int(row.value)], part)


def _of_form(wanted: type[_A], forms: str, answer: Answer, name: str) -> _A:
    if not isinstance(answer, wanted):
        raise QueryError(f"{name}: this is a query of another form; {forms} is needed here")
    return answer


@contextmanager
def _plainly(place: str) -> Iterator[None]:
    """Say in plain words what went wrong in the store."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        if "LOCK:" in str(error):
            message = "it is open for writing elsewhere; close it there, or open it for reading only"
        elif "read-write" in str(error):
            message = "it was opened for reading only"
        else:
            message = str(error).removeprefix("IO error: ")
        raise StoreError(f"the store {place}: {message}") from error


# --- Terms of the engine and back -----------------------------------------------------------------


def _named(iri: Iri) -> ox.NamedNode:
    try:
        return ox.NamedNode(str(iri))
    except ValueError as error:
        raise StoreError(f"<{iri}> is not an IRI: {error}") from None


def _to_node(node: Node) -> ox.NamedNode | ox.BlankNode:
    if not isinstance(node, Blank):
        return _named(node)
    try:
        return ox.BlankNode(node.removeprefix("_:"))
    except ValueError as error:
        raise StoreError(f"{node} is not a name for a blank node: {error}") from None


def _to_term(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if not isinstance(term, Literal):
        return _to_node(term)
    if term.language is None:
        return ox.Literal(term.value, datatype=_named(term.datatype))
    try:
        return ox.Literal(term.value, language=term.language)
    except ValueError as error:
        raise StoreError(f'"{term.language}" is not a language tag: {error}') from None


def _to_quads(graphs: Mapping[Iri, Iterable[Triple]]) -> Iterator[ox.Quad]:
    for graph, triples in graphs.items():
        name = _named(graph)
        for s, p, o in triples:
            yield ox.Quad(_to_node(s), _named(p), _to_term(o), name)


def _from_node(node: OxTerm) -> Node:
    if isinstance(node, ox.BlankNode):
        return Blank(f"_:{node.value}")
    if isinstance(node, ox.NamedNode):
        return Iri(node.value)
    raise StoreError(f"{node} cannot stand here: triples about triples (RDF 1.2) are not supported")


def _from_term(term: OxTerm) -> Term:
    if isinstance(term, ox.Literal):
        return Literal(term.value, Iri(term.datatype.value), term.language)
    return _from_node(term)


def _from_triple(triple: ox.Triple) -> Triple:
    return Triple(_from_node(triple.subject), Iri(triple.predicate.value), _from_term(triple.object))


def _from_quad(quad: ox.Quad) -> Quad:
    graph = None if isinstance(quad.graph_name, ox.DefaultGraph) else Iri(quad.graph_name.value)
    return Quad(_from_node(quad.subject), Iri(quad.predicate.value), _from_term(quad.object), graph)


def _answer(found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Answer:
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    if isinstance(found, ox.QueryTriples):
        return tuple(dict.fromkeys(_from_triple(triple) for triple in found))
    names = tuple(variable.value for variable in found.variables)
    rows = tuple(tuple(None if cell is None else _from_term(cell) for cell in solution) for solution in found)
    return Rows(names, rows)
