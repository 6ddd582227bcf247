"""RDF files as graphs: default graph named, blank nodes kept apart from other files', dates checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from kg.errors import Fault
from kg.formats.json_ld import inline_contexts
from kg.formats.rdf_syntax import SyntaxFault, parse_quads
from kg.formats.source import GraphSource
from kg.formats.turtle_places import Places
from kg.ids import digest
from kg.rdf import name_claims
from kg.terms import Blank, Iri, Literal, Quad, Triple
from kg.times import BadDate, parse
from kg.vocab import EDTF, NEG, TYPE

FILE_BASE = "https://w3id.org/parley/file/"
"""Names the graph of a file that does not name it itself; what follows is the path relative to what was given."""
_LINE_SYNTAXES = ("ttl", "trig", "nt", "nq")


def file_graph(name: str) -> Iri:
    """Name the graph of a file by its relative path, so that it is the same on every machine.

    >>> file_graph("talks/june 1.ttl")
    <https://w3id.org/parley/file/talks/june%201.ttl>
    """
    return Iri(FILE_BASE + quote(name))


def read_rdf(
    data: bytes, syntax: str, file: str, name: str, graph: Iri | None = None
) -> tuple[list[GraphSource], list[Fault]]:
    """Read the graphs of a file; with faults, no graph. `graph` is meant for statements that name none."""
    default = graph or file_graph(name)
    try:
        text = data.decode("utf-8-sig")
        if syntax == "jsonld":
            text = inline_contexts(text)
        quads = list(parse_quads(text.encode(), syntax, default))
    except UnicodeEncodeError as error:
        half = ascii(text[error.start])[1:-1]
        return [], [Fault(file, 0, 0, f"{half} is half of a character, and the other half is missing")]
    except SyntaxFault as error:
        return [], [Fault(file, error.line, error.column, str(error))]
    places = Places(text if syntax in _LINE_SYNTAXES else "", default)
    faults = [*_bad_dates(quads, file, places)]
    if faults:
        return [], faults
    home = _home(quads, default)
    graphs: dict[Iri, dict[Triple, None]] = {}
    for quad in quads:
        graphs.setdefault(quad.g or home, {})[quad.triple] = None
    mark = digest([name, *sorted(graphs)], 10)
    return [_source(graph, list(triples), file, places, mark) for graph, triples in graphs.items()], []


def _source(graph: Iri, triples: list[Triple], file: str, places: Places, mark: str) -> GraphSource:
    named = tuple(name_claims(graph, keep_apart(triples, mark)))
    subjects = {triple.s for triple in named}
    known = {node: place for node, place in places.subjects.items() if node in subjects}
    return GraphSource(graph, named, file, known)


def keep_apart(triples: Iterable[Triple], mark: str) -> Iterator[Triple]:
    """Rename blank nodes with a mark of their file, so that those of two files are never taken for one."""
    start = f"_:f{mark}"

    def renamed(node: Blank) -> Blank:
        return node if node.startswith(start) else Blank(start + node[2:])

    for subject, predicate, obj in triples:
        yield Triple(
            renamed(subject) if isinstance(subject, Blank) else subject,
            predicate,
            renamed(obj) if isinstance(obj, Blank) else obj,
        )


def _home(quads: Iterable[Quad], default: Iri) -> Iri:
    """Return the graph for triples that name none: the one dossier that they declare, else the file's own."""
    heads = (quad.s for quad in quads if quad.g is None and quad.p == TYPE and quad.o == NEG.Dossier)
    declared = {head for head in heads if isinstance(head, Iri)}
    return declared.pop() if len(declared) == 1 else default


def _bad_dates(quads: Iterable[Quad], file: str, places: Places) -> Iterable[Fault]:
    """Say which dates cannot be read; they would be without effect in every later step."""
    for quad in quads:
        if not isinstance(quad.o, Literal):
            continue
        if quad.o.datatype == EDTF or quad.p in (NEG.holds, NEG.saidOn):
            try:
                parse(quad.o.value)
            except BadDate as error:
                line, column = places.literals.get(quad.o.value, (0, 0))
                yield Fault(file, line, column, str(error))
