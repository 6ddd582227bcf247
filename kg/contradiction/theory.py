"""Ontology and rule files become one theory: rules, axioms, and what people call them.

The axioms stay facts (an axiom may itself be claimed); the rules are the OWL 2 RL/RDF rules and
the rule files, each with its id and its sentence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.ids import Properties, is_anonymous, list_items
from kg.ids import canonical as describe
from kg.logic.rules import Each, Path, Rule, Var, expand
from kg.naming import by_subject
from kg.terms import Iri, Literal, Node, Term, Triple, local_name
from kg.times import Persistence
from kg.values import canonical
from kg.vocab import NEG, OWL, RDF, RDFS, SKOS, TYPE

LIST_MEMBER = Iri("urn:list#member")
"""The membership of a term in an RDF list, as rules see it."""

LIST_TWICE = Iri("urn:list#twice")
"""Leads from an RDF list to a term that stands in it more than once."""

RULE_PREFIXES_EXTRA = {"list": "urn:list#"}

_ANNOTATIONS = frozenset(
    {
        RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.versionInfo,
        SKOS.definition, SKOS.notation, SKOS.prefLabel, SKOS.altLabel, SKOS.note, SKOS.scopeNote,
    }
)  # fmt: skip
_PERSISTENCE = {NEG.term(kind.value): kind for kind in Persistence}
_LISTS = (RDF.first, RDF.rest)
_GROUPS = (OWL.AllDisjointClasses, OWL.AllDisjointProperties, OWL.AllDifferent)


@dataclass(frozen=True, slots=True)
class Theory:
    """What the checker reasons with.

    `axioms` are the logical triples of the ontology; `says` and `kinds` are their sentences and the
    kind of conflict they make; `hierarchies` are the properties by which one value includes another.
    """

    rules: tuple[Rule, ...]
    axioms: frozenset[Triple]
    says: Mapping[Triple, str]
    kinds: Mapping[Triple, Iri]
    notations: Mapping[Iri, str]
    persistence: Mapping[Iri, Persistence]
    hierarchies: frozenset[Iri]
    annotations: frozenset[Iri]

    def is_logical(self, triple: Triple) -> bool:
        """Say whether a triple says something about the world, and is not a note about a term."""
        return triple.p not in self.annotations and not triple.p.startswith(OWL + "annotated")

    @property
    def kind_names(self) -> frozenset[str]:
        """The short names of all kinds of conflict."""
        return frozenset(self.notation(t.s) for t in self.axioms if t.o == NEG.ConflictKind and isinstance(t.s, Iri))

    def notation(self, concept: Iri) -> str:
        """Return the short name of a concept: its notation, or the end of its IRI."""
        return self.notations.get(concept, local_name(concept))


def build_theory(ontology: Iterable[Triple], rules: Sequence[Rule]) -> Theory:
    """Turn an ontology's triples and parsed rules into a theory; its literals are written canonically."""
    triples = {Triple(t.s, t.p, canonical(t.o)) for t in ontology}
    described = by_subject(triples)
    annotations = _ANNOTATIONS | {t.s for t in triples if t.p == TYPE and t.o == OWL.AnnotationProperty}
    says: dict[Triple, str] = {}
    kinds: dict[Triple, Iri] = {}
    notes: set[Node] = set()
    for node, facts in described.items():
        if (TYPE, OWL.Axiom) in facts:
            notes.add(node)
            axiom = _annotated(facts)
        else:  # an axiom over a list is a node itself, and carries its own sentence
            axiom = next((Triple(node, TYPE, kind_of) for kind_of in _GROUPS if (TYPE, kind_of) in facts), None)
        if axiom is None:
            continue
        if isinstance(sentence := _one(facts, NEG.says), Literal):
            says[axiom] = sentence.value
        if isinstance(kind := _one(facts, NEG.kind), Iri):
            kinds[axiom] = kind
    logical = {t for t in triples if t.s not in notes and t.p not in annotations and t.p != NEG.persistence}
    return Theory(
        rules=tuple(rules),
        axioms=frozenset(logical),
        says=says,
        kinds=kinds,
        notations={
            t.s: t.o.value
            for t in triples
            if t.p == SKOS.notation and isinstance(t.o, Literal) and isinstance(t.s, Iri)
        },
        persistence=_persistence(triples),
        hierarchies=frozenset(t.s for t in triples if t.p == NEG.hierarchy and isinstance(t.s, Iri)),
        annotations=frozenset(a for a in annotations if isinstance(a, Iri)),
    )


def _one(facts: Sequence[tuple[Iri, Term]], predicate: Iri) -> Term | None:
    return next((o for p, o in sorted(facts, key=str) if p == predicate), None)


def _annotated(facts: Sequence[tuple[Iri, Term]]) -> Triple | None:
    s, p, o = (_one(facts, OWL.term(name)) for name in ("annotatedSource", "annotatedProperty", "annotatedTarget"))
    if s is None or isinstance(s, Literal) or not isinstance(p, Iri) or o is None:
        return None
    return Triple(s, p, o)


def _persistence(triples: Iterable[Triple]) -> dict[Iri, Persistence]:
    """Read `neg:persistence`; a sub-class or sub-property without one inherits it."""
    declared: dict[Term, Persistence] = {}
    above: dict[Term, list[Term]] = defaultdict(list)
    for s, p, o in triples:
        if p == NEG.persistence and isinstance(o, Iri) and o in _PERSISTENCE:
            declared[s] = _PERSISTENCE[o]
        elif p in (RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass):
            above[s].append(o)
    found: dict[Iri, Persistence] = {}
    for term in {*declared, *above}:
        layer, seen = [term], {term}
        while layer and isinstance(term, Iri):
            here = [declared[t] for t in layer if t in declared]
            if here:
                found[term] = _fleeting(here)
                break
            layer = [up for t in layer for up in above.get(t, ()) if up not in seen]
            seen.update(layer)
    return found


def _fleeting(kinds: Iterable[Persistence]) -> Persistence:
    order = (Persistence.STATE, Persistence.PERMANENT, Persistence.TIMELESS)
    return min(kinds, key=order.index, default=Persistence.TIMELESS)


def persistence_of(theory: Theory, predicate: Iri, obj: Term, properties: Properties) -> Persistence | None:
    """Say how long a proposition stays so: by its class for `rdf:type`, else by its property.

    A class expression lasts as long as the most fleeting of its parts. None: nothing is declared.
    """
    if predicate != TYPE:
        return theory.persistence.get(predicate)
    declared = [theory.persistence[part] for part in class_parts(obj, properties) if part in theory.persistence]
    return _fleeting(declared) if declared else None


def class_parts(obj: Term, properties: Properties) -> list[Iri]:
    """List the classes and properties that a class expression is made of (itself, if it is a name)."""
    found: list[Iri] = []
    todo: list[Term] = [obj]
    seen: set[Term] = set()
    while todo:
        term = todo.pop()
        if isinstance(term, Literal) or term in seen:
            continue
        seen.add(term)
        if is_anonymous(term):
            inner = [(p, o) for p, o in properties.get(term, ()) if p.startswith(OWL) or p in _LISTS]
            todo += [o for p, o in inner if p != OWL.hasValue]
        elif isinstance(term, Iri) and term != RDF.nil:
            found.append(term)  # whatever its own definition is made of
    return found


def expand_lists(rules: Iterable[Rule], facts: Iterable[Triple]) -> tuple[list[Rule], list[Triple]]:
    """Write list rules out for the lists that occur, and say which term is in which list, and which is twice.

    Returns the rules to run and the facts about lists to add. The rule that everything is an
    owl:Thing is left out unless somebody makes use of that, which few ontologies do.
    """
    by_predicate: dict[Iri, set[Term]] = defaultdict(set)
    cells: dict[Node, list[tuple[Iri, Term]]] = defaultdict(list)
    rules = tuple(rules)
    things = any(_asks_for_things(rule) for rule in rules)
    for s, p, o in facts:
        if p in _LISTS:
            cells[s].append((p, o))
        elif p.startswith(OWL):
            by_predicate[p].add(o)
        things = things or s == OWL.Thing or (o == OWL.Thing and p not in _UNMOVED_BY_THINGS)
    heads = {o for objects in by_predicate.values() for o in objects if not isinstance(o, Literal) and o in cells}
    about: list[Triple] = []
    for head in heads:
        counts = Counter(list_items(head, cells))
        about += [Triple(head, LIST_MEMBER, item) for item in counts]
        about += [Triple(head, LIST_TWICE, item) for item, count in counts.items() if count > 1]
    ready: list[Rule] = []
    for rule in rules:
        if not rule.is_template:
            ready += [rule] if things or not _makes_things(rule) else []
            continue
        list_var = list_variable(rule)
        predicate = next(a.p for a in rule.body if a.o == list_var)
        found = by_predicate.get(predicate, set()) & heads  # type: ignore[arg-type]  # a constant here
        for found_head in sorted(found, key=lambda h: describe(h, cells)):
            ready.append(expand(rule, list_var, found_head, list_items(found_head, cells)))
    return ready, about


_UNMOVED_BY_THINGS = frozenset({RDFS.domain, RDFS.range, RDFS.subClassOf, OWL.someValuesFrom, OWL.onClass})
"""With owl:Thing as their object these say nothing, or have rules of their own."""


def _makes_things(rule: Rule) -> bool:
    """Say whether a rule only makes every class one of things (`scm-cls`)."""
    return rule.head is not None and rule.head.p == RDFS.subClassOf and rule.head.o == OWL.Thing


def _asks_for_things(rule: Rule) -> bool:
    return any(atom.p == TYPE and atom.o == OWL.Thing for atom in rule.body)


def list_variable(rule: Rule) -> Var:
    """Return the variable of a list rule that stands for the list."""
    template: Each | Path = rule.path if rule.path is not None else rule.each[0]
    return template.list
