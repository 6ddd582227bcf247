"""RDF terms, triples and quads as plain values.

Every module below the formats and the store speaks in these, so that no RDF library's types leak
through the code. An `Iri` and a `Blank` are strings; a blank node's value starts with `_:`, so
the two never compare equal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

XSD = "http://www.w3.org/2001/XMLSchema#"


class Iri(str):
    """An IRI (an RDF named node), absolute."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{self!s}>"


class Blank(str):
    """A blank node; its value is its label with the `_:` in front."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


XSD_STRING = Iri(XSD + "string")
RDF_LANG_STRING = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")


@dataclass(frozen=True, slots=True)
class Literal:
    """An RDF literal: lexical form, datatype and, for tagged text, its language."""

    value: str
    datatype: Iri = XSD_STRING
    language: str | None = None

    def __str__(self) -> str:
        return self.value


Term: TypeAlias = Iri | Blank | Literal
Node: TypeAlias = Iri | Blank


class Triple(NamedTuple):
    """Subject, predicate, object."""

    s: Node
    p: Iri
    o: Term


class Quad(NamedTuple):
    """A triple and the named graph that it stands in (`None`: the default graph)."""

    s: Node
    p: Iri
    o: Term
    g: Iri | None

    @property
    def triple(self) -> Triple:
        """The quad without its graph."""
        return Triple(self.s, self.p, self.o)


_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile(r'[\\"\n\r\t]')
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')


def n3(term: Term) -> str:
    r"""Write a term in N-Triples, which is also valid Turtle and SPARQL.

    >>> n3(Iri("http://e/x"))
    '<http://e/x>'
    >>> n3(Literal('say "no"\n'))
    '"say \\"no\\"\\n"'
    """
    if isinstance(term, Blank):
        return str(term)
    if isinstance(term, Iri):
        return "<" + _NOT_IN_IRI.sub(_iri_character, term) + ">"
    text = '"' + _ESCAPED.sub(lambda found: _ESCAPES[found[0]], term.value) + '"'
    if term.language:
        return f"{text}@{term.language}"
    return text if term.datatype == XSD_STRING else f"{text}^^{n3(term.datatype)}"


def _iri_character(found: re.Match[str]) -> str:
    # N-Triples: an IRI may not hold these as they are; escaped they cannot end it early.
    return f"\\u{ord(found[0]):04X}"


def local_name(iri: str) -> str:
    """Return what follows the last `#` or `/`: the short name for people.

    >>> local_name("https://w3id.org/parley/ns#Cancelled")
    'Cancelled'
    """
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]
