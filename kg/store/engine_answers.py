"""Answers of the embedded engine: read, bounded, and handed from one process to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import BinaryIO, TypeAlias, cast

import pyoxigraph as ox

from kg.errors import BoundReached, QueryError
from kg.store import sparql
from kg.store.engine_terms import from_term, from_triple
from kg.store.protocol import Answer, Rows
from kg.terms import Triple

Found: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


def read_found(found: Found, most: int | None, name: str) -> Answer:
    """Read the engine's answer, of at most so many rows or triples."""
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    if isinstance(found, ox.QueryTriples):
        return _triples(found, most, name)
    return _rows(found, most, name)


def _triples(found: Iterable[ox.Triple], most: int | None, name: str) -> tuple[Triple, ...]:
    triples: dict[Triple, None] = {}
    for triple in found:
        triples[from_triple(triple)] = None
        if most is not None and len(triples) > most:
            raise too_many(most, name)
    return tuple(triples)


def _rows(found: ox.QuerySolutions, most: int | None, name: str) -> Rows:
    names = tuple(variable.value for variable in found.variables)
    kept = found if most is None else islice(found, most + 1)
    rows = tuple(tuple(None if cell is None else from_term(cell) for cell in solution) for solution in kept)
    if most is not None and len(rows) > most:
        raise too_many(most, name)
    return Rows(names, rows)


def too_many(most: int, name: str) -> BoundReached:
    """Say that an answer has more rows (or triples) than it may have."""
    return BoundReached(f"{name}: the answer has more than {most:,} rows; ask for less, or allow more", "rows")


@contextmanager
def query_faults(bound: sparql.Bound, name: str) -> Iterator[None]:
    """Say what was wrong with a query, and where in the user's own text."""
    try:
        yield
    except SyntaxError as error:
        raise sparql.syntax_error(bound, name, str(error)) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"{name}: {error}") from error


def write_found(found: Found, file: BinaryIO) -> None:
    """Write an answer for `read_written`: a letter for its form, then the engine's own standard format."""
    if isinstance(found, ox.QueryBoolean):
        file.write(b"y" if found else b"n")
    elif isinstance(found, ox.QueryTriples):
        file.write(b"t")
        found.serialize(file, format=ox.RdfFormat.N_TRIPLES)
    elif found.variables:
        file.write(b"r")
        found.serialize(file, format=ox.QueryResultsFormat.TSV)
    else:  # TSV cannot tell rows without columns from no rows
        file.write(b"j")
        found.serialize(file, format=ox.QueryResultsFormat.JSON)


def read_written(file: BinaryIO, most: int | None, name: str) -> Answer:
    """Read what `write_found` wrote, of at most so many rows or triples."""
    form = file.read(1)
    if form in (b"y", b"n"):
        file.read()  # up to the end, that is: to the word that all is well
        return form == b"y"
    if form == b"t":
        return _triples((quad.triple for quad in ox.parse(file, format=ox.RdfFormat.N_TRIPLES)), most, name)
    results = ox.QueryResultsFormat.TSV if form == b"r" else ox.QueryResultsFormat.JSON
    found = ox.parse_query_results(file, format=results)
    return _rows(cast(ox.QuerySolutions, found), most, name)  # rows were written
