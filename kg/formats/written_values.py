"""Terms to the words by which a dossier writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kg.formats.coerce import BadValue, literal
from kg.formats.desk import ABSOLUTE
from kg.formats.lexicon import BOOLEAN, TEXT, Lexicon, Property
from kg.formats.yaml_reader import Text
from kg.formats.yaml_writer import Tree, Verbatim
from kg.ids import Properties
from kg.model import Proposition
from kg.naming import pattern, read_pattern
from kg.rdf import proposition_node, proposition_triples
from kg.terms import Blank, Iri, Literal, Node, Term, Triple
from kg.vocab import EDTF, NEG, OWL, PREFIXES, RDF, RDFS, TYPE, XSD_NS

_NUMBERS = (XSD_NS.integer, XSD_NS.decimal, XSD_NS.double, XSD_NS.nonNegativeInteger)


class Unwritable(ValueError):
    """A term for which the form has no words; its triples go into the block of Turtle."""


class Words:
    """Writes terms, and remembers which background triples were said on the way."""

    def __init__(self, lexicon: Lexicon, ids: Mapping[Node, str], properties: Properties) -> None:
        self._lexicon = lexicon
        self._ids = ids
        self._properties = properties
        self.said: set[Triple] = set()

    # Names

    def node(self, node: Node) -> str:
        """Write a thing: by its id, a prefixed name, its IRI, or its label if it is a blank node."""
        if isinstance(node, Blank):
            return str(node)
        if node in self._ids:
            return self._ids[node]
        return _address(node, self._lexicon)

    def elsewhere(self, iri: Iri) -> str:
        """Write an IRI as what it is, whatever id it has in the dossier."""
        return _address(iri, self._lexicon)

    def thing(self, node: Node, prop: Property) -> str:
        """Write a thing as the value of a property: by a word of its fixed list, or by its name."""
        listed = self._lexicon.individuals(prop)
        word = self._lexicon.word_for(node, prop)
        if word is not None:
            return word
        name = self.node(node)
        if name in listed or (prop.iri.startswith((RDF, RDFS, OWL)) and self._is_term(name)):
            return f"<{node}>"
        return name

    def _is_term(self, word: str) -> bool:
        return word in self._lexicon.classes or word in self._lexicon.properties

    def cls(self, node: Term) -> str:
        """Write a class by its word, or by its IRI."""
        if not isinstance(node, Iri):
            raise Unwritable
        return self._lexicon.class_word(node) or _address(node, self._lexicon)

    def key(self, iri: Iri) -> tuple[str, Property]:
        """Write a property by its word, a prefixed name or its IRI."""
        prop = self._lexicon.by_iri.get(iri)
        if prop is not None and self._lexicon.properties.get(prop.key) == prop:
            return prop.key, prop
        name = _address(iri, self._lexicon)
        return name, prop or Property(iri, name, None, (), ())

    # Values

    def value(self, term: Term, prop: Property) -> Tree:
        """Write a value so that it reads back as the same term."""
        if isinstance(term, Literal):
            return _literal(term, prop.datatype, self._lexicon)
        inner = self.nested(term)
        if inner is not None:
            return inner if isinstance(inner, Mapping) else {"that": inner}
        known = prop.iri in self._lexicon.by_iri or prop.iri.startswith((RDF, RDFS, OWL))
        if prop.datatype is None and known:
            return self.thing(term, prop)
        return {"ref": self.node(term)}

    def values(self, terms: Iterable[Term], prop: Property) -> Tree:
        """Write one value, or a list of several."""
        written = [self.value(term, prop) for term in sorted(terms, key=str)]
        return written[0] if len(written) == 1 else written

    # Propositions

    def content(self, proposition: Proposition, *, own_time: bool) -> Tree:
        """Write a proposition; `own_time` says that its time has to be written with it."""
        none = self._none(proposition)
        if none is not None:
            return none | _time(proposition) if own_time else none
        triple = self._triple(proposition)
        if own_time and proposition.holds is not None:
            return {"that": triple} | _time(proposition)
        return triple

    def _none(self, proposition: Proposition) -> dict[str, Tree] | None:
        if proposition.predicate != RDFS.subClassOf or proposition.object != OWL.Nothing:
            return None
        parts = read_pattern(proposition.subject, self._properties)
        if parts is None:
            return None
        classes, where = parts
        node, triples = pattern(classes, where)
        if node != proposition.subject:
            return None
        written: dict[str, Tree] = {"none": [self.cls(cls) for cls in classes]}
        by_key: dict[str, list[Tree]] = {}
        for predicate, value in where:
            key, prop = self.key(predicate)
            by_key.setdefault(key, []).append(self.value(value, prop))
        if by_key:
            written["where"] = {key: items[0] if len(items) == 1 else items for key, items in by_key.items()}
        self.said |= triples
        return written

    def _triple(self, proposition: Proposition) -> Sequence[Tree]:
        subject = self.nested(proposition.subject) or self._term(proposition.subject)
        if proposition.predicate == TYPE and isinstance(proposition.object, Iri):
            return [subject, "is", self.cls(proposition.object)]
        key, prop = self.key(proposition.predicate)
        obj = proposition.object
        inner = None if isinstance(obj, Literal) or prop.datatype is not None else self.nested(obj)
        if inner is None and prop.iri.startswith((RDF, RDFS, OWL)) and isinstance(obj, Iri):
            return [subject, key, self._term(obj)]
        return [subject, key, self.value(obj, prop) if inner is None else inner]

    def _term(self, node: Node) -> str:
        """Write a thing, a class or a property, where a claim may speak of any of them."""
        if isinstance(node, Iri) and node not in self._ids:
            word = self._lexicon.class_word(node)
            if word is not None and word not in self._ids.values():
                return word
        name = self.node(node)
        return f"<{node}>" if self._is_term(name) else name

    def nested(self, node: Node) -> Tree | None:
        """Write a proposition that something speaks about, if the node is one."""
        proposition = self._proposition(node)
        if proposition is None:
            return None
        self.said |= set(proposition_triples(proposition))
        return self.content(proposition, own_time=True)

    def _proposition(self, node: Node) -> Proposition | None:
        facts = dict(self._properties.get(node, ()))
        subject, predicate, obj = (facts.get(p) for p in (RDF.subject, RDF.predicate, RDF.object))
        holds = facts.get(NEG.holds)
        if subject is None or isinstance(subject, Literal) or not isinstance(predicate, Iri) or obj is None:
            return None
        if holds is not None and not isinstance(holds, Literal):
            return None
        proposition = Proposition(subject, predicate, obj, holds)
        return proposition if proposition_node(proposition) == node else None


def _time(proposition: Proposition) -> dict[str, Tree]:
    return {} if proposition.holds is None else {"holds": proposition.holds.value}


def _address(iri: Iri, lexicon: Lexicon) -> str:
    if iri.startswith(NEG) and iri not in lexicon.terms:
        return f"<{iri}>"  # read without brackets, it would be taken for a spelling mistake
    for prefix, base in PREFIXES.items():
        rest = iri.removeprefix(base)
        if rest != iri and rest.replace("-", "").replace("_", "").isalnum() and rest.isascii():
            return f"{prefix}:{rest}"
    return str(iri) if ABSOLUTE.fullmatch(iri) else f"<{iri}>"


def _literal(term: Literal, wanted: Iri | None, lexicon: Lexicon) -> Tree:
    """Write a literal bare where its property wants that type, else with its type or language."""
    if term.language:
        return {"value": term.value, "lang": term.language}
    if _reads_back(term) and term.datatype == wanted:
        return Verbatim(term.value) if wanted in (BOOLEAN, *_NUMBERS) else term.value
    if term.datatype == TEXT:
        return {"value": term.value}
    if not _reads_back(term):
        raise Unwritable
    return {"value": term.value, "type": _address(term.datatype, lexicon)}


def _reads_back(term: Literal) -> bool:
    bare = term.datatype in (BOOLEAN, *_NUMBERS)
    text = Text(term.value, quoted=not bare, line=1, column=1)
    try:
        return literal(text, term.datatype) == term and (term.datatype != EDTF or "\n" not in term.value)
    except BadValue:
        return False
