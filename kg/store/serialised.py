"""Answers and graphs in the standard formats: results as JSON, XML, CSV and TSV, triples in the RDF syntaxes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import pyoxigraph as ox

from kg.errors import QueryError
from kg.formats.rdf_syntax import FORMATS
from kg.store.engine_answers import Found, too_many
from kg.store.engine_terms import to_node, to_term
from kg.store.protocol import Answer, Rows
from kg.terms import Iri, Quad, Term, Triple, n3
from kg.vocab import PREFIXES

RESULTS: Mapping[str, ox.QueryResultsFormat] = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
"""The formats for the answers of SELECT and ASK."""
GRAPHS: Mapping[str, ox.RdfFormat] = FORMATS
"""The formats for the answers of CONSTRUCT and DESCRIBE."""
WITH_GRAPHS = ("nq", "trig")
"""Those of them that say in which graph a statement stands, and can be written bit by bit."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a query is put to: those that make up its default graph, and those that GRAPH may name."""

    default: tuple[Iri, ...] = ()
    named: tuple[Iri, ...] = ()


WHOLE = Dataset()
"""All the graphs: the union of them as the default graph, each by its name."""


def write_as(found: Found, syntax: str, output: BinaryIO, most: int | None, name: str) -> None:
    """Write an answer of the engine in a format of `RESULTS` or `GRAPHS`, of at most so many rows or triples."""
    if isinstance(found, ox.QueryBoolean):
        found.serialize(output, format=_results(syntax, name))
    elif isinstance(found, ox.QueryTriples):
        _write_triples(found, syntax, output, most, name)
    elif most is None or not found.variables:
        found.serialize(output, format=_results(syntax, name))
    else:
        # Only of TSV it is known where a row ends: at the end of a line. So rows are counted there.
        rows = _Lines(lambda: too_many(most, name), most + 1)
        found.serialize(cast(BinaryIO, rows), format=ox.QueryResultsFormat.TSV)
        _write_table(rows.text, syntax, output, name)


def write_answer_as(answer: Answer, syntax: str, output: BinaryIO, name: str) -> None:
    """Write an answer of any store in a format of `RESULTS` or `GRAPHS`.

    >>> file = io.BytesIO()
    >>> write_answer_as(Rows(("s",), ((Iri("e:x"),), (None,))), "csv", file, "query")
    >>> file.getvalue()
    b's\\r\\ne:x\\r\\n\\r\\n'
    """
    if isinstance(answer, bool):
        yes_or_no = ox.Store().query(f"ASK {{ FILTER({str(answer).lower()}) }}")
        write_as(yes_or_no, syntax, output, None, name)
    elif isinstance(answer, Rows):
        head = "\t".join(f"?{variable}" for variable in answer.variables)
        lines = ("\t".join(map(_cell, row)) for row in answer.rows)
        _write_table("".join(f"{line}\n" for line in (head, *lines)).encode(), syntax, output, name)
    else:
        _write_triples(map(_triple, answer), syntax, output, None, name)


def write_statements(quads: Iterable[Quad], syntax: str, output: BinaryIO) -> None:
    """Write statements as they come, without holding them; only TriG and N-Quads say in which graphs they are."""
    write_quads(map(_quad, quads), syntax, output)


def write_quads(quads: Iterable[ox.Quad], syntax: str, output: BinaryIO) -> None:
    """Do the same with the engine's own statements."""
    if syntax in WITH_GRAPHS:
        ox.serialize(quads, output, format=GRAPHS[syntax], prefixes=PREFIXES if syntax == "trig" else None)
        return
    format_ = GRAPHS["nt" if syntax == "ttl" else syntax]  # N-Triples is Turtle, and can be written bit by bit
    ox.serialize((quad.triple for quad in quads), output, format=format_)


def _write_triples(triples: Iterable[ox.Triple], syntax: str, output: BinaryIO, most: int | None, name: str) -> None:
    if syntax not in GRAPHS:
        raise QueryError(f"{name}: triples are written as {', '.join(GRAPHS)}, not as {syntax}")
    kept: dict[ox.Triple, None] = {}
    for triple in triples:
        kept[triple] = None
        if most is not None and len(kept) > most:
            raise too_many(most, name)
    try:
        ox.serialize(kept, output, format=GRAPHS[syntax], prefixes=PREFIXES)
    except ValueError as error:  # RDF/XML has no way to write some predicates
        raise QueryError(f"{name}: this answer cannot be written as {syntax}: {error}") from None


def _write_table(tsv: bytes, syntax: str, output: BinaryIO, name: str) -> None:
    if syntax == "tsv":
        output.write(tsv)
        return
    found = ox.parse_query_results(tsv, format=ox.QueryResultsFormat.TSV)
    found.serialize(output, format=_results(syntax, name))


def _results(syntax: str, name: str) -> ox.QueryResultsFormat:
    if syntax not in RESULTS:
        raise QueryError(f"{name}: rows are written as {', '.join(RESULTS)}, not as {syntax}")
    return RESULTS[syntax]


def _cell(term: Term | None) -> str:
    return "" if term is None else n3(term)


def _triple(triple: Triple) -> ox.Triple:
    return ox.Triple(to_node(triple.s), ox.NamedNode(triple.p), to_term(triple.o))


def _quad(quad: Quad) -> ox.Quad:
    graph = ox.DefaultGraph() if quad.g is None else ox.NamedNode(quad.g)
    return ox.Quad(to_node(quad.s), ox.NamedNode(quad.p), to_term(quad.o), graph)


class _Lines(io.RawIOBase):
    """A file that takes so many lines and no more."""

    def __init__(self, fault: Callable[[], QueryError], most: int) -> None:
        self._fault, self._most, self._lines = fault, most, 0
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        part = bytes(data)
        self._lines += part.count(b"\n")
        if self._lines > self._most:
            raise self._fault()
        self._parts.append(part)
        return len(part)

    @property
    def text(self) -> bytes:
        return b"".join(self._parts)


__all__ = [
    "GRAPHS", "RESULTS", "WHOLE", "WITH_GRAPHS", "Dataset", "write_answer_as", "write_as", "write_statements",
]  # fmt: skip
