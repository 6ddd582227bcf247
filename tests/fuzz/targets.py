"""Every reader of what others write, each as a function of bytes that either returns or says what is wrong.

The law, for all of them: a reader returns, or raises the errors it is said to raise and no other; a fault is in the
file at hand, on a line that it has; reading again gives the same; and it takes no longer than seconds.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.contradiction.theory import RULE_PREFIXES_EXTRA
from kg.errors import BadInput, Fault, ParleyError
from kg.formats import read_text
from kg.formats.lexicon import shipped
from kg.formats.tables import Block, Source, csv_blocks, ndjson_blocks, read_csv
from kg.logic.rules import parse_rules
from kg.queries import parse_query
from kg.store import sparql
from kg.store.graph_patterns import read_query
from kg.store.oxigraph import OxigraphStore
from kg.store.protocol import Bounds
from kg.store.remote.addresses import read_address
from kg.store.remote.answers import Solutions
from kg.terms import Iri, Literal
from kg.times import BadDate, in_english, parse
from kg.values import BadQuantity, parse_quantity
from kg.vocab import PREFIXES

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST_SEED = 3_000
"""Bytes of a real file that mutations begin with: short ones are read a thousand times in seconds."""
SLOW = 20
"""Seconds within which any small input is read, on a busy machine."""


@dataclass(frozen=True, slots=True)
class Target:
    """A reader: what to call, the errors it may raise, real input to begin with, and pieces worth putting in."""

    read: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    pieces: tuple[bytes, ...] = ()
    errors: tuple[type[Exception], ...] = (ParleyError,)


class Broken(AssertionError):
    """The law does not hold for an input."""


def obeys(name: str, data: bytes) -> None:
    """Raise `Broken` if the law does not hold for this reader and these bytes."""
    began = time.monotonic()
    first = _outcome(TARGETS[name], data)
    if (took := time.monotonic() - began) > SLOW:
        raise Broken(f"{name} took {took:.0f} s for {data!r}")
    if (second := _outcome(TARGETS[name], data)) != first:
        raise Broken(f"{name} reads {data!r} as {first}, then as {second}")


def _outcome(target: Target, data: bytes) -> str:
    try:
        found = target.read(data)
    except target.errors as error:
        if isinstance(error, BadInput):
            _check(error.faults, data)
        return f"{type(error).__name__}: {error}"
    except Exception as error:
        raise Broken(f"{type(error).__name__}: {error} for {data!r}") from error
    return repr(found)


def _check(faults: Sequence[Fault], data: bytes) -> None:
    lines = (
        max(len(_text(data).splitlines()), data.count(b"\n")) + 1
    )  # a fault at the end may be on the line after the last
    for fault in faults:
        if fault.file != FILE or not 0 <= fault.line <= lines or fault.column < 0 or not fault.message.strip():
            raise Broken(f"the fault {fault!r} is nowhere in {data!r}")


FILE = "fuzz"


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _of_format(syntax: str) -> Callable[[bytes], object]:
    return lambda data: read_text(_text(data), format=syntax, file=FILE)


def _guessed(data: bytes) -> object:
    return read_text(_text(data), file=FILE)


def _rules(data: bytes) -> object:
    return parse_rules(_text(data), FILE, {**PREFIXES, **RULE_PREFIXES_EXTRA})


def _date(data: bytes) -> object:
    text = _text(data)
    return parse(text), in_english(text)


def _sparql(data: bytes) -> object:
    text = _text(data)
    sparql.form(text)
    sparql.refuse_outside(text)
    names = sorted(sparql.variables(text))[:2]
    bound = sparql.bind(text, dict(zip(names, (Iri("https://example.org/x"), Literal('"}')), strict=False)))
    return bound, str(sparql.syntax_error(bound, FILE, f"error at 1:{len(text) // 2}: Prefix not found"))


def _asked(data: bytes) -> object:
    """Ask an empty store, in a process of its own: what breaks the engine must not end the search."""
    return OxigraphStore().query(_text(data), name=FILE, bounds=Bounds(seconds=2, mebibytes=500))


def _believed(data: bytes) -> object:
    return read_query(_text(data), FILE)


def _table(data: bytes) -> object:
    """Read a table in both ways, the one for small files and the one in blocks."""
    _, faults = read_csv(data, Source(FILE, FILE), shipped())
    return faults, _whole(csv_blocks(io.BytesIO(data), Source(FILE, FILE), shipped()))


def _records(data: bytes) -> object:
    return _whole(ndjson_blocks(io.BytesIO(data), Source(FILE, FILE), shipped()))


def _whole(blocks: Iterable[Block]) -> object:
    found = list(blocks)
    if faults := [fault for block in found for fault in block.faults]:
        raise BadInput(faults)
    return [(block.graph, block.sure, block.other, block.claims) for block in found]


def _answer(data: bytes) -> object:
    """Read what a server sent, in pieces as they may come."""
    solutions = Solutions(data[at : at + 7] for at in range(0, len(data), 7))
    if solutions.truth is not None:
        return solutions.truth
    return solutions.variables, list(solutions.rows(lambda term: term))


def _address(data: bytes) -> object:
    return read_address(data.decode("utf-8", "replace"))


# --- Real input -----------------------------------------------------------------------------------


def _files(*patterns: str) -> tuple[bytes, ...]:
    found = [path for pattern in patterns for path in sorted(ROOT.glob(pattern)) if path.suffix != ".errors"]
    return tuple(path.read_bytes()[:LONGEST_SEED] for path in found)


TURTLE = b"""@prefix neg: <https://w3id.org/parley/ns#> . @prefix prov: <http://www.w3.org/ns/prov#> . @prefix e: <http://e/> .
e:c1 a neg:Claim ; prov:wasAttributedTo e:ann ; neg:saidOn "2019-01-22"^^<http://www.w3.org/2001/XMLSchema#date> ;
  neg:affirms [ a neg:Proposition ; <http://e/p> ( 1 2.0 "x"@en \"\"\"a "quote\" \"\"\" ) ] ; neg:note 'n\\u00e9' . # a comment
"""
TRIG = TURTLE + b"e:g { e:a e:p e:b , _:b . } GRAPH <http://e/h> { e:a e:p true }\n"
NQUADS = b"""<http://e/s> <http://e/p> "x\\n\\u00e9"@en-GB <http://e/g> .
_:b <http://e/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> . # a comment
<http://e/s> <https://w3id.org/parley/ns#saidOn> "2019-01-22" <http://e/g> .
"""
JSONLD = b"""{"@context": ["https://w3id.org/parley/context.jsonld", {"e": "http://e/", "a": {"@id": "e:a", "@type": "@id"}}],
 "@graph": [{"@id": "e:x", "type": "Claim", "a": ["e:y", {"@id": "_:b"}], "e:n": [1, 2.5, true, null, "t"],
  "e:l": {"@list": [{"@value": "v", "@language": "en"}]}, "@reverse": {"e:r": {"@id": "e:z"}}}]}"""
XML = b"""<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY e "http://e/">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/" xml:base="http://e/">
<!-- a comment --><e:T rdf:about="&e;a" e:q="v"><e:p rdf:parseType="Collection"><rdf:Description rdf:ID="i"/></e:p>
<e:r rdf:resource="b"/><e:l xml:lang="en">x &amp; <![CDATA[<y>]]></e:l><e:m rdf:parseType="Literal"><b>z</b></e:m></e:T></rdf:RDF>"""
TABLE = b'''id,speaker,on,act,subject,predicate,object
c1,ann,2019-01-22,affirms,talks,is,Cancelled
c2,"bob, the ""second""",2019-01/..,denies,talks,rate,10 %
'''
RECORDS = b"""{"dossier": "https://example.org/x", "title": "X"}
{"people": {"ann": {"name": "Ann"}}, "meetings": {"talks": {"type": "Meeting", "name": "the talks"}}}
{"claims": {"c1": {"by": "ann", "on": "2019-01-22", "affirms": ["talks", "is", "Cancelled"]}}}
"""
ANSWERS = (
    b'{"head": {"vars": ["s", "o"]}, "results": {"bindings": [{"s": {"type": "uri", "value": "http://e/s"}, "o": '
    b'{"type": "literal", "value": "x", "xml:lang": "en"}}, {"o": {"type": "typed-literal", "value": "1", "datatype": '
    b'"http://www.w3.org/2001/XMLSchema#integer"}}, {"s": {"type": "bnode", "value": "b0"}}]}}',
    b'{"head": {"link": []}, "boolean": true}',
)
ASKING = (
    b"PREFIX e: <http://e/> SELECT ?s (COUNT(*) AS ?n) WHERE { ?s a e:T ; e:p/e:q* ?o . FILTER(?o > 1 && REGEX(?s, 'x')) "
    b"OPTIONAL { ?s e:r [ e:t ( 1 2 ) ] } } GROUP BY ?s ORDER BY DESC(?n) LIMIT 3",
    b"ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p 'a\\'b'@en } } MINUS { ?s ?p 1.5 } VALUES ?p { <http://e/p> } }",
    b"CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o BIND(STR(?o) AS ?x) FILTER NOT EXISTS { ?s a ?x } }",
    b"DESCRIBE <http://e/x>",
)
_RDF_PIECES = (
    b"<<",
    b"<<(",
    b")>>",
    b"{|",
    b"\\u0000",
    b"\\uD800",
    b"@prefix",
    b"GRAPH",
    b'"""',
    b"_:",
    b"^^",
    b"@en--ltr",
    b"[]",
)
_JSON_PIECES = (
    b'"@context": "http://127.0.0.1/x",', b'"@import"', b'"@id": null', b"[" * 60, b'{"a":' * 60, b"1e999", b"-0", b"NaN",
    b'"\\ud800"', b'"@type": "@json"', b'"@list"', b'"@reverse"', b'"@nest"', b'"@included"', b'"@protected": true', b"9" * 400,
)  # fmt: skip
_YAML_PIECES = (
    b"&a ", b"*a", b"<<: ", b"!!python/object ", b"- " * 60, b"? ", b"%YAML 1.1\n---\n", b"...\n", b"|2-\n", b">+\n", b"\t",
    b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\x00", b"\x85", b"'", b'"\\x1b', b"claims:\n", b"affirms: ", b"[", b"{", b": ", b"#",
)  # fmt: skip
_XML_PIECES = (
    b"<!ENTITY a SYSTEM 'file:///etc/passwd'>", b"&a;", b"&#0;", b"&#x110000;", b"<!DOCTYPE", b"]]>", b"<![CDATA[", b"<?", b"-->",
    b'rdf:nodeID="b"', b'xml:base="::"', b"<rdf:li>", b'rdf:bagID="x"', b'xmlns:="x"', b"</", b"/>", b'rdf:datatype="::"',
)  # fmt: skip
_QUERY_PIECES = (
    b"SERVICE", b"LOAD", b"FROM <file:///x>", b"{", b"}", b"(", b")", b"\\u0053", b"'''", b'"', b"#", b"\r", b"<<", b"<", b">", b"?x",
    b"# needs: conflicts\n", b"# param: x (kind: number; required) -- y\n", b"!", b"^", b"|", b"1e", b"\xef\xbb\xbf", b"%41", b"_:b",
)  # fmt: skip
_DATES = (
    b"2019-01-22",
    b"2019-01-22~/..",
    b"../2019-01?",
    b"2019-21",
    b"Y-12000",
    b"156X",
    b"2019-01-22T15:10+02:00",
    b"1e9",
    b"-0001",
)
_QUANTITIES = (
    b"10 %",
    b"~200",
    b">= 5 t",
    b"10..12 %",
    b"-1.5e3 km",
    b"1/3",
    b"\xe2\x88\x92" + b"5",
    b"1,000",
    b"9" * 200,
)

TARGETS: dict[str, Target] = {
    "yaml": Target(_of_format("yaml"), _files("examples/*/*.yaml", "tests/malformed/*.yaml"), _YAML_PIECES),
    "turtle": Target(_of_format("ttl"), (TURTLE, *_files("tests/malformed/*.ttl")), _RDF_PIECES),
    "trig": Target(_of_format("trig"), (TRIG, *_files("tests/malformed/*.trig")), _RDF_PIECES),
    "n-triples": Target(_of_format("nt"), (NQUADS,), _RDF_PIECES),
    "n-quads": Target(_of_format("nq"), (NQUADS, *_files("tests/malformed/*.nq")), _RDF_PIECES),
    "json-ld": Target(_of_format("jsonld"), (JSONLD, *_files("tests/malformed/*.jsonld")), _JSON_PIECES),
    "rdf-xml": Target(_of_format("rdf"), (XML, *_files("tests/malformed/*.rdf")), _XML_PIECES),
    "any": Target(_guessed, (TRIG, NQUADS, JSONLD, XML, TABLE, RECORDS, *_files("tests/malformed/*"))),
    "rules": Target(_rules, _files("ontology/rules/*.rules", "tests/rules/*.rules"), (b"says", b"?x", b"->", b'"', b"{", b"#")),
    "csv": Target(_table, (TABLE,), (b'"', b"\r", b";", b"\t", b"\x00", b"\xef\xbb\xbf", b'"' * 7, b"," * 50)),
    "ndjson": Target(_records, (RECORDS,), (*_JSON_PIECES, b"\n", b'"claims"', b'"dossier"', b'"affirms"')),
    "dates": Target(_date, _DATES, (*_DATES, b"/", b"~", b"?", b"%", b"X", b"T24:00", b"Z"), (BadDate,)),
    "quantities": Target(lambda data: parse_quantity(_text(data)), _QUANTITIES, _QUANTITIES, (BadQuantity,)),
    "sparql": Target(_sparql, (*ASKING, *_files("queries/*.rq")), _QUERY_PIECES),
    "asking": Target(_asked, ASKING, _QUERY_PIECES),
    "believed": Target(_believed, ASKING, _QUERY_PIECES),
    "named-queries": Target(lambda data: parse_query(FILE, _text(data)), _files("queries/*.rq"), _QUERY_PIECES),
    "server-answers": Target(_answer, ANSWERS, (*_JSON_PIECES, b'"bindings"', b'"results"', b'"boolean"', b'"type": "triple"')),
    "addresses": Target(_address, (b"sparql:https://user@host:8890/data/query?update=x", b"sparql:http://[::1]/"), (b"@", b"//", b"[")),
}  # fmt: skip
"""Every target by the name under which `python -m tests.fuzz.run` takes it."""

assert json.loads(JSONLD)
assert json.loads(ANSWERS[0])
