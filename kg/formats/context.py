"""The JSON-LD context, made from the ontology: the words of a dossier as JSON-LD terms."""

from __future__ import annotations

from typing import Any

from kg.formats.lexicon import TEXT, Lexicon, Property
from kg.terms import Iri, local_name
from kg.vocab import OA, PREFIXES, RDF, shorten

_CONTENT = {"subject": RDF.subject, "predicate": RDF.predicate, "object": RDF.object}


def build(lexicon: Lexicon) -> dict[str, Any]:
    """Return the context document: every key and class of a dossier, and the values of fixed lists by name."""
    terms: dict[str, Any] = {name: str(base) for name, base in PREFIXES.items()}
    terms |= {"id": "@id", "type": "@type"}
    terms |= {word: shorten(iri) for word, iri in lexicon.classes.items()}
    terms |= {word: shorten(iri) for word, iri in _individuals(lexicon).items()}
    terms |= {prop.key: _term(prop, lexicon) for prop in lexicon.properties.values()}
    terms |= {word: {"@id": shorten(iri), "@type": "@vocab"} for word, iri in _CONTENT.items()}
    terms |= {local_name(iri): _term(prop, lexicon) for iri, prop in lexicon.by_iri.items() if iri.startswith(OA)}
    return {"@context": {"@version": 1.1, **terms}}


def _individuals(lexicon: Lexicon) -> dict[str, Iri]:
    every = {iri for words in lexicon.values.values() for iri in words.values()}
    return {local_name(iri): iri for iri in sorted(every)}


def _term(prop: Property, lexicon: Lexicon) -> Any:
    iri = shorten(prop.iri)
    if prop.datatype == TEXT:
        return iri
    if prop.datatype is not None:
        return {"@id": iri, "@type": shorten(prop.datatype)}
    return {"@id": iri, "@type": "@vocab" if lexicon.individuals(prop) else "@id"}
