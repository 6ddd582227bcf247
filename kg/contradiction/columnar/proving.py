"""The proof of one conflict of a case in columns, rebuilt when somebody asks for it.

The ontology is closed once. For each proof the positions of the conflict are put beside it, then the
background around them, step by step, until they clash; afterwards all that is taken away again:

    members                what the positions say
    + neighbours           background facts about the things that are spoken of, then about what these lead to
    + the rest             hot things (a country with thousands of facts), and what no thing leads to

A minimal conflict clashes with the whole background, and a part of it that makes the positions clash is enough.
So a proof that is found is right, however little was looked at; and `kg.logic.trace.check_proof` can say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kg.contradiction.columnar.case import Case, Condition
from kg.contradiction.columnar.guards import guards_of
from kg.contradiction.columnar.run import about_vocabulary
from kg.contradiction.columnar.vocabulary import stepwise
from kg.contradiction.snapshots import COMMITS, FULFILLED, contents_of
from kg.contradiction.theory import expand_lists
from kg.logic.families import Kinds, is_vocabulary, signature
from kg.logic.limits import Limits
from kg.logic.materialise import Entry, Materialisation
from kg.logic.rules import Atom, GuardTest, Rule
from kg.logic.tables import FactTable, Ints, Longs, PositionTable, Spans
from kg.logic.trace import Proof, prove
from kg.terms import Iri, Literal, Triple
from kg.times import ALWAYS, Span, meet
from kg.vocab import OWL, TYPE

PROOF_LIMITS = Limits(entries=50_000)
"""How much may be derived for one proof before it is given up."""

HOT = 500
"""A thing with more background facts than this leads to others only when nothing else helps."""

_CHUNK = 2_000


class Prover:
    """Rebuilds proofs of conflicts; `kinds` are the signatures of the facts that can matter, if they are known."""

    def __init__(self, case: Case, limits: Limits = PROOF_LIMITS, kinds: Kinds | None = None) -> None:
        self.case = case
        self.limits = limits
        self.guards: dict[str, GuardTest] = guards_of(case).on_terms()
        self._kinds = kinds
        self._closed: dict[bool, Materialisation] = {}
        self._near: _Neighbours | None = None

    def prove(self, members: Sequence[int], *, possible: bool = False, same: Sequence[int] = ()) -> Proof | None:
        """Prove that positions cannot all hold, at certain times or (for what is undecided) at possible ones.

        `members` are numbers of positions, as in a row of `Found.conflicts`; bit i of the masks in the proof is
        `members[i]`. `same` are the pairs of `Case.maybe_same` that it takes to be one thing (`Found.same`); they
        have the bits after those. None: no proof within the limits.
        """
        rows = [self._row(self.case.positions, number) for number in members]
        return self.prove_rows(rows, possible=possible, same=same)

    def prove_rows(self, rows: Sequence[Said], *, possible: bool = False, same: Sequence[int] = ()) -> Proof | None:
        """Prove the same of positions that need not stand in the case's table."""
        engine = self._base(possible=possible)
        wanted = (1 << len(rows)) - 1
        with engine.trial(self.limits.started()):
            for bit, said in enumerate(rows):
                self._give(engine, bit, said, possible=possible)
            for bit, number in enumerate(same, len(rows)):
                one, other = (self.case.terms.term(term) for term in self.case.maybe_same[number])
                engine.give(Triple(one, OWL.sameAs, other), mask=1 << bit)  # type: ignore[arg-type]  # links join named things
            engine.run()
            clash = _clash(engine, wanted)
            if clash is None:
                clash = self._with_background(engine, wanted, _common_time(rows, possible=possible), possible=possible)
            return None if clash is None else prove(engine, clash)

    def _with_background(self, engine: Materialisation, wanted: int, time: Span, *, possible: bool) -> Entry | None:
        """Add background until there is a clash of all that is wanted."""
        if self._near is None:
            self._near = _Neighbours.of(self.case, self._kinds)
        table = self.case.background
        span = table.possible if possible else table.certain
        for rows in self._near.around(engine, span, time):
            for row in rows:
                if (when := span.at(row)) is not None:
                    engine.give(self._triple(table, row), span=when)
            engine.run()
            clash = _clash(engine, wanted)
            if clash is not None or engine.incomplete:
                return clash
        return None

    # -- what is given ---------------------------------------------------------------------------

    def _base(self, *, possible: bool) -> Materialisation:
        """Return the ontology, and what the background says of the vocabulary, closed."""
        found = self._closed.get(possible)
        if found is not None:
            return found
        case = self.case
        table = case.background
        span = table.possible if possible else table.certain
        recorded = np.flatnonzero(about_vocabulary(case.terms, table.p, table.o) & (span.start <= span.end)).tolist()
        noted = [self._triple(table, row) for row in recorded]
        said = np.flatnonzero(about_vocabulary(case.terms, case.positions.p, case.positions.o)).tolist()
        claimed = [self._triple(case.positions, row) for row in said]
        rules, members = expand_lists(case.theory.rules, [*case.theory.axioms, *noted, *claimed, *case.calls_things()])
        engine = Materialisation(stepwise(rules, [*case.theory.axioms, *noted]), self.guards)
        for triple in sorted([*case.theory.axioms, *members], key=str):
            engine.give(triple)
        for row, triple in zip(recorded, noted, strict=True):
            if (when := span.at(row)) is not None:
                engine.give(triple, span=when)
        engine.run()
        self._closed[possible] = engine
        return engine

    def _triple(self, table: PositionTable | FactTable, row: int) -> Triple:
        term = self.case.terms.term
        return Triple(term(int(table.s[row])), term(int(table.p[row])), term(int(table.o[row])))  # type: ignore[arg-type]  # as it was given

    def _row(self, table: PositionTable, number: int) -> Said:
        condition = int(table.condition[number])
        return Said(
            number,
            self._triple(table, number),
            bool(table.denied[number]),
            table.certain.at(number),
            table.possible.at(number),
            self.case.conditions[condition] if condition >= 0 else None,
        )

    def _give(self, engine: Materialisation, bit: int, said: Said, *, possible: bool) -> None:
        span = said.possible if possible else said.certain
        if span is None:
            return
        facts = said.contents()
        if said.condition is not None:
            marker = Triple(Iri(f"urn:position:{said.number}"), COMMITS, Literal(str(said.number)))
            for rule in self._condition_rules(said.condition, facts, marker, possible=possible):
                engine.add_rule(rule)
            facts = [(marker, False)]
        for triple, denied in facts:
            engine.give(triple, mask=1 << bit, span=span, denied=denied)

    def _condition_rules(
        self, condition: Condition, facts: Iterable[tuple[Triple, bool]], marker: Triple, *, possible: bool
    ) -> Iterator[Rule]:
        """Join a position to its condition, as `kg.contradiction.snapshots` does."""
        term = self.case.terms.term
        met = Atom(term(condition.s), term(condition.p), term(condition.o))
        heads = [Atom(*triple, denied=denied) for triple, denied in facts]
        if condition.window is not None:
            during = condition.window.possible if possible else condition.window.certain
            if during is None:
                return
            fulfilled = Atom(marker.s, FULFILLED, marker.o)
            yield Rule("condition-met", (met,), fulfilled, during=during)
            met = fulfilled
        for head in heads:
            yield Rule("condition", (met, Atom(*marker)), head)


@dataclass(frozen=True, slots=True)
class Said:
    """What one position says, and when; a time of None is no time at all."""

    number: int
    triple: Triple
    denied: bool
    certain: Span | None
    possible: Span | None
    condition: Condition | None = None

    def contents(self) -> list[tuple[Triple, bool]]:
        """Say what it gives as facts, (triple, denied), as `kg.contradiction.snapshots` does."""
        return contents_of(self.triple, str(self.number), denied=self.denied)


def _common_time(rows: Sequence[Said], *, possible: bool) -> Span:
    """Return a time outside of which nothing can help: a clash is at an instant at which all positions hold.

    Only a condition with a time of its own may be met at another.
    """
    if any(said.condition is not None for said in rows):
        return ALWAYS
    spans = [said.possible if possible else said.certain for said in rows]
    return meet([span for span in spans if span is not None]) or ALWAYS


def _clash(engine: Materialisation, wanted: int) -> Entry | None:
    """Return the simplest clash that rests on everything wanted."""
    found = [entry for entry in engine.clashes if wanted & ~entry.mask == 0]
    return min(found, key=lambda entry: (entry.mask.bit_count(), entry.depth), default=None)


# -- background ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """Background facts by the things they are about: sorted subjects and objects, and the rows they stand in."""

    case: Case
    rows: Longs
    subjects: Ints
    by_subject: Longs
    objects: Ints
    by_object: Longs

    @classmethod
    def of(cls, case: Case, kinds: Kinds | None) -> _Neighbours:
        """Index the background that is not about the vocabulary."""
        table = case.background
        wanted = ~about_vocabulary(case.terms, table.p, table.o)
        if kinds is not None:
            wanted &= kinds.has(signature(table.p, table.o, case.terms.number(TYPE), denied=False))
        rows = np.flatnonzero(wanted)
        linked = rows[table.p[rows] != case.terms.number(TYPE)]
        by_subject = rows[np.argsort(table.s[rows], kind="stable")]
        by_object = linked[np.argsort(table.o[linked], kind="stable")]
        return cls(case, rows, table.s[by_subject], by_subject, table.o[by_object], by_object)

    def around(self, engine: Materialisation, spans: Spans, time: Span) -> Iterator[list[int]]:
        """Yield rows to add to a trial, those that hold at some time, the nearest first.

        What follows from them there leads further.
        """
        told: set[int] = set()
        met: set[int] = set()
        hot: dict[int, Longs] = {}
        read = 0
        while True:
            facts = engine.tried()
            new = self._things(engine, facts[read:]) - met
            read = len(facts)
            met |= new
            found: set[int] = set()
            for thing in new:
                around = _within(self._about(thing), spans, time)
                if len(around) > HOT:
                    hot[thing] = around
                else:
                    found.update(around.tolist())
            found -= told
            if found:
                told |= found
                yield sorted(found)
            elif not new:
                break
        table = self.case.background
        for _, rows in sorted(hot.items()):
            between = np.isin(table.s[rows], list(met)) & np.isin(table.o[rows], list(met))
            yield from _chunks(rows[between].tolist(), told)
        for _, rows in sorted(hot.items()):
            yield from _chunks(rows.tolist(), told)
        yield from _chunks(_within(self.rows, spans, time).tolist(), told)

    def _about(self, thing: int) -> Longs:
        ends = np.array([thing, thing + 1], np.int32)  # of the columns' own type, or they would be copied
        low, high = self.subjects.searchsorted(ends)
        first, last = self.objects.searchsorted(ends)
        return np.concatenate([self.by_subject[low:high], self.by_object[first:last]])

    def _things(self, engine: Materialisation, facts: Iterable[tuple[bool, int, int, int]]) -> set[int]:
        """Return the things that facts are about, and those that the ontology joins to them."""
        of_type = engine.number(TYPE)
        near: set[int] = set()
        for _, s, p, o in facts:
            if p == of_type:
                near.add(s)
            elif not is_vocabulary(engine.terms[p], None):
                near |= {s, o}
        for thing in list(near):
            near |= engine.linked(thing, of_type)
        return {self.case.terms.number(engine.terms[thing]) for thing in near}


def _within(rows: Longs, spans: Spans, time: Span) -> Longs:
    """Keep the rows that hold at some instant of a time."""
    start, end = spans.start[rows], spans.end[rows]
    return rows[(start <= end) & (start <= time.end) & (end >= time.start)]


def _chunks(rows: Iterable[int], told: set[int]) -> Iterator[list[int]]:
    """Yield what was not told yet, in portions."""
    new = [row for row in dict.fromkeys(rows) if row not in told]
    told.update(new)
    for first in range(0, len(new), _CHUNK):
        yield new[first : first + _CHUNK]
