"""The sections of a dossier: people, institutions, events and so on, each entry a thing of the background."""

from __future__ import annotations

from kg.formats.content import ContentReader, is_explicit
from kg.formats.desk import IDENTIFIER, Desk, each
from kg.formats.lexicon import Lexicon, Property
from kg.formats.yaml_reader import Listing, Text, Tree
from kg.formats.yaml_reader import Mapping as Map
from kg.ids import slug
from kg.terms import Iri, Node, Term, Triple
from kg.vocab import NEG, TYPE

ENTRY_KEYS = ("type", "iri")
"""Keys of an entry that are not properties: its classes, and its address if it has one elsewhere."""
_RECORD_KEYS = ("that", "none", "value", "ref")
"""Keys by which a mapping is a proposition or a literal written out, not a nested entry."""


def collect_ids(desk: Desk, sections: dict[str, Map]) -> None:
    """Note the ids of all entries and claims first, so that an entry may name one that comes later."""
    lines: dict[str, int] = {}
    for section, entries in sections.items():
        for key, value in entries.items.values():
            if not IDENTIFIER.fullmatch(key.value):
                hint = _better_id(key.value)
                desk.complain(key, f'"{key.value}" cannot be an id; use a-z, 0-9, "-", "_" and "."{hint}')
                desk.ids[key.value] = Iri(f"{desk.base}/{slug(key.value)}")  # so that the entry is read, too
            elif key.value in lines:
                first = lines[key.value]
                desk.complain(key, f'the id "{key.value}" is already used in line {first}; ids are unique in a dossier')
            else:
                lines[key.value] = key.line
                iri = _own_iri(desk, value) or Iri(f"{desk.base}/{key.value}")
                if iri in desk.places:
                    desk.complain(key, f"<{iri}> has another id in this dossier already")
                desk.ids[key.value] = iri
                desk.places[iri] = (key.line, key.column)
                if section == "claims":
                    desk.claim_ids.add(key.value)
            if section != "claims":
                _collect_nested(desk, key.value, value)  # also where the id is refused, so that the entry is read


def _own_iri(desk: Desk, value: Tree) -> Iri | None:
    """Return the address that an entry gives itself, because the thing has one elsewhere."""
    given = value.get("iri") if isinstance(value, Map) else None
    text = None if given is None else desk.text(given, "`iri`")
    iri = None if text is None else desk.iri(text)
    if text is not None and iri is None:
        desk.complain(text, f'"{text.value}" is not an address (https://... or a prefixed name)')
    return iri


def _better_id(text: str) -> str:
    plain = text.strip().lower().replace(" ", "-")
    return f"; such as {plain}" if IDENTIFIER.fullmatch(plain) else ""


def _collect_nested(desk: Desk, above: str, entry: Tree) -> None:
    for key, value in entry.items.values() if isinstance(entry, Map) else ():
        for number, item in enumerate(_nested_in(value), 1):
            name = f"{above}/{key.value}/{number}"
            desk.ids[name] = Iri(f"{desk.base}/{name}")
            desk.places[desk.ids[name]] = (item.line, item.column)
            _collect_nested(desk, name, item)


def _nested_in(value: Tree) -> list[Map]:
    """Return the mappings among the values of a property that are entries of their own."""
    return [
        item for item in each(value) if isinstance(item, Map) and not any(key in item.items for key in _RECORD_KEYS)
    ]


class EntryReader:
    """Reads entries into the background."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._content = ContentReader(desk)
        self.text_places: dict[Node, tuple[int, int]] = {}

    def section(self, section: str, entries: Map) -> None:
        """Read all entries of a section; its class is the class of entries that name none."""
        default = self._desk.lexicon.sections[section]
        for key, value in entries.items.values():
            iri = self._desk.ids.get(key.value)
            if iri is None:
                continue
            if isinstance(value, Text) and value.is_nothing:
                self._desk.background.add(Triple(iri, TYPE, default))
                continue
            mapping = self._desk.mapping(value, f'"{key.value}"')
            if mapping is not None:
                self._entry(iri, key.value, mapping, default)

    def _entry(self, iri: Iri, name: str, entry: Map, default: Iri | None) -> None:
        self._types(iri, entry, default)
        for key, value in entry.items.values():
            if key.value in ENTRY_KEYS:
                continue
            prop = self._property(key)
            if prop is None:
                continue
            if prop.iri == NEG.text:
                self.text_places[iri] = (value.line, value.column)
            if isinstance(value, Listing) and not value.items:
                self._desk.complain(value, f'"{key.value}" is an empty list; leave the line out')
            nested = {id(item) for item in _nested_in(value)} if prop.datatype is None else set()
            number = 0
            for item in each(value):
                if id(item) in nested and isinstance(item, Map):
                    number += 1
                    self._add(iri, prop, self._nested(f"{name}/{key.value}/{number}", item, prop))
                else:
                    self._add(iri, prop, self._value(item, prop))

    def _value(self, item: Tree, prop: Property) -> Term | None:
        if isinstance(item, Map) and prop.datatype is not None and not is_explicit(item):
            self._desk.complain(item, f'"{prop.key}" must be a single value, not a mapping')
            return None
        return self._content.value(item, prop)

    def _add(self, iri: Iri, prop: Property, value: Term | None) -> None:
        if value is not None:
            self._desk.background.add(Triple(iri, prop.iri, value))

    def _types(self, iri: Iri, entry: Map, default: Iri | None) -> None:
        given = entry.get("type")
        classes = [default] if given is None else [self._desk.class_iri(item) for item in each(given)]
        if given is not None and not classes:
            self._desk.complain(given, "`type` is an empty list; leave the line out")
        if given is None and default is None:
            self._desk.complain(entry, "this needs a `type`: the ontology does not say what it is")
        self._desk.background |= {Triple(iri, TYPE, cls) for cls in classes if cls is not None}

    def _nested(self, name: str, entry: Map, prop: Property) -> Iri:
        iri = self._desk.ids[name]
        self._entry(iri, name, entry, nested_class(self._desk.lexicon, prop))
        return iri

    def _property(self, key: Text) -> Property | None:
        prop = self._desk.lexicon.properties.get(key.value)
        known = [word for word, p in self._desk.lexicon.properties.items() if p.of_things]
        known += ENTRY_KEYS
        if prop is not None and not prop.of_things:
            self._desk.complain(key, f'"{key.value}" belongs to claims, not to an entry')
            return None
        if prop is None and self._desk.iri(key) is None:
            self._desk.unknown(key, "key", known)
            return None
        return prop or self._content.property(key)


def nested_class(lexicon: Lexicon, prop: Property) -> Iri | None:
    """Return the class of an entry that is written in place as the value of a property."""
    classes = [cls for cls in prop.ranges if cls in lexicon.parents]
    return classes[0] if len(classes) == 1 else None
