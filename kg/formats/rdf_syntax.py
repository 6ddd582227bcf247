"""RDF files to quads and back, with the place of every fault. Parsing and writing is pyoxigraph's work."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from kg.errors import BadInput, Fault, did_you_mean
from kg.terms import Blank, Iri, Literal, Node, Quad, Term, Triple
from kg.vocab import PREFIXES

FORMATS: Mapping[str, ox.RdfFormat] = {
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}
"""The syntaxes by their usual file suffix."""
LARGEST_ENTITIES = 5_000
"""Bytes of all XML entities of a file; ontology editors write about ten short ones."""
LARGEST_UNFOLDED = 50_000_000
"""Bytes that all references to them may unfold to."""
DEEPEST_XML = 1_000
DEEPEST_TRIPLES = 20
_WITH_GRAPHS = ("trig", "nq", "jsonld")


class SyntaxFault(ValueError):
    """A text that is not in the syntax that it is said to be in, at a line and column (0: unknown)."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line, self.column = line, column


def parse_quads(data: bytes, syntax: str, base: str | None = None, *, keep_labels: bool = False) -> Iterator[Quad]:
    """Read quads; blank nodes are numbered as they come, or keep the labels that they have in the text."""
    names = _BlankNames(data if keep_labels else b"")
    if syntax == "rdf":
        _refuse_entities(data)
        _refuse_depth(data)
    else:
        refuse_nested_triples(data)
    try:
        for quad in ox.parse(data, format=FORMATS[syntax], base_iri=base):
            graph = quad.graph_name
            subject, obj = names.node(quad.subject), names.term(quad.object)
            if isinstance(graph, ox.BlankNode):
                raise SyntaxFault(0, 0, "a graph named by a blank node cannot be loaded; give it an IRI")
            name = Iri(graph.value) if isinstance(graph, ox.NamedNode) else None
            yield Quad(subject, Iri(quad.predicate.value), obj, name)
    except SyntaxError as error:
        raise explained(error, syntax) from None
    except (ValueError, OSError) as error:
        if isinstance(error, SyntaxFault):
            raise
        raise SyntaxFault(0, 0, str(error)) from None


def is_iri(text: str) -> bool:
    """Say whether a text is an absolute IRI, as every parser here understands it.

    >>> is_iri("https://example.org/é"), is_iri("https://example.org/a b"), is_iri("a")
    (True, False, False)
    """
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def parse_graph(data: bytes, syntax: str, file: str, base: str | None = None) -> tuple[Triple, ...]:
    """Read the triples of a file that is known to be good, such as the ontology."""
    try:
        return tuple(quad.triple for quad in parse_quads(data, syntax, base))
    except SyntaxFault as error:
        raise BadInput([Fault(file, error.line, error.column, str(error))]) from None


_TRIPLE_IN_TRIPLE = "a triple inside a triple (RDF 1.2) cannot be loaded; use a neg:Proposition"
_OPENING = re.compile(
    rb"""
    "{3}(?:[^"\\]|\\.|"(?!""))*"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3} | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*'
    | <[^<>"{}|^`\s]*> | \\. | \#[^\n]* | (?P<open><<) | >>
    """,
    re.VERBOSE | re.DOTALL,
)


def refuse_nested_triples(data: bytes) -> None:
    """Refuse many triples within each other before they are parsed: the parser runs out of stack over thousands.

    Raises `SyntaxFault`. A part of a text can be shown too, if it is long enough to hold what would be too deep.
    """
    if data.count(b"<<") <= DEEPEST_TRIPLES:
        return
    depth = 0
    for found in _OPENING.finditer(data):
        depth = depth + 1 if found["open"] else max(0, depth - (found[0] == b">>"))
        if depth > DEEPEST_TRIPLES:
            raise SyntaxFault(data.count(b"\n", 0, found.start()) + 1, 1, _TRIPLE_IN_TRIPLE)


_ENTITY = re.compile(rb"<!ENTITY\s+(%\s*)?([^\s>]+)\s*(\"[^\"]*\"|'[^']*'|[^>]*)")
_REFERENCE = re.compile(rb"&([^\s;&<>#]+);")


def _refuse_entities(data: bytes) -> None:
    """Refuse XML entities that refer to others or to files, or unfold to much: a small file could fill all memory."""
    if b"<!ENTITY" not in data:
        return
    entities = _ENTITY.findall(data)
    size = sum(len(value) for _, _, value in entities)
    if size > LARGEST_ENTITIES or any(mark or b"&" in value or value[:1] not in b"\"'" for mark, _, value in entities):
        raise SyntaxFault(0, 0, "XML entities may only be short texts, such as the start of an IRI")
    sizes = {name: len(value) for _, name, value in entities}
    if sum(sizes.get(name, 0) for name in _REFERENCE.findall(data)) > LARGEST_UNFOLDED:
        raise SyntaxFault(0, 0, f"XML entities unfold to more than {LARGEST_UNFOLDED // 1_000_000} MB")


_TAG = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)|(?P<close></|/>)|(?P<open><[^!?/])", re.DOTALL
)


def _refuse_depth(data: bytes) -> None:
    """Refuse elements within elements without end: the parser's time grows with the square of their depth."""
    depth = 0
    for tag in _TAG.finditer(data):
        depth += (tag["open"] is not None) - (tag["close"] is not None)
        if depth > DEEPEST_XML:
            line, column = data.count(b"\n", 0, tag.start()) + 1, tag.start() - data.rfind(b"\n", 0, tag.start())
            raise SyntaxFault(line, column, f"this is more than {DEEPEST_XML} elements deep")


class _BlankNames:
    """Gives each blank node of a parse a label that does not change from run to run."""

    def __init__(self, labelled_in: bytes) -> None:
        self._names: dict[str, Blank] = {}
        self._text = labelled_in

    def _name(self, label: str) -> Blank:
        if self._text and f"_:{label}".encode() in self._text:
            return Blank("_:" + label)
        return Blank(f"_:b{len(self._names) + 1}")

    def term(self, term: object) -> Term:
        if isinstance(term, ox.Literal):
            return Literal(term.value, Iri(term.datatype.value), term.language)
        return self.node(term)

    def node(self, term: object) -> Node:
        match term:
            case ox.NamedNode():
                return Iri(term.value)
            case ox.BlankNode():
                if term.value not in self._names:
                    self._names[term.value] = self._name(term.value)
                return self._names[term.value]
            case _:
                raise SyntaxFault(0, 0, _TRIPLE_IN_TRIPLE)


_EXPLANATION = re.compile(r"^Parser error (?:at|between) .*?: (.*?)(?: \(line \d+\))?$", re.DOTALL)


def explained(error: SyntaxError, syntax: str) -> SyntaxFault:
    """Say what a parser found wrong, and where, as our own fault."""
    text = str(error.msg)
    match = _EXPLANATION.match(text)
    message = match[1] if match else text
    # The parser sees JSON-LD with its contexts put in, so its places are not those of the file.
    line, column = (0, 0) if syntax == "jsonld" else (error.lineno or 0, error.offset or 0)
    return SyntaxFault(line, column, message[:1].lower() + message[1:])


def write_graphs(quads: Iterable[Quad], syntax: str, prefixes: Mapping[str, str] | None = None) -> str:
    """Write quads in an RDF syntax; one that knows no named graphs gets all triples in one.

    >>> print(write_graphs([Quad(Iri("http://e/s"), Iri("http://e/p"), Literal("x"), None)], "nt"), end="")
    <http://e/s> <http://e/p> "x" .
    """
    if syntax not in FORMATS:
        raise ValueError(f'unknown format "{syntax}"{did_you_mean(syntax, FORMATS)}')
    with_graphs = syntax in _WITH_GRAPHS
    rows = sorted({quad if with_graphs else quad._replace(g=None) for quad in quads}, key=_order)
    known = PREFIXES | dict(prefixes or {})
    if with_graphs:
        return _written([_ox_quad(row) for row in rows], syntax, known)
    return _written([_ox_quad(row).triple for row in rows], syntax, known)


def write_graph(triples: Iterable[Triple], syntax: str, prefixes: Mapping[str, str] | None = None) -> str:
    """Write the triples of one graph in an RDF syntax."""
    return write_graphs((Quad(*triple, None) for triple in triples), syntax, prefixes)


def _written(rows: list[ox.Quad] | list[ox.Triple], syntax: str, prefixes: dict[str, str]) -> str:
    data = ox.serialize(rows, format=FORMATS[syntax], prefixes=prefixes)
    return (data or b"").decode("utf-8")


def _order(quad: Quad) -> tuple[str, ...]:
    # Subjects stand together, so that Turtle groups them; the type of a thing comes first.
    kind = "" if quad.p.endswith("#type") else str(quad.p)
    return (str(quad.g or ""), str(quad.s), kind, str(quad.o))


def _ox_node(node: Node) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(node[2:]) if isinstance(node, Blank) else ox.NamedNode(node)


def _ox_term(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if not isinstance(term, Literal):
        return _ox_node(term)
    if term.language:
        return ox.Literal(term.value, language=term.language)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype))


def _ox_quad(quad: Quad) -> ox.Quad:
    graph = ox.DefaultGraph() if quad.g is None else ox.NamedNode(quad.g)
    return ox.Quad(_ox_node(quad.s), ox.NamedNode(quad.p), _ox_term(quad.o), graph)
