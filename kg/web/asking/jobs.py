"""What an asking process can be asked to do. A job is a value: it is sent there, and run in a copy of that process."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace
from itertools import chain
from typing import BinaryIO, Protocol

from kg.errors import QueryError
from kg.explorer.answering import ASSERTED, Question
from kg.explorer.direct import UNNAMED, Direct
from kg.store.oxigraph import OxigraphStore
from kg.store.protocol import Bounds
from kg.store.serialised import WHOLE, Dataset, write_answer_as, write_statements
from kg.terms import Iri
from kg.vocab import COMPUTED_GRAPH, ONTOLOGY_GRAPH
from kg.web.asking.data import Data

_TIME_TO_TELL = 0.9
"""Of the time allowed, a search for accounts takes at most so much, so that it can still say what it has found."""
NOT_DATA = frozenset({COMPUTED_GRAPH, ONTOLOGY_GRAPH})
"""Graphs that are made, and so are no part of a copy of the data."""


class Job(Protocol):
    """Something to do; the answer is bytes. Faults are errors of `kg.errors`."""

    def run(self, data: Data, output: BinaryIO) -> None:
        """Do it, in a process of its own."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer a question for the pages: a pickled `Answered`."""

    question: Question
    bounds: Bounds

    def run(self, data: Data, output: BinaryIO) -> None:
        """Answer it; time and memory are kept from outside."""
        seconds = None
        if self.question.under != ASSERTED and self.bounds.seconds is not None:
            seconds = self.bounds.seconds * _TIME_TO_TELL
        bounds = replace(self.bounds, seconds=seconds, mebibytes=None)
        pickle.dump(Direct(data.graph).answer(self.question, bounds), output)


@dataclass(frozen=True, slots=True)
class Serialised:
    """Answer a query in a standard format, of at most so many rows."""

    text: str
    syntax: str
    dataset: Dataset = WHOLE
    most: int | None = None

    def run(self, data: Data, output: BinaryIO) -> None:
        """Answer it."""
        store = data.graph.everything
        if isinstance(store, OxigraphStore):
            store.write_answer(self.text, self.syntax, output, dataset=self.dataset, most=self.most)
        elif self.dataset != WHOLE:
            raise QueryError(f"{UNNAMED}: of data on another server, name the graphs in the query itself (FROM)")
        else:
            write_answer_as(store.query(self.text, bounds=Bounds(rows=self.most)), self.syntax, output, UNNAMED)


@dataclass(frozen=True, slots=True)
class Dump:
    """Write the statements of some graphs, or of all that are data; bit by bit, in a syntax that can be so written."""

    syntax: str
    graphs: tuple[Iri, ...] = ()

    def run(self, data: Data, output: BinaryIO) -> None:
        """Write them."""
        store = data.graph.everything
        graphs = self.graphs or tuple(graph for graph in store.graphs() if graph not in NOT_DATA)
        if isinstance(store, OxigraphStore):
            store.write_graphs(graphs, self.syntax, output)
        else:
            write_statements(chain.from_iterable(map(store.quads, graphs)), self.syntax, output)
