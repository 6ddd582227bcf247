"""Ask rdflib's own SPARQL engine, without its surprises.

What it would do by itself, and does not do here: fetch a graph named in FROM from the network, end a string at an
escaped quote, rewrite literals as it reads a query ("2019-01-22T00:00:00Z" becomes "...+00:00", and matches nothing),
give the columns of `SELECT *` in any order, and let an error of its own through as a bare exception.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import rdflib
from pyparsing import ParseBaseException
from rdflib.plugins.sparql import parser
from rdflib.plugins.sparql.algebra import translatePrologue, translateQuery, traverse
from rdflib.plugins.sparql.evaluate import evalPart
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Prologue, Query, QueryContext
from rdflib.term import Node as RdflibNode

from kg.errors import QueryError
from kg.store import sparql
from kg.store.answer_lines import read_answer, write_answer
from kg.store.bounded import needs_a_process, output
from kg.store.protocol import Answer, Bounds, Rows
from kg.store.rdflib_view import from_rdflib, to_rdflib
from kg.store.sparql import Bound, Kind
from kg.terms import Iri, Literal, Term, Triple, n3
from kg.vocab import PREFIXES

_T = TypeVar("_T")
_ESCAPE = re.compile(r"""\\(?:u([0-9A-Fa-f]{4})|U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})|([tbnrf"'\\]))""")
_SHORT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_IRI = re.compile(r'<[^\x00-\x20<>"{}|\\^`]*>')
_STAR = re.compile(r"\bSELECT (DISTINCT |REDUCED )?\*")


def answer(dataset: rdflib.Dataset, text: str, bindings: Mapping[str, Term], name: str, bounds: Bounds) -> Answer:
    """Answer a query over the union of all graphs of a data set; raise `QueryError` where it cannot be."""
    sparql.form(text, name)
    sparql.refuse_outside(text, name)
    bound = sparql.bind(text, bindings, name)
    query = _read(bound, name)
    if not needs_a_process(bounds):
        return _asked(dataset, query, text, name, bounds)
    with output(lambda file: write_answer(_asked(dataset, query, text, name, bounds), file), bounds, name) as found:
        return read_answer(io.BytesIO(found.read()))


def _asked(dataset: rdflib.Dataset, query: Query, text: str, name: str, bounds: Bounds) -> Answer:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Dataset.(default_context|contexts)", DeprecationWarning)  # its own calls
        try:
            return _answer(_evaluated(dataset, query), text, name, bounds)
        except (QueryError, MemoryError):
            raise
        except Exception as error:  # rdflib raises bare exceptions, of many kinds, from what a query computes
            raise QueryError(f"{name}: {str(error) or type(error).__name__}") from error


def _read(bound: Bound, name: str) -> Query:
    try:
        parsed = parser.Query.parse_string(_unescaped(bound.text, name), parse_all=True)
        prologue = translatePrologue(parsed[0], None, PREFIXES)
        parsed[1] = traverse(parsed[1], visitPost=partial(_as_written, prologue=prologue))
        return translateQuery(parsed, None, PREFIXES)
    except ParseBaseException as error:
        raise sparql.syntax_error(bound, name, f"error at {error.lineno}:{error.column}: {error.msg}") from None
    except QueryError:
        raise
    except RecursionError:
        raise QueryError(f"{name}: the query is nested too deeply") from None
    except Exception as error:  # a prefix or a variable that it does not know is a bare exception
        raise _unknown(bound, name, str(error)) from None


def _unescaped(text: str, name: str) -> str:
    r"""Write strings and IRIs without escapes such as \u00FC; elsewhere none may be.

    rdflib reads those first and everywhere, so that a string that ends in \\u0022 (a backslash, and then "u0022")
    would end early, and other text of it would become part of the query.
    """
    pieces, at = [], 0
    for token in sparql.tokens(text):
        if token.kind not in (Kind.IRI, Kind.TEXT) or "\\" not in token.text:
            continue
        quotes = 3 if token.text[:3] in ("'''", '"""') else 1
        plain = _ESCAPE.sub(_character, token.text[quotes:-quotes])
        plain = n3(Literal(plain)) if token.kind is Kind.TEXT else f"<{plain}>"
        if token.kind is Kind.IRI and not _IRI.fullmatch(plain):
            raise QueryError(f"{name}: {token.text} is not an IRI")
        pieces += [text[at : token.start], plain]
        at = token.start + len(token.text)
    return "".join([*pieces, text[at:]])


def _character(escape: re.Match[str]) -> str:
    number = escape[1] or escape[2]
    return _SHORT[escape[3]] if number is None else chr(int(number, 16))


def _as_written(part: object, prologue: Prologue) -> RdflibNode | None:
    """Replace a literal of the text by one that keeps its spelling, as those in the data keep it."""
    if isinstance(part, CompValue) and part.name == "literal" and part.datatype is not None:
        return to_rdflib(Literal(str(part.string), Iri(str(prologue.absolutize(part.datatype)))))
    return None


def _unknown(bound: Bound, name: str, message: str) -> QueryError:
    match = re.fullmatch(r"Unknown namespace prefix : (\S*)", message)
    prefix = "" if match is None or match[1] == "None" else match[1]
    first = next((token for token in sparql.tokens(bound.text) if token.text.startswith(f"{prefix}:")), None)
    if match is None or first is None:
        return QueryError(f"{name}: {message.splitlines()[0] if message else 'the query cannot be read'}")
    line, column = sparql.place(bound.text, first.start)
    return sparql.syntax_error(bound, name, f"error at {line}:{column}: Prefix not found")


def _evaluated(dataset: rdflib.Dataset, query: Query) -> Mapping[str, Any]:
    asked = query.algebra.datasetClause or []
    query.algebra["datasetClause"] = None
    seen = _named_in(dataset, asked) if asked else rdflib.Dataset(dataset.store, default_union=True)
    context = QueryContext(seen, initBindings={})
    if asked:
        context.graph = seen.default_graph
    context.prologue = query.prologue
    found: Mapping[str, Any] = evalPart(context, query.algebra)
    return found


def _named_in(dataset: rdflib.Dataset, asked: Sequence[CompValue]) -> rdflib.Dataset:
    """Copy the graphs that FROM and FROM NAMED name; one that is not there is empty, and is fetched from nowhere."""
    chosen = rdflib.Dataset()
    for clause in asked:
        graph = chosen.default_graph if clause.default else chosen.graph(clause.named)
        graph += dataset.get_context(clause.default or clause.named)
    return chosen


def _answer(found: Mapping[str, Any], text: str, name: str, bounds: Bounds) -> Answer:
    if found["type_"] == "ASK":
        return bool(found["askAnswer"])
    if found["type_"] == "SELECT":
        names = _columns([str(variable) for variable in found["vars_"]], text)
        cells = [rdflib.Variable(column) for column in names]
        rows = _within(found["bindings"], bounds, name, "rows")
        return Rows(names, tuple(tuple(_term(row.get(cell)) for cell in cells) for row in rows))
    return tuple(_triple(triple) for triple in _within(found["graph"], bounds, name, "triples"))


def _columns(names: Sequence[str], text: str) -> tuple[str, ...]:
    found = list(sparql.tokens(text))
    if not _STAR.search(" ".join(token.text.upper() for token in found)):
        return tuple(names)
    mentioned = [token.text[1:] for token in found if token.kind is Kind.VARIABLE]
    return tuple(sorted(names, key=mentioned.index))


def _within(found: Iterable[_T], bounds: Bounds, name: str, what: str) -> Iterator[_T]:
    most = bounds.rows
    for number, one in enumerate(found):
        if most is not None and number >= most:
            raise QueryError(f"{name}: the answer has more than {most} {what}")
        yield one


def _term(cell: RdflibNode | None) -> Term | None:
    return None if cell is None else from_rdflib(cell)


def _triple(triple: tuple[RdflibNode, RdflibNode, RdflibNode]) -> Triple:
    subject, predicate, value = map(from_rdflib, triple)
    if isinstance(subject, Literal) or not isinstance(predicate, Iri):
        raise QueryError(f"{n3(subject)} {n3(predicate)} {n3(value)} is no triple")
    return Triple(subject, predicate, value)
