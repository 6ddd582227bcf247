"""What a claim affirms or denies, in YAML: triples, nested triples, and "nothing is all of these"."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.formats.coerce import BadValue, literal
from kg.formats.desk import Desk, each, shape
from kg.formats.lexicon import TEXT, Property
from kg.formats.yaml_reader import Listing, Text, Tree
from kg.formats.yaml_reader import Mapping as Map
from kg.model import Proposition
from kg.naming import Restriction, pattern
from kg.rdf import proposition_node, proposition_triples
from kg.terms import RDF_LANG_STRING, Iri, Literal, Node, Term, local_name
from kg.vocab import EDTF, OWL, RDF, RDFS, TYPE

_WRONG_LENGTH = "a triple has three parts, [subject, property, object]; this has {}"
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_LOGIC = (RDF, RDFS, OWL)
_CONTENT_KEYS = ("that", "none", "where", "holds")
_EXPLICIT_KEYS = ("value", "type", "lang", "ref")


class ContentReader:
    """Reads propositions, and the values of properties wherever they stand."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # Propositions

    def propositions(self, value: Tree, holds: Literal | None) -> list[Proposition]:
        """Read one proposition or a list of them; `holds` is the time of those that give none."""
        if isinstance(value, Listing) and not is_triple(value):
            if not value.items:
                self._desk.complain(value, "there is nothing in this list")
            if any(isinstance(item, Text) for item in value.items):
                self._desk.complain(value, _WRONG_LENGTH.format(len(value.items)))
                return []
            return [p for item in value.items for p in self._one(item, holds)]
        return self._one(value, holds)

    def _one(self, value: Tree, holds: Literal | None) -> list[Proposition]:
        found = self.proposition(value, holds)
        return [] if found is None else [found]

    def proposition(self, value: Tree, holds: Literal | None = None) -> Proposition | None:
        """Read one proposition: `[subject, property, object]`, `{that: ...}` or `{none: ...}`."""
        if isinstance(value, Map):
            return self._described(value, holds)
        if not isinstance(value, Listing):
            self._desk.complain(value, "write what is said as [subject, property, object]")
            return None
        if not is_triple(value):
            self._desk.complain(value, _WRONG_LENGTH.format(len(value.items)))
            return None
        return self._triple(value, holds)

    def _described(self, value: Map, holds: Literal | None) -> Proposition | None:
        self._desk.unknown_keys(value, _CONTENT_KEYS, "key")
        own = value.get("holds")
        if own is not None:
            holds = self.date(own, "holds")
            if holds is None:
                return None
        that, none = value.get("that"), value.get("none")
        if that is not None and none is None:
            if value.get("where") is not None:
                self._desk.complain(value, "`where` belongs to `none`")
            return self.proposition(that, holds)
        if none is not None and that is None:
            return self._none(none, value.get("where"), holds)
        self._desk.complain(value, "this needs either `that` (a triple) or `none` (classes)")
        return None

    def _none(self, classes: Tree, where: Tree | None, holds: Literal | None) -> Proposition | None:
        """Read "nothing is all of these": the pattern is a subclass of owl:Nothing."""
        read = [self._desk.class_iri(item) for item in each(classes)]
        restrictions: list[Restriction] = []
        if where is not None:
            mapping = self._desk.mapping(where, "`where`")
            for key, value in mapping.items.values() if mapping else ():
                prop = self.property(key)
                restrictions += [(prop.iri, term) for term in self.values(value, prop)] if prop else []
        known = [cls for cls in read if cls is not None]
        if not known:
            if not read:
                self._desk.complain(classes, "`none` needs at least one class")
            return None
        node, triples = pattern(known, restrictions)
        self._desk.background |= triples
        return Proposition(node, RDFS.subClassOf, OWL.Nothing, holds)

    def _triple(self, value: Listing, holds: Literal | None) -> Proposition | None:
        subject_at, predicate_at, object_at = value.items
        subject = self._subject(subject_at)
        prop = self.property(predicate_at) if isinstance(predicate_at, Text) else None
        if prop is None:
            return None
        obj = self._object(object_at, prop)
        if subject is None or obj is None:
            return None
        return Proposition(subject, prop.iri, obj, holds)

    def _subject(self, value: Tree) -> Node | None:
        if isinstance(value, Text):
            return self._desk.reference(value, "name", self._terms(value))
        return self._nested(value)

    def _object(self, value: Tree, prop: Property) -> Term | None:
        if prop.iri == TYPE:
            return self._desk.class_iri(value)
        if isinstance(value, Listing) or (isinstance(value, Map) and not is_explicit(value)):
            if prop.datatype is not None:
                self._desk.complain(value, f'"{prop.key}" must have a single value here, not a {shape(value)}')
                return None
            return self._nested(value)
        return self.value(value, prop)

    def _nested(self, value: Tree) -> Node | None:
        """Read a proposition that another one speaks about, and keep its description with the background."""
        proposition = self.proposition(value)
        if proposition is None:
            return None
        self._desk.background.update(proposition_triples(proposition))
        return proposition_node(proposition)

    # Properties and values

    def property(self, key: Text) -> Property | None:
        """Read the name of a property: its word, `is`, a prefixed name or an IRI."""
        if key.value == "is":
            return Property(TYPE, "is", None, (), ())
        found = self._desk.lexicon.properties.get(key.value)
        if found is not None:
            return found
        iri = self._desk.iri(key)
        if iri is not None and not self._desk.is_misspelt(key, iri):
            return self._desk.lexicon.by_iri.get(iri) or Property(iri, key.value, None, (), ())
        self._desk.unknown(key, "property", [*self._desk.lexicon.properties, "is"])
        return None

    def values(self, value: Tree, prop: Property) -> list[Term]:
        """Read one value of a property, or a list of them."""
        found = (self.value(item, prop) for item in each(value))
        return [term for term in found if term is not None]

    def value(self, value: Tree, prop: Property) -> Term | None:
        """Read a value as its property wants it."""
        if isinstance(value, Map):
            return self._explicit(value, prop) if is_explicit(value) else self._nested(value)
        text = self._desk.text(value, f'"{prop.key}"')
        if text is None:
            return None
        if prop.datatype is not None:
            return self._literal(text, prop.datatype)
        if prop.iri not in self._desk.lexicon.by_iri and not prop.iri.startswith(_LOGIC):
            self._desk.complain(
                text, f'"{prop.key}" is not in the ontology; say what its value is: {{ref: ...}} or {{value: ...}}'
            )
            return None
        words = dict(self._desk.lexicon.individuals(prop)) or self._terms(text, prop)
        return self._desk.reference(text, self.role(prop), words)

    def role(self, prop: Property) -> str:
        """Say what kind of thing a property wants, for an error message."""
        if self._desk.lexicon.individuals(prop):
            return prop.key
        kinds = {local_name(cls).lower() for cls in prop.ranges}
        return kinds.pop() if len(kinds) == 1 else "name"

    def date(self, value: Tree, what: str) -> Literal | None:
        """Read a date."""
        text = self._desk.text(value, f'"{what}"')
        return None if text is None else self._literal(text, EDTF)

    def _literal(self, text: Text, datatype: Iri) -> Literal | None:
        try:
            return literal(text, datatype)
        except BadValue as error:
            self._desk.complain(text, str(error))
            return None

    def _explicit(self, value: Map, prop: Property) -> Term | None:
        """Read `{ref: id}`, or `{value: text, lang: en}`, or `{value: text, type: xsd:date}`."""
        self._desk.unknown_keys(value, _EXPLICIT_KEYS, "key")
        ref = value.get("ref")
        if ref is not None:
            if len(value.items) > 1:
                self._desk.complain(value, "`ref` stands alone")
            return self._desk.reference(ref, self.role(prop))
        text, lang, kind = value.get("value"), value.get("lang"), value.get("type")
        if not isinstance(text, Text) or (lang is not None and kind is not None):
            self._desk.complain(value, "write {value: text}, with `lang` or `type` beside it, or {ref: id}")
            return None
        if lang is not None:
            return self._tagged(text, lang)
        datatype = TEXT if kind is None else self._datatype(kind)
        if datatype is None:
            return None
        return Literal(text.value) if datatype == TEXT else self._literal(replace(text, quoted=False), datatype)

    def _tagged(self, text: Text, lang: Tree) -> Literal | None:
        tag = self._desk.text(lang, "`lang`")
        if tag is None:
            return None
        if not _LANGUAGE.fullmatch(tag.value):
            self._desk.complain(tag, f'"{tag.value}" is not a language tag (write en, zh or zh-Hant)')
            return None
        return Literal(text.value, RDF_LANG_STRING, tag.value.lower())

    def _datatype(self, kind: Tree) -> Iri | None:
        text = self._desk.text(kind, "`type`")
        iri = self._desk.iri(text) if text else None
        if text is not None and iri is None:
            self._desk.complain(text, f'unknown datatype "{text.value}"; write it with a prefix, such as xsd:date')
        return iri

    def _terms(self, text: Text, prop: Property | None = None) -> dict[str, Iri]:
        """Return the class or property that a word names, where a claim may speak of the ontology itself."""
        if prop is not None and not prop.iri.startswith(_LOGIC):
            return {}
        found = self._desk.lexicon.classes.get(text.value)
        named = self._desk.lexicon.properties.get(text.value)
        if found is None and named is not None and text.value not in self._desk.ids:
            found = named.iri
        return {text.value: found} if found is not None else {}


def is_triple(value: Listing) -> bool:
    """Say whether a list is one triple and not a list of triples: its second item is a word."""
    return len(value.items) == 3 and isinstance(value.items[1], Text)


def is_explicit(value: Map) -> bool:
    """Say whether a mapping is a literal or a name written out, not an entry."""
    return "value" in value.items or "ref" in value.items
