"""A snapshot as an OWL 2 DL ontology: what an outside reasoner needs to judge a set of positions.

Before: ontology, background and positions as triples, with denials, conditions and dates of their own.
After: triples that any OWL 2 DL tool reads with their full meaning.

| here | in OWL |
|---|---|
| denied: x is a C | x is a member of the complement of C |
| denied: x p y | a negative property assertion |
| denied: every C is a D | a new individual in C and not in D |
| x is so, if y is | a class axiom over the two one-member classes, tied by the universal property |
| different names, different things | all different |
| two values of a functional property that share nothing | no thing has both |

Literals become plain strings, one per literal. The reasoner is told of each pair of values that exclude each
other, and not that the property is functional: which values exclude each other ("about half" and 52 % do not,
10 % and 25 % do) is beyond the datatypes of OWL, and compatibility is not transitive. The same is done for a
functional property of which one value includes another (a city and its country). Assertions with a property of
which nothing else is said are left out: they cannot clash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from kg.contradiction.owl_properties import (
    CHARACTERISTICS,
    PROPERTY_AXIOMS,
    composite_properties,
    property_kinds,
    spoken_of,
    wider_properties,
)
from kg.contradiction.owl_writer import RESERVED, UNIVERSAL, BeyondOwl, Writer
from kg.contradiction.results import Position
from kg.contradiction.snapshots import World
from kg.model import Polarity
from kg.naming import by_subject
from kg.terms import Blank, Iri, Literal, Node, Term, Triple, n3
from kg.values import canonical, incompatible
from kg.vocab import OWL, RDFS, TYPE

_NEEDS_SIMPLE = (OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.AsymmetricProperty, OWL.IrreflexiveProperty)
_CLASS_AXIOMS = (RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith)
_ABOUT_ANYTHING = (RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy)
"""Words of RDFS that are said of things, as any property is."""
_GROUPS = (OWL.AllDisjointClasses, OWL.AllDisjointProperties, OWL.AllDifferent)


_APART = {
    OWL.AllDisjointClasses: OWL.disjointWith,
    OWL.AllDisjointProperties: OWL.propertyDisjointWith,
    OWL.AllDifferent: OWL.differentFrom,
}


def covering(world: World, instant: int, *, possible: bool) -> list[Triple]:
    """Return the background that holds at an instant."""
    spans = ((t, w.possible if possible else w.certain) for t, w in world.background.items())
    return [t for t, span in spans if span is not None and span.start <= instant <= span.end]


def owl_of(
    world: World, background: Sequence[Triple], positions: Sequence[Position], same: Iterable[tuple[Term, Term]] = ()
) -> tuple[list[Triple], tuple[str, ...]]:
    """Write ontology, background and positions as OWL 2 DL; also say in English what had to be left out.

    `same` are names assumed to stand for one thing. Raises `BeyondOwl` if a position has no counterpart in OWL.
    """
    snapshot = _Snapshot(world, background, positions)
    for one, other in same:
        snapshot.write.add(snapshot.write.individual(one), OWL.sameAs, snapshot.write.individual(other))
    snapshot.tell_names_apart()
    return snapshot.write.triples(), tuple(snapshot.write.notes)


class _Snapshot:
    """One translation, from the facts that hold at one instant."""

    def __init__(self, world: World, background: Sequence[Triple], positions: Sequence[Position]) -> None:
        self.world = world
        affirmed = [_content(p) for p in positions if p.condition is None and p.polarity is Polarity.AFFIRMS]
        self.facts = [*world.theory.axioms, *background, *affirmed]
        contents = [_content(p) for p in positions]
        contents += [_canonical(p.condition.triple) for p in positions if p.condition is not None]
        everything = [*self.facts, *contents]
        nodes = by_subject(dict.fromkeys(everything))
        self.above = wider_properties(self.facts)
        self.used = spoken_of(everything, nodes) | {t.p for t in contents}
        self.write = Writer(
            nodes, property_kinds(everything, nodes, self.above), composite_properties(self.facts, self.above)
        )
        self.values = self._collect_values(everything)
        self.subjects = self._collect_values([Triple(t.s, t.p, t.s) for t in everything if t.p != OWL.hasValue])
        for triple in self.facts:
            self._state(triple)
        for position in positions:
            if position.condition is not None:
                self._state_condition(position)
            elif position.polarity is Polarity.DENIES:
                self._deny(_content(position))
        self._exclude_values()

    def tell_names_apart(self) -> None:
        """Say that different names stand for different things, where a dossier says so."""
        write = self.write
        present = {t.s for t in write.out if t.p == TYPE and t.o == OWL.NamedIndividual}
        for names in self.world.names:
            known = sorted({write.individual(name) for name in names if write.individual(name) in present})
            unsure = {pair for pair in self.world.maybe_same if pair <= set(known)}
            if not unsure:
                write.group(OWL.AllDifferent, OWL.distinctMembers, known)
                continue
            for one, other in combinations(known, 2):
                if frozenset((one, other)) not in unsure:
                    write.add(one, OWL.differentFrom, other)

    # -- triples -------------------------------------------------------------------------------

    def _state(self, triple: Triple) -> None:
        s, p, o = triple
        write = self.write
        if s == o and p in (OWL.disjointWith, OWL.propertyDisjointWith, OWL.differentFrom):
            self._state_absurdity(s, p)
        elif p == TYPE:
            self._state_type(s, o)
        elif p in _CLASS_AXIOMS:
            write.add(write.cls(s), p, write.cls(o))
        elif p in (OWL.sameAs, OWL.differentFrom):
            write.add(write.individual(s), p, write.individual(o))
        elif p == RDFS.domain or (p == RDFS.range and not write.is_data(s)):
            write.add(write.prop(s), p, write.cls(o))
        elif p in PROPERTY_AXIOMS:
            self._state_property_axiom(triple)
        elif p == OWL.propertyChainAxiom:
            write.add(write.prop(s), p, write.list([write.prop(item) for item in write.items(o)]))
        elif p == OWL.hasKey:
            write.add(write.cls(s), p, write.list([write.prop(item) for item in write.items(o)]))
        elif p == OWL.disjointUnionOf:
            write.add(write.cls(s), p, write.list([write.cls(item) for item in write.items(o)]))
        elif p in (OWL.bottomObjectProperty, OWL.bottomDataProperty):
            write.add(write.individual(s), TYPE, OWL.Nothing)
        elif p in self.used and _is_plain(p):
            write.add(write.individual(s), write.prop(p), write.value(p, o))

    def _state_absurdity(self, term: Node, p: Iri) -> None:
        """Say that what is apart from itself is nothing: OWL tools read a set of two equal members as a set of one."""
        write = self.write
        if p == OWL.disjointWith:
            empty = write.cls(term)
        else:
            empty = write.only(write.individual(term)) if p == OWL.differentFrom else write.some(term, OWL.Thing)
        if not (p == OWL.propertyDisjointWith and write.is_data(term)):
            write.add(empty, RDFS.subClassOf, OWL.Nothing)

    def _state_type(self, s: Node, o: Term) -> None:
        if o in CHARACTERISTICS and isinstance(o, Iri):
            self._state_characteristic(s, o)
        elif o in _GROUPS and isinstance(o, Iri):
            self._state_by_subject(s, o)
        elif o == OWL.NegativePropertyAssertion:
            self._state_negative(s)
        elif isinstance(o, Blank) or _is_class_name(o):
            self.write.add(self.write.individual(s), TYPE, self.write.cls(o))

    def _state_by_subject(self, node: Node, kind: Iri) -> None:
        write = self.write
        of = {OWL.AllDisjointClasses: write.cls, OWL.AllDisjointProperties: write.prop}.get(kind, write.individual)
        for predicate in (OWL.members, OWL.distinctMembers):
            for head in write.objects(node, predicate):
                members = write.items(head)
                write.group(kind, predicate, [of(item) for item in members])
                for item in {item for item in members if members.count(item) > 1 and not isinstance(item, Literal)}:
                    self._state_absurdity(item, _APART[kind])

    def _state_characteristic(self, p: Term, characteristic: Iri) -> None:
        if characteristic == OWL.FunctionalProperty and self._by_pairs(p):
            return
        if characteristic == OWL.InverseFunctionalProperty and self._includes(self.subjects.get(p, set())):
            self.write.note(f"one thing with {p} includes another; that it is inverse functional is left out")
            return
        if characteristic in _NEEDS_SIMPLE and p in self.write.composite:
            word = characteristic.removeprefix(str(OWL)).removesuffix("Property").lower()
            self.write.note(f"{p} is made of other properties, so that OWL does not let it be {word}")
        elif not self.write.is_data(p):
            self.write.add(self.write.prop(p), TYPE, characteristic)

    def _state_property_axiom(self, triple: Triple) -> None:
        s, p, o = triple
        write = self.write
        if write.is_data(s) != write.is_data(o) or (p == OWL.inverseOf and write.is_data(s)):
            write.note(f"{s} and {o} are properties of two kinds; what ties them is left out")
        elif p == OWL.propertyDisjointWith and {s, o} & write.composite:
            write.note(f"{s} or {o} is made of other properties, so that OWL does not let them be disjoint")
        else:
            write.add(write.prop(s), p, write.prop(o))

    def _state_negative(self, node: Node) -> None:
        facts = dict(self.write.nodes.get(node, ()))
        s, p = facts.get(OWL.sourceIndividual), facts.get(OWL.assertionProperty)
        o = facts.get(OWL.targetIndividual, facts.get(OWL.targetValue))
        if s is not None and not isinstance(s, Literal) and isinstance(p, Iri) and o is not None:
            self._deny(Triple(s, p, o))

    # -- denials and conditions ----------------------------------------------------------------

    def _deny(self, triple: Triple) -> None:
        s, p, o = triple
        write = self.write
        if p == OWL.sameAs:
            self._state(Triple(s, OWL.differentFrom, o))
        elif p == OWL.differentFrom:
            write.add(write.individual(s), OWL.sameAs, write.individual(o))
        elif p in _CLASS_AXIOMS or p in (RDFS.subPropertyOf, RDFS.domain, RDFS.range):
            write.add(write.new_individual(), TYPE, self._counter_example(triple))
        elif p == TYPE and (isinstance(o, Blank) or _is_class_name(o)):
            write.add(write.individual(s), TYPE, write.none_of(write.cls(o)))
        elif not _is_plain(p):
            raise BeyondOwl(f"the denial of {n3(p)} {n3(o)} cannot be put in OWL")
        else:
            node = write.blank()
            write.add(node, TYPE, OWL.NegativePropertyAssertion)
            write.add(node, OWL.sourceIndividual, write.individual(s))
            write.add(node, OWL.assertionProperty, write.prop(p))
            write.add(node, OWL.targetValue if write.is_data(p) else OWL.targetIndividual, write.value(p, o))

    def _counter_example(self, triple: Triple) -> Node:
        """Describe what there is if an axiom does not hold."""
        s, p, o = triple
        write = self.write
        if p == RDFS.subClassOf:
            return write.all_of([write.cls(s), write.none_of(write.cls(o))])
        if p == OWL.disjointWith:
            return write.all_of([write.cls(s), write.cls(o)])
        if p == OWL.equivalentClass:
            one = write.all_of([write.cls(s), write.none_of(write.cls(o))])
            return write.any_of([one, write.all_of([write.cls(o), write.none_of(write.cls(s))])])
        if write.is_data(s) or write.is_data(o):
            raise BeyondOwl(f"the denial of {n3(p)} for a property with values cannot be put in OWL")
        if p == RDFS.domain:
            return write.all_of([write.some(s, OWL.Thing), write.none_of(write.cls(o))])
        if p == RDFS.range:
            return write.some(s, write.none_of(write.cls(o)))
        end = write.only(write.new_individual())
        return write.all_of([write.some(s, end), write.none_of(write.some(o, end))])

    def _state_condition(self, position: Position) -> None:
        """Say "if the condition, then the content", of two things that need not be the same."""
        write = self.write
        if position.condition is None:
            return
        condition, content = _canonical(position.condition.triple), _content(position)
        body = write.all_of([write.only(write.individual(condition.s)), self._description(condition)])
        affirmed = position.polarity is Polarity.AFFIRMS
        if content.p == RDFS.subClassOf:
            head = write.some(UNIVERSAL, self._counter_example(content))
            head = write.none_of(head) if affirmed else head
        else:
            said = self._description(content) if affirmed else write.none_of(self._description(content))
            head = write.some(UNIVERSAL, write.all_of([write.only(write.individual(content.s)), said]))
        write.add(body, RDFS.subClassOf, head)

    def _description(self, triple: Triple) -> Node:
        """Describe the class of things of which a triple says so."""
        _, p, o = triple
        if p == TYPE:
            return self.write.cls(o)
        if p == OWL.sameAs:
            return self.write.only(self.write.individual(o))
        if not _is_plain(p):
            raise BeyondOwl(f"a condition on {n3(p)} cannot be put in OWL")
        return self.write.has(p, o)

    # -- values --------------------------------------------------------------------------------

    def _collect_values(self, triples: Iterable[Triple]) -> dict[Term, set[Term]]:
        """Find the values that each property may have, by what is said and by `owl:hasValue`."""
        found: dict[Term, set[Term]] = {}
        for s, p, o in triples:
            for prop in self.write.objects(s, OWL.onProperty) if p == OWL.hasValue else [p]:
                for upper in {prop} | self.above.get(prop, set()):
                    found.setdefault(upper, set()).add(o)
        return found

    def _by_pairs(self, p: Term) -> bool:
        """Say whether "has one value" has to be said value by value."""
        return self.write.is_data(p) or self._includes(self.values.get(p, set()))

    def _includes(self, terms: set[Term]) -> bool:
        return any(x in terms and y in terms for x, y in self.world.included)

    def _exclude_values(self) -> None:
        for s, p, o in self.facts:
            if p == TYPE and o == OWL.FunctionalProperty and self._by_pairs(s):
                for one, other in self._exclusive(s):
                    self._exclude(OWL.Thing, s, one, other)
        for scope, prop, most in self.write.values_of_class:
            if most == 1:
                for one, other in self._exclusive(prop):
                    self._exclude(scope, prop, one, other)
            else:
                for value in sorted(self.values.get(prop, set()), key=n3):
                    both = self.write.all_of([scope, self.write.has(prop, value)])
                    self.write.add(both, RDFS.subClassOf, OWL.Nothing)

    def _exclusive(self, p: Term) -> Iterator[tuple[Term, Term]]:
        included = self.world.included
        for one, other in combinations(sorted(self.values.get(p, set()), key=n3), 2):
            if isinstance(one, Literal) or isinstance(other, Literal):
                if isinstance(one, Literal) and isinstance(other, Literal) and incompatible(one, other):
                    yield one, other
            elif (one, other) not in included and (other, one) not in included:
                yield one, other

    def _exclude(self, scope: Term, p: Term, one: Term, other: Term) -> None:
        write = self.write
        both = write.all_of([scope, write.has(p, one), write.has(p, other)])
        if isinstance(one, Literal):
            write.add(both, RDFS.subClassOf, OWL.Nothing)
        else:  # who has both makes the two one thing
            here = write.all_of([write.only(write.individual(one)), write.some(UNIVERSAL, both)])
            write.add(here, RDFS.subClassOf, write.only(write.individual(other)))


def _content(position: Position) -> Triple:
    return _canonical(position.proposition.triple)


def _canonical(triple: Triple) -> Triple:
    return Triple(triple.s, triple.p, canonical(triple.o))


def _is_plain(p: Term) -> bool:
    return isinstance(p, Iri) and (not p.startswith(RESERVED) or p in _ABOUT_ANYTHING)


def _is_class_name(term: Term) -> bool:
    return isinstance(term, Iri) and (not term.startswith(RESERVED) or term in (OWL.Thing, OWL.Nothing))
