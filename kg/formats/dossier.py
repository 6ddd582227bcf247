"""A dossier in YAML to its records: strict, every fault at once, each with its line and column."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kg.errors import Fault
from kg.formats.claims import ClaimReader
from kg.formats.coerce import BadValue, literal
from kg.formats.desk import ABSOLUTE, Desk
from kg.formats.entries import EntryReader, collect_ids
from kg.formats.lexicon import Lexicon
from kg.formats.rdf_syntax import SyntaxFault, parse_quads
from kg.formats.source import Place
from kg.formats.texts import TextPlaces
from kg.formats.yaml_reader import Mapping, Text, Tree, read_tree
from kg.model import Claim, Dossier
from kg.rdf import TRUE, as_edtf
from kg.terms import XSD, Iri, Literal, Node, Triple
from kg.vocab import DCTERMS, EDTF, NEG, PREFIXES, TYPE

HEAD = ("dossier", "title", "recorder", "recorded", "note", "names", "prefixes")
"""The keys before the sections."""
TAIL = ("claims", "turtle")
"""The keys after the sections; `turtle` holds triples for which the form has no words."""
HEAD_TEXTS = {"title": DCTERMS.term("title"), "recorder": NEG.recordedBy, "note": DCTERMS.description}
NAMES = {"unique": TRUE, "open": Literal("false", Iri(XSD + "boolean"))}


@dataclass(frozen=True, slots=True)
class Appended:
    """A second file of the same dossier, whose lines are counted on after those of the first."""

    file: str
    after: int

    def placed(self, fault: Fault) -> Fault:
        """Say a fault that lies in this file at its place there."""
        return replace(fault, file=self.file, line=fault.line - self.after) if fault.line > self.after else fault


@dataclass(frozen=True)
class ReadDossier:
    """A dossier with the places of its entries and claims, and of its quotes and text files."""

    dossier: Dossier
    places: dict[Node, Place]
    text_places: TextPlaces
    appended: Appended | None = None


def read_yaml(text: str, file: str, lexicon: Lexicon) -> tuple[ReadDossier | None, list[Fault]]:
    """Read a dossier; with faults, what was understood must not be used."""
    faults: list[Fault] = []
    tree = read_tree(text, lambda line, column, message: faults.append(Fault(file, line, column, message)))
    if tree is None:
        return None, faults or [Fault(file, 1, 1, "the file is empty; a dossier begins with `dossier: https://...`")]
    if not isinstance(tree, Mapping):
        return None, [*faults, Fault(file, tree.line, tree.column, "a dossier is a mapping: dossier, title, claims")]
    read, desk = read_records(tree, file, lexicon)
    return read, [*faults, *desk.faults]


def read_records(
    tree: Mapping, file: str, lexicon: Lexicon, elsewhere: list[tuple[Text, str]] | None = None
) -> tuple[ReadDossier, Desk]:
    """Read the records of a tree; with faults on the desk, what was understood must not be used.

    Ids that the tree does not explain are faults; with `elsewhere` they are collected there.
    """
    desk = Desk(file, lexicon, Iri(""), elsewhere=elsewhere)
    return _DossierReader(tree, desk).read(), desk


class _DossierReader:
    """Reads the parts of a dossier in the order in which they need each other."""

    def __init__(self, tree: Mapping, desk: Desk) -> None:
        self._tree = tree
        self._desk = desk

    def read(self) -> ReadDossier:
        desk = self._desk
        desk.base = self._base()
        self._prefixes()
        self._unknown_sections()
        sections = self._sections()
        collect_ids(desk, sections)
        self._head()
        entries = EntryReader(desk)
        claims = ClaimReader(desk)
        found: list[Claim] = []
        for name, section in sections.items():
            if name == "claims":
                found = claims.claims(section)
            else:
                entries.section(name, section)
        self._turtle()
        in_order = tuple(sorted(found, key=lambda claim: claim.iri))
        unique = Triple(desk.base, NEG.uniqueNames, TRUE) in desk.background
        dossier = Dossier(desk.base, in_order, frozenset(desk.background), unique_names=unique)
        return ReadDossier(dossier, desk.places, TextPlaces(entries.text_places, claims.quote_lines))

    def _base(self) -> Iri:
        value = self._tree.get("dossier")
        if value is None:
            self._desk.complain(self._tree, "a dossier says its own address first: `dossier: https://...`")
            return Iri("urn:parley:nameless")
        text = self._desk.text(value, "`dossier`")
        if text is None:
            return Iri("urn:parley:nameless")
        if not ABSOLUTE.fullmatch(text.value) or "#" in text.value or "?" in text.value:
            self._desk.complain(text, f'"{text.value}" is not an address for a dossier (https://..., without # and ?)')
            return Iri("urn:parley:nameless")
        base = Iri(text.value.rstrip("/"))
        self._desk.places[base] = (text.line, text.column)
        return base

    def _prefixes(self) -> None:
        value = self._tree.get("prefixes")
        mapping = self._desk.mapping(value, "`prefixes`") if value is not None else None
        for key, item in mapping.items.values() if mapping else ():
            text = self._desk.text(item, f'prefix "{key.value}"')
            if text is None:
                continue
            if not ABSOLUTE.fullmatch(text.value):
                self._desk.complain(text, f'"{text.value}" is not an IRI')
            elif PREFIXES.get(key.value, text.value) != text.value:
                self._desk.complain(key, f'the prefix "{key.value}" always stands for {PREFIXES[key.value]}')
            else:
                self._desk.prefixes[key.value] = text.value

    def _unknown_sections(self) -> None:
        known = [*HEAD, *self._desk.lexicon.sections, *TAIL]
        for key, _ in self._tree.items.values():
            if key.value not in known:
                self._desk.unknown(key, "section", known)

    def _sections(self) -> dict[str, Mapping]:
        found: dict[str, Mapping] = {}
        for name in (*self._desk.lexicon.sections, "claims"):
            value = self._tree.get(name)
            if value is None or (isinstance(value, Text) and value.is_nothing):
                continue
            mapping = self._desk.mapping(value, f'section "{name}"')
            if mapping is not None:
                found[name] = mapping
        return found

    def _head(self) -> None:
        self._say(TYPE, NEG.Dossier)
        for name, predicate in HEAD_TEXTS.items():
            text = self._single(name)
            if text is not None:
                self._say(predicate, Literal(text.value))
        recorded = self._single("recorded")
        if recorded is not None:
            try:
                self._say(DCTERMS.created, literal(recorded, EDTF))
            except BadValue as error:
                self._desk.complain(recorded, str(error))
        names = self._single("names")
        if names is not None and names.value not in NAMES:
            self._desk.complain(names, f'`names` is unique or open, not "{names.value}"')
        self._say(NEG.uniqueNames, NAMES.get(names.value if names else "unique", TRUE))

    def _single(self, name: str) -> Text | None:
        value: Tree | None = self._tree.get(name)
        return None if value is None else self._desk.text(value, f"`{name}`")

    def _say(self, predicate: Iri, value: Iri | Literal) -> None:
        self._desk.background.add(Triple(self._desk.base, predicate, value))

    def _turtle(self) -> None:
        """Read the triples for which the form has no words."""
        text = self._single("turtle")
        if text is None:
            return
        head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in self._desk.prefixes.items())
        try:
            quads = list(parse_quads((head + text.value).encode(), "ttl", self._desk.base + "/", keep_labels=True))
        except SyntaxFault as error:
            line = text.line + max(0, error.line - head.count("\n"))
            self._desk.complain_at(line, 1, f"`turtle` is not Turtle: {error}")
            return
        for quad in quads:
            if quad.p == NEG.holds and as_edtf(quad.o) is None:
                self._desk.complain(text, f'`turtle`: "{quad.o}" is not a date')
            self._desk.background.add(quad.triple)
