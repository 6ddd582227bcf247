"""A dossier to YAML. What the form has no words for is kept, as Turtle in a block of its own."""

from __future__ import annotations

import re

from kg.formats.claims import ACTS, CONCEPTS, UNKNOWN_DAY, assessments_of
from kg.formats.dossier import HEAD_TEXTS, NAMES
from kg.formats.entries import nested_class
from kg.formats.lexicon import TEXT, Lexicon, Property, shipped
from kg.formats.rdf_syntax import write_graph
from kg.formats.written_ids import WrittenIds
from kg.formats.written_values import Unwritable, Words
from kg.formats.yaml_writer import Tree, write_tree
from kg.model import Claim, Dossier, Mention, Withdrawal
from kg.naming import by_subject
from kg.rdf import claim_triples
from kg.terms import Iri, Node, Term, Triple, n3
from kg.vocab import DCTERMS, EDTF, NEG, RDFS, TYPE

SCHEMA_LINE = "# yaml-language-server: $schema=https://w3id.org/parley/dossier.schema.json\n"
_BY_FIELD = {"by": "speaker", "as": "capacity", "medium": "medium", "audience": "audience"}


def write_dossier(dossier: Dossier, lexicon: Lexicon | None = None) -> str:
    """Write a dossier as YAML that reads back as the same graph.

    A dossier that did not come from YAML gains the head that every YAML dossier has (its type, and whether
    different names stand for different things).
    """
    return SCHEMA_LINE + write_tree(_Writer(dossier, lexicon or shipped()).tree())


def dossier_tree(dossier: Dossier, lexicon: Lexicon | None = None) -> dict[str, Tree]:
    """Return the tree that a dossier is in YAML: its head, its sections with their entries, its claims."""
    return _Writer(dossier, lexicon or shipped()).tree()


class _Writer:
    """Writes part after part; what has been said is kept account of in `Words.said`, the rest becomes Turtle."""

    def __init__(self, dossier: Dossier, lexicon: Lexicon) -> None:
        self._dossier = dossier
        self._lexicon = lexicon
        self._facts = by_subject(sorted(dossier.background, key=str))
        self._ids = WrittenIds(dossier, lexicon, self._facts)
        self._words = Words(lexicon, self._ids.names, self._facts)

    def tree(self) -> dict[str, Tree]:
        unwritten = self._unwritable_claims()
        tree = self._head()
        sections: dict[str, dict[str, Tree]] = {}
        for node, name, section in self._ids.entries():
            sections.setdefault(section, {})[name] = self._entry(node, name, self._lexicon.sections[section])
        tree |= dict(sorted(sections.items()))
        named = {claim: self._ids.names[claim.iri] for claim in self._dossier.claims if claim.iri in self._ids.names}
        if named:
            tree["claims"] = {name: self._claim(claim, name) for claim, name in named.items()}
        rest = (self._dossier.background - self._words.said) | unwritten
        if rest:
            tree["turtle"] = _without_prefixes(write_graph(rest, "ttl"))
        return tree

    def _head(self) -> dict[str, Tree]:
        iri = self._dossier.iri
        head: dict[str, Tree] = {"dossier": str(iri)}
        self._words.said.add(Triple(iri, TYPE, NEG.Dossier))
        for key, predicate in (*HEAD_TEXTS.items(), ("recorded", DCTERMS.created)):
            prop = Property(predicate, key, EDTF if key == "recorded" else TEXT, (), ())
            values = [o for p, o in self._facts.get(iri, ()) if p == predicate]
            written = self._words.value(values[0], prop) if len(values) == 1 else None
            if isinstance(written, str):
                head[key] = written
                self._words.said.add(Triple(iri, predicate, values[0]))
        if not self._dossier.unique_names:
            head["names"] = "open"
        self._words.said |= {Triple(iri, NEG.uniqueNames, value) for value in NAMES.values()}
        return head

    # Entries

    def _entry(self, node: Iri, name: str, default: Iri | None) -> Tree:
        entry: dict[str, Tree] = {}
        if node != f"{self._dossier.iri}/{name}":
            entry["iri"] = self._words.elsewhere(node)
        types = {o for p, o in self._facts.get(node, ()) if p == TYPE}
        if types != {default}:
            entry["type"] = _one_or_list([self._words.cls(cls) for cls in sorted(types, key=str)])
        self._words.said |= {Triple(node, TYPE, cls) for cls in types}
        by_property: dict[Iri, list[Term]] = {}
        for predicate, obj in self._facts.get(node, ()):
            if predicate != TYPE:
                by_property.setdefault(predicate, []).append(obj)
        keyed = {self._key(predicate): (predicate, objs) for predicate, objs in by_property.items()}
        for (key, prop), (predicate, objs) in sorted(keyed.items(), key=_name_first):
            values = [
                *self._nested(node, predicate, self._ids.nested(name, key, objs), prop),
                *self._plain(node, predicate, objs, prop),
            ]
            if values:
                entry[key] = _one_or_list(values)
        return entry

    def _key(self, predicate: Iri) -> tuple[str, Property]:
        key, prop = self._words.key(predicate)
        return (key if key != prop.key or prop.of_things else self._words.elsewhere(predicate)), prop

    def _nested(self, node: Iri, predicate: Iri, inner: list[Iri], prop: Property) -> list[Tree]:
        default = nested_class(self._lexicon, prop)
        self._words.said |= {Triple(node, predicate, item) for item in inner}
        return [self._entry(item, self._ids.names[item], default) for item in inner]

    def _plain(self, node: Iri, predicate: Iri, objs: list[Term], prop: Property) -> list[Tree]:
        values: list[Tree] = []
        for obj in sorted(objs, key=n3):
            triple = Triple(node, predicate, obj)
            if triple in self._words.said:
                continue
            try:
                values.append(self._words.value(obj, prop))
            except Unwritable:
                continue
            self._words.said.add(triple)
        return values

    # Claims

    def _unwritable_claims(self) -> set[Triple]:
        """Return the triples of the claims that the form cannot say, and take their ids away."""
        unwritten: set[Triple] = set()
        for claim in self._dossier.claims:
            try:
                self._claim(claim, self._ids.names.get(claim.iri, ""))
            except Unwritable:
                self._ids.names.pop(claim.iri, None)
            if claim.iri not in self._ids.names:
                unwritten |= set(claim_triples(claim))
        self._words.said.clear()  # that was a rehearsal
        return unwritten

    def _claim(self, claim: Claim, name: str) -> Tree:
        record: dict[str, Tree] = {}
        if isinstance(claim.iri, Iri) and claim.iri != f"{self._dossier.iri}/{name}":
            record["iri"] = self._words.elsewhere(claim.iri)
        for key, field in _BY_FIELD.items():
            node: Node | None = getattr(claim, field)
            if node is not None:
                record[key] = self._words.node(node)
        record["on"] = UNKNOWN_DAY if claim.said_on is None else claim.said_on.value
        for key, predicate in CONCEPTS.items():
            concept: Iri | None = getattr(claim, key)
            if concept is not None:
                record[key] = self._words.thing(concept, self._lexicon.by_iri[predicate])
        record |= self._content(claim)
        if claim.chain:
            record["via"] = [self._words.node(node) for node in claim.chain]
        if claim.mentions:
            record["mention"] = _one_or_list([self._mention(mention) for mention in claim.mentions])
        if claim.reading is not None:
            record["reading"] = self._text(claim.reading)
        for how in Withdrawal:
            earlier: list[Tree] = [self._words.node(node) for h, node in claim.withdraws if h is how]
            if earlier:
                record[how.value] = _one_or_list(earlier)
        return record | self._assessments(claim)

    def _content(self, claim: Claim) -> dict[str, Tree]:
        times = {commitment.proposition.holds for commitment in claim.commitments}
        shared = times.pop() if len(times) == 1 else None
        written: dict[str, Tree] = {}
        for key, polarity in ACTS.items():
            said = [c.proposition for c in claim.commitments if c.polarity is polarity]
            items = [self._words.content(p, own_time=shared is None) for p in said]
            if items:
                written[key] = _one_or_list(items)
        if shared is not None:
            written["holds"] = shared.value
        if claim.condition is not None:
            written["if"] = self._words.content(claim.condition, own_time=True)
        return written

    def _mention(self, mention: Mention) -> Tree:
        written: dict[str, Tree] = {"in": self._words.node(mention.document)}
        if mention.quote is not None:
            words = {"exact": mention.quote.exact, "before": mention.quote.prefix, "after": mention.quote.suffix}
            written |= {key: self._text(text) for key, text in words.items() if text or key == "exact"}
        return written

    def _text(self, text: str) -> str:
        if not text.strip():
            raise Unwritable
        return text

    def _assessments(self, claim: Claim) -> dict[str, Tree]:
        further = assessments_of(self._lexicon)
        by_property: dict[Iri, list[Term]] = {}
        for predicate, term in claim.assessments:
            by_property.setdefault(predicate, []).append(term)
        written: dict[str, Tree] = {}
        for predicate, terms in by_property.items():
            key, prop = self._words.key(predicate)
            if key == prop.key and further.get(key) != prop:
                key = self._words.elsewhere(predicate)
            written[key] = _one_or_list([self._words.value(term, prop) for term in sorted(terms, key=n3)])
        return written


def _name_first(item: tuple[tuple[str, Property], object]) -> tuple[bool, str]:
    (key, prop), _ = item
    return prop.iri != RDFS.label, key


def _one_or_list(items: list[Tree]) -> Tree:
    return items[0] if len(items) == 1 else items


def _without_prefixes(turtle: str) -> str:
    lines = (line for line in turtle.split("\n") if not line.startswith("@prefix "))
    return "\n".join(re.sub(r"^\t+", lambda tabs: "  " * len(tabs[0]), line) for line in lines).strip("\n") + "\n"
