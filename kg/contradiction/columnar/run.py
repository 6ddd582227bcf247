"""One run of a theory over columns of positions, for one reading of time.

what is said of the vocabulary -> closed by the reference evaluator, with its labels
rules + that                   -> families, grounded and cut to what can matter
what is said of things         -> columns by signature -> rounds of joins -> minimal inconsistent sets
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kg.contradiction.columnar.case import Case
from kg.contradiction.columnar.guards import guards_of
from kg.contradiction.columnar.vocabulary import Claimed, Statements, close
from kg.contradiction.snapshots import contents_of
from kg.logic import labels
from kg.logic.columnar import Columnar, Facts, parted
from kg.logic.families import (
    Bindings,
    Family,
    Pattern,
    Possible,
    is_vocabulary,
    relevant,
    signature,
)
from kg.logic.limits import Limits, OutOfTime
from kg.logic.overlap import TooLarge
from kg.logic.rules import Rule
from kg.logic.tables import FactTable, Flags, Ints, Longs, PositionTable, Spans, Terms
from kg.terms import Term, Triple
from kg.times import Span
from kg.vocab import OWL, RDFS, TYPE


@dataclass(frozen=True, slots=True)
class Outcome:
    """Minimal inconsistent sets; members beyond the positions are assumptions that two things are one."""

    sets: Ints
    span: Spans
    ground: tuple[str, ...] = ()
    incomplete: str = ""


@dataclass(frozen=True, slots=True)
class _Given:
    """Facts of many kinds, as they were given."""

    kind: Longs
    facts: Facts


_MISSING = "conflicts may be missing, or larger than they need be"


def run_columns(case: Case, rows: Flags, limits: Limits, *, possible: bool) -> Outcome:
    """Find what the chosen positions cannot all be, at certain or possible times; these with things that may be one.

    A limit that is hit leaves what was found until then, and says so.
    """
    return ColumnarRun(case, rows, limits, possible=possible).outcome()


class ColumnarRun:
    """A theory compiled for some positions: `families`, the kinds of facts that are `useful`, and the `engine`."""

    def __init__(self, case: Case, rows: Flags, limits: Limits, *, possible: bool) -> None:
        self.case = case
        self.limits = limits
        self.possible = possible
        self.terms = case.terms
        self.type = case.terms.number(TYPE)
        positions = case.positions
        self.span = positions.possible if possible else positions.certain
        self.rows = np.flatnonzero(rows & (self.span.start <= self.span.end))
        self.guards = guards_of(case)
        self.aside: list[str] = []
        about = self._is_vocabulary(positions.p[self.rows], positions.o[self.rows])
        sub_class = positions.denied[self.rows] & (positions.p[self.rows] == self._number(RDFS.subClassOf))
        conditional = positions.condition[self.rows] >= 0
        self.conditional = self.rows[conditional]
        self.about = self.rows[about & ~sub_class & ~conditional]
        self.some = self.rows[sub_class & ~conditional]
        self.plain = self.rows[~about & ~sub_class & ~conditional]
        self._compile()

    def _compile(self) -> None:
        theory = self.case.theory
        tests = self.guards.on_terms()
        self.closed = close(
            theory.rules, theory.axioms, self._statements(), self.terms, tests=tests, limits=self.limits
        )
        given = [*self._said(), *self._background(), *self._named()]
        self.possible_facts = self._possible(given)
        said = self.possible_facts.kinds.codes
        self.never = [one for one in self.closed.families if self._never(one, given)]
        families = [one for one in self.closed.families if not any(one is other for other in self.never)]
        self.families, self.useful = relevant([*families, *self._conditions()], self.possible_facts)
        self._note_vocabulary(np.setdiff1d(self.possible_facts.kinds.codes, said))
        self.engine = Columnar(self.families, self.guards, self.limits.rows, self._tick)
        for one in given:
            kinds = _distinct(one.kind)
            for kind, facts in parted(one.facts, one.kind, kinds[self.useful.has(kinds)]):
                self.engine.give(kind, facts)
        for members, span in self.closed.clashes:
            row = np.array([sorted(members)], np.int32)
            self.engine.note(row, Spans(np.array([span.start]), np.array([span.end])))
        if self.closed.incomplete:
            self.aside.append(f"the check {self.closed.incomplete}; {_MISSING}")

    def _tick(self) -> None:
        if self.limits.is_over():
            raise OutOfTime

    def outcome(self) -> Outcome:
        """Join until nothing new comes; return what clashes."""
        try:
            self.engine.run()
        except TooLarge as error:
            self.aside.append(f"{error}; {_MISSING}")
        except OutOfTime:
            self.aside.append(f"the check {self.limits.time_words}; {_MISSING}")
        left_out = [f"what rule {rule} makes of the vocabulary was left out" for rule in sorted(self.engine.beyond)]
        sets, span = self.engine.minimal()
        ground = self.engine.ground_clashes.union(self.closed.ground)
        return Outcome(sets, span, tuple(sorted(ground)), "; ".join(dict.fromkeys([*self.aside, *left_out])))

    def _possible(self, given: Sequence[_Given]) -> Possible:
        """Say what kinds of facts are given, and which of them have literals or things as objects."""
        kinds, values, things = [], [], []
        for one in given:
            literal = self.case.literals.is_literal(one.facts.o)
            kinds.append(_distinct(one.kind))
            values.append(_distinct(one.kind[literal]))
            things.append(_distinct(one.kind[~literal]))
        return Possible.of(self.type, *(np.concatenate(codes) for codes in (kinds, values, things)))

    # -- terms -----------------------------------------------------------------------------------

    def _number(self, term: Term) -> int:
        return self.terms.number(term)

    def _is_vocabulary(self, p: Ints, o: Ints) -> Flags:
        return about_vocabulary(self.terms, p, o)

    def _triple(self, table: PositionTable | FactTable, row: int) -> Triple:
        numbers = (int(column[row]) for column in (table.s, table.p, table.o))
        return Triple(*(self.terms.term(number) for number in numbers))  # type: ignore[arg-type]  # as it was given

    # -- the vocabulary ----------------------------------------------------------------------------

    def _statements(self) -> Statements:
        """Collect what is said of classes and properties, by the recorder and by the positions."""
        positions, background = self.case.positions, self.case.background
        recorded = np.flatnonzero(self._is_vocabulary(background.p, background.o))
        span = background.possible if self.possible else background.certain
        return Statements(
            recorded=tuple(
                (self._triple(background, at), Span(int(span.start[at]), int(span.end[at])))
                for at in recorded.tolist()
                if span.start[at] <= span.end[at]
            ),
            claimed=tuple(
                Claimed(
                    at,
                    self._triple(positions, at),
                    bool(positions.denied[at]),
                    Span(int(self.span.start[at]), int(self.span.end[at])),
                )
                for at in self.about.tolist()
            ),
            about_things=tuple(self.case.calls_things()),
        )

    # -- families ----------------------------------------------------------------------------------

    def _never(self, one: Family, given: Sequence[_Given]) -> bool:
        """Say whether a rule about single values ("no value is ill-typed") has no value to speak of."""
        if one.head is not None or len(one.patterns) != 1 or not one.guards:
            return False
        pattern = one.patterns[0]
        alone = all(guard.left == guard.right and guard.left.name == pattern.o for guard in one.guards)
        if not alone or isinstance(pattern.p, int) or pattern.p in one.params.columns:
            return False
        met = np.zeros(len(self.terms), bool)
        for part in given:
            met[part.facts.o] = True
        values = np.flatnonzero(met).astype(np.int32)
        for guard in one.guards:
            values = values[self.guards(guard.name, values, values)]
        return not len(values)

    def _conditions(self) -> Iterator[Family]:
        """Make each conditional position a rule from its condition to its content."""
        rows: dict[tuple[bool, bool], list[tuple[int, tuple[int, ...], Span | None]]] = defaultdict(list)
        for at in self.conditional.tolist():
            condition = self.case.conditions[int(self.case.positions.condition[at])]
            met = (condition.s, condition.p, condition.o)
            during: Span | None = None
            if condition.window is not None:
                during = condition.window.possible if self.possible else condition.window.certain
                if during is None:
                    continue
            for content, denied in self._contents(at):
                if any(self._is_about(*fact) for fact in (met, content)):
                    self.aside.append("a condition about the vocabulary was left out")
                else:
                    rows[denied, during is not None].append((at, (*met, *content), during))
        for (denied, timed), found in rows.items():
            yield self._condition_family(found, denied=denied, timed=timed)

    def _condition_family(
        self, found: Sequence[tuple[int, tuple[int, ...], Span | None]], *, denied: bool, timed: bool
    ) -> Family:
        at = np.array([row for row, _, _ in found], np.int32)
        names = ("if-s", "if-p", "if-o", "then-s", "then-p", "then-o")
        numbers = np.array([terms for _, terms, _ in found], np.int32)
        columns: dict[str, Ints | Longs] = {name: numbers[:, place] for place, name in enumerate(names)}
        span = self.span.take(at)
        if timed:
            spans = [during for _, _, during in found if during is not None]
            columns |= {
                "#from": np.array([one.start for one in spans], np.int64),
                "#to": np.array([one.end for one in spans], np.int64),
                "#then": span.start,
                "#until": span.end,
            }
            span = Spans.always(len(at))
        params = Bindings(columns, labels.singletons(at), span)
        head = Pattern(denied=denied, s=names[3], p=names[4], o=names[5])
        met = Pattern(denied=False, s=names[0], p=names[1], o=names[2])
        return Family(Rule("condition", (), None), (met,), head, (), params)

    def _is_about(self, _s: int, p: int, o: int) -> bool:
        return is_vocabulary(self.terms.term(p), self.terms.term(o))

    def _note_vocabulary(self, derived: Longs) -> None:
        """Say so if rules could conclude something about the vocabulary from what is said of things."""
        for code in derived.tolist():
            term = self.terms.term(code // 2 if code >= 0 else (-code - 1) // 2)
            if is_vocabulary(TYPE, term) if code < 0 else is_vocabulary(term, None):
                self.aside.append("what follows for the vocabulary from things was left out")
                return

    # -- facts -------------------------------------------------------------------------------------

    def _contents(self, at: int) -> list[tuple[tuple[int, int, int], bool]]:
        """Say what a position gives as facts: (triple, denied)."""
        positions = self.case.positions
        found = contents_of(self._triple(positions, at), str(at), denied=bool(positions.denied[at]))
        return [((self._number(s), self._number(p), self._number(o)), denied) for (s, p, o), denied in found]

    def _said(self) -> Iterator[_Given]:
        positions = self.case.positions
        yield from self._positions(self.plain, positions.denied[self.plain])
        same = self.plain[positions.denied[self.plain] & (positions.p[self.plain] == self._number(OWL.differentFrom))]
        if len(same):
            links = np.full(len(same), self._number(OWL.sameAs), np.int32)
            yield self._facts(positions.s[same], links, positions.o[same], rows=same)
        for at in self.some.tolist():
            for (s, p, o), denied in self._contents(at):
                one = np.array([at])
                yield self._facts(*(np.array([number], np.int32) for number in (s, p, o)), rows=one, denied=denied)
        if self.possible and self.case.maybe_same:
            pairs = np.array(self.case.maybe_same, np.int32)
            members = len(positions) + np.arange(len(pairs), dtype=np.int32)
            kind = np.full(len(pairs), 2 * self._number(OWL.sameAs), np.int64)
            always = Spans.always(len(pairs))
            yield _Given(kind, Facts(pairs[:, 0], pairs[:, 1], labels.singletons(members), always))

    def _positions(self, rows: Longs, denied: Flags) -> Iterator[_Given]:
        positions = self.case.positions
        everything = len(rows) == len(positions)
        columns = [positions.s, positions.p, positions.o]
        s, p, o = columns if everything else [column[rows] for column in columns]
        span = self.span if everything else self.span.take(rows)
        kind = signature(p, o, self.type, denied=False) + denied
        yield _Given(kind, Facts(s, o, labels.singletons(rows.astype(np.int32)), span))

    def _facts(self, s: Ints, p: Ints, o: Ints, *, rows: Longs, denied: bool = False) -> _Given:
        kind = signature(p, o, self.type, denied=denied)
        return _Given(kind, Facts(s, o, labels.singletons(rows.astype(np.int32)), self.span.take(rows)))

    def _background(self) -> Iterator[_Given]:
        table = self.case.background
        span = table.possible if self.possible else table.certain
        rows = np.flatnonzero((span.start <= span.end) & ~self._is_vocabulary(table.p, table.o))
        if len(rows):
            s, p, o = table.s[rows], table.p[rows], table.o[rows]
            facts = Facts(s, o, labels.empty(len(rows)), span.take(rows))
            yield _Given(signature(p, o, self.type, denied=False), facts)

    def _named(self) -> Iterator[_Given]:
        """Return what the vocabulary says of things: the individuals that an ontology names."""
        for size in sorted({len(fact.members) for fact in self.closed.things}):
            chosen = [fact for fact in self.closed.things if len(fact.members) == size]
            s, p, o = (np.array(column, np.int32) for column in zip(*((f.s, f.p, f.o) for f in chosen), strict=True))
            sets = np.array([sorted(fact.members) for fact in chosen], np.int32).reshape(len(chosen), size)
            starts = np.array([fact.span.start for fact in chosen], np.int64)
            ends = np.array([fact.span.end for fact in chosen], np.int64)
            kind = signature(p, o, self.type, denied=False) + np.array([fact.denied for fact in chosen])
            yield _Given(kind, Facts(s, o, sets, Spans(starts, ends)))


def about_vocabulary(terms: Terms, p: Ints, o: Ints) -> Flags:
    """Say which facts are about the vocabulary, by their predicates and objects."""
    flags = np.zeros(len(p), bool)
    of_type = terms.number(TYPE)
    for predicate in _distinct(p).tolist():
        if predicate != of_type and is_vocabulary(terms.term(predicate), None):
            flags |= p == predicate
    typed = np.flatnonzero(p == of_type)
    known = {cls: is_vocabulary(TYPE, terms.term(cls)) for cls in _distinct(o[typed]).tolist()}
    classes = np.array([cls for cls, about in known.items() if about], np.int32)
    if len(classes):
        flags[typed] = np.isin(o[typed], classes)
    return flags


def _distinct(values: Ints | Longs) -> Longs:
    """Return the different values; quick where few numbers lie far apart."""
    if not len(values):
        return values.astype(np.int64)
    low, high = int(values.min()), int(values.max())
    if high - low > 8 * len(values) + 1_000_000:
        return np.unique(values).astype(np.int64)
    seen = np.zeros(high - low + 1, bool)
    seen[values - low] = True
    return np.flatnonzero(seen).astype(np.int64) + low
