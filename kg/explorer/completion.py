"""Names completed while a query is typed: terms of the ontology and things, each with what is to be written for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.explorer.explorer import Explorer
from kg.explorer.indexing import index_at_once
from kg.explorer.page import Json
from kg.explorer.searching import Entry, Index
from kg.explorer.words import words
from kg.terms import Iri, Literal, n3
from kg.vocab import OWL, PREFIXES, RDFS, SKOS, TYPE, shorten

MOST = 20
LONGEST = 200
"""Characters of a text that are looked at."""
_LOCAL = re.compile(r"[A-Za-z_][\w\-]*")
_LABELS = (RDFS.label, SKOS.prefLabel)
_KINDS = {
    OWL.Class: "class",
    RDFS.Class: "class",
    OWL.ObjectProperty: "property",
    OWL.DatatypeProperty: "property",
    OWL.AnnotationProperty: "property",
}


def complete(explorer: Explorer, text: str, most: int = MOST, kind: str = "") -> list[dict[str, str]]:
    """Return what a text may be the beginning of: name, kind, IRI, what to insert, and the prefix that this needs.

    Terms come before things that are as near. `kind` is `thing` for the parameters of a query, which take no terms.
    """
    text = text[:LONGEST]
    known = [] if kind == "thing" else list(_vocabulary(explorer).find(text, most=most * 5).hits)
    index = index_at_once(explorer)
    hits = index.find(text, most=most * 20).hits if index is not None else ()
    things = [hit for hit in hits if _is_thing(hit.entry)]
    found = sorted([*known, *things], key=lambda hit: hit.near)[:most]
    return [_completion(hit.entry) for hit in found]


def completion_json(explorer: Explorer, text: str, kind: str = "") -> Json:
    """Write completions as one JSON object."""
    return {"text": text, "completions": complete(explorer, text, kind=kind)}


def _is_thing(entry: Entry) -> bool:
    return entry.kind not in ("text", "dispute", "claim") and "://" in entry.key


def _completion(entry: Entry) -> dict[str, str]:
    short = shorten(entry.key)
    prefix, colon, local = short.partition(":")
    if not colon or prefix not in PREFIXES or not _LOCAL.fullmatch(local):
        short, prefix = n3(Iri(entry.key)), ""
    return {
        "name": entry.name,
        "kind": entry.kind,
        "iri": entry.key,
        "insert": short,
        "prefix": prefix,
        "namespace": str(PREFIXES[prefix]) if prefix else "",
    }


def _vocabulary(explorer: Explorer) -> Index:
    return explorer.vocabulary.index(lambda: Index(_terms(explorer)))


def _terms(explorer: Explorer) -> Iterator[Entry]:
    """Yield the classes and properties of the ontology by their labels; their names are found as well."""
    kinds: dict[str, str] = {}
    labels: dict[str, str] = {}
    for s, p, o in explorer.graph.ontology:
        if not isinstance(s, Iri):
            continue
        if p == TYPE and o in _KINDS:
            kinds[s] = _KINDS[o]  # type: ignore[index]  # a literal is in none
        elif p in _LABELS and isinstance(o, Literal) and (o.language or "en").startswith("en"):
            labels[s] = o.value
    for node, kind in sorted(kinds.items()):
        name = labels.get(node) or shorten(node)
        yield Entry(kind, node, name, hidden=" ".join([shorten(node), *_parts(node)]))


def _parts(node: str) -> list[str]:
    """Return the words of a name in capitals and small letters: `wasAttributedTo`."""
    return words(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", node.rsplit("/", 1)[-1].rsplit("#", 1)[-1]))
