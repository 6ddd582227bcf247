"""What every store does in the same way, by what it does in its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Self, TypeVar

from kg.errors import QueryError
from kg.store.protocol import NO_BINDINGS, UNBOUNDED, Answer, Bounds, Rows
from kg.terms import Iri, Term, Triple

_A = TypeVar("_A", Rows, bool, tuple[Triple, ...])
_NEEDED = {Rows: "SELECT", bool: "ASK", tuple: "CONSTRUCT or DESCRIBE"}


class BaseStore(ABC):
    """One graph put as several are, answers of one form, and closing at the end of a `with` block.

    See `kg.store.protocol.Store` for what each method does.
    """

    @abstractmethod
    def put_all(self, graphs: Mapping[Iri, Iterable[Triple]]) -> None:
        """Make these the whole contents of several named graphs."""

    @abstractmethod
    def query(
        self, text: str, bindings: Mapping[str, Term] = NO_BINDINGS, *, name: str = "query", bounds: Bounds = UNBOUNDED
    ) -> Answer:
        """Answer a query of any form."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files, locks and connections."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def put(self, graph: Iri, triples: Iterable[Triple]) -> None:
        """Make these triples the whole content of a named graph."""
        self.put_all({graph: triples})

    def select(
        self, text: str, bindings: Mapping[str, Term] = NO_BINDINGS, *, name: str = "query", bounds: Bounds = UNBOUNDED
    ) -> Rows:
        """Answer a SELECT query."""
        return _of_form(Rows, self.query(text, bindings, name=name, bounds=bounds), name)

    def ask(
        self, text: str, bindings: Mapping[str, Term] = NO_BINDINGS, *, name: str = "query", bounds: Bounds = UNBOUNDED
    ) -> bool:
        """Answer an ASK query."""
        return _of_form(bool, self.query(text, bindings, name=name, bounds=bounds), name)

    def construct(
        self, text: str, bindings: Mapping[str, Term] = NO_BINDINGS, *, name: str = "query", bounds: Bounds = UNBOUNDED
    ) -> tuple[Triple, ...]:
        """Answer a CONSTRUCT or DESCRIBE query."""
        return _of_form(tuple, self.query(text, bindings, name=name, bounds=bounds), name)


def _of_form(wanted: type[_A], answer: Answer, name: str) -> _A:
    if not isinstance(answer, wanted):
        raise QueryError(f"{name}: this is a query of another form; {_NEEDED[wanted]} is needed here")
    return answer
