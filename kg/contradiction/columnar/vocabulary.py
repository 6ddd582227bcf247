"""What is said of classes and properties, closed under the rules, and the rules made families by it.

The vocabulary is small beside the data, and it may itself be claimed ("every cancelled meeting had been
scheduled"); so it is closed by the reference evaluator, with the assumptions that each fact rests on. Only
long hierarchies are closed apart: a chain of a thousand sub-classes has half a million pairs, and the rule
that makes them one by one is cubic in that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.contradiction.theory import expand_lists, list_variable
from kg.ids import list_items
from kg.logic.families import Fact, Family, Vocabulary, family, is_vocabulary
from kg.logic.limits import Limits
from kg.logic.materialise import Entry, Materialisation
from kg.logic.rules import GuardTest, Rule, Var, expand
from kg.logic.tables import Terms
from kg.naming import by_subject
from kg.terms import Iri, Term, Triple
from kg.times import ALWAYS, Span
from kg.vocab import RDF, TYPE

MOST_PAIRS = 20_000
"""A hierarchy with more pairs than this is closed apart from the other rules."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """Something that a position says of the vocabulary: which position, what, and when."""

    position: int
    triple: Triple
    denied: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Statements:
    """Everything that is said of the vocabulary for one reading of time.

    `about_things` are facts about things that make rules matter which are left out where nothing asks for them.
    """

    recorded: tuple[tuple[Triple, Span], ...] = ()
    claimed: tuple[Claimed, ...] = ()
    about_things: tuple[Triple, ...] = ()


@dataclass(frozen=True, slots=True)
class Closed:
    """The vocabulary closed: rules as families, what follows for the things that it names, and what clashes in it."""

    families: tuple[Family, ...]
    things: tuple[Fact, ...]
    clashes: tuple[tuple[frozenset[int], Span], ...]
    ground: tuple[str, ...]
    incomplete: str


def close(
    rules: Sequence[Rule],
    axioms: Iterable[Triple],
    said: Statements,
    terms: Terms,
    *,
    tests: Mapping[str, GuardTest],
    limits: Limits,
) -> Closed:
    """Close axioms and statements under rules, and join away from the rules what they ask of the vocabulary."""
    fixed = [*axioms, *(triple for triple, when in said.recorded if when == ALWAYS)]
    triples = [*axioms, *(triple for triple, _ in said.recorded), *(one.triple for one in said.claimed)]
    ready, members = expand_lists(rules, [*triples, *said.about_things])
    long = {p: above for p, above in _hierarchies(ready, fixed).items() if _pairs(above) > MOST_PAIRS}
    engine = Materialisation([rule for rule in ready if _transitive(rule) not in long], tests, limits)
    for triple in [*axioms, *members]:
        engine.give(triple)
    for triple, when in said.recorded:
        engine.give(triple, span=when)
    for bit, one in enumerate(said.claimed):
        engine.give(one.triple, mask=1 << bit, span=one.span, denied=one.denied)
    engine.run()
    chains = _close_apart(engine, tuple(long))
    facts = [_fact(triple, denied, entry, said, terms) for triple, denied, entry in _known(engine)]
    facts += [Fact(denied=False, s=terms.number(s), p=terms.number(p), o=terms.number(o)) for s, p, o in chains]
    vocabulary = Vocabulary(terms.number(TYPE))
    things: list[Fact] = []
    about: dict[tuple[int, int], bool] = {}
    for fact in facts:
        key = (fact.p, fact.o if fact.p == vocabulary.type else -1)
        if key not in about:
            about[key] = is_vocabulary(terms.term(fact.p), terms.term(fact.o))
        if about[key]:
            vocabulary.add(fact)
        else:
            things.append(fact)
    cells = by_subject(triple for triple in triples if triple.p in (RDF.first, RDF.rest))
    for head in cells:
        vocabulary.lists[terms.number(head)] = tuple(terms.number(item) for item in list_items(head, cells))
    return Closed(
        families=tuple(_families(rules, vocabulary, terms)),
        things=tuple(things),
        clashes=tuple((_positions(entry.mask, said), entry.span) for entry in engine.clashes),
        ground=tuple(sorted({entry.rule.id for entry in engine.ground_clashes if entry.rule is not None})),
        incomplete=engine.incomplete,
    )


def _known(engine: Materialisation) -> Iterator[tuple[Triple, bool, Entry]]:
    for triple, denied, entries in engine.facts():
        for entry in entries:
            yield triple, denied, entry


def _fact(triple: Triple, denied: bool, entry: Entry, said: Statements, terms: Terms) -> Fact:  # noqa: FBT001  # a slot of a fact
    s, p, o = (terms.number(term) for term in triple)
    return Fact(denied, s, p, o, _positions(entry.mask, said), entry.span)


def _positions(mask: int, said: Statements) -> frozenset[int]:
    return frozenset(one.position for bit, one in enumerate(said.claimed) if mask >> bit & 1) if mask else frozenset()


# -- families --------------------------------------------------------------------------------------


def _families(rules: Sequence[Rule], vocabulary: Vocabulary, terms: Terms) -> Iterator[Family]:
    for rule in rules:
        if not rule.is_template:
            ready = family(rule, vocabulary, terms.number)
            if ready is not None:
                yield ready
            continue
        variable = list_variable(rule)
        predicate = terms.number(next(a.p for a in rule.body if a.o == variable))  # type: ignore[arg-type]  # a constant here
        heads = {fact.o for fact in vocabulary.facts.get((False, predicate), ())} & vocabulary.lists.keys()
        for length in sorted({len(vocabulary.lists[head]) for head in heads}):
            items = [Var(f"#item{at}") for at in range(length)]
            seeds = [
                {variable: head, **dict(zip(items, vocabulary.lists[head], strict=True))}
                for head in sorted(heads)
                if len(vocabulary.lists[head]) == length
            ]
            ready = family(expand(rule, variable, variable, items), vocabulary, terms.number, seeds)
            if ready is not None:
                yield ready


# -- long hierarchies --------------------------------------------------------------------------------

Above = Mapping[Term, Sequence[Term]]
"""What stands directly above each term of a hierarchy."""


def _transitive(rule: Rule) -> Iri | None:
    """Return the property of the vocabulary that a rule closes: `?a P ?b, ?b P ?c => ?a P ?c`."""
    if rule.head is None or len(rule.body) != 2 or rule.guards or rule.is_template:
        return None
    first, second, head = *rule.body, rule.head
    chained = first.o == second.s and (first.s, second.o) == (head.s, head.o) and first.p == second.p == head.p
    if not chained or not isinstance(head.p, Iri) or not is_vocabulary(head.p, None):
        return None
    return head.p if len({first.s, first.o, second.o}) == 3 else None


def _hierarchies(rules: Iterable[Rule], triples: Iterable[Triple]) -> dict[Iri, dict[Term, list[Term]]]:
    return _grouped(triples, [p for p in map(_transitive, rules) if p is not None])


def stepwise(rules: Iterable[Rule], triples: Iterable[Triple]) -> list[Rule]:
    """Leave out the rules that close long hierarchies.

    What is in a class, or related by a property, then climbs step by step; a proof needs no more than that.
    """
    ready = list(rules)
    long = {p for p, above in _hierarchies(ready, triples).items() if _pairs(above) > MOST_PAIRS}
    return [rule for rule in ready if _transitive(rule) not in long]


def _pairs(above: Above) -> int:
    """Count the pairs of a closed hierarchy."""
    return sum(len(_chain(term, above)) for term in above)


def _chain(term: Term, above: Above) -> set[Term]:
    """Return everything above a term."""
    seen: set[Term] = set()
    todo = list(above.get(term, ()))
    while todo:
        one = todo.pop()
        if one not in seen:
            seen.add(one)
            todo += above.get(one, ())
    return seen


def _close_apart(engine: Materialisation, predicates: Sequence[Iri]) -> list[Triple]:
    """Close long hierarchies, and tell the other rules the pairs that they may ask for.

    They ask for pairs of terms that something else is said of (the classes of restrictions, domains, ranges); what
    they conclude may lengthen a hierarchy, so this goes on until nothing changes.
    """
    while predicates:
        facts = [triple for triple, denied, entry in _known(engine) if not denied and not entry.mask]
        asked = {term for t in facts if t.p not in (*predicates, TYPE) for term in (t.s, t.o)}
        pairs = [
            Triple(low, p, high)  # type: ignore[arg-type]  # what stands in a hierarchy is a node
            for p, above in _grouped(facts, predicates).items()
            for low in above
            for high in _chain(low, above)
        ]
        known = set(facts)
        new = [t for t in pairs if t.s in asked and t.o in asked and t not in known]
        if not new or engine.incomplete:
            return [t for t in pairs if t not in known]
        for triple in new:
            engine.give(triple)
        engine.run()
    return []


def _grouped(facts: Iterable[Triple], predicates: Sequence[Iri]) -> dict[Iri, dict[Term, list[Term]]]:
    found: dict[Iri, dict[Term, list[Term]]] = {p: defaultdict(list) for p in predicates}
    for s, p, o in facts:
        if p in found and s != o:
            found[p][s].append(o)
    return found
