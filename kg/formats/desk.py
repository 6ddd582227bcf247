"""What every part of the dossier reader needs at hand: the words, the ids, and where to note faults."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.errors import Fault, did_you_mean
from kg.formats.lexicon import Lexicon
from kg.formats.source import Place
from kg.formats.yaml_reader import Listing, Text, Tree
from kg.formats.yaml_reader import Mapping as Map
from kg.terms import Blank, Iri, Node, Triple
from kg.vocab import NEG, PREFIXES

IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_IRI_BODY = r"[^\s<>\"{}|\\^`\x00-\x20]"
_NEVER = "(?!(?:javascript|vbscript|data):)"  # addresses that a browser would run
ABSOLUTE = re.compile(
    rf"{_NEVER}(?:[a-z][a-z0-9+.-]*://{_IRI_BODY}+|(?:urn|did|tag|doi|info|mailto):{_IRI_BODY}+)", re.IGNORECASE
)
_BRACKETED = re.compile(rf"<({_NEVER}[a-z][a-z0-9+.-]*:{_IRI_BODY}*)>", re.IGNORECASE)
_PREFIXED = re.compile(rf"([A-Za-z][\w.-]*)?:({_IRI_BODY}*)")
_ID_OF_ANY = re.compile(rf"{IDENTIFIER.pattern}(?:/[A-Za-z0-9_.-]+)*")  # also of an entry inside another
_BLANK = re.compile(r"_:[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass
class Desk:
    """The state of one reading of one dossier."""

    file: str
    lexicon: Lexicon
    base: Iri
    prefixes: dict[str, str] = field(default_factory=lambda: dict(PREFIXES))
    ids: dict[str, Iri] = field(default_factory=dict)
    claim_ids: set[str] = field(default_factory=set)
    places: dict[Node, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    background: set[Triple] = field(default_factory=set)
    elsewhere: list[tuple[Text, str]] | None = None
    """Ids that were met and may be those of entries still to be read, and as what; None: every id must be known."""

    def complain(self, at: Tree, message: str) -> None:
        """Note a fault at the place of a value or key."""
        self.complain_at(at.line, at.column, message)

    def complain_at(self, line: int, column: int, message: str) -> None:
        """Note a fault at a line and column."""
        self.faults.append(Fault(self.file, line, column, message))

    # Shapes

    def text(self, value: Tree, what: str) -> Text | None:
        """Expect a single value."""
        if not isinstance(value, Text):
            self.complain(value, f"{what} must be a single value, not a {shape(value)}")
        elif value.is_nothing:
            self.complain(value, f"{what} has no value; write one, or leave the line out")
        elif not value.value.strip():
            self.complain(value, f"{what} is empty; write something, or leave the line out")
        else:
            return value
        return None

    def mapping(self, value: Tree, what: str) -> Map | None:
        """Expect a mapping (`key: value` lines)."""
        if isinstance(value, Map):
            return value
        self.complain(value, f"{what} must be a mapping (key: value), not a {shape(value)}")
        return None

    def unknown_keys(self, mapping: Map, known: Iterable[str], what: str) -> None:
        """Note every key that is not a word of its place."""
        known = list(known)
        for key, _ in mapping.items.values():
            if key.value not in known:
                self.unknown(key, what, known)

    # Names

    def iri(self, value: Text) -> Iri | None:
        """Read an absolute IRI (`<...>` around one of an unusual scheme) or a prefixed name; None if it is neither."""
        bracketed = _BRACKETED.fullmatch(value.value)
        if bracketed or ABSOLUTE.fullmatch(value.value):
            return Iri(bracketed[1] if bracketed else value.value)
        match = _PREFIXED.fullmatch(value.value)
        if match and (match[1] or "") in self.prefixes:
            return Iri(self.prefixes[match[1] or ""] + match[2])
        return None

    def reference(self, value: Tree, what: str, words: Mapping[str, Iri] | None = None) -> Node | None:
        """Read the name of a thing: an id of the dossier, a word of a fixed list, a prefixed name or an IRI."""
        text = self.text(value, what)
        if text is None:
            return None
        words = words or {}
        named = words.get(text.value) or self.ids.get(text.value)
        if named is not None:
            return named
        found = self.iri(text)
        if found is not None and not self.is_misspelt(text, found):
            return found
        if _BLANK.fullmatch(text.value):
            return Blank(text.value)
        if self.elsewhere is not None and not words and _ID_OF_ANY.fullmatch(text.value):
            self.elsewhere.append((text, what))
            return Iri(f"{self.base}/{text.value}")
        listed = {iri: word for word, iri in reversed(list(words.items()))}.values()
        hint = f"; it is one of {', '.join(sorted(listed))}" if words else ""
        self.unknown(text, what, [*self.ids, *words], hint)
        return None

    def unknown(self, text: Text, what: str, known: Iterable[str], hint: str = "") -> None:
        """Note a name that is not known, with the nearest one that is."""
        prefix, colon, _ = text.value.partition(":")
        if colon and re.fullmatch(r"[\w.-]*", prefix) and prefix not in self.prefixes:
            near = did_you_mean(prefix, self.prefixes)
            self.complain(text, f'unknown prefix "{prefix}" in "{text.value}"{near}')
            return
        self.complain(text, f'unknown {what} "{text.value}"{did_you_mean(text.value, known) or hint}')

    def class_iri(self, value: Tree) -> Iri | None:
        """Read the name of a class."""
        text = self.text(value, "a class")
        if text is None:
            return None
        found = self.lexicon.classes.get(text.value) or self.iri(text)
        if found is not None and self.is_misspelt(text, found):
            found = None
        if found is None:
            self.unknown(text, "class", self.lexicon.classes)
        return found

    def is_misspelt(self, text: Text, iri: Iri) -> bool:
        """Say whether a name is in the project's own namespace without being a term of it; `<...>` is meant so."""
        return iri.startswith(NEG) and iri not in self.lexicon.terms and not text.value.startswith("<")


def shape(value: Tree) -> str:
    """Say what a value is, for an error message."""
    return {Text: "single value", Listing: "list", Map: "mapping"}[type(value)]


def each(value: Tree) -> list[Tree]:
    """Return the items of a list, or the one value that stands without a list."""
    return list(value.items) if isinstance(value, Listing) else [value]
