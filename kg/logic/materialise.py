"""Forward chaining with labels: every fact, and every minimal set of assumptions it rests on.

The life of a fact:
1. it is given, or a rule derives it, with a *mask* (the assumptions used, one bit each) and a
   *span* (when all of them hold at once);
2. it is dropped if the same fact is already known from fewer assumptions for at least as long, or
   if its assumptions are already known to contradict each other;
3. otherwise it replaces the facts it improves on, and every rule that it can take part in is tried
   against what is known;
4. a rule without a head makes a *clash*: its mask is an inconsistent set of assumptions.
When nothing is left to do, the clashes with minimal masks are all the minimal inconsistent sets.

This is an assumption-based truth maintenance system (de Kleer 1986) with time added to the labels,
or, seen from databases, why-provenance (Green, Karvounarakis, Tannen 2007) with absorption. What
rests on fewer steps is taken first, so proofs are as shallow as can be. Labels can grow
exponentially: this is the reference evaluator, for small data; a limit that is hit is reported,
never silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TypeAlias

from kg.logic.limits import Limits, OutOfTime
from kg.logic.nogoods import Nogoods
from kg.logic.rules import Atom, Guard, GuardTest, Rule, Var
from kg.terms import Term, Triple
from kg.times import ALWAYS, Span
from kg.vocab import TYPE

Fact: TypeAlias = tuple[bool, int, int, int]
"""Denied or not, subject, predicate, object; terms as numbers."""


@dataclass(slots=True, eq=False)
class Entry:
    """One way to know a fact: from which assumptions, when, by which rule, from what.

    `fact` is None for a clash; `rule` is None for what was given.
    """

    fact: Fact | None
    mask: int
    span: Span
    rule: Rule | None = None
    premises: tuple[Entry, ...] = ()
    depth: int = 0


@dataclass(frozen=True, slots=True)
class _Step:
    """One atom of a plan: slots are term numbers, or `~i` for variable i."""

    denied: bool
    s: int
    p: int
    o: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """A rule seen from one of its atoms: match `first` with a new fact, then `rest` in order.

    `back[i]` is the place in the rule's body of the i-th atom matched.
    """

    rule: Rule
    variables: int
    first: _Step
    rest: tuple[_Step, ...]
    head: _Step | None
    guards: tuple[tuple[GuardTest, int, int], ...]
    back: tuple[int, ...]


@dataclass(slots=True)
class _Trial:
    """What has changed since a trial began: facts with the ways they were known before, and where plans were added."""

    changed: list[tuple[Fact, list[Entry] | None]] = field(default_factory=list)
    plans: list[tuple[bool, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Materialisation:
    """The facts that follow from what was given, and the clashes among them.

    `given` keeps all that was given, also what turned out to be known anyhow. `steps` keeps every way in which
    a fact or a clash was ever reached, if it is a list and not None. `incomplete` says in words what stopped
    the run, if anything did.
    """

    rules: Sequence[Rule]
    guards: Mapping[str, GuardTest]
    limits: Limits = field(default_factory=Limits)
    incomplete: str = ""
    given: list[Entry] = field(default_factory=list)
    steps: list[Entry] | None = None
    ground_clashes: list[Entry] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    _numbers: dict[Term, int] = field(default_factory=dict)
    _entries: dict[Fact, list[Entry]] = field(default_factory=dict)
    _index: dict[tuple[int, ...], list[Fact]] = field(default_factory=dict)
    _plans: dict[tuple[bool, int, int], list[_Plan]] = field(default_factory=dict)
    _queue: list[tuple[int, int, Entry]] = field(default_factory=list)
    _pushed: int = 0
    _nogoods: Nogoods = field(default_factory=Nogoods)
    _clashes: dict[int, Entry] = field(default_factory=dict)
    _count: int = 0
    _tick: Callable[[], None] = field(init=False)
    _trial: _Trial | None = None

    def __post_init__(self) -> None:
        self._tick = self.limits.ticker()
        for rule in self.rules:
            self._add_plans(rule)

    def _add_plans(self, rule: Rule) -> list[tuple[bool, int, int]]:
        keys = []
        for at in range(len(rule.body)):
            plan = self._plan(rule, at)
            key = (plan.first.denied, plan.first.p, plan.first.o if plan.first.o >= 0 else -1)
            keys.append(key if plan.first.p >= 0 else (plan.first.denied, -1, -1))
            self._plans.setdefault(keys[-1], []).append(plan)
        return keys

    # -- trials --------------------------------------------------------------------------------

    @contextmanager
    def trial(self, limits: Limits | None = None) -> Iterator[None]:
        """Take back at the end whatever was given and derived inside, so that a closed theory serves many small cases.

        Inside, `limits` count anew. Trials do not nest.
        """
        if self._trial is not None:
            raise RuntimeError("a trial is under way")
        outer = (self.limits, self._tick, self.incomplete, self._count, self._nogoods, self._clashes)
        lengths = (len(self.given), len(self.ground_clashes), len(self.terms))
        self.limits = limits or self.limits
        self._tick, self.incomplete, self._count = self.limits.ticker(), "", 0
        self._nogoods, self._clashes = deepcopy(self._nogoods), dict(self._clashes)
        self._trial = _Trial()
        try:
            yield
        finally:
            self._queue.clear()
            self._take_back(self._trial)
            self._trial = None
            self.limits, self._tick, self.incomplete, self._count, self._nogoods, self._clashes = outer
            del self.given[lengths[0] :], self.ground_clashes[lengths[1] :]
            for term in self.terms[lengths[2] :]:
                del self._numbers[term]
            del self.terms[lengths[2] :]

    def _take_back(self, trial: _Trial) -> None:
        for fact, known in reversed(trial.changed):
            if known is not None:
                self._entries[fact] = known
                continue
            del self._entries[fact]
            for key in _keys(fact):
                facts = self._index[key]
                facts.pop()
                if not facts:
                    del self._index[key]
        for plans in reversed(trial.plans):
            self._plans[plans].pop()

    def tried(self) -> list[Fact]:
        """Return the facts that are new or better known since the trial began, in order."""
        return [fact for fact, _ in self._trial.changed] if self._trial is not None else []

    def linked(self, term: int, leaving_out: int) -> set[int]:
        """Return the terms that stand in one fact with another; one property is left out."""
        after = (o for _, _, p, o in self._index.get((3, False, term), ()) if p != leaving_out)
        before = (s for _, s, p, _ in self._index.get((4, False, term), ()) if p != leaving_out)
        return {*after, *before}

    def add_rule(self, rule: Rule) -> None:
        """Add a rule inside a trial, and try it against what is known already."""
        if self._trial is None:
            raise RuntimeError("rules are added inside a trial only")
        self._trial.plans += self._add_plans(rule)
        plan = self._plan(rule, 0)
        free = [-1] * plan.variables
        for fact in list(self._candidates(plan.first, free)):
            binding = free.copy()
            if _match(plan.first, fact[1], fact[2], fact[3], binding):
                for entry in self._entries[fact]:
                    self._join(plan, 0, binding, [entry], entry.mask, entry.span)

    # -- terms ---------------------------------------------------------------------------------

    def number(self, term: Term) -> int:
        """Return the number of a term, giving it one if it is new."""
        found = self._numbers.get(term)
        if found is None:
            found = self._numbers[term] = len(self.terms)
            self.terms.append(term)
        return found

    def triple(self, fact: Fact) -> Triple:
        """Return the triple that a fact is about."""
        _, s, p, o = fact
        return Triple(self.terms[s], self.terms[p], self.terms[o])  # type: ignore[arg-type]  # a rule may put any term anywhere

    # -- plans ---------------------------------------------------------------------------------

    def _plan(self, rule: Rule, at: int) -> _Plan:
        names: dict[Var, int] = {}

        def slot(value: Var | Term) -> int:
            if isinstance(value, Var):
                return ~names.setdefault(value, len(names))
            return self.number(value)

        def step(atom: Atom) -> _Step:
            return _Step(atom.denied, slot(atom.s), slot(atom.p), slot(atom.o))

        order = [at, *_join_order(rule.body, at)]
        steps = [step(rule.body[i]) for i in order]
        head = step(rule.head) if rule.head else None
        guards = tuple(self._guard(guard, names) for guard in rule.guards)
        return _Plan(rule, len(names), steps[0], tuple(steps[1:]), head, guards, tuple(order))

    def _guard(self, guard: Guard, names: dict[Var, int]) -> tuple[GuardTest, int, int]:
        return self.guards[guard.name], names[guard.left], names[guard.right]

    # -- running -------------------------------------------------------------------------------

    def give(self, triple: Triple, *, mask: int = 0, span: Span = ALWAYS, denied: bool = False) -> Fact:
        """Add a fact, and return it: background (mask 0) or the content of an assumption."""
        fact = (denied, self.number(triple.s), self.number(triple.p), self.number(triple.o))
        entry = Entry(fact, mask, span)
        self.given.append(entry)
        self._push(entry)
        return fact

    def _push(self, entry: Entry) -> None:
        self._pushed += 1
        heappush(self._queue, (entry.depth, self._pushed, entry))

    @property
    def complete(self) -> bool:
        """Whether no limit was hit."""
        return not self.incomplete

    def run(self) -> None:
        """Derive everything, or as much as the limits allow; may be called again after more was given."""
        try:
            while self._queue and not self.incomplete:
                self._take(heappop(self._queue)[2])
        except OutOfTime:
            self.incomplete = self.limits.time_words
        if self.incomplete:  # the clashes that were reached already are kept
            for _, _, entry in sorted(waiting for waiting in self._queue if waiting[2].fact is None):
                self._insert_clash(entry)
            self._queue.clear()

    def _take(self, entry: Entry) -> None:
        if self._count >= self.limits.entries:
            self.incomplete = self.limits.entries_words
            return
        if self.steps is not None:
            self.steps.append(entry)
        if self._insert(entry):
            self._count += 1
            self._fire(entry)

    def _insert(self, entry: Entry) -> bool:
        if entry.fact is None:
            self._insert_clash(entry)
            return False
        mask = entry.mask
        if mask and self._nogoods.within(mask):
            return False
        known = self._entries.get(entry.fact)
        if known is not None and any(old.mask & ~mask == 0 and old.span.covers(entry.span) for old in known):
            return False
        if self._trial is not None:
            self._trial.changed.append((entry.fact, known))
        if known is None:
            self._entries[entry.fact] = [entry]
            for key in _keys(entry.fact):
                self._index.setdefault(key, []).append(entry.fact)
            return True
        kept = [old for old in known if mask & ~old.mask or not entry.span.covers(old.span)]
        self._entries[entry.fact] = [*kept, entry]
        return True

    def _insert_clash(self, entry: Entry) -> None:
        if entry.mask == 0:
            if not any(_same_step(entry, old) for old in self.ground_clashes):
                self.ground_clashes.append(entry)
            return
        old = self._clashes.get(entry.mask)
        if old is not None:
            if old.span != entry.span and entry.span.covers(old.span):
                self._clashes[entry.mask] = entry
        elif not self._nogoods.within(entry.mask):
            for needless in self._nogoods.add(entry.mask):
                del self._clashes[needless]
            self._clashes[entry.mask] = entry

    def _fire(self, entry: Entry) -> None:
        if entry.fact is None:
            return
        denied, s, p, o = entry.fact
        for key in ((denied, p, -1), (denied, p, o), (denied, -1, -1)):
            for plan in self._plans.get(key, ()):
                binding = [-1] * plan.variables
                if _match(plan.first, s, p, o, binding):
                    self._join(plan, 0, binding, [entry], entry.mask, entry.span)

    def _join(  # noqa: PLR0917  # the innermost loop: keyword arguments would cost a fifth of its time
        self, plan: _Plan, at: int, binding: list[int], used: list[Entry], mask: int, span: Span
    ) -> None:
        self._tick()
        if at == len(plan.rest):
            self._conclude(plan, binding, used, mask, span)
            return
        step = plan.rest[at]
        for fact in self._candidates(step, binding):
            trial = binding.copy()
            if not _match(step, fact[1], fact[2], fact[3], trial):
                continue
            for entry in self._entries[fact]:
                shared = span.meet(entry.span)
                if shared is not None:
                    self._join(plan, at + 1, trial, [*used, entry], mask | entry.mask, shared)

    def _candidates(self, step: _Step, binding: list[int]) -> Iterable[Fact]:
        s = step.s if step.s >= 0 else binding[~step.s]
        p = step.p if step.p >= 0 else binding[~step.p]
        o = step.o if step.o >= 0 else binding[~step.o]
        if s >= 0 and p >= 0 and o >= 0:
            fact = (step.denied, s, p, o)
            return (fact,) if fact in self._entries else ()
        return self._index.get(_index_key(step.denied, s, p, o), ())

    def _conclude(self, plan: _Plan, binding: list[int], used: list[Entry], mask: int, span: Span) -> None:
        for test, left, right in plan.guards:
            if not test(self.terms[binding[left]], self.terms[binding[right]]):
                return
        if plan.rule.during is not None:
            if span.meet(plan.rule.during) is None:
                return
            span = ALWAYS
        head = plan.head
        fact = None if head is None else (head.denied, *(_value(x, binding) for x in (head.s, head.p, head.o)))
        in_body_order = [entry for _, entry in sorted(zip(plan.back, used, strict=True), key=lambda pair: pair[0])]
        depth = 1 + max(entry.depth for entry in used)
        self._push(Entry(fact, mask, span, plan.rule, tuple(in_body_order), depth=depth))  # type: ignore[arg-type]  # mypy loses the tuple's length

    # -- reading -------------------------------------------------------------------------------

    @property
    def clashes(self) -> list[Entry]:
        """One clash for each minimal inconsistent set of assumptions, as they were found."""
        return list(self._clashes.values())

    def facts(self) -> Iterator[tuple[Triple, bool, list[Entry]]]:
        """Yield every known fact: its triple, whether it is a denial, and the ways to know it."""
        for fact, entries in self._entries.items():
            live = [entry for entry in entries if not self._nogoods.within(entry.mask)]
            if live:
                yield self.triple(fact), fact[0], live


def _same_step(one: Entry, other: Entry) -> bool:
    """Say whether two clashes are one seen from two sides (two values of a property, either way round)."""
    return one.rule is other.rule and {p.fact for p in one.premises} == {p.fact for p in other.premises}


def _keys(fact: Fact) -> tuple[tuple[int, ...], ...]:
    """Return the keys under which a fact is found."""
    denied, s, p, o = fact
    return (0, denied, p), (1, denied, p, s), (2, denied, p, o), (3, denied, s), (4, denied, o), (5, denied)


def _index_key(denied: bool, s: int, p: int, o: int) -> tuple[int, ...]:  # noqa: FBT001  # a slot of a fact
    if p >= 0:
        if s >= 0:
            return (1, denied, p, s)
        return (2, denied, p, o) if o >= 0 else (0, denied, p)
    if s >= 0:
        return (3, denied, s)
    return (4, denied, o) if o >= 0 else (5, denied)


def _value(slot: int, binding: list[int]) -> int:
    return slot if slot >= 0 else binding[~slot]


def _match(step: _Step, s: int, p: int, o: int, binding: list[int]) -> bool:
    for slot, value in ((step.p, p), (step.s, s), (step.o, o)):
        if slot >= 0:
            if slot != value:
                return False
        elif binding[~slot] < 0:
            binding[~slot] = value
        elif binding[~slot] != value:
            return False
    return True


def _join_order(body: Sequence[Atom], first: int) -> list[int]:
    """Order the other atoms so that each has as many known slots as possible when its turn comes."""
    bound = body[first].variables()
    left = [i for i in range(len(body)) if i != first]
    order: list[int] = []
    while left:
        best = max(left, key=lambda i: (_known_slots(body[i], bound), -i))
        left.remove(best)
        order.append(best)
        bound = bound | body[best].variables()
    return order


def _known_slots(atom: Atom, bound: set[Var]) -> int:
    # A known subject selects most, then a known object. Of the predicates only rdf:type is so common that
    # knowing it helps little; the others stand for few facts.
    def known(slot: object) -> bool:
        return not isinstance(slot, Var) or slot in bound

    rare = not isinstance(atom.p, Var) and atom.p != TYPE
    return 3 * known(atom.s) + 2 * known(atom.o) + known(atom.p) + 2 * rare
