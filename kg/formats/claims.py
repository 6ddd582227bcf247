"""The claims of a dossier, in YAML: who said it, in what capacity, when, where it stands, and what was said."""

from __future__ import annotations

from kg.errors import did_you_mean
from kg.formats.content import ContentReader
from kg.formats.desk import Desk, each
from kg.formats.lexicon import Lexicon, Property
from kg.formats.yaml_reader import Mapping as Map
from kg.formats.yaml_reader import Text, Tree
from kg.model import Claim, Commitment, Mention, Polarity, Proposition, Quote, Withdrawal
from kg.rdf import in_order, mention_node
from kg.terms import Iri, Literal, Node, Term
from kg.vocab import NEG, PROV

WHO = {"by": "actor", "as": "post", "medium": "medium", "audience": "audience"}
"""Keys whose value is a thing, and the word for it in an error message."""
CONCEPTS = {"attribution": NEG.attribution, "certainty": NEG.certainty}
ACTS = {polarity.value: polarity for polarity in Polarity}
WITHDRAWALS = {how.value: how for how in Withdrawal}
KEYS = (*WHO, "on", *CONCEPTS, *ACTS, "holds", "if", "via", "mention", "reading", *WITHDRAWALS, "iri")
MENTION_KEYS = ("in", "exact", "before", "after")
UNKNOWN_DAY = "unknown"


RECORD_PROPERTIES = frozenset(
    {
        PROV.wasAttributedTo, NEG.saidOn, NEG.affirms, NEG.denies, NEG.condition, NEG.capacity, NEG.medium,
        NEG.audience, NEG.report, NEG.mention, NEG.reading, NEG.retracts, NEG.corrects, NEG.supersedes,
        NEG.attribution, NEG.certainty,
    }
)  # fmt: skip
"""The properties of claims for which the record has a key of its own."""


def assessments_of(lexicon: Lexicon) -> dict[str, Property]:
    """Return the further keys of a claim: the other properties that the ontology has for claims."""
    every = lexicon.properties.items()
    return {key: p for key, p in every if p.of_claims and key not in KEYS and p.iri not in RECORD_PROPERTIES}


class ClaimReader:
    """Reads claims, and remembers in which line each quote stands."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._content = ContentReader(desk)
        self._further = assessments_of(desk.lexicon)
        self.quote_lines: dict[Node, int] = {}

    def claims(self, section: Map) -> list[Claim]:
        """Read all claims."""
        found: list[Claim] = []
        for key, value in section.items.values():
            iri = self._desk.ids.get(key.value)
            mapping = self._desk.mapping(value, f'claim "{key.value}"')
            if iri is not None and mapping is not None:
                claim = self._claim(iri, key, mapping)
                found += [claim] if claim else []
        return found

    def _claim(self, iri: Iri, key: Text, record: Map) -> Claim | None:
        self._keys(record)
        who = {name: self._who(record, name) for name in WHO}
        if record.get("by") is None:
            self._desk.complain(key, f'claim "{key.value}" does not say by whom it was made (`by`)')
        said_on = self._said_on(key, record)
        holds_at = record.get("holds")
        holds = self._content.date(holds_at, "holds") if holds_at is not None else None
        commitments = self._commitments(record, holds)
        withdraws = self._withdraws(record)
        if not any(record.get(name) is not None for name in (*ACTS, *WITHDRAWALS)):
            listed = ", ".join(f"`{name}`" for name in (*ACTS, *WITHDRAWALS))
            self._desk.complain(key, f'claim "{key.value}" says nothing; it needs one of {listed}')
        speaker = who["by"]
        if speaker is None:
            return None
        return Claim(
            iri=iri,
            speaker=speaker,
            said_on=said_on,
            commitments=commitments,
            condition=self._condition(record),
            capacity=who["as"],
            medium=who["medium"],
            audience=who["audience"],
            certainty=self._concept(record, "certainty"),
            attribution=self._concept(record, "attribution"),
            chain=self._chain(record),
            withdraws=withdraws,
            mentions=self._mentions(iri, record),
            reading=self._reading(record),
            assessments=self._assessments(record),
            graph=self._desk.base,
        )

    def _keys(self, record: Map) -> None:
        known = [*KEYS, *self._further]
        for key, _ in record.items.values():
            if key.value not in known and self._desk.iri(key) is None:
                self._desk.unknown(key, "key", known)

    def _who(self, record: Map, name: str) -> Node | None:
        value = record.get(name)
        return None if value is None else self._desk.reference(value, WHO[name])

    def _said_on(self, key: Text, record: Map) -> Literal | None:
        value = record.get("on")
        if value is None:
            hint = f"write `on: 2019-01-22`, or `on: {UNKNOWN_DAY}`"
            self._desk.complain(key, f'claim "{key.value}" does not say when it was made; {hint}')
            return None
        if isinstance(value, Text) and value.value == UNKNOWN_DAY:
            return None
        return self._content.date(value, "on")

    def _commitments(self, record: Map, holds: Literal | None) -> tuple[Commitment, ...]:
        found: set[Commitment] = set()
        for name, polarity in ACTS.items():
            value = record.get(name)
            if value is not None:
                found |= {Commitment(polarity, p) for p in self._content.propositions(value, holds)}
        return in_order(found)

    def _condition(self, record: Map) -> Proposition | None:
        value = record.get("if")
        return None if value is None else self._content.proposition(value)

    def _concept(self, record: Map, name: str) -> Iri | None:
        value = record.get(name)
        if value is None:
            return None
        prop = self._desk.lexicon.by_iri[CONCEPTS[name]]
        found = self._desk.reference(value, name, self._desk.lexicon.individuals(prop))
        return found if isinstance(found, Iri) else None

    def _chain(self, record: Map) -> tuple[Node, ...]:
        value = record.get("via")
        if value is None:
            return ()
        found = [self._desk.reference(item, "reporter") for item in each(value)]
        return tuple(node for node in found if node is not None)

    def _withdraws(self, record: Map) -> tuple[tuple[Withdrawal, Node], ...]:
        found: list[tuple[Withdrawal, Node]] = []
        for name, how in WITHDRAWALS.items():
            value = record.get(name)
            for item in each(value) if value is not None else ():
                earlier = self._earlier(item)
                found += [(how, earlier)] if earlier is not None else []
        return tuple(sorted(found, key=lambda pair: (pair[0].value, str(pair[1]))))

    def _earlier(self, item: Tree) -> Node | None:
        if isinstance(item, Text) and item.value in self._desk.ids and item.value not in self._desk.claim_ids:
            near = did_you_mean(item.value, self._desk.claim_ids)
            self._desk.complain(item, f'"{item.value}" is not a claim{near}')
            return None
        return self._desk.reference(item, "claim")

    def _mentions(self, iri: Iri, record: Map) -> tuple[Mention, ...]:
        value = record.get("mention")
        found: list[Mention] = []
        for item in each(value) if value is not None else ():
            mention = self._mention(item)
            if mention is not None:
                found.append(mention)
                self.quote_lines[mention_node(iri, len(found))] = item.line
        return tuple(found)

    def _mention(self, item: Tree) -> Mention | None:
        mapping = self._desk.mapping(item, "`mention`")
        if mapping is None:
            return None
        self._desk.unknown_keys(mapping, MENTION_KEYS, "key")
        where = mapping.get("in")
        if where is None:
            self._desk.complain(mapping, "a mention names its document (`in`)")
            return None
        document = self._desk.reference(where, "document")
        words = {name: self._words(mapping, name) for name in MENTION_KEYS[1:]}
        if not words["exact"] and (words["before"] or words["after"]):
            self._desk.complain(mapping, "`before` and `after` need `exact`, the words quoted")
        if document is None:
            return None
        quote = Quote(words["exact"], words["before"], words["after"]) if words["exact"] else None
        return Mention(document, quote)

    def _words(self, mapping: Map, name: str) -> str:
        value = mapping.get(name)
        if value is None:
            return ""
        # A block scalar ends with a line break that is not part of the words; a quoted one is taken as it is.
        text = self._desk.text(value, f"`{name}`")
        return text.value if text else ""

    def _reading(self, record: Map) -> str | None:
        value = record.get("reading")
        text = None if value is None else self._desk.text(value, "`reading`")
        return text.value if text else None

    def _assessments(self, record: Map) -> tuple[tuple[Iri, Term], ...]:
        found: list[tuple[Iri, Term]] = []
        for key, value in record.items.values():
            prop = None if key.value in KEYS else self._further.get(key.value)
            if prop is None and key.value not in KEYS and self._desk.iri(key) is not None:
                prop = self._content.property(key)
            if prop is not None:
                found += [(prop.iri, term) for term in self._content.values(value, prop)]
        return tuple(sorted(found, key=lambda pair: (pair[0], str(pair[1]))))
