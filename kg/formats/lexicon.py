"""The words of a dossier: which section, class, property or value each stands for.

All of it is read from the ontology, so that a new class there is a new word here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kg.formats.rdf_syntax import parse_graph
from kg.naming import by_subject
from kg.resources import ontology_file
from kg.terms import XSD, Iri, Literal, Term, Triple, local_name
from kg.vocab import EDTF, NEG, OA, OWL, RDFS, SCHEMA, SKOS, TYPE, XSD_NS

TEXT = XSD_NS.string
BOOLEAN = XSD_NS.boolean
RECORD_CLASSES = frozenset(
    NEG.term(name)
    for name in ["Claim", "Proposition", "Report", "Mention", "Position", "Conflict", "Account", "Dossier"]
)
"""The classes of which a dossier's own records are; they are written in its `claims` and its head."""
_ABOUT_TERMS = frozenset(
    NEG.term(name) for name in "says kind persistence phrase phraseDenied question section page key hierarchy".split()
)
"""Annotations that the ontology makes on its own terms, never a dossier on a thing."""
_FORMAT_RANGES = {NEG.plural: BOOLEAN}
"""Annotation properties have no range in OWL; this one is read as a truth value."""
_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


@dataclass(frozen=True, slots=True)
class Property:
    """A property as a dossier uses it: its key, and what its values are.

    `datatype` is None for a property whose values are things; `key` is empty for one that has no word
    of its own and is written with a prefix.
    """

    iri: Iri
    key: str
    datatype: Iri | None
    domains: tuple[Iri, ...]
    ranges: tuple[Iri, ...]
    definition: str = ""

    @property
    def of_things(self) -> bool:
        """Say whether an entry (not a claim or another record) can have this property."""
        return not self.domains or any(domain not in RECORD_CLASSES for domain in self.domains)

    @property
    def of_claims(self) -> bool:
        """Say whether a claim can have this property beside its own keys."""
        if self.domains:
            return NEG.Claim in self.domains
        return self.datatype is not None or self.ranges == (NEG.Document,)


@dataclass(frozen=True)
class Lexicon:
    """The words that the ontology gives to dossiers."""

    classes: Mapping[str, Iri]
    properties: Mapping[str, Property]
    by_iri: Mapping[Iri, Property]
    sections: Mapping[str, Iri]
    values: Mapping[Iri, Mapping[str, Iri]]
    parents: Mapping[Iri, frozenset[Iri]]
    definitions: Mapping[Iri, str]
    terms: frozenset[Iri]

    def section_of(self, types: Iterable[Iri]) -> str | None:
        """Return the section in which a thing of these classes is written: the one of the nearest class."""
        by_class = {cls: name for name, cls in self.sections.items()}
        level = set(types)
        seen: set[Iri] = set()
        while level:
            names = sorted(by_class[cls] for cls in level if cls in by_class)
            if names:
                return names[0]
            seen |= level
            level = {parent for cls in level for parent in self.parents.get(cls, ())} - seen
        return None

    def individuals(self, prop: Property) -> Mapping[str, Iri]:
        """Return the words for the values of a property that takes them from a fixed list."""
        words: dict[str, Iri] = {}
        for cls in prop.ranges:
            words |= self.values.get(cls, {})
        return words

    def word_for(self, value: Term, prop: Property) -> str | None:
        """Return the word that a dossier uses for a value from a fixed list."""
        words = [word for word, iri in self.individuals(prop).items() if iri == value]
        return words[0] if words else None

    def class_word(self, iri: Term) -> str | None:
        """Return the word for a class."""
        return next((word for word, cls in self.classes.items() if cls == iri), None)


@lru_cache(maxsize=1)
def shipped() -> Lexicon:
    """Return the words of the ontology that ships with the package."""
    path = ontology_file()
    return lexicon(parse_graph(path.read_bytes(), "ttl", path.name))


def lexicon(ontology: Iterable[Triple]) -> Lexicon:
    """Read the words from the triples of an ontology."""
    facts = by_subject(ontology)
    found = _Ontology({s: f for s, f in facts.items() if isinstance(s, Iri)})
    every = sorted(found.properties(), key=lambda prop: prop.iri)
    properties = {prop.key: prop for prop in every if prop.key and prop.iri not in _ABOUT_TERMS}
    return Lexicon(
        classes=found.classes(),
        properties=dict(sorted(properties.items())),
        by_iri={p.iri: p for p in every},
        sections=found.sections(),
        values=found.values(),
        parents=found.parents(),
        definitions=found.definitions(),
        terms=frozenset(iri for iri in facts if isinstance(iri, Iri)),
    )


class _Ontology:
    """The triples of an ontology's named terms, with the questions that a lexicon puts to them."""

    def __init__(self, facts: Mapping[Iri, list[tuple[Iri, Term]]]) -> None:
        self._facts = facts

    def _of_type(self, *types: Iri) -> list[Iri]:
        return sorted(s for s, facts in self._facts.items() if any((TYPE, t) in facts for t in types))

    def _texts(self, term: Iri, predicate: Iri) -> list[str]:
        return sorted(o.value for p, o in self._facts.get(term, ()) if p == predicate and isinstance(o, Literal))

    def _nodes(self, term: Iri, *predicates: Iri) -> tuple[Iri, ...]:
        return tuple(o for p, o in self._facts.get(term, ()) if p in predicates and isinstance(o, Iri))

    def _key(self, term: Iri) -> str | None:
        keys = self._texts(term, NEG.key)
        if keys:
            return keys[0]
        return local_name(term) if term.startswith(NEG) else None

    def properties(self) -> Iterable[Property]:
        for iri in self._of_type(*_KINDS):
            ranges = self._nodes(iri, RDFS.range, SCHEMA.rangeIncludes)
            yield Property(
                iri=iri,
                key=(not iri.startswith(OA) and self._key(iri)) or "",
                datatype=self._datatype(iri, ranges),
                domains=self._nodes(iri, RDFS.domain, SCHEMA.domainIncludes),
                ranges=ranges,
                definition=" ".join(self._texts(iri, SKOS.definition)),
            )

    def _datatype(self, iri: Iri, ranges: tuple[Iri, ...]) -> Iri | None:
        if (TYPE, OWL.ObjectProperty) in self._facts[iri]:
            return None
        if iri in _FORMAT_RANGES and not ranges:
            return _FORMAT_RANGES[iri]
        if EDTF in ranges:
            return EDTF
        return next((r for r in ranges if r.startswith(XSD) or (TYPE, RDFS.Datatype) in self._facts.get(r, ())), TEXT)

    def classes(self) -> dict[str, Iri]:
        words: dict[str, Iri] = {}
        for iri in self._of_type(OWL.Class, RDFS.Class):
            key = self._key(iri)
            if key is not None and iri not in RECORD_CLASSES:
                words[key] = iri
        return words

    def sections(self) -> dict[str, Iri]:
        found = {name: cls for cls in self._of_type(OWL.Class) for name in self._texts(cls, NEG.section)}
        return dict(sorted(found.items()))

    def values(self) -> dict[Iri, dict[str, Iri]]:
        """Return, for each class with a fixed list of members, their words: the key, then the name in kebab-case."""
        found: dict[Iri, dict[str, Iri]] = {}
        for iri in self._of_type(OWL.NamedIndividual):
            for cls in self._nodes(iri, TYPE):
                if cls != OWL.NamedIndividual:
                    words = found.setdefault(cls, {})
                    for word in (*self._texts(iri, NEG.key), kebab(local_name(iri))):
                        words.setdefault(word, iri)
        return found

    def parents(self) -> dict[Iri, frozenset[Iri]]:
        return {iri: frozenset(self._nodes(iri, RDFS.subClassOf)) for iri in self._of_type(OWL.Class)}

    def definitions(self) -> dict[Iri, str]:
        return {iri: " ".join(texts) for iri in self._facts if (texts := self._texts(iri, SKOS.definition))}


def kebab(name: str) -> str:
    """Write a name in kebab-case.

    >>> kebab("OnRecord"), kebab("ReliabilityB"), kebab("ChathamHouse")
    ('on-record', 'reliability-b', 'chatham-house')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()
