"""The guards of rules over columns of terms, many pairs at once.

What they mean is said once, in `kg.contradiction.snapshots.guard_tests`. Tests of names and of kinds of terms
are done on whole columns; any other test is put once to each different pair of terms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from kg.contradiction.columnar.case import Case
from kg.contradiction.columnar.literals import LiteralColumns
from kg.contradiction.snapshots import World, guard_tests
from kg.ids import list_items
from kg.logic.rules import LITERALS_AT, GuardTest
from kg.logic.tables import FactTable, Flags, Ints, Longs, Terms
from kg.naming import by_subject
from kg.terms import Literal, Node, Term, Triple
from kg.vocab import OWL, RDF, TYPE

_Test = Callable[[Ints, Ints], Flags]


@dataclass(frozen=True, slots=True)
class Groups:
    """Terms that stand in groups: row i says that `term[i]` is in `group[i]`; a term may be in several.

    >>> groups = Groups.of(np.array([7, 8, 9], np.int32), np.array([0, 0, 1], np.int32))
    >>> groups.together(np.array([7, 7], np.int32), np.array([8, 9], np.int32)).tolist()
    [True, False]
    """

    codes: Longs
    terms: Ints

    @classmethod
    def of(cls, term: Ints, group: Ints) -> Groups:
        """Index the rows."""
        codes = np.unique(term.astype(np.int64) << 32 | group.astype(np.int64))
        return cls(codes, (codes >> 32).astype(np.int32))

    def together(self, left: Ints, right: Ints) -> Flags:
        """Say which pairs of terms share a group."""
        found = np.zeros(len(left), bool)
        if not len(self.codes):
            return found
        first = np.searchsorted(self.terms, left, "left")
        counts = np.searchsorted(self.terms, left, "right") - first
        for nth in range(int(counts.max(initial=0))):
            rows = np.flatnonzero((counts > nth) & ~found)
            group = self.codes[first[rows] + nth] & 0xFFFFFFFF
            found[rows] = _among(right[rows].astype(np.int64) << 32 | group, self.codes)
        return found


def _among(values: Longs, known: Longs) -> Flags:
    """Say which values stand in a sorted array."""
    if not len(known):
        return np.zeros(len(values), bool)
    places = np.minimum(np.searchsorted(known, values), len(known) - 1)
    hits: Flags = known[places] == values
    return hits


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of terms, in no order."""

    codes: Longs

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> Pairs:
        """Index pairs of two different terms."""
        codes = {min(pair) << 32 | max(pair) for pair in pairs if pair[0] != pair[1]}
        return cls(np.array(sorted(codes), np.int64))

    def have(self, left: Ints, right: Ints) -> Flags:
        """Say which pairs are among them."""
        low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right).astype(np.int64)
        return _among(low << 32 | high, self.codes)


class Inclusions:
    """Which values include which, by chains of declared hierarchies: a city, its country."""

    def __init__(self, finer: Ints, coarser: Ints) -> None:
        self._above: dict[int, list[int]] = defaultdict(list)
        for low, high in zip(finer.tolist(), coarser.tolist(), strict=True):
            self._above[low].append(high)
        self._chains: dict[int, frozenset[int]] = {}

    def apart(self, left: Ints, right: Ints) -> Flags:
        """Say which pairs are of values neither of which includes the other."""
        if not self._above:
            return np.ones(len(left), bool)
        pairs = zip(left.tolist(), right.tolist(), strict=True)
        return np.fromiter((b not in self._chain(a) and a not in self._chain(b) for a, b in pairs), bool, len(left))

    def _chain(self, term: int) -> frozenset[int]:
        found = self._chains.get(term)
        if found is None:
            seen: set[int] = set()
            todo = list(self._above.get(term, ()))
            while todo:
                above = todo.pop()
                if above not in seen:
                    seen.add(above)
                    todo += self._above.get(above, ())
            found = self._chains[term] = frozenset(seen)
        return found


@dataclass(slots=True)
class GuardColumns:
    """The guards of one case. `tests` are those on single terms, for what has no form over columns."""

    terms: Terms
    tests: Mapping[str, GuardTest]
    names: Groups
    different: Groups
    different_pairs: Pairs
    maybe_same: Pairs
    inclusions: Inclusions
    literals: LiteralColumns
    _columns: dict[str, _Test] = field(init=False)
    _answers: dict[str, dict[int, bool]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        self._columns = {
            "differ": lambda x, y: x != y,
            "distinct": self._distinct,
            "different": self._different,
            "individuals": lambda x, y: ~(self.literals.is_literal(x) | self.literals.is_literal(y)),
            "incompatible": lambda x, y: self.literals.incompatible(x, y, self._incompatible),
            "ill-typed": lambda x, y: self.literals.ill_typed(x) | self.literals.ill_typed(y),
            "apart": self.inclusions.apart,
        }

    def __call__(self, name: str, left: Ints, right: Ints) -> Flags:
        """Test pairs by the name of a guard."""
        test = self._columns.get(name)
        return test(left, right) if test is not None else self._one_by_one(name, left, right)

    def alone(self, name: str, place: int, terms: Ints) -> Flags | None:
        """Say which terms could pass at a place (0 left, 1 right) of a guard at all; None if any could."""
        wanted = LITERALS_AT.get(name)
        if wanted is None:
            return None
        literal = self.literals.is_literal(terms)
        return literal if wanted[place] else ~literal

    def on_terms(self) -> dict[str, GuardTest]:
        """Return the guards as tests of two terms."""
        return {**self.tests, **{name: self._single(name) for name in ("distinct", "different", "apart")}}

    def _single(self, name: str) -> GuardTest:
        def test(x: Term, y: Term) -> bool:
            numbers = [np.array([self.terms.number(term)], np.int32) for term in (x, y)]
            return bool(self(name, *numbers)[0])

        return test

    def _distinct(self, left: Ints, right: Ints) -> Flags:
        found: Flags = (left != right) & self.names.together(left, right) & ~self.maybe_same.have(left, right)
        return found

    def _different(self, left: Ints, right: Ints) -> Flags:
        apart = self.different.together(left, right) | self.different_pairs.have(left, right)
        found: Flags = self._distinct(left, right) | ((left != right) & apart)
        return found

    def _incompatible(self, left: Ints, right: Ints) -> Flags:
        return self._one_by_one("incompatible", left, right)

    def _one_by_one(self, name: str, left: Ints, right: Ints) -> Flags:
        test, answers = self.tests[name], self._answers[name]
        if len(right) and (right == right[0]).all() and not (left == right).all():
            return self._of_one(name, left, right[0])
        codes = left.astype(np.int64) << 32 | right.astype(np.int64)
        unique, places = np.unique(codes, return_inverse=True)
        asked = np.empty(len(unique), np.bool_)
        for at, code in enumerate(unique.tolist()):
            answer = answers.get(code)
            if answer is None:
                x, y = self.terms.term(code >> 32), self.terms.term(code & 0xFFFFFFFF)
                answer = answers[code] = test(x, y)
            asked[at] = answer
        found: Flags = asked[places]
        return found

    def _of_one(self, name: str, left: Ints, right: np.int32) -> Flags:
        """Test many terms against one: each different term once."""
        passed = np.zeros(int(left.max()) + 1, np.bool_)
        passed[left] = True
        asked = np.flatnonzero(passed)
        other = self.terms.term(int(right))
        passed[asked] = [self.tests[name](self.terms.term(term), other) for term in asked.tolist()]
        found: Flags = passed[left]
        return found


def guards_of(case: Case) -> GuardColumns:
    """Collect what the guards need to know of names and of values that include each other."""
    theory, terms, background = case.theory, case.terms, case.background
    light = World(theory=theory, background={}, properties={}, names=())
    finer: list[tuple[int, int]] = []
    different: list[tuple[int, int]] = []
    for triple in theory.axioms:
        if triple.p in theory.hierarchies:
            finer.append((terms.number(triple.s), terms.number(triple.o)))
        elif triple.p == OWL.differentFrom:
            different.append((terms.number(triple.s), terms.number(triple.o)))
    for predicate in theory.hierarchies:
        finer += _pairs(background, terms.number(predicate))
    different += _pairs(background, terms.number(OWL.differentFrom))
    both = np.array(finer, np.int32).reshape(-1, 2)
    return GuardColumns(
        terms=terms,
        tests=guard_tests(light),
        literals=case.literals,
        names=Groups.of(case.names.term, case.names.dossier),
        different=_all_different(case),
        different_pairs=Pairs.of(different),
        maybe_same=Pairs.of(case.maybe_same),
        inclusions=Inclusions(both[:, 0], both[:, 1]),
    )


def _pairs(table: FactTable, predicate: int) -> list[tuple[int, int]]:
    rows = np.flatnonzero(table.p == predicate)
    return list(zip(table.s[rows].tolist(), table.o[rows].tolist(), strict=True))


def _all_different(case: Case) -> Groups:
    """Collect the lists of terms that are said to be all different."""
    background, terms = case.background, case.terms
    wanted = [terms.number(p) for p in (OWL.members, OWL.distinctMembers, RDF.first, RDF.rest)]
    group = terms.number(OWL.AllDifferent)
    if not ((background.p == terms.number(TYPE)) & (background.o == group)).any() and not any(
        triple.p == TYPE and triple.o == OWL.AllDifferent for triple in case.theory.axioms
    ):
        return Groups.of(np.empty(0, np.int32), np.empty(0, np.int32))
    rows = np.flatnonzero(np.isin(background.p, np.array([*wanted, terms.number(TYPE)], np.int32)))
    recorded = [
        Triple(*(terms.term(int(column[row])) for column in (background.s, background.p, background.o)))  # type: ignore[arg-type]  # as it was given
        for row in rows
    ]
    facts = by_subject([*recorded, *case.theory.axioms])
    pairs: list[tuple[int, int]] = []
    for number, about in enumerate(facts.values()):
        if (TYPE, OWL.AllDifferent) in about:
            heads: list[Node] = [
                o for p, o in about if p in (OWL.members, OWL.distinctMembers) and not isinstance(o, Literal)
            ]
            pairs += [(terms.number(item), number) for head in heads for item in list_items(head, facts)]
    both = np.array(pairs, np.int32).reshape(-1, 2)
    return Groups.of(both[:, 0], both[:, 1])
