"""What belongs together: from some things, everything that a clash around them could rest on.

Demands are followed set at a time: what is asked for leads to things, of which more is asked, until nothing new
comes. Recursion (a chain of "before", a hierarchy) is followed from thing to thing, no further than it leads from the
ones begun with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kg.contradiction.pushed.plan import Demand, Goal, Plan
from kg.contradiction.pushed.witnesses import Place
from kg.terms import Term


class Fetch(Protocol):
    """Brings statements of the store and keeps them for the group."""

    def about(self, wanted: Mapping[Place, Iterable[Term]]) -> Iterable[tuple[int, Term, Term]]:
        """Return the facts (kind, subject, object) that have one of these things at one of these places."""
        ...

    def whole(self, kinds: Iterable[int]) -> Iterable[tuple[int, Term, Term]]:
        """Return all facts of some kinds."""
        ...


@dataclass(slots=True)
class Links:
    """Which names may stand for one thing: connected components of pairs."""

    _of: dict[Term, frozenset[Term]] = field(default_factory=dict)

    def add(self, one: Term, other: Term) -> bool:
        """Join two names; say whether that was new."""
        if one == other or other in self.all_of(one):
            return False
        both = self.all_of(one) | self.all_of(other)
        self._of.update(dict.fromkeys(both, both))
        return True

    def all_of(self, term: Term) -> frozenset[Term]:
        """Return all the names of a thing."""
        return self._of.get(term, frozenset((term,)))

    def names(self) -> frozenset[Term]:
        """Return the names that have another."""
        return frozenset(self._of)


@dataclass(slots=True)
class Group:
    """Things, what was asked of them, and what was seen: terms by place, and pairs of terms by place."""

    plan: Plan
    links: Links
    asked: dict[Place, set[Term]] = field(default_factory=lambda: defaultdict(set))
    seen: dict[Place, set[Term]] = field(default_factory=lambda: defaultdict(set))
    opposite: dict[Place, dict[Term, set[Term]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    whole: set[int] = field(default_factory=set)

    def learn(self, facts: Iterable[tuple[int, Term, Term]]) -> None:
        """Take note of facts."""
        for kind, s, o in facts:
            for place, term, other in ((Place(kind, 0), s, o), (Place(kind, 1), o, s)):
                self.seen[place].add(term)
                self.opposite[place][term].add(other)

    def follow(self, demand: Demand, start: Iterable[Term]) -> None:
        """Ask for what a demand needs, with what is known by now."""
        term = self.plan.rows.case.terms.term
        values: dict[str, set[Term]] = {}
        if demand.start is not None:
            values[demand.start] = self._all_names(start)
            if not values[demand.start]:
                return
        for ask in demand.asks:
            if ask.source is None:
                self.whole.add(ask.place.kind)
                if ask.target is not None:
                    values[ask.target] = self._all_names(self._anything(ask.place))
                continue
            source = {term(ask.source)} if isinstance(ask.source, int) else values.get(ask.source, set())
            known = self._all_names(source)
            self.asked[ask.place] |= known
            if ask.target is not None:
                values[ask.target] = self._all_names(self._opposite(ask.place, known))

    def _all_names(self, terms: Iterable[Term]) -> set[Term]:
        return {name for one in terms for name in self.links.all_of(one)}

    def _opposite(self, place: Place, terms: set[Term]) -> set[Term]:
        """Say what may stand opposite of terms at a place: exactly for statements, any for what is derived."""
        if place.kind == self.plan.rows.same:
            return terms
        found = self._anything(place.other, but=place.other)
        if place.other in self.plan.witness[place.other].places:
            known = self.opposite[place]
            found |= {other for one in terms for other in known.get(one, ())}
        return found

    def _anything(self, place: Place, but: Place | None = None) -> set[Term]:
        """Return what may stand at a place, as far as it is seen; `but` what stands so in a statement of this place."""
        if place.kind == self.plan.rows.same:
            return set(self.links.names())
        witness = self.plan.witness[place]
        found = {self.plan.rows.case.terms.term(number) for number in witness.constants}
        return found.union(*(self.seen[origin] for origin in witness.places if origin != but))


def gather(plan: Plan, links: Links, seeds: Mapping[Goal, Iterable[Term]], fetch: Fetch) -> Group:
    """Bring everything that clashes around the seeds of some goals could rest on."""
    group = Group(plan, links)
    group.learn(plan.rows.known)
    group.whole |= plan.always
    begun = [(plan.by_goal[of], terms) for goal, terms in seeds.items() for of in goal.rows]
    begun = _once(begun)
    done: dict[Place, set[Term]] = defaultdict(set)
    brought: set[int] = set()
    size = -1
    while size != (size := _size(group)):
        for demand, terms in begun:
            group.follow(demand, terms)
        for place in list(group.asked):
            for demand in plan.by_place.get(place, ()):
                group.follow(demand, group.asked[place])
        _close_whole(group)
        new_kinds = (group.whole & plan.rows.kinds.keys()) - brought
        if new_kinds:
            group.learn(fetch.whole(new_kinds))
            brought |= new_kinds
        wanted = {
            place: terms - done[place]
            for place, terms in group.asked.items()
            if place.kind in plan.rows.kinds and place.kind not in brought and terms - done[place]
        }
        for place, terms in wanted.items():
            done[place] |= terms
        if wanted:
            group.learn(fetch.about(wanted))
    return group


def _once(begun: Sequence[tuple[Demand, Iterable[Term]]]) -> list[tuple[Demand, Iterable[Term]]]:
    joined: dict[Demand, set[Term]] = defaultdict(set)
    for demand, terms in begun:
        joined[demand] |= set(terms)
    return list(joined.items())


def _size(group: Group) -> int:
    asked = sum(map(len, group.asked.values()))
    return asked + sum(map(len, group.seen.values())) + len(group.whole)


def _close_whole(group: Group) -> None:
    """What is needed whole is needed with all that it is derived from."""
    todo = list(group.whole)
    while todo:
        for kind in group.plan.by_whole.get(todo.pop(), ()):
            if kind not in group.whole:
                group.whole.add(kind)
                todo.append(kind)
