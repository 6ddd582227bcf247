"""One new fact against millions: the rules of a compiled theory run tuple at a time over what is known.

`kg.logic.columnar` joins whole columns. Once it has run, what it knows is kept here by signature, and every
family is turned into *plans*: one for each row of its parameters and each of its patterns. A new fact is
matched with the first pattern of a plan, and the other patterns are looked up, the one with the fewest
candidates first. This is semi-naive evaluation with a delta of one tuple (Gupta, Mumick and Subrahmanian 1993);
labels (sets of assumptions) and times go along as everywhere.

Every new inconsistent set contains the assumption that the new fact rests on, so nothing that was found before
has to be looked at again. Taking an assumption back is easier still: what rests on it is dead. A fact or a set
that was left out because it included a smaller one with that assumption has the assumption itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from kg.logic import labels
from kg.logic.columnar import Facts
from kg.logic.known_sets import KnownSets, Label
from kg.logic.plans import Plan, Plans, Step
from kg.logic.relation import Relation, Row
from kg.times import BEGIN, END

Test: TypeAlias = Callable[[str, int, int], bool]
"""A guard by name, put to the numbers of two terms."""


class TooMuch(Exception):
    """More was derived, or searched, for one new fact than allowed."""


@dataclass(slots=True)
class Delta:
    """What is known, and what one more fact makes of it.

    `closed` says which kinds of relations are closed under transitivity on demand: (assumptions, start, end) under
    which two edges make one. Assumptions in `dead` have been taken back.
    """

    plans: Plans
    test: Test
    relations: dict[int, Relation]
    known: KnownSets
    closed: Mapping[int, Sequence[tuple[Label, int, int]]]
    dead: set[int]
    most: int
    beyond: set[str] = field(default_factory=set)
    _agenda: deque[tuple[int, Row]] = field(default_factory=deque)
    _found: dict[Label, tuple[int, int]] = field(default_factory=dict)
    _work: int = 0

    def add(self, facts: Iterable[tuple[int, Row]]) -> dict[Label, tuple[int, int]]:
        """Add facts, (signature, row), that rest on a new assumption; return the new inconsistent sets and their times.

        Raises `TooMuch`; what was found until then is in `found`.
        """
        self._agenda.clear()
        self._agenda.extend(facts)
        self._found, self._work = {}, 0
        while self._agenda:
            signature, row = self._agenda.popleft()
            relation = self._relation(signature)
            if self.known.within(row[2]) or relation.has(row):
                continue
            self._tick()
            relation.add(row)
            self._fire(signature, row, only_clashes=False)
            if signature in self.closed:
                self._close_edge(signature, row)
            elif signature - 1 in self.closed:
                for path in self._paths(signature - 1, row[0], row[1], row[3], row[4], shortest=2):
                    self._fire(signature - 1, path, only_clashes=True)
        return self._found

    @property
    def found(self) -> dict[Label, tuple[int, int]]:
        """The sets that the last addition has found so far."""
        return self._found

    def _relation(self, signature: int) -> Relation:
        found = self.relations.get(signature)
        if found is None:
            found = self.relations[signature] = Relation(self.dead)
        return found

    def _tick(self) -> None:
        self._work += 1
        if self._work > self.most:
            raise TooMuch

    # -- joins -----------------------------------------------------------------------------------

    def _fire(self, signature: int, row: Row, *, only_clashes: bool) -> None:
        s, o, label, start, end = row
        for plan in self.plans.of(signature):
            if only_clashes and plan.head is not None:
                continue
            low, high = max(start, plan.start), min(end, plan.end)
            if low > high or not self.dead.isdisjoint(plan.label):
                continue
            binding = [-1] * plan.variables
            if _bind(plan.first, s, o, binding):
                self._join(plan, plan.rest, binding, (_union(label, plan.label), low, high))

    def _join(self, plan: Plan, left: Sequence[Step], binding: list[int], so_far: tuple[Label, int, int]) -> None:
        if not left:
            self._conclude(plan, binding, so_far)
            return
        step = left[0]
        if len(left) > 1:
            step = min(left, key=lambda one: self._count(one, binding))
        relation = self.relations.get(step.signature)
        if relation is None:
            return
        label, start, end = so_far
        later = [one for one in left if one is not step]
        for s, o, other, low, high in relation.meeting(*_slots(step, binding), start, end):
            bound = binding.copy()
            if _bind(step, s, o, bound):
                self._tick()
                self._join(plan, later, bound, (_union(label, other), max(start, low), min(end, high)))

    def _count(self, step: Step, binding: list[int]) -> int:
        relation = self.relations.get(step.signature)
        return 0 if relation is None else relation.count(*_slots(step, binding))

    def _conclude(self, plan: Plan, binding: list[int], so_far: tuple[Label, int, int]) -> None:
        label, start, end = so_far
        for name, left, right in plan.guards:
            if not self.test(name, _value(left, binding), _value(right, binding)):
                return
        if plan.beyond:
            self.beyond.add(plan.rule)
            return
        if self.known.within(label):
            return
        if plan.head is None:
            self._clash(label, start, end)
            return
        if plan.window is not None:
            first, last, then, until = plan.window
            if end < first or last < start:
                return
            start, end = then, until
        s, o = _value(plan.head.s, binding), _value(plan.head.o, binding)
        self._agenda.append((plan.head.signature, (s, o, label, start, end)))

    def _clash(self, label: Label, start: int, end: int) -> None:
        members = set(label)
        for larger in [one for one in self._found if members.issubset(one)]:
            del self._found[larger]
            self.known.remove(larger)
        self.known.add(label)
        self._found[label] = (start, end)

    # -- relations closed on demand ----------------------------------------------------------------

    def _close_edge(self, kind: int, edge: Row) -> None:
        """Look for what a new edge closes: a way back from its end to its start, or a pair that is denied."""
        x, y, label, start, end = edge
        for path in self._paths(kind, y, x, start, end, shortest=1):
            for alternative, low, high in self.closed[kind]:
                first, last = max(path[3], start, low), min(path[4], end, high)
                if first <= last:
                    self._fire(
                        kind, (x, x, _union(_union(path[2], label), alternative), first, last), only_clashes=True
                    )
            self._fire(kind, path, only_clashes=True)
        denied = self.relations.get(kind + 1)
        if denied is None or denied.is_empty():
            return
        for a, b in self._denied_around(kind, edge, denied) - {(x, y)}:  # the edge alone is no path of two
            for before in self._ways(kind, a, x, start, end):
                for after in self._ways(kind, y, b, start, end):
                    self._through(kind, edge, before, after, (a, b))

    def _through(self, kind: int, edge: Row, before: Row, after: Row, ends: tuple[int, int]) -> None:
        """Make one pair of an edge and the ways before and after it."""
        label = _union(_union(before[2], edge[2]), after[2])
        start, end = max(before[3], edge[3], after[3]), min(before[4], edge[4], after[4])
        for alternative, low, high in self.closed[kind]:
            first, last = max(start, low), min(end, high)
            if first <= last:
                self._fire(kind, (*ends, _union(label, alternative), first, last), only_clashes=True)

    def _ways(self, kind: int, tail: int, head: int, start: int, end: int) -> list[Row]:
        """Return the ways from one node to another; from a node to itself there is the empty one."""
        if tail == head:
            return [(tail, head, (), BEGIN, END)]
        return list(self._paths(kind, tail, head, start, end, shortest=1))

    def _denied_around(self, kind: int, edge: Row, denied: Relation) -> set[tuple[int, int]]:
        """Return the denied pairs that may lie around an edge: those it may be reached from, or may lead to."""
        x, y, _, start, end = edge
        forward, nodes = self._settled(kind, y, x, start, end)
        found: set[tuple[int, int]] = set()
        for node in nodes:
            wanted = (-1, node) if forward else (node, -1)
            found.update((a, b) for a, b, *_ in denied.meeting(*wanted, start, end))
        return found

    def _settled(self, kind: int, ahead: int, behind: int, start: int, end: int) -> tuple[bool, set[int]]:
        """Search forwards from one node and backwards from another by turns, until one side is done.

        Returns whether that is the forward side, and the nodes that it reached.
        """
        sides = ({ahead}, {behind})
        todo = (deque([ahead]), deque([behind]))
        relation = self._relation(kind)
        while True:
            turn = 0 if len(sides[0]) <= len(sides[1]) else 1
            if not todo[turn]:
                return turn == 0, sides[turn]
            self._tick()
            node = todo[turn].popleft()
            for s, o, *_ in relation.meeting(*((node, -1) if turn == 0 else (-1, node)), start, end):
                new = o if turn == 0 else s
                if new not in sides[turn]:
                    sides[turn].add(new)
                    todo[turn].append(new)

    def _paths(self, kind: int, tail: int, head: int, start: int, end: int, *, shortest: int) -> Iterator[Row]:
        """Yield every simple path from one node to another, of so many edges or more, all of it within a time.

        A path of more than one edge needs that the relation is transitive, and comes once for each reason for that.
        """
        forward, nodes = self._settled(kind, tail, head, start, end)
        if (head if forward else tail) not in nodes:
            return
        relation = self._relation(kind)
        origin, goal = (head, tail) if forward else (tail, head)  # walk from the other side, within what leads there
        walks: list[tuple[int, Label, int, int, tuple[int, ...]]] = [(origin, (), start, end, (origin,))]
        while walks:
            node, label, low, high, seen = walks.pop()
            wanted = (-1, node) if forward else (node, -1)
            for s, o, other, first, last in relation.meeting(*wanted, low, high):
                self._tick()
                new = s if forward else o
                both = _union(label, other)
                if new not in nodes or (new in seen and new != goal) or self.known.within(both):
                    continue
                times = max(low, first), min(high, last)
                if new == goal:
                    yield from self._path(kind, (tail, head, both, *times), len(seen), shortest)
                else:
                    walks.append((new, both, *times, (*seen, new)))

    def _path(self, kind: int, path: Row, length: int, shortest: int) -> Iterator[Row]:
        if length < shortest:
            return
        if length == 1:
            yield path
            return
        s, o, label, start, end = path
        for alternative, low, high in self.closed[kind]:
            first, last = max(start, low), min(end, high)
            if first <= last:
                yield s, o, _union(label, alternative), first, last


def relations_of(
    facts: Mapping[int, Sequence[Facts]], decode: Callable[[Sequence[int]], Label], dead: set[int]
) -> dict[int, Relation]:
    """Index facts by signature."""
    return {kind: Relation.of(parts, decode, dead) for kind, parts in facts.items() if parts}


def decoder(count: int) -> Callable[[Sequence[int]], Label]:
    """Return how rows of a matrix are read: what is no position, from `count` on, is counted down from -1."""

    def decode(row: Sequence[int]) -> Label:
        members = [m if m < count else count - 1 - m for m in row if m != _PAD]
        return tuple(members) if not members or members[-1] >= 0 else tuple(sorted(members))

    return decode


_PAD = int(labels.PAD)


def _union(one: Label, other: Label) -> Label:
    if not other or one == other:
        return one
    return tuple(sorted({*one, *other})) if one else other


def _value(slot: int, binding: Sequence[int]) -> int:
    return slot if slot >= 0 else binding[~slot]


def _slots(step: Step, binding: Sequence[int]) -> tuple[int, int]:
    """Return what is known of subject and object; -1 for nothing (or, for a class, nothing that selects)."""
    return _value(step.s, binding), -1 if step.signature < 0 else _value(step.o, binding)


def _bind(step: Step, s: int, o: int, binding: list[int]) -> bool:
    for slot, value in ((step.s, s), (step.o, o)):
        known = slot if slot >= 0 else binding[~slot]
        if known < 0:
            binding[~slot] = value
        elif known != value:
            return False
    return True
