"""Say axioms of any OWL ontology in English, also where it brings no sentences of its own.

Before: `ex:Minister rdfs:subClassOf [ owl:onProperty ex:chairs ; owl:allValuesFrom ex:Meeting ]`.
After: "every minister chairs nothing but a meeting".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from kg.ids import is_anonymous, list_items
from kg.terms import Iri, Literal, Node, Term, Triple
from kg.vocab import OWL, RDF, RDFS, TYPE
from kg.wording import Wording, fill, listed

_NOUN = re.compile(r"^\{s\} \[(?:is|was) (an? )")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_COUNTS = {
    OWL.maxCardinality: "at most {}", OWL.maxQualifiedCardinality: "at most {}",
    OWL.minCardinality: "at least {}", OWL.minQualifiedCardinality: "at least {}",
    OWL.cardinality: "exactly {}", OWL.qualifiedCardinality: "exactly {}",
}  # fmt: skip
_DEFINITIONS = frozenset(
    {OWL.intersectionOf, OWL.unionOf, OWL.complementOf, OWL.datatypeComplementOf, OWL.oneOf, OWL.onProperty}
)
_DETAILS = frozenset(
    {
        OWL.someValuesFrom, OWL.allValuesFrom, OWL.hasValue, OWL.hasSelf, OWL.onClass, *_COUNTS,
        OWL.sourceIndividual, OWL.assertionProperty, RDF.first, RDF.rest, Iri("urn:list#member"), Iri("urn:list#twice"),
    }
)  # fmt: skip
"""Parts of axioms: what they are parts of says them."""


class AxiomProse:
    """English for axioms and class expressions; `name` says what a single thing or class is called."""

    def __init__(self, wording: Wording, name: Callable[[Term], str]) -> None:
        self.wording = wording
        self.name = name
        self._triples: Mapping[Iri, Callable[[Node, Term, bool], str]] = {
            RDFS.subClassOf: self._sub_class,
            OWL.equivalentClass: self._same_class,
            OWL.disjointWith: self._disjoint,
            OWL.disjointUnionOf: self._division,
            RDFS.domain: lambda p, c, no: self._end(p, c, "the first", denied=no),
            RDFS.range: lambda p, c, no: self._end(p, c, "the other", denied=no),
            RDFS.subPropertyOf: lambda p, q, no: self._whenever(p, self._link(q, "the first", "the other"), denied=no),
            OWL.equivalentProperty: lambda p, q, no: self._exactly(
                p, self._link(q, "the first", "the other"), denied=no
            ),
            OWL.inverseOf: lambda p, q, no: self._exactly(p, self._link(q, "the other", "the first"), denied=no),
            OWL.propertyDisjointWith: self._exclusive,
            OWL.propertyChainAxiom: self._chain,
            OWL.hasKey: self._key,
        }

    def sentence(self, triple: Triple, *, denied: bool = False) -> str | None:
        """Say an axiom without a capital or a full stop; "" for a part of one, None for what is no axiom.

        >>> prose = AxiomProse(Wording({}, frozenset(), {}, {}, {}), lambda term: str(term).removeprefix("e:"))
        >>> prose.sentence(Triple(Iri("e:minister"), RDFS.subClassOf, Iri("e:official")))
        'every minister is an official'
        """
        s, p, o = triple
        if p == TYPE:
            return self._characteristic(s, o, denied=denied)
        if p in self._triples:
            return self._triples[p](s, o, denied)
        if p in _DEFINITIONS:
            return "" if is_anonymous(s) else self._definition(s)
        if p in (OWL.members, OWL.distinctMembers):
            return self._group(s, o)
        if p in (OWL.targetIndividual, OWL.targetValue):
            facts = dict(self.wording.properties.get(s, ()))
            subject = self.name(facts.get(OWL.sourceIndividual, s))
            return self._link(facts.get(OWL.assertionProperty, s), subject, self.name(o), denied=True)
        return "" if p in _DETAILS else None

    # -- classes -------------------------------------------------------------------------------

    def is_so(self, cls: Term, subject: str, *, denied: bool = False, plural: bool = False) -> str:
        """Say of something that it belongs to a class.

        For the class of what chairs a meeting: "Jones" -> "Jones chairs a meeting".
        """
        phrases = self.wording.denied if denied else self.wording.phrases
        if not isinstance(cls, Literal) and cls in phrases:
            return fill(phrases[cls], subject=subject, plural=plural)
        described = (
            None if isinstance(cls, Literal) or not is_anonymous(cls) else self.described(cls, subject, plural=plural)
        )
        if described:
            return f"it is not so that {described}" if denied else described
        verb = ("are" if plural else "is") + (" not" if denied else "")
        return f"{subject} {verb} {self._a(cls)}"

    def described(self, cls: Node, subject: str, *, plural: bool = False) -> str | None:
        """Say of something that it has the make-up of a class: its parts, or its property."""
        facts = dict(self.wording.properties.get(cls, ()))
        for p, word in ((OWL.intersectionOf, "and"), (OWL.unionOf, "or")):
            if p in facts:
                parts = [self.is_so(item, subject, plural=plural) for item in self._items(facts[p])]
                return _shared(subject, parts, word) if parts else None
        for p in (OWL.complementOf, OWL.datatypeComplementOf):
            if p in facts:
                return self.is_so(facts[p], subject, denied=True, plural=plural)
        if OWL.oneOf in facts:
            return f"{subject} is {listed([self.name(i) for i in self._items(facts[OWL.oneOf])], 'or')}"
        if OWL.onProperty in facts and (obj := self._restricted(facts)) is not None:
            return self._link(facts[OWL.onProperty], subject, obj, plural=plural)
        return None

    def _restricted(self, facts: Mapping[Iri, Term]) -> str | None:
        if OWL.hasValue in facts or OWL.hasSelf in facts:
            return "itself" if OWL.hasSelf in facts else self.name(facts[OWL.hasValue])
        if OWL.someValuesFrom in facts:
            return self._a(facts[OWL.someValuesFrom])
        if OWL.allValuesFrom in facts:
            return f"nothing but {self._a(facts[OWL.allValuesFrom])}"
        count = next((key for key in _COUNTS if key in facts), None)
        if count is None:
            return None
        number = str(facts[count])
        kind = facts.get(OWL.onClass, OWL.Thing)
        noun = self._object_of(facts[OWL.onProperty]) if kind == OWL.Thing else self.name(kind)
        if number == "0" and count in (OWL.maxCardinality, OWL.maxQualifiedCardinality):
            return "nothing" if kind == OWL.Thing else f"no {noun}"
        return _COUNTS[count].format(f"one {noun}" if number == "1" else f"{number} of the kind “{noun}”")

    def _a(self, cls: Term) -> str:
        if cls == OWL.Thing:
            return "something"
        if not isinstance(cls, Literal) and is_anonymous(cls) and (said := self.described(cls, "something that")):
            return said
        noun = self.name(cls)
        return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"

    def _is_noun(self, cls: Term) -> bool:
        if isinstance(cls, Literal) or is_anonymous(cls):
            return False
        return cls not in self.wording.phrases or _NOUN.match(self.wording.phrases[cls]) is not None

    def _each(self, cls: Term) -> str:
        """Start a sentence about every member: "every minister", "whatever was cancelled"."""
        return f"every {self.name(cls)}" if self._is_noun(cls) else self.is_so(cls, "whatever")

    def _sub_class(self, s: Node, o: Term, denied: bool) -> str:  # noqa: FBT001  # called by table, like the rest
        said = self.is_so(o, self._each(s))
        if not denied:
            return said
        return f"not {said}" if self._is_noun(s) else f"it is not so that {said}"

    def _same_class(self, s: Node, o: Term, denied: bool) -> str:  # noqa: FBT001
        said = f"{self.is_so(o, self._each(s))}, and the other way round"
        return f"it is not so that {said}" if denied else said

    def _disjoint(self, s: Node, o: Term, denied: bool) -> str:  # noqa: FBT001
        if self._is_noun(s) and self._is_noun(o):
            return f"{'something' if denied else 'nothing'} is both {self._a(s)} and {self._a(o)}"
        return self.is_so(o, self.is_so(s, "something that" if denied else "nothing that"))

    def _division(self, s: Node, o: Term, denied: bool) -> str:  # noqa: FBT001
        kinds = listed([self._a(item) for item in self._items(o)], "or")
        said = f"{self._each(s)} is either {kinds}, never more than one of these, and each of these is {self._a(s)}"
        return f"it is not so that {said}" if denied else said

    def _definition(self, cls: Node) -> str:
        described = self.described(cls, "whatever")
        if described is None:
            return ""
        return (
            f"{self._a(cls)} is {described}"
            if self._is_noun(cls)
            else f"{self.is_so(cls, described)}, and nothing else"
        )

    # -- properties ----------------------------------------------------------------------------

    def _link(self, p: Term, subject: str, obj: str, *, denied: bool = False, plural: bool = False) -> str:
        """Say that a property leads from one thing to another."""
        phrases = self.wording.denied if denied else self.wording.phrases
        if not isinstance(p, Literal) and p in phrases:
            return fill(phrases[p], subject=subject, obj=obj, plural=plural)
        verb = "does not lead" if denied else "leads"
        return f"“{self.name(p)}” {verb} from {subject.removesuffix(' that')} to {obj}"

    def _object_of(self, p: Term) -> str:
        facts = () if isinstance(p, Literal) else self.wording.properties.get(p, ())
        return "value" if (TYPE, OWL.DatatypeProperty) in facts else "thing"

    def _whenever(self, p: Term, then: str, *, denied: bool = False) -> str:
        said = f"if {self._link(p, 'one thing', 'another')}, {then}"
        return f"it is not so that {said}" if denied else said

    def _exactly(self, p: Term, when: str, *, denied: bool = False) -> str:
        said = f"{self._link(p, 'one thing', 'another')} exactly when {when}"
        return f"it is not so that {said}" if denied else said

    def _end(self, p: Term, cls: Term, which: str, *, denied: bool) -> str:
        return self._whenever(p, self.is_so(cls, which), denied=denied)

    def _exclusive(self, p: Node, q: Term, denied: bool) -> str:  # noqa: FBT001
        return self._whenever(p, self._link(q, "the first", "the other", denied=True), denied=denied)

    def _chain(self, p: Node, o: Term, denied: bool) -> str:  # noqa: FBT001
        steps = self._items(o)
        ends = ["one thing", *(f"a {word}" for word in _ORDINALS[1 : len(steps) + 1])]
        starts = ["one thing", *(f"the {word}" for word in _ORDINALS[1 : len(steps)])]
        links = [self._link(step, start, end) for step, start, end in zip(steps, starts, ends[1:], strict=False)]
        last = ends[-1].replace("a ", "the ", 1)
        said = f"if {listed(links)}, {self._link(p, 'the first', last)}"
        return f"it is not so that {said}" if denied else said

    def _key(self, cls: Node, o: Term, denied: bool) -> str:  # noqa: FBT001
        keys = listed([f"“{self.name(item)}”" for item in self._items(o)])
        both = "" if cls == OWL.Thing else f"are each {self._a(cls)} and "
        said = f"if two things {both}have the same {keys}, they are one and the same"
        return f"it is not so that {said}" if denied else said

    def _characteristic(self, p: Node, kind: Term, *, denied: bool) -> str | None:
        if not isinstance(kind, Iri) or not kind.startswith((OWL, RDFS)) or kind in (OWL.Thing, OWL.Nothing):
            return None
        noun = self._object_of(p)
        onward = f"{self._link(p, 'one thing', 'another')} and {self._link(p, 'the other', 'a third')}"
        said = {
            OWL.FunctionalProperty: self._link(p, "nothing", f"two different {noun}s"),
            OWL.InverseFunctionalProperty: self._link(p, "no two things", f"the same {noun}", plural=True),
            OWL.IrreflexiveProperty: self._link(p, "nothing", "itself"),
            OWL.SymmetricProperty: self._whenever(p, self._link(p, "the other", "the first")),
            OWL.AsymmetricProperty: self._whenever(p, self._link(p, "the other", "the first", denied=True)),
            OWL.TransitiveProperty: f"if {onward}, {self._link(p, 'the first', 'the third')}",
        }.get(kind, "")
        return f"it is not so that {said}" if said and denied else said

    # -- lists ---------------------------------------------------------------------------------

    def _group(self, node: Node, head: Term) -> str:
        kinds = {o for p, o in self.wording.properties.get(node, ()) if p == TYPE}
        if any(Triple(node, TYPE, kind) in self.wording.says for kind in kinds):
            return ""  # it has a sentence of its own
        names = [self.name(item) for item in self._items(head)]
        if OWL.AllDifferent in kinds:
            return f"{listed(names)} are {'two' if len(names) == 2 else 'all'} different things"
        if OWL.AllDisjointProperties in kinds:
            return f"between two things only one of these holds: {', '.join(f'“{name}”' for name in names)}"
        return f"nothing is more than one of these: {', '.join(names)}"

    def _items(self, head: Term) -> Sequence[Term]:
        return list_items(head, self.wording.properties)


def _shared(subject: str, parts: Sequence[str], word: str) -> str:
    """Join sentences with one subject, saying it once.

    >>> _shared("it", ["it is a meeting", "it was held"], "and")
    'it is a meeting and was held'
    >>> _shared("it", ["it is a meeting", "it is open"], "and")
    'it is a meeting and open'
    """
    first, *rest = parts
    if all(part.startswith(f"{subject} is ") for part in parts):
        subject += " is"
    return listed([first, *(part.removeprefix(subject).strip() for part in rest)], word)
