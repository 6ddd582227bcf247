"""The definitions of contradiction, executed as they are written, on worlds small enough for that.

A set of positions is inconsistent if the rules find a clash in the snapshot of some instant. So: write every
rule out for the facts at hand, by matching until nothing new comes; then, for every instant and every set of
positions, let the ground rules run from what holds there. Nothing is shared with the engine but the parsed
rules, the expansion of lists, the comparison of two literals, and what a position is (proposition, polarity,
window, condition).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from kg.contradiction.results import Position
from kg.contradiction.snapshots import World
from kg.contradiction.theory import LIST_MEMBER, LIST_TWICE, expand_lists, persistence_of
from kg.datatypes import is_ill_typed, is_in
from kg.logic.rules import Atom, Rule, Var
from kg.model import Polarity
from kg.terms import Blank, Iri, Literal, Term, Triple
from kg.times import BEGIN, Persistence, Span
from kg.times import window as window_of_date
from kg.values import canonical, earlier, incompatible, simultaneous
from kg.vocab import NEG, OWL, RDFS, TYPE

Fact = tuple[bool, Term, Term, Term]
"""Denied or not, and a triple."""
Ground = tuple[frozenset[Fact], Fact | None]
"""A rule without variables: what it needs, and what follows (None: a clash)."""
Set = frozenset[int]


@dataclass(frozen=True, slots=True)
class Promise:
    """A condition with a time of its own: once `wanted` holds at some time `during`, `then` holds for good."""

    wanted: Fact
    during: Span
    then: Fact


@dataclass(slots=True)
class Item:
    """Something that a set may hold or leave out: a position, or the assumption that two things are one."""

    index: int
    span: Span
    facts: list[Fact]
    is_position: bool = True


@dataclass(slots=True)
class Reference:
    """All minimal inconsistent sets of one reading of time, by trying every set at every instant."""

    world: World
    items: list[Item]
    promises: list[Promise] = field(default_factory=list)
    ground: list[Ground] = field(default_factory=list)
    background: list[tuple[Fact, Span]] = field(default_factory=list)
    always: frozenset[Fact] = frozenset()
    _closed: dict[frozenset[Fact], frozenset[Fact] | None] = field(default_factory=dict)

    def instants(self) -> list[int]:
        spans = [item.span for item in self.items] + [span for _, span in self.background]
        spans += [promise.during for promise in self.promises]
        return sorted({BEGIN} | {edge for span in spans for edge in (span.start, span.end)})

    def snapshot(self, instant: int, chosen: Iterable[Item], met: Iterable[Fact]) -> frozenset[Fact] | None:
        """Return all that follows at an instant, or None if that clashes."""
        here = {fact for fact, span in self.background if span.start <= instant <= span.end}
        for item in chosen:
            if item.span.start <= instant <= item.span.end:
                here.update(item.facts)
        given = frozenset(here) | frozenset(met)
        if given not in self._closed:
            self._closed[given] = closure(self.always | given, self.ground)
        return self._closed[given]

    def inconsistent(self, chosen: Set) -> bool:
        """Say whether a set of items clashes at some instant."""
        items = [item for item in self.items if item.index in chosen]
        met: set[Fact] = set()
        while True:
            now = set(met)
            for instant in self.instants():
                known = self.snapshot(instant, items, met)
                if known is None:
                    return True
                for promise in self.promises:
                    if promise.during.start <= instant <= promise.during.end and promise.wanted in known:
                        now.add(promise.then)
            if now == met:
                return False
            met = now

    def minimal(self) -> set[Set]:
        """Find every minimal inconsistent set of items; the empty set stands for the background itself."""
        found: set[Set] = set()
        indices = [item.index for item in self.items]
        for size in range(len(indices) + 1):
            for chosen in map(frozenset, combinations(indices, size)):
                if not any(small <= chosen for small in found) and self.inconsistent(chosen):
                    found.add(chosen)
        return found


def reference(world: World, positions: Sequence[Position], *, possible: bool, identities: bool = False) -> Reference:
    """Set up the trial of some positions under certain or possible times."""
    found = Reference(world, [])
    conditions: list[Rule] = []
    items = found.items
    for position in positions:
        span = position.window.possible if possible else position.window.certain
        if span is not None:
            facts, rules, promises = contents(position, world, possible=possible)
            items.append(Item(position.index, span, facts))
            conditions += rules
            found.promises += promises
    if identities:
        free = max((p.index for p in positions), default=-1) + 1
        for at, pair in enumerate(sorted(map(sorted, world.maybe_same)), free):  # type: ignore[arg-type]  # terms sort as text
            items.append(Item(at, Span(BEGIN, -BEGIN), [(False, pair[0], OWL.sameAs, pair[1])], is_position=False))
    for triple, window in world.background.items():
        span = window.possible if possible else window.certain
        if span is not None:
            found.background.append(((False, *triple), span))
    said = [Triple(*fact[1:]) for item in items for fact in item.facts]  # type: ignore[arg-type]  # facts of positions are triples
    given = [*world.theory.axioms, *world.background, *said]
    rules, members = expand_lists(world.theory.rules, given)
    found.always = frozenset((False, *triple) for triple in (*world.theory.axioms, *members))
    everything = set(found.always) | {fact for fact, _ in found.background}
    everything |= {fact for item in items for fact in item.facts} | {promise.then for promise in found.promises}
    found.ground = write_out([*rules, *conditions], everything, guards_of(world))
    return found


def contents(position: Position, world: World, *, possible: bool) -> tuple[list[Fact], list[Rule], list[Promise]]:
    """Say what a position adds: facts, or rules with the fact that switches them on."""
    s, p, o = position.proposition.triple
    o = canonical(o)
    if position.polarity is Polarity.AFFIRMS:
        facts: list[Fact] = [(False, s, p, o)]
    elif p == RDFS.subClassOf:
        witness = Blank(f"_:witness-{position.index}")
        facts = [(False, witness, TYPE, s), (True, witness, TYPE, o)]
    elif p == OWL.differentFrom:
        facts = [(True, s, p, o), (False, s, OWL.sameAs, o)]
    else:
        facts = [(True, s, p, o)]
    condition = position.condition
    if condition is None:
        return facts, [], []
    held: Fact = (False, position.proposition_iri, NEG.heldUnder, Literal(position.key))
    wanted: Fact = (False, condition.subject, condition.predicate, canonical(condition.object))
    promises = []
    if condition.holds is not None:
        met: Fact = (False, position.proposition_iri, NEG.wasMet, Literal(position.key))
        lasting = persistence_of(world.theory, condition.predicate, condition.object, world.properties)
        window = window_of_date(condition.holds.value, None, lasting or Persistence.STATE, affirmed=True)
        during = window.possible if possible else window.certain
        promises = [Promise(wanted, during, met)] if during is not None else []
        wanted = met
    body = (Atom(*wanted[1:]), Atom(*held[1:]))
    return [held], [Rule("condition", body, Atom(*fact[1:], denied=fact[0])) for fact in facts], promises


# -- rules -------------------------------------------------------------------------------------


def closure(facts: Iterable[Fact], ground: Sequence[Ground]) -> frozenset[Fact] | None:
    """Let the ground rules run; None if they clash."""
    known = set(facts)
    while True:
        new = set()
        for needs, follows in ground:
            if (follows is None or follows not in known) and needs <= known:
                if follows is None:
                    return None
                new.add(follows)
        if not new:
            return frozenset(known)
        known |= new


def write_out(rules: Sequence[Rule], facts: set[Fact], guards: dict[str, Callable[[Term, Term], bool]]) -> list[Ground]:
    """Find every instance of every rule whose body can ever be known, time and sets left aside."""
    known = set(facts)
    while True:
        by_place: dict[tuple[bool, int, Term], list[Fact]] = {}
        for fact in known:
            for place, value in enumerate(fact[1:], 1):
                by_place.setdefault((fact[0], place, value), []).append(fact)
        instances = {one for rule in rules for one in _instances(rule, known, by_place, guards)}
        new = {follows for _, follows in instances if follows is not None} - known
        if not new:
            return sorted(instances, key=repr)
        known |= new


def _instances(
    rule: Rule,
    known: set[Fact],
    by_place: dict[tuple[bool, int, Term], list[Fact]],
    guards: dict[str, Callable[[Term, Term], bool]],
) -> Iterator[Ground]:
    for binding, used in _matches(rule.body, known, by_place, {}, ()):
        if all(guards[guard.name](binding[guard.left], binding[guard.right]) for guard in rule.guards):
            yield frozenset(used), None if rule.head is None else _fill(rule.head, binding)


def _matches(
    body: Sequence[Atom],
    known: set[Fact],
    by_place: dict[tuple[bool, int, Term], list[Fact]],
    binding: dict[Var, Term],
    used: tuple[Fact, ...],
) -> Iterator[tuple[dict[Var, Term], tuple[Fact, ...]]]:
    if not body:
        yield binding, used
        return
    atom = body[0]
    slots = [binding.get(slot, slot) if isinstance(slot, Var) else slot for slot in (atom.s, atom.p, atom.o)]
    options = [by_place.get((atom.denied, i, x), []) for i, x in enumerate(slots, 1) if not isinstance(x, Var)]
    for fact in min(options, key=len) if options else known:
        inner = dict(binding)
        pairs = zip(slots, fact[1:], strict=True)
        if fact[0] == atom.denied and all(_fits(slot, value, inner) for slot, value in pairs):
            yield from _matches(body[1:], known, by_place, inner, (*used, fact))


def _fits(slot: Var | Term, value: Term, binding: dict[Var, Term]) -> bool:
    return binding.setdefault(slot, value) == value if isinstance(slot, Var) else slot == value


def _fill(head: Atom, binding: dict[Var, Term]) -> Fact:
    s, p, o = (binding[slot] if isinstance(slot, Var) else slot for slot in (head.s, head.p, head.o))
    return head.denied, s, p, o


def guards_of(world: World) -> dict[str, Callable[[Term, Term], bool]]:
    """The tests that rules make, from the text: names, inclusion, values."""
    wider: dict[Term, set[Term]] = {}
    for s, p, o in (*world.theory.axioms, *world.background):
        if p in world.theory.hierarchies:
            wider.setdefault(s, set()).add(o)

    def includes(whole: Term, part: Term) -> bool:
        seen: set[Term] = set()
        todo = set(wider.get(part, ()))
        while todo:
            seen |= todo
            todo = {up for term in todo for up in wider.get(term, ())} - seen
        return whole in seen

    def distinct(x: Term, y: Term) -> bool:
        return x != y and any({x, y} <= names for names in world.names) and {x, y} not in world.maybe_same

    said_to_differ = {
        frozenset((s, o)) for s, p, o in (*world.theory.axioms, *world.background) if p == OWL.differentFrom
    }
    for head in all_different(world):
        members = [o for s, p, o in expand_lists((), facts_of(world))[1] if s == head and p == LIST_MEMBER]
        said_to_differ |= {frozenset((x, y)) for x in members for y in members if x != y}

    def of_literals(test: Callable[[Literal, Literal], bool]) -> Callable[[Term, Term], bool]:
        return lambda x, y: isinstance(x, Literal) and isinstance(y, Literal) and test(x, y)

    return {
        "relation": lambda x, y: not {LIST_MEMBER, LIST_TWICE} & {x, y},
        "different": lambda x, y: distinct(x, y) or (x != y and {x, y} in said_to_differ),
        "ill-typed": of_literals(lambda x, _: is_ill_typed(x)),
        "outside": lambda x, y: isinstance(x, Literal) and isinstance(y, Iri) and is_in(x, y) is False,
        "within": lambda x, y: isinstance(x, Literal) and isinstance(y, Iri) and is_in(x, y) is True,
        "earlier": of_literals(earlier),
        "simultaneous": of_literals(simultaneous),
        "differ": lambda x, y: x != y,
        "individuals": lambda x, y: isinstance(x, Iri | Blank) and isinstance(y, Iri | Blank),
        "apart": lambda x, y: not includes(x, y) and not includes(y, x),
        "distinct": distinct,
        "incompatible": of_literals(incompatible),
    }


def facts_of(world: World) -> list[Triple]:
    return [*world.theory.axioms, *world.background]


def all_different(world: World) -> set[Term]:
    """The lists of things that are all different."""
    groups = {s for s, p, o in facts_of(world) if p == TYPE and o == OWL.AllDifferent}
    return {o for s, p, o in facts_of(world) if s in groups and p in (OWL.members, OWL.distinctMembers)}


# -- what a check should find --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Expected:
    """Minimal inconsistent sets of positions by how firmly they clash, and whether the background clashes."""

    background_clashes: bool
    contradictions: frozenset[Set]
    undecided: frozenset[Set]
    tensions: frozenset[Set]


def expected(world: World, positions: Sequence[Position]) -> Expected:
    """Find by brute force what a check of these positions has to report."""
    firm = [p for p in positions if not p.hedged]
    certain = reference(world, firm, possible=False).minimal()
    if frozenset() in certain:
        return Expected(True, frozenset(), frozenset(), frozenset())
    loose = reference(world, firm, possible=True, identities=True)
    own = frozenset(item.index for item in loose.items if item.is_position)
    loosely = loose.minimal()
    if frozenset() in loosely:
        return Expected(True, frozenset(), frozenset(), frozenset())
    stripped = {one & own for one in loosely} - {frozenset()}
    undecided = {s for s in _minimal(stripped) if not any(c <= s for c in certain)}
    hedged = {p.index for p in positions if p.hedged}
    tense = reference(world, positions, possible=False).minimal() if hedged else set()
    settled = certain | undecided
    tensions = {s for s in tense if len(s & hedged) == 1 and not any(c <= s for c in settled)}
    return Expected(False, frozenset(certain), frozenset(undecided), frozenset(tensions))


def _minimal(sets: set[Set]) -> set[Set]:
    return {one for one in sets if not any(other < one for other in sets)}


def maximal_consistent(members: Set, inconsistent: Callable[[Set], bool]) -> set[Set]:
    """Find the maximal sets of members that are not inconsistent, by trying all of them."""
    ordered = sorted(members)
    subsets = [frozenset(c) for size in range(len(ordered) + 1) for c in combinations(ordered, size)]
    good = [one for one in subsets if not inconsistent(one)]
    return {one for one in good if not any(one < other for other in good)}
