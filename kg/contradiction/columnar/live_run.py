"""One run of a theory over columns, kept so that single positions can be added to it and taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kg.contradiction.columnar.case import Case, Condition
from kg.contradiction.columnar.guards import GuardColumns
from kg.contradiction.columnar.run import ColumnarRun, Outcome
from kg.contradiction.snapshots import SOME
from kg.logic.closures import plan
from kg.logic.columnar import Facts
from kg.logic.delta import Delta, Test, decoder, relations_of
from kg.logic.families import Family, is_vocabulary
from kg.logic.known_sets import KnownSets, Label
from kg.logic.limits import Limits
from kg.logic.plans import Plans
from kg.logic.tables import Flags, Longs, PositionTable, Spans, Terms
from kg.terms import Iri, Literal
from kg.times import Span
from kg.vocab import OWL, RDFS


@dataclass(frozen=True, slots=True)
class Content:
    """What one position says, as a row of a `PositionTable`; terms are numbers, a time of None is no time at all."""

    s: int
    p: int
    o: int
    denied: bool
    certain: Span | None
    possible: Span | None
    hedged: bool = False
    condition: Condition | None = None

    @classmethod
    def of(cls, table: PositionTable, row: int, conditions: tuple[Condition, ...] = ()) -> Content:
        """Read a row of a table."""
        condition = int(table.condition[row])
        return cls(
            int(table.s[row]),
            int(table.p[row]),
            int(table.o[row]),
            bool(table.denied[row]),
            table.certain.at(row),
            table.possible.at(row),
            bool(table.hedged[row]),
            conditions[condition] if condition >= 0 else None,
        )

    @property
    def is_rough(self) -> bool:
        """Whether its times are not known exactly."""
        return self.certain != self.possible or self.condition is not None


class LiveRun:
    """A run that has been done, and what it takes to go on from there, position by position.

    `known` are its minimal inconsistent sets; members below 0 are assumptions that two things are one: -1 is the
    first pair of `Case.maybe_same`.
    """

    def __init__(self, case: Case, rows: Flags, limits: Limits, dead: set[int], *, possible: bool, most: int) -> None:
        run = ColumnarRun(case, rows, limits, possible=possible)
        self.outcome: Outcome = run.outcome()
        self.possible = possible
        self.terms = case.terms
        self._dead = dead
        decode = decoder(len(case.positions))
        self.useful = run.useful
        self.known = KnownSets(decode(row) for row in self.outcome.sets.tolist())
        self._decode = decode
        self._admission = _Admission(run)
        self._delta = _delta(run, decode, self.known, dead, most)

    def begun(self) -> dict[Label, Span]:
        """Return the minimal inconsistent sets that it began with, and a time of each."""
        rows = zip(*(column.tolist() for column in (self.outcome.sets, *_ends(self.outcome.span))), strict=True)
        return {self._decode(row): Span(start, end) for row, start, end in rows}

    def admits(self, content: Content, position: int) -> bool:
        """Say whether a position can be added as things are: what it says is of a kind that was thought of."""
        return self._admission.admits(content, position)

    def add(self, content: Content, position: int) -> dict[Label, Span]:
        """Add a position that is admitted; return the new minimal inconsistent sets, and a time of each.

        Raises `kg.logic.delta.TooMuch`; then the run must be done again.
        """
        span = content.possible if self.possible else content.certain
        if span is None:
            return {}
        facts = [
            (kind, (s, o, (position,), span.start, span.end))
            for kind, s, o in self._admission.contents(content, position)
            if self._admission.is_useful(kind)
        ]
        return {sets: Span(*when) for sets, when in self._delta.add(facts).items()}

    @property
    def incomplete(self) -> str:
        """What was left out, in words."""
        beyond = [f"what rule {rule} makes of the vocabulary was left out" for rule in sorted(self._delta.beyond)]
        told = self.outcome.incomplete.split("; ") if self.outcome.incomplete else []
        return "; ".join(dict.fromkeys([*told, *beyond]))


def _ends(spans: Spans) -> tuple[Longs, Longs]:
    return spans.start, spans.end


def _delta(
    run: ColumnarRun, decode: Callable[[Sequence[int]], Label], known: KnownSets, dead: set[int], most: int
) -> Delta:
    """Index what a run knows. Its engine is emptied: the facts are not kept twice."""
    planned = plan(run.families)
    facts: dict[int, list[Facts]] = {kind: parts for kind, parts in run.engine.old.items() if parts}
    facts |= {kind: [edges] for kind, edges in run.engine.edges.items()}
    relations = relations_of(facts, decode, dead)
    run.engine.old.clear()
    run.engine.edges.clear()
    plans = Plans(planned.at_once, decode)
    for kind in plans.signatures():
        for one in plans.of(kind):
            for step in one.rest:
                if step.signature >= 0 and step.signature in relations:
                    relations[step.signature].index_objects()
    for kind in planned.kinds:
        if kind in relations:
            relations[kind].index_objects()
    closed = {kind: list(_alternatives(planned.later, kind, decode)) for kind in planned.kinds}
    return Delta(plans, _tests(run.guards, run.terms), relations, known, closed, dead, most)


def _alternatives(
    families: tuple[Family, ...], kind: int, decode: Callable[[Sequence[int]], Label]
) -> Iterator[tuple[Label, int, int]]:
    """Yield the reasons to hold a relation transitive: assumptions and time."""
    for one in families:
        params = one.params
        for row in np.flatnonzero(params.columns["#head"] == kind).tolist():
            yield decode(params.sets[row].tolist()), int(params.span.start[row]), int(params.span.end[row])


_OVER_COLUMNS = frozenset({"distinct", "different", "apart"})
"""Guards that ask what is known of names and values, which is kept in columns; none of them is slow for one pair."""


def _tests(guards: GuardColumns, terms: Terms) -> Test:
    on_terms = guards.on_terms()

    @lru_cache(maxsize=1 << 16)
    def test(name: str, left: int, right: int) -> bool:
        if name in _OVER_COLUMNS:
            return bool(guards(name, np.array([left], np.int32), np.array([right], np.int32))[0])
        return on_terms[name](terms.term(left), terms.term(right))

    def with_quick(name: str, left: int, right: int) -> bool:
        return left != right if name == "differ" else test(name, left, right)

    return with_quick


class _Admission:
    """What kinds of facts a run was compiled for."""

    def __init__(self, run: ColumnarRun) -> None:
        possible = run.possible_facts
        self._terms = run.terms
        self._type = run.type
        self._sub_class, self._different, self._same = (
            run.terms.number(p) for p in (RDFS.subClassOf, OWL.differentFrom, OWL.sameAs)
        )
        self._thing = run.terms.number(OWL.Thing)
        self._kinds = frozenset(possible.kinds.codes.tolist())
        self._values = frozenset(possible.values.codes.tolist())
        self._things = frozenset(possible.things.codes.tolist())
        self._useful = frozenset(run.useful.codes.tolist())
        self._never = [[guard.name for guard in one.guards] for one in run.never]
        self._tests = run.guards.on_terms()

    def is_useful(self, kind: int) -> bool:
        """Say whether facts of a kind can lead to a clash."""
        return kind in self._useful

    def contents(self, content: Content, position: int) -> list[tuple[int, int, int]]:
        """Say what a position gives as facts: signature, subject, object (`kg.contradiction.snapshots`)."""
        s, p, o = content.s, content.p, content.o
        if not content.denied:
            return [(self._kind(p, o), s, o)]
        if p == self._sub_class:
            some = self._terms.number(Iri(f"{SOME}{position}"))
            return [(self._kind(self._type, s), some, s), (self._kind(self._type, o) + 1, some, o)]
        denial = (self._kind(p, o) + 1, s, o)
        return [denial, (self._kind(self._same, o), s, o)] if p == self._different else [denial]

    def _kind(self, p: int, o: int) -> int:
        return -2 - 2 * o if p == self._type else 2 * p

    def admits(self, content: Content, position: int) -> bool:
        """Say whether nothing in a position is of a kind that was left out when the run was compiled."""
        if content.condition is not None or content.s == self._thing:
            return False
        term = self._terms.term
        existential = content.denied and content.p == self._sub_class
        if not existential and is_vocabulary(term(content.p), term(content.o)):
            return False
        for kind, _, o in self.contents(content, position):
            if kind not in self._kinds:
                return False
            if kind >= 0:
                value = term(o)
                literal = isinstance(value, Literal)
                if kind not in (self._values if literal else self._things):
                    return False
                if any(all(self._tests[name](value, value) for name in names) for names in self._never):
                    return False
        return True
