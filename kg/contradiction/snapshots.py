"""Positions and background become labelled facts, and a theory runs over them.

One run finds the minimal inconsistent sets for one reading of time (certain or possible). What a
snapshot holds at an instant is what the labels' spans cover there, so one run stands for all instants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from kg.contradiction.results import Position
from kg.contradiction.theory import LIST_MEMBER, LIST_TWICE, Theory, expand_lists, persistence_of
from kg.datatypes import is_ill_typed, is_in
from kg.ids import Properties, list_items
from kg.ids import canonical as describe
from kg.logic.limits import Limits
from kg.logic.materialise import Materialisation
from kg.logic.rules import Atom, GuardTest, Rule
from kg.model import Claim, Dossier, Polarity, Proposition
from kg.naming import by_subject
from kg.terms import Blank, Iri, Literal, Node, Term, Triple
from kg.times import ALWAYS, BadDate, Persistence, Window, parse, throughout, window
from kg.values import canonical, earlier, incompatible, simultaneous
from kg.vocab import NEG, OWL, PROV, RDFS, TYPE

COMMITS = Iri("urn:claim#commits")
"""Marks, inside a run, that a conditional position is held: the other half of its condition."""

FULFILLED = Iri("urn:claim#condition-met")
"""Marks that the condition of a position held at its own time."""

SOME = "urn:some:"
"""Prefix of the unnamed individual that a denial of "there is none" speaks of."""

SAME_AS = OWL.sameAs


@dataclass(frozen=True, slots=True)
class World:
    """What every account shares: theory, background with its times, and what names stand for."""

    theory: Theory
    background: Mapping[Triple, Window]
    properties: Properties
    names: tuple[frozenset[Node], ...]
    maybe_same: frozenset[frozenset[Term]] = frozenset()
    included: frozenset[tuple[Term, Term]] = field(default=frozenset())
    different: frozenset[frozenset[Term]] = frozenset()


def build_world(dossiers: Iterable[Dossier], theory: Theory) -> World:
    """Join the background of several dossiers; a node with `neg:during` gives its triples that time.

    What a claim's own record commits to (who spoke in what post) is background on the day it was said.
    """
    dossiers = tuple(dossiers)
    triples = {_canonical(t) for dossier in dossiers for t in dossier.background if theory.is_logical(t)}
    during = {t.s: _window(t.o) for t in triples if t.p == NEG.during}
    background = {t: _ALWAYS if t.p == NEG.during else during.get(t.s, _ALWAYS) for t in triples}
    background |= dict(record for dossier in dossiers for claim in dossier.claims for record in _own_record(claim))
    names = tuple(
        frozenset(t.s for t in dossier.background if t.p == TYPE) for dossier in dossiers if dossier.unique_names
    )
    return World(
        theory=theory,
        background=background,
        properties=by_subject([*triples, *theory.axioms]),
        names=names,
        maybe_same=frozenset(frozenset((t.s, t.o)) for t in triples if t.p == NEG.maybeSameAs),
        included=_inclusions(triples | theory.axioms, theory.hierarchies),
        different=_differences([*triples, *theory.axioms]),
    )


_ALWAYS = Window(ALWAYS, ALWAYS)


def _own_record(claim: Claim) -> list[tuple[Triple, Window]]:
    """Say who spoke in what post: facts of the day of a claim, if it gives a post and a day.

    ann said c on 2019-01-22 as the minister -> c is by ann, in the post of minister, said on that day
    """
    if claim.capacity is None or claim.said_on is None:
        return []
    try:
        that_day = window(None, claim.said_on.value, Persistence.STATE, affirmed=True)
    except BadDate:  # validation reports it
        return []
    facts = [(PROV.wasAttributedTo, claim.speaker), (NEG.capacity, claim.capacity), (NEG.saidOn, claim.said_on)]
    return [(_canonical(Triple(claim.iri, p, o)), that_day) for p, o in facts]


def _window(value: Term) -> Window:
    try:
        return throughout(parse(str(value)))
    except BadDate:  # validation reports it; an unreadable time is no time at all
        return Window(None, ALWAYS)


def _inclusions(triples: Iterable[Triple], hierarchies: frozenset[Iri]) -> frozenset[tuple[Term, Term]]:
    """Close the declared hierarchies: (part, whole) for every chain of them."""
    above: dict[Term, set[Term]] = {}
    for s, p, o in triples:
        if p in hierarchies:
            above.setdefault(s, set()).add(o)
    pairs: set[tuple[Term, Term]] = set()
    for start, first in above.items():
        todo, seen = list(first), set(first)
        while todo:
            new = above.get(todo.pop(), set()) - seen
            seen |= new
            todo += new
        pairs |= {(start, whole) for whole in seen}
    return frozenset(pairs)


def _differences(triples: Sequence[Triple]) -> frozenset[frozenset[Term]]:
    """Collect the pairs that are said to be two things, one by one or as a list."""
    pairs: set[frozenset[Term]] = {frozenset((t.s, t.o)) for t in triples if t.p == OWL.differentFrom}
    lists = {t.o for t in triples if t.p in (OWL.members, OWL.distinctMembers)}
    groups = {t.s for t in triples if t.p == TYPE and t.o == OWL.AllDifferent}
    if groups:
        properties = by_subject(triples)
        for group in groups:
            heads = [o for _, o in properties.get(group, ()) if o in lists and not isinstance(o, Literal)]
            for head in heads:
                pairs |= {frozenset(pair) for pair in combinations(list_items(head, properties), 2)}
    return frozenset(pair for pair in pairs if len(pair) == 2)


def guard_tests(world: World) -> dict[str, GuardTest]:
    """Say what the guards of rules mean in this world."""

    def differ(x: Term, y: Term) -> bool:
        return x != y

    def distinct(x: Term, y: Term) -> bool:
        pair = frozenset((x, y))
        if x == y or pair in world.maybe_same:
            return False
        return any(x in names and y in names for names in world.names)

    def different(x: Term, y: Term) -> bool:
        return distinct(x, y) or frozenset((x, y)) in world.different

    def individuals(x: Term, y: Term) -> bool:
        return not isinstance(x, Literal) and not isinstance(y, Literal)

    def apart(x: Term, y: Term) -> bool:
        return (x, y) not in world.included and (y, x) not in world.included

    def disagree(x: Term, y: Term) -> bool:
        return isinstance(x, Literal) and isinstance(y, Literal) and incompatible(x, y)

    def relation(x: Term, y: Term) -> bool:
        return LIST_MEMBER not in (x, y) and LIST_TWICE not in (x, y)

    def ill_typed(x: Term, y: Term) -> bool:
        return any(isinstance(term, Literal) and is_ill_typed(term) for term in (x, y))

    def outside(x: Term, y: Term) -> bool:
        return isinstance(x, Literal) and isinstance(y, Iri) and is_in(x, y) is False

    def within(x: Term, y: Term) -> bool:
        return isinstance(x, Literal) and isinstance(y, Iri) and is_in(x, y) is True

    def before(x: Term, y: Term) -> bool:
        return isinstance(x, Literal) and isinstance(y, Literal) and earlier(x, y)

    def at_once(x: Term, y: Term) -> bool:
        return isinstance(x, Literal) and isinstance(y, Literal) and simultaneous(x, y)

    return {
        "ill-typed": ill_typed,
        "outside": outside,
        "within": within,
        "earlier": before,
        "simultaneous": at_once,
        "relation": relation,
        "differ": differ,
        "distinct": distinct,
        "different": different,
        "individuals": individuals,
        "apart": apart,
        "incompatible": disagree,
    }


@dataclass(frozen=True, slots=True)
class Run:
    """One materialisation and what its bits mean: positions first, then identity assumptions."""

    materialisation: Materialisation
    positions: Sequence[Position]
    identities: Mapping[int, tuple[Term, Term]]


def run(
    world: World,
    positions: Sequence[Position],
    *,
    possible: bool,
    identities: bool = False,
    limits: Limits | None = None,
) -> Run:
    """Derive everything that follows from the positions under certain or possible times.

    With `identities`, pairs that may be the same thing are taken as the same, as an assumption of
    its own.
    """
    contents = [c for position in positions for c in _contents(position)]
    facts = [*world.theory.axioms, *world.background, *(triple for triple, _ in contents)]
    rules, members = expand_lists(world.theory.rules, facts)
    for position in positions:
        rules += _condition_rules(position, world, possible=possible)
    engine = Materialisation(rules, guard_tests(world), limits or Limits())
    for triple in _in_order([*world.theory.axioms, *members], world):
        engine.give(triple)
    for triple in _in_order(world.background, world):
        when = world.background[triple]
        span = when.possible if possible else when.certain
        if span is not None:
            engine.give(triple, span=span)
    engine.run()
    bits: dict[int, tuple[Term, Term]] = {}
    if identities:
        first = max((p.index for p in positions), default=-1) + 1
        for bit, pair in enumerate(sorted(tuple(sorted(pair, key=str)) for pair in world.maybe_same), first):
            bits[bit] = (pair[0], pair[1])
            engine.give(Triple(pair[0], SAME_AS, pair[1]), mask=1 << bit)  # type: ignore[arg-type]  # links join named things
    for position in positions:
        span = position.window.possible if possible else position.window.certain
        if span is not None:
            for triple, denied in _contents(position):
                engine.give(triple, mask=1 << position.index, span=span, denied=denied)
    engine.run()
    return Run(engine, positions, bits)


def _in_order(triples: Iterable[Triple], world: World) -> list[Triple]:
    """Sort triples by content: of two proofs of one length it is always the same that is shown."""
    texts: dict[Term, str] = {}

    def text(term: Term) -> str:
        if term not in texts:
            texts[term] = describe(term, world.properties) if isinstance(term, Blank) else str(term)
        return texts[term]

    return sorted(triples, key=lambda t: (text(t.s), t.p, text(t.o)))


def marker(position: Position) -> Triple:
    """Return the fact that stands for "this conditional position is held"."""
    return Triple(position.proposition_iri, COMMITS, Literal(position.key))


def _contents(position: Position) -> list[tuple[Triple, bool]]:
    """Say what a position gives as facts: (triple, denied).

    affirms m is Cancelled           ->  m is Cancelled
    denies  m is Cancelled           ->  denied m is Cancelled
    denies  C subClassOf owl:Nothing ->  some unnamed thing is a C
    denies  x differentFrom y        ->  denied, and x sameAs y
    affirms x, if c                  ->  a marker; a rule joins it to c
    """
    if position.condition is not None:
        return [(marker(position), False)]
    return _plain_contents(position)


def _plain_contents(position: Position) -> list[tuple[Triple, bool]]:
    denied = position.polarity is Polarity.DENIES
    return contents_of(_canonical(position.proposition.triple), position.key, denied=denied)


def contents_of(triple: Triple, name: str, *, denied: bool) -> list[tuple[Triple, bool]]:
    """Say what is affirmed or denied as facts, (triple, denied); `name` is of the position's own, for "some thing"."""
    if not denied:
        return [(triple, False)]
    if triple.p == RDFS.subClassOf:
        some = Iri(SOME + name)
        return [(Triple(some, TYPE, triple.s), False), (Triple(some, TYPE, triple.o), True)]
    if triple.p == OWL.differentFrom:
        return [(triple, True), (Triple(triple.s, SAME_AS, triple.o), False)]
    return [(triple, True)]


def _condition_rules(position: Position, world: World, *, possible: bool) -> list[Rule]:
    """Join a conditional position to its condition.

    Without a time of its own the condition must hold when the content does. With one, it must hold
    at some time then, and the content follows for its own time.
    """
    condition = position.condition
    if condition is None:
        return []
    name = "condition"
    heads = [Atom(*triple, denied=denied) for triple, denied in _plain_contents(position)]
    met = _canonical(condition.triple)
    if condition.holds is None:
        return [Rule(name, (Atom(*met), Atom(*marker(position))), head) for head in heads]
    when = window_of_condition(condition, world)
    during = when.possible if possible else when.certain
    if during is None:
        return []
    fulfilled = Atom(position.proposition_iri, FULFILLED, Literal(position.key))
    return [
        Rule("condition-met", (Atom(*met),), fulfilled, during=during),
        *(Rule(name, (fulfilled, Atom(*marker(position))), head) for head in heads),
    ]


def window_of_condition(condition: Proposition, world: World) -> Window:
    """Say within which time a condition with a time of its own must hold at some instant."""
    lasting = persistence_of(world.theory, condition.predicate, condition.object, world.properties)
    stated = condition.holds.value if condition.holds is not None else None
    return window(stated, None, lasting or Persistence.STATE, affirmed=True)


def _canonical(triple: Triple) -> Triple:
    return Triple(triple.s, triple.p, canonical(triple.o))
