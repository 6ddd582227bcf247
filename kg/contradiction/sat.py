"""Decide whether something holds in every account, without listing a single account.

What is asked comes as its *causes*: sets of positions, each enough for it. What is disputed comes as the
minimal conflicts. An account is a maximal set of positions that includes no conflict.

Something fails in some account exactly if there is a consistent set T that excludes a member of every
cause, where T excludes a if some conflict C has a in it and all of C but a in T: T can be made maximal,
and stays without a. So the question is local, and one small satisfiability problem:

    for each cause K:        the others of C are chosen, for some a in K and some conflict C with a in it
    for each conflict C:     not all of C is chosen, if all of C can be chosen at all

Its size is that of the causes and the conflicts around them, not that of the component. The encoding is that of
CQAPri (Bienvenu, Bourgaux and Goasdoue 2014) and ORBITS (Bienvenu and Bourgaux 2022), for conflicts of any size.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from pysat.solvers import Solver

from kg.contradiction.conflict_index import Conflicts

Positions: TypeAlias = frozenset[int]

DEFAULT_BUDGET = 1_000_000
"""How often the solver may run into a dead end over one answer before it gives up."""
_SOLVER = "minisat22"


class Under(Enum):
    """How much of what is said must be given up before something no longer holds; strongest first."""

    UNDISPUTED = "undisputed"
    EVERY = "every"
    SOME = "some"

    def includes(self, other: Under) -> bool:
        """Say whether whatever holds under the other holds under this.

        >>> Under.SOME.includes(Under.UNDISPUTED), Under.UNDISPUTED.includes(Under.EVERY)
        (True, False)
        """
        strongest_first = list(Under)
        return strongest_first.index(other) <= strongest_first.index(self)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The strongest sense in which something holds, and the reason.

    `because`: the undisputed cause; or the causes of which every account keeps one (none of them can be
    spared); or the first cause. `counter` is, for what holds in some accounts only, a consistent set of
    positions that excludes every cause. `settled` is false if the solver gave up: then it may hold in
    every account after all.
    """

    under: Under
    because: tuple[Positions, ...]
    counter: Positions = frozenset()
    settled: bool = True


class Judge:
    """Judges causes by a set of conflicts.

    >>> from kg.contradiction.conflict_index import ConflictSets
    >>> judge = Judge(ConflictSets([{1, 2}, {3}]))
    >>> judge.judge([{1}, {2}]).under, judge.judge([{1}]).counter, judge.judge([{3}])
    (<Under.EVERY: 'every'>, frozenset({2}), None)
    """

    def __init__(self, conflicts: Conflicts, budget: int = DEFAULT_BUDGET) -> None:
        self.conflicts = conflicts
        self.budget = budget

    def consistent(self, positions: Positions) -> bool:
        """Say whether positions can be held together: no conflict lies within them."""
        return not any(positions.issuperset(one) for position in positions for one in self.conflicts.of(position))

    def disputed(self, positions: Iterable[int]) -> bool:
        """Say whether any of the positions is in a conflict."""
        return any(self.conflicts.of(position) for position in positions)

    def judge(self, causes: Iterable[Iterable[int]]) -> Judgement | None:
        """Say in what sense something with these causes holds; None if in no account.

        The order is that of CQAPri: undisputed, then some, and the solver only for what is left.
        """
        around = Judge(_Remembered(self.conflicts), self.budget)
        kept = [cause for cause in minimal(map(frozenset, causes)) if around.consistent(cause)]
        for cause in kept:
            if not around.disputed(cause):
                return Judgement(Under.UNDISPUTED, (cause,))
        if not kept:
            return None
        if len(kept) == 1:  # the rest of any conflict of any of its positions is consistent and excludes it
            return Judgement(Under.SOME, (kept[0],), excluding(kept, around.conflicts))
        return _Trial(around.conflicts, kept, self.budget).judge()


class _Remembered:
    """Looks each position up once: one judgement asks for the same few again and again."""

    def __init__(self, conflicts: Conflicts) -> None:
        self._conflicts = conflicts
        self._known: dict[int, Sequence[tuple[int, ...]]] = {}

    def of(self, position: int) -> Sequence[tuple[int, ...]]:
        if position not in self._known:
            self._known[position] = self._conflicts.of(position)
        return self._known[position]


def excluding(causes: Sequence[Positions], conflicts: Conflicts, chosen: Positions | None = None) -> Positions:
    """Return few positions that exclude a member of every cause, out of those chosen (None: out of all)."""
    found: set[int] = set()
    for cause in causes:
        ways = [frozenset(one) - {a} for a in sorted(cause) for one in conflicts.of(a)]
        possible = [way for way in ways if chosen is None or way <= chosen]
        found |= min(possible, key=lambda way: (len(way - found), len(way), sorted(way)))
    return frozenset(found)


def minimal(sets: Iterable[Positions]) -> list[Positions]:
    """Return the sets that include no other, the smallest first.

    >>> [sorted(s) for s in minimal([frozenset({2, 1}), frozenset({1}), frozenset({3, 2})])]
    [[1], [2, 3]]
    """
    found: list[Positions] = []
    for one in sorted(set(sets), key=lambda s: (len(s), sorted(s))):
        if not any(small <= one for small in found):
            found.append(one)
    return found


@dataclass(slots=True)
class _Trial:
    """One satisfiability problem: variable numbers for the positions that may be chosen, and its clauses.

    Cause i is switched on by assuming its selector, so that what the solver says it needed of the
    assumptions is a set of causes that covers all accounts.
    """

    conflicts: Conflicts
    causes: Sequence[Positions]
    budget: int
    chosen: dict[int, int] = field(default_factory=dict)
    together: dict[tuple[int, ...], int] = field(default_factory=dict)
    clauses: list[list[int]] = field(default_factory=list)
    variables: int = 0

    def judge(self) -> Judgement:
        selectors = [self._new() for _ in self.causes]
        for selector, cause in zip(selectors, self.causes, strict=True):
            ways = {self._all_chosen(one, a) for a in cause for one in self.conflicts.of(a)}
            self.clauses.append([-selector, *sorted(ways)])
        self._keep_consistent()
        with Solver(name=_SOLVER, bootstrap_with=self.clauses) as solver:
            outcome = self._solve(solver, selectors)
            if outcome is False:
                return Judgement(Under.EVERY, self._cover(solver, selectors))
            if outcome is None:
                return Judgement(Under.SOME, (self.causes[0],), settled=False)
            true = {literal for literal in solver.get_model() if literal > 0}
        chosen = frozenset(position for position, variable in self.chosen.items() if variable in true)
        return Judgement(Under.SOME, (self.causes[0],), excluding(self.causes, self.conflicts, chosen))

    def _new(self) -> int:
        self.variables += 1
        return self.variables

    def _choose(self, position: int) -> int:
        if position not in self.chosen:
            self.chosen[position] = self._new()
        return self.chosen[position]

    def _all_chosen(self, conflict: Sequence[int], but: int) -> int:
        """Return the literal that says: all of a conflict but one position is chosen."""
        others = tuple(position for position in conflict if position != but)
        if len(others) == 1:
            return self._choose(others[0])
        if others not in self.together:
            literal = self.together[others] = self._new()
            self.clauses += [[-literal, self._choose(position)] for position in others]
        return self.together[others]

    def _keep_consistent(self) -> None:
        for position in self.chosen:
            for conflict in self.conflicts.of(position):
                if conflict[0] == position and all(member in self.chosen for member in conflict):
                    self.clauses.append([-self.chosen[member] for member in conflict])

    def _solve(self, solver: Solver, selectors: Sequence[int]) -> bool | None:
        solver.conf_budget(self.budget)
        outcome: bool | None = solver.solve_limited(assumptions=list(selectors))
        return outcome

    def _cover(self, solver: Solver, selectors: Sequence[int]) -> tuple[Positions, ...]:
        """Return causes that cover all accounts, none of which can be spared."""
        needed = sorted(solver.get_core() or selectors)
        for selector in list(needed):
            fewer = [other for other in needed if other != selector]
            if self._solve(solver, fewer) is False:
                core = set(solver.get_core() or fewer)
                needed = [other for other in fewer if other in core]
        return tuple(cause for selector, cause in zip(selectors, self.causes, strict=True) if selector in needed)
