"""Maximal consistent sets from minimal inconsistent ones, lazily.

What a maximal consistent set leaves out is a minimal hitting set of the minimal inconsistent sets
(Reiter 1987). Components of the conflict graph are independent: they are enumerated one by one and
never multiplied out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


def components(sets: Iterable[frozenset[int]]) -> list[tuple[frozenset[int], list[frozenset[int]]]]:
    """Group sets that share members, directly or through others: (members, sets), ordered by least member.

    >>> [sorted(members) for members, _ in components([frozenset({1, 2}), frozenset({2, 3}), frozenset({7})])]
    [[1, 2, 3], [7]]
    """
    parent: dict[int, int] = {}

    def find(x: int) -> int:
        while parent.setdefault(x, x) != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    all_sets = [s for s in sets if s]
    for one in all_sets:
        first, *rest = one
        for other in rest:
            parent[find(other)] = find(first)
    groups: dict[int, list[frozenset[int]]] = {}
    for one in all_sets:
        groups.setdefault(find(next(iter(one))), []).append(one)
    found = [(frozenset().union(*group), group) for group in groups.values()]
    return sorted(found, key=lambda pair: min(pair[0]))


def _go_on() -> None:
    """Take a step without a limit."""


def minimal_hitting_sets(sets: Sequence[frozenset[int]], tick: Callable[[], None] = _go_on) -> Iterator[frozenset[int]]:
    """Yield every minimal set that meets all the given sets, each once, without storing them.

    Depth first over the sets (Murakami and Uno 2014, MMCS): a member is taken only while every
    member taken before still hits some set that nothing else hits, so every leaf is minimal; members
    tried earlier at a branch are barred below it, so none comes twice. Small members are tried first. `tick` is
    called at every step and may raise to end the search.

    >>> sorted(sorted(s) for s in minimal_hitting_sets([frozenset({1, 2}), frozenset({2, 3})]))
    [[1, 3], [2]]
    """
    if not all(sets):
        return
    twins = (
        _twins(sets) if sum(len(one) ** 2 for one in sets) <= _MOST_WORK else [[m] for m in frozenset().union(*sets)]
    )
    first = {member: alike[0] for alike in twins for member in alike}
    together = {alike[0]: frozenset(alike) for alike in twins}
    wanted = {frozenset(first[member] for member in one) for one in sets}
    for found in _Search(sorted(wanted, key=lambda s: (len(s), sorted(s))), tick).run():
        yield frozenset().union(*(together[member] for member in found))


_MOST_WORK = 10_000_000
"""To find members that stand in the same sets takes time quadratic in the size of the sets; over this it is left."""


def _twins(sets: Sequence[frozenset[int]]) -> list[list[int]]:
    """Group members that stand in the same sets but for themselves: a hitting set has all or none of them.

    >>> _twins([frozenset({1, 2}), frozenset({1, 3})])
    [[1], [2, 3]]
    """
    beside: dict[int, set[frozenset[int]]] = {}
    for one in sets:
        for member in one:
            beside.setdefault(member, set()).add(one - {member})
    alike: dict[frozenset[frozenset[int]], list[int]] = {}
    for member in sorted(beside):
        alike.setdefault(frozenset(beside[member]), []).append(member)
    return list(alike.values())


@dataclass(slots=True)
class _Branch:
    """The set being hit, the members still to try, those tried, and the one taken now."""

    at: int
    left: list[int]
    tried: list[int] = field(default_factory=list)
    taken: int | None = None


class _Search:
    """One walk over all minimal hitting sets; its own stack, for a set may have thousands of members."""

    def __init__(self, wanted: Sequence[frozenset[int]], tick: Callable[[], None]) -> None:
        self.wanted = wanted
        self.tick = tick
        self.containing: dict[int, list[int]] = {}
        for at, one in enumerate(wanted):
            for member in one:
                self.containing.setdefault(member, []).append(at)
        self.hits = [0] * len(wanted)
        self.hitters = [0] * len(wanted)  # the sum of the members taken: with one hit, that member
        self.alone: dict[int, int] = {}  # per member taken: how many sets only it hits
        self.barred: set[int] = set()

    def run(self) -> Iterator[frozenset[int]]:
        if not self.wanted:
            yield frozenset()
            return
        branches = [self._branch(0)]
        while branches:
            self.tick()
            branch = branches[-1]
            if branch.taken is not None:
                self._give_back(branch)
            if not branch.left:
                self.barred.difference_update(branch.tried)
                branches.pop()
                continue
            branch.taken = branch.left.pop()
            if not self._take(branch.taken):
                continue
            after = next((i for i in range(branch.at + 1, len(self.wanted)) if not self.hits[i]), None)
            if after is None:
                yield frozenset(self.alone)
            else:
                branches.append(self._branch(after))

    def _branch(self, at: int) -> _Branch:
        return _Branch(at, sorted(self.wanted[at] - self.barred, reverse=True))

    def _take(self, member: int) -> bool:
        """Take a member; say whether every member taken still hits a set alone."""
        self.alone[member] = 0
        needed = True
        for at in self.containing[member]:
            if self.hits[at] == 0:
                self.alone[member] += 1
            elif self.hits[at] == 1:
                self.alone[self.hitters[at]] -= 1
                needed = needed and self.alone[self.hitters[at]] > 0
            self.hits[at] += 1
            self.hitters[at] += member
        return needed

    def _give_back(self, branch: _Branch) -> None:
        member = branch.taken
        assert member is not None  # noqa: S101  # for the type checker; the caller has just looked
        for at in self.containing[member]:
            self.hits[at] -= 1
            self.hitters[at] -= member
            if self.hits[at] == 1:
                self.alone[self.hitters[at]] += 1
        del self.alone[member]
        branch.taken = None
        branch.tried.append(member)
        self.barred.add(member)


def maximal_consistent_sets(
    members: frozenset[int], conflicts: Sequence[frozenset[int]], tick: Callable[[], None] = _go_on
) -> Iterator[frozenset[int]]:
    """Yield the maximal subsets of `members` that contain none of the conflicts.

    >>> sorted(sorted(s) for s in maximal_consistent_sets(frozenset({1, 2, 3}), [frozenset({1, 2})]))
    [[1, 3], [2, 3]]
    """
    for left_out in minimal_hitting_sets(conflicts, tick):
        yield members - left_out


def greedy_consistent_set(members: frozenset[int], conflicts: Sequence[frozenset[int]]) -> frozenset[int]:
    """Return one maximal consistent set, quickly: take members from the largest down as long as no conflict is whole.

    >>> sorted(greedy_consistent_set(frozenset({1, 2, 3}), [frozenset({1, 2}), frozenset({2, 3})]))
    [1, 3]
    """
    missing = [len(conflict) for conflict in conflicts]
    containing: dict[int, list[int]] = {}
    for at, conflict in enumerate(conflicts):
        for member in conflict:
            containing.setdefault(member, []).append(at)
    kept = set()
    for member in sorted(members, reverse=True):
        touched = containing.get(member, ())
        if all(missing[at] > 1 for at in touched):
            kept.add(member)
            for at in touched:
                missing[at] -= 1
    return frozenset(kept)


def minimal_sets(sets: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """Keep the sets that include no other of them.

    >>> [sorted(s) for s in minimal_sets([frozenset({1, 2, 3}), frozenset({1, 3}), frozenset({2})])]
    [[2], [1, 3]]
    """
    kept: list[frozenset[int]] = []
    by_least: dict[int, list[frozenset[int]]] = {}
    for one in sorted(set(sets), key=lambda s: (len(s), sorted(s))):
        if not any(smaller <= one for member in one for smaller in by_least.get(member, ())):
            kept.append(one)
            by_least.setdefault(min(one), []).append(one)
    return kept
