"""Class expressions, individuals and lists as triples of an OWL 2 DL ontology.

The part of `owl_snapshot` that knows how OWL is written down, and nothing of claims.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kg.ids import Properties, digest, list_items
from kg.terms import XSD, Blank, Iri, Literal, Node, Term, Triple, n3
from kg.vocab import OWL, RDF, RDFS, TYPE

UNIVERSAL = OWL.topObjectProperty
"""The property that every thing has to every thing: it ties a statement about one to one about another."""
RESERVED = (str(OWL), str(RDF), str(RDFS))
_BOOLEAN = (OWL.intersectionOf, OWL.unionOf, OWL.oneOf, OWL.complementOf)
_COUNTS = (
    *(OWL.minCardinality, OWL.maxCardinality, OWL.cardinality),
    *(OWL.minQualifiedCardinality, OWL.maxQualifiedCardinality, OWL.qualifiedCardinality),
)


_AT_MOST = (OWL.maxCardinality, OWL.maxQualifiedCardinality, OWL.cardinality, OWL.qualifiedCardinality)


class BeyondOwl(Exception):
    """Something that has no counterpart in OWL 2 DL, said in English."""


class Writer:
    """Collects the triples of one ontology.

    `nodes` describes the class expressions met, `kinds` says of each property whether it leads to
    things or to values, `composite` lists those that OWL does not let be counted.
    """

    def __init__(self, nodes: Properties, kinds: dict[Term, Iri], composite: set[Term]) -> None:
        self.nodes = nodes
        self.kinds = kinds
        self.composite = composite
        self.notes: list[str] = []
        self.values_of_class: list[tuple[Iri, Iri, int]] = []
        self.out: set[Triple] = set()
        self._fresh = 0
        self._opened: set[Node] = set()

    def add(self, s: Node, p: Iri, o: Term) -> None:
        """Add one triple."""
        self.out.add(Triple(s, p, o))

    def note(self, text: str) -> None:
        """Say once what cannot be written."""
        if text not in self.notes:
            self.notes.append(text)

    def triples(self) -> list[Triple]:
        """Return the ontology with its declarations, in a fixed order."""
        met: set[Term] = {term for triple in self.out for term in triple}
        declared = {Triple(p, TYPE, kind) for p, kind in self.kinds.items() if p in met and isinstance(p, Iri)}
        return sorted(self.out | declared, key=lambda t: (n3(t.s), n3(t.p), n3(t.o)))

    # -- names ---------------------------------------------------------------------------------

    def individual(self, term: Term) -> Iri:
        """Name an individual; a blank node gets a name, for OWL equates and tells apart only named things."""
        if isinstance(term, Literal):
            raise BeyondOwl(f"{n3(term)} is a value where a thing belongs")
        name = Iri("urn:thing:" + digest([term])) if isinstance(term, Blank) else Iri(term)
        self.add(name, TYPE, OWL.NamedIndividual)
        return name

    def new_individual(self) -> Iri:
        """Name one thing more, of which nothing else is known."""
        self._fresh += 1
        return self.individual(Iri(f"urn:some:{self._fresh}"))

    def prop(self, term: Term) -> Iri:
        """Name a property; a word of RDF itself, used as any other, gets a name that OWL takes."""
        if not isinstance(term, Iri):
            raise BeyondOwl(f"{n3(term)} is no property by name")
        if not term.startswith(RESERVED):
            self.kinds.setdefault(term, OWL.ObjectProperty)
            return term
        alias = Iri("urn:property:" + digest([term]))
        self.kinds[alias] = self.kinds.get(term, OWL.ObjectProperty)
        return alias

    def is_data(self, p: Term) -> bool:
        """Say whether a property leads to values."""
        return self.kinds.get(p) == OWL.DatatypeProperty

    def value(self, p: Term, o: Term) -> Term:
        """Write the object of a property: a thing, or a value as a string of its own."""
        if self.is_data(p):
            text = o if isinstance(o, Literal) else Literal(str(o))
            return Literal(f"{text.value} [{text.datatype}{text.language or ''}]")
        if isinstance(o, Literal):
            self.note(f"{p} has both things and values; its values are taken as things")
            return self.individual(Iri("urn:value:" + digest([n3(o)])))
        return self.individual(o)

    def objects(self, s: Term, p: Iri) -> list[Term]:
        """List what a node has under a predicate."""
        return [o for q, o in self.nodes.get(s, ()) if q == p] if not isinstance(s, Literal) else []

    def items(self, head: Term) -> list[Term]:
        """List the members of a list that was read."""
        return list_items(head, self.nodes)

    # -- classes -------------------------------------------------------------------------------

    def cls(self, node: Term) -> Node:
        """Write a class: a name with its definition, or an expression."""
        if isinstance(node, Literal):
            raise BeyondOwl(f"{n3(node)} is no class")
        if node in (OWL.Thing, OWL.Nothing):
            return node
        if isinstance(node, Blank):
            if node in self._opened:
                raise BeyondOwl("a class expression is made of itself")
            self._opened.add(node)
            parts = self._expressions(node)
            self._opened.discard(node)
            return parts[0] if len(parts) == 1 else self.all_of(parts) if parts else self._named(node)
        if node not in self._opened:
            self._opened.add(node)
            for expression in self._expressions(node):
                self.add(node, OWL.equivalentClass, expression)
        return self._named(node)

    def _named(self, node: Node) -> Iri:
        name = Iri("urn:class:" + digest([node])) if isinstance(node, Blank) else Iri(node)
        self.add(name, TYPE, OWL.Class)
        return name

    def _expressions(self, node: Node) -> list[Node]:
        facts = sorted(((p, o) for p, o in self.nodes.get(node, ()) if p in (*_BOOLEAN, OWL.onProperty)), key=str)
        return [self._restriction(node) if p == OWL.onProperty else self._boolean(p, o) for p, o in facts]

    def _boolean(self, p: Iri, o: Term) -> Node:
        if p == OWL.complementOf:
            return self.none_of(self.cls(o))
        write: Callable[[Term], Term] = self.individual if p == OWL.oneOf else self.cls
        return self._anonymous(OWL.Class, {p: self.list([write(item) for item in self.items(o)])})

    def _restriction(self, node: Node) -> Node:
        facts = dict(self.nodes.get(node, ()))
        p = facts[OWL.onProperty]
        if OWL.hasValue in facts:
            return self.has(p, facts[OWL.hasValue])
        if OWL.hasSelf in facts:
            return self._anonymous(OWL.Restriction, {OWL.onProperty: self.prop(p), OWL.hasSelf: facts[OWL.hasSelf]})
        count = next((key for key in _COUNTS if key in facts), None)
        if self.is_data(p):
            return self._value_restriction(node, p, facts, count)
        if count is None:
            quantifier = OWL.someValuesFrom if OWL.someValuesFrom in facts else OWL.allValuesFrom
            filler = self.cls(facts.get(quantifier, OWL.Thing))
            return self._anonymous(OWL.Restriction, {OWL.onProperty: self.prop(p), quantifier: filler})
        if p in self.composite:
            self.note(f"{p} is made of other properties, so that OWL does not let its values be counted")
            return self._named(Blank(f"_:{node}"))
        number = Literal(str(facts[count]), Iri(XSD + "nonNegativeInteger"))
        parts: dict[Iri, Term] = {OWL.onProperty: self.prop(p), count: number}
        if OWL.onClass in facts:
            parts[OWL.onClass] = self.cls(facts[OWL.onClass])
        return self._anonymous(OWL.Restriction, parts)

    def _value_restriction(self, node: Node, p: Term, facts: dict[Iri, Term], count: Iri | None) -> Iri:
        """Name a restriction on values; who knows the values says which exclude each other under that name."""
        name = self._named(Blank(f"_:restriction-{node}"))
        if count in _AT_MOST and str(facts[count]) in ("0", "1"):
            self.values_of_class.append((name, self.prop(p), int(str(facts[count]))))
        return name

    def has(self, p: Term, value: Term) -> Node:
        """Describe the things that have a value."""
        written = self.value(p, value)
        return self._anonymous(OWL.Restriction, {OWL.onProperty: self.prop(p), OWL.hasValue: written})

    def some(self, p: Term, filler: Term) -> Node:
        """Describe the things that have some value in a class."""
        on = UNIVERSAL if p == UNIVERSAL else self.prop(p)
        return self._anonymous(OWL.Restriction, {OWL.onProperty: on, OWL.someValuesFrom: filler})

    def none_of(self, one: Term) -> Node:
        """Describe what is outside a class."""
        return self._anonymous(OWL.Class, {OWL.complementOf: one})

    def all_of(self, parts: Sequence[Term]) -> Node:
        """Describe what is in all of some classes."""
        return self._anonymous(OWL.Class, {OWL.intersectionOf: self.list(parts)})

    def any_of(self, parts: Sequence[Term]) -> Node:
        """Describe what is in one of some classes."""
        return self._anonymous(OWL.Class, {OWL.unionOf: self.list(parts)})

    def only(self, individual: Term) -> Node:
        """Describe the class of one thing."""
        return self._anonymous(OWL.Class, {OWL.oneOf: self.list([individual])})

    # -- nodes ---------------------------------------------------------------------------------

    def group(self, kind: Iri, predicate: Iri, members: Sequence[Term]) -> None:
        """Write an axiom over a list: all disjoint, all different."""
        if len(set(members)) > 1:
            self._anonymous(kind, {predicate: self.list(sorted(set(members), key=n3))})

    def list(self, items: Sequence[Term]) -> Node:
        """Write a list."""
        cells = [self.blank() for _ in items]
        for at, item in enumerate(items):
            self.add(cells[at], RDF.first, item)
            self.add(cells[at], RDF.rest, cells[at + 1] if at + 1 < len(cells) else RDF.nil)
        return cells[0] if cells else RDF.nil

    def blank(self) -> Blank:
        """Return a blank node that stands nowhere yet."""
        self._fresh += 1
        return Blank(f"_:n{self._fresh}")

    def _anonymous(self, kind: Iri, parts: dict[Iri, Term]) -> Blank:
        node = self.blank()
        self.add(node, TYPE, kind)
        for p, o in parts.items():
            self.add(node, p, o)
        return node
