"""What every store can do, whatever stands behind it. Terms are those of `kg.terms`, in and out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO, Protocol, Self, TypeAlias

from kg.terms import Iri, Node, Quad, Term, Triple

NO_BINDINGS: Mapping[str, Term] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer to a SELECT: the names of the columns, and the rows; None is an empty cell."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[tuple[Term | None, ...]]:
        return iter(self.rows)

    def column(self, variable: str) -> tuple[Term | None, ...]:
        """Return one column.

        >>> Rows(("a", "b"), ((Iri("e:1"), None),)).column("a")
        (<e:1>,)
        """
        at = self.variables.index(variable)
        return tuple(row[at] for row in self.rows)


Answer: TypeAlias = Rows | bool | tuple[Triple, ...]
"""Rows for SELECT, a truth value for ASK, triples for CONSTRUCT and DESCRIBE."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a query may use: seconds, mebibytes of memory, rows (or triples) of its answer; None is no bound.

    A query that goes beyond one ends with a `QueryError` that says which; no answer is ever cut short.
    """

    seconds: float | None = None
    mebibytes: int | None = None
    rows: int | None = None


UNBOUNDED = Bounds()


class Store(Protocol):
    """Named graphs that can be replaced whole, and asked. A query sees the union of all of them.

    Writing is all or nothing. Asking never writes and never leaves the store: SERVICE and updates are
    refused. Faults of the store are `StoreError`, faults of a query `QueryError`.
    """

    place: str
    """What people call it: "memory", a folder, or an address without credentials."""

    def put(self, graph: Iri, triples: Iterable[Triple]) -> None:
        """Make these triples the whole content of a named graph, in one transaction."""
        ...

    def put_all(self, graphs: Mapping[Iri, Iterable[Triple]]) -> None:
        """Make these the whole contents of several named graphs, all in one transaction."""
        ...

    def load_files(self, graphs: Collection[Iri], files: Sequence[Path]) -> None:
        """Make what is in N-Quads files the whole contents of these graphs, all in one transaction, without holding it.

        The files must hold quads of these graphs only; a blank node is the same one wherever its label is.
        """
        ...

    def remove(self, graph: Iri) -> None:
        """Drop a named graph; nothing happens if there is none of that name."""
        ...

    def graphs(self) -> tuple[Iri, ...]:
        """Return the names of the graphs, sorted."""
        ...

    def quads(self, graph: Iri | None = None) -> Iterator[Quad]:
        """Yield all the quads, or those of one named graph."""
        ...

    def describe(self, node: Node) -> Iterator[Quad]:
        """Yield the quads whose subject is the node."""
        ...

    def predicates(self) -> tuple[Iri, ...]:
        """Return the predicates that occur in the named graphs, sorted."""
        ...

    def has_more_than(self, count: int, predicates: Iterable[Iri]) -> bool:
        """Say whether there are more than so many statements with these predicates; no more than that are counted."""
        ...

    def write_pairs(self, predicate: Iri, output: IO[bytes]) -> None:
        """Write every statement with this predicate in the named graphs: graph, subject and object, as SPARQL TSV."""
        ...

    def state(self) -> str | None:
        """Return a short text that changes whenever what is read here changes; None if there is no telling."""
        ...

    def query(
        self, text: str, bindings: Mapping[str, Term] = NO_BINDINGS, *, name: str = "query", bounds: Bounds = UNBOUNDED
    ) -> Answer:
        """Answer a query of any form; `name` is what error messages call it, best its file name."""
        ...

    def select(
        self, text: str, bindings: Mapping[str, Term] = NO_BINDINGS, *, name: str = "query", bounds: Bounds = UNBOUNDED
    ) -> Rows:
        """Answer a SELECT query."""
        ...

    def ask(
        self, text: str, bindings: Mapping[str, Term] = NO_BINDINGS, *, name: str = "query", bounds: Bounds = UNBOUNDED
    ) -> bool:
        """Answer an ASK query."""
        ...

    def construct(
        self, text: str, bindings: Mapping[str, Term] = NO_BINDINGS, *, name: str = "query", bounds: Bounds = UNBOUNDED
    ) -> tuple[Triple, ...]:
        """Answer a CONSTRUCT or DESCRIBE query."""
        ...

    def copy_with(self, graphs: Mapping[Iri, Iterable[Triple]]) -> Store:
        """Return a copy in memory that also holds these graphs; this store stays as it is."""
        ...

    def close(self) -> None:
        """Let go of files and locks; the store cannot be used afterwards."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
