"""Rules run over columns: every join of a round at once, with the assumptions that each row rests on.

The same theory, labels and verdicts as `kg.logic.materialise`, set at a time. A row is a fact, the set
of assumptions it was derived from and the time when all of them hold. In each round
1. the patterns of every family are joined, at least one of them with what the last round found (semi-naive
   evaluation, Bancilhon and Ramakrishnan 1986); rows join only where their times meet;
2. families without a head give inconsistent sets; rows that rest on one are dropped, for whatever follows
   from them is inconsistent anyway;
3. what is concluded is new only if the fact is not yet known from fewer assumptions for at least as long.
When nothing is new, the minimal ones of the sets found are all the minimal inconsistent sets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Protocol

import numpy as np
import polars as pl

from kg.logic import labels
from kg.logic.closures import is_closed, plan
from kg.logic.families import Bindings, Family, Pattern, is_mirrored
from kg.logic.overlap import Rows, meeting_pairs, pack, product_pairs, shared
from kg.logic.rules import Guard
from kg.logic.tables import Flags, Ints, Longs, Spans


class Guards(Protocol):
    """The tests of rules, over columns of terms."""

    def __call__(self, name: str, left: Ints, right: Ints) -> Flags:
        """Test pairs of terms by the name of a guard."""
        ...

    def alone(self, name: str, place: int, terms: Ints) -> Flags | None:
        """Say which terms could pass at a place (0 left, 1 right) of a guard at all; None if any could."""
        ...


_FULLY_ABSORBED = 5  # larger sets of assumptions are only tested against equal ones and the empty one


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of one signature: subject, object (the class, for a type), assumptions, time.

    `maker` is the number of the family that concluded them all, if there is one.
    """

    s: Ints
    o: Ints
    sets: Ints
    span: Spans
    maker: int = -1

    def __len__(self) -> int:
        return len(self.s)

    def take(self, rows: Rows | Flags) -> Facts:
        """Return some of the rows."""
        return Facts(self.s[rows], self.o[rows], self.sets[rows], self.span.take(rows), self.maker)


def stacked(parts: Sequence[Facts]) -> Facts:
    """Put facts one below the other."""
    if len(parts) == 1:
        return parts[0]
    return Facts(
        np.concatenate([part.s for part in parts]),
        np.concatenate([part.o for part in parts]),
        labels.stack([part.sets for part in parts]),
        Spans(np.concatenate([part.span.start for part in parts]), np.concatenate([part.span.end for part in parts])),
    )


def parted(facts: Facts, kinds: Longs, wanted: Longs) -> Iterator[tuple[int, Facts]]:
    """Part facts by their signatures, of which those wanted are given in rising order; the others are left out."""
    if not len(wanted) or not len(facts):
        return
    places = np.minimum(np.searchsorted(wanted, kinds), len(wanted) - 1)
    codes = np.where(wanted[places] == kinds, places, len(wanted))
    if len(wanted) == 1 and not codes.any():
        yield int(wanted[0]), facts
        return
    narrow = codes.astype(np.int16) if len(wanted) < 30_000 else codes  # numpy sorts short numbers by radix
    order = np.argsort(narrow, kind="stable")
    ends = np.searchsorted(narrow[order], np.arange(len(wanted)), "right")
    start = 0
    for kind, end in zip(wanted.tolist(), ends.tolist(), strict=True):
        if end > start:
            yield kind, facts.take(order[start:end])
        start = end


@dataclass(frozen=True, slots=True)
class _Relation:
    """The facts that a pattern may match: several signatures together."""

    facts: Facts
    signatures: Longs
    counts: tuple[int, ...]

    def column(self) -> Ints:
        """Return for every row the place of its signature among all of them."""
        return np.repeat(np.arange(len(self.signatures), dtype=np.int32), self.counts)


_OLD, _NEW, _ALL = "old", "new", "all"


@dataclass(slots=True)
class Columnar:
    """Facts by signature, families to run over them, and the inconsistent sets found.

    `edges` are all the facts of relations of which only those that can matter were closed.
    """

    families: Sequence[Family]
    guards: Guards
    most_rows: int
    tick: Callable[[], None] = lambda: None
    old: dict[int, list[Facts]] = field(default_factory=lambda: defaultdict(list))
    new: dict[int, list[Facts]] = field(default_factory=lambda: defaultdict(list))
    clashes: list[tuple[Ints, Spans]] = field(default_factory=list)
    ground_clashes: set[str] = field(default_factory=set)
    beyond: set[str] = field(default_factory=set)
    edges: dict[int, Facts] = field(default_factory=dict)
    _known: labels.Known = field(default_factory=labels.Known)

    def give(self, signature: int, facts: Facts) -> None:
        """Add facts of one signature, before or between runs."""
        if len(facts):
            self.new[signature].append(facts)

    def note(self, sets: Ints, span: Spans) -> None:
        """Add sets that are known to be inconsistent."""
        self.clashes.append((sets, span))

    def run(self) -> None:
        """Derive everything that matters. Raises `TooLarge`, or whatever `tick` raises."""
        planned = plan(self.families)
        self._rounds(planned.at_once)
        for kind in planned.kinds:
            edges = self.old.pop(kind, [])
            if not edges:
                continue
            facts = self.edges[kind] = stacked(edges)
            denied = self.old.get(kind + 1, [])
            ends = stacked(denied) if denied else facts.take(np.empty(0, np.intp))
            from kg.logic.cycles import relevant_edges  # noqa: PLC0415  # scipy takes a while to load

            self.give(kind, facts.take(relevant_edges(facts.s, facts.o, ends.s, ends.o)))
        self._rounds((*planned.at_once, *planned.later))

    def _rounds(self, families: Sequence[Family]) -> None:
        """Join and conclude until nothing new comes."""
        before = len(self.clashes) if self._known else 0
        closed = {id(one) for one in families if is_closed(one)}
        while self.new:
            for one in families:
                if one.head is None:
                    for found in self._matches(one):
                        self._clash(one, found)
            self._remember(self.clashes[before:])
            before = len(self.clashes)
            concluded: dict[tuple[int, int], list[tuple[Facts, bool]]] = defaultdict(list)
            for one in families:
                if one.head is not None:
                    maker = id(one) if id(one) in closed else -1
                    for found in self._matches(one, but=maker):
                        for signature, facts in _conclusions(one, found):
                            concluded[maker, signature].append((facts, len(one.patterns) == 1))
            for signature, parts in self.new.items():
                self.old[signature] += parts
            self.new = defaultdict(list)
            for (maker, signature), derived in concluded.items():
                self.give(signature, replace(self._fresh(signature, derived), maker=maker))

    def minimal(self) -> tuple[Ints, Spans]:
        """Return the minimal inconsistent sets, and a time when each holds."""
        if not self.clashes:
            return labels.empty(0), Spans.always(0)
        sets = labels.stack([sets for sets, _ in self.clashes])
        starts = np.concatenate([span.start for _, span in self.clashes])
        ends = np.concatenate([span.end for _, span in self.clashes])
        rows = labels.minimal(sets)
        return labels.trim(sets[rows]), Spans(starts[rows], ends[rows])

    # -- clashes -------------------------------------------------------------------------------

    def _clash(self, one: Family, found: Bindings) -> None:
        if not len(found):
            return
        if one.beyond:
            self.beyond.add(one.rule.id)
            return
        sizes = labels.sizes(found.sets) if found.sets.shape[1] else np.zeros(len(found), np.int64)
        if (sizes == 0).any():
            self.ground_clashes.add(one.rule.id)
            found = found.take(sizes > 0)
        if len(found):
            self.clashes.append((found.sets, found.span))

    def _remember(self, clashes: Iterable[tuple[Ints, Spans]]) -> None:
        """Keep what was found inconsistent, and drop new facts that rest on it."""
        for sets, _ in clashes:
            for size, rows in labels.by_size(sets).items():
                self._known.add(sets[rows][:, :size])
        if not self._known:
            return
        for signature, parts in self.new.items():
            kept = []
            for part in parts:
                doomed = self._known.within(part.sets)
                kept.append(part.take(~doomed) if doomed.any() else part)
            self.new[signature] = [part for part in kept if len(part)]

    # -- joins ---------------------------------------------------------------------------------

    def _matches(self, one: Family, *, but: int = -1) -> Iterator[Bindings]:
        """Join the patterns of a family, each combination with something new once; leave out what `but` made."""
        mirrored = is_mirrored(one)
        for new_at in range(len(one.patterns)):
            stages = [_ALL if at < new_at else _NEW if at == new_at else _OLD for at in range(len(one.patterns))]
            sizes = [self._size(one, at, stage, but) for at, stage in enumerate(stages)]
            if not all(sizes) or (mirrored and new_at == 0):
                continue  # of two ways to match that mirror each other the second is enough
            self.tick()
            yield self._joined(one, stages, sizes, once=mirrored and not self._size(one, 0, _OLD, but), but=but)

    def _parts(self, signature: int, stage: str, but: int) -> list[Facts]:
        old = self.old.get(signature, []) if stage != _NEW else []
        new = self.new.get(signature, []) if stage != _OLD else []
        return [part for part in (*old, *new) if but == -1 or part.maker != but]

    def _size(self, one: Family, at: int, stage: str, but: int) -> int:
        kinds = np.unique(one.params.columns[f"#{at}"])
        return sum(len(part) for kind in kinds.tolist() for part in self._parts(kind, stage, but))

    def _relation(self, one: Family, at: int, stage: str, but: int) -> _Relation:
        kinds, counts, parts = [], [], []
        for kind in np.unique(one.params.columns[f"#{at}"]).tolist():
            found = self._parts(kind, stage, but)
            if found:
                kinds.append(kind)
                counts.append(sum(len(part) for part in found))
                parts += found
        return _Relation(stacked(parts), np.array(kinds, np.int64), tuple(counts))

    def _joined(self, one: Family, stages: Sequence[str], sizes: Sequence[int], *, once: bool, but: int) -> Bindings:
        """Join the patterns; `once`: both match the same facts alike, and each pair is wanted one way round."""
        table = one.params
        guards = list(one.guards)
        order = _order(one.patterns, sizes)
        for done, at in enumerate(order, 1):
            relation = self._relation(one, at, stages[at], but)
            table, guards = self._join(table, one.patterns[at], f"#{at}", relation, guards, once=once)
            table = _needed(table, one, order[done:], guards)
            if not len(table):
                break
        return table

    def _join(
        self, table: Bindings, pattern: Pattern, name: str, relation: _Relation, guards: list[Guard], *, once: bool
    ) -> tuple[Bindings, list[Guard]]:
        """Join a table with the facts of a pattern; apply the guards whose variables are all bound then."""
        facts, kinds = relation.facts, relation.signatures
        table = table.take(np.isin(table.columns[name], kinds))
        typed = bool((kinds < 0).all())
        column = relation.column() if len(kinds) > 1 else None
        keep = self._passing(pattern, facts, guards, _fitting(pattern, facts, typed=typed))
        if keep is not None:
            facts, column = facts.take(keep), None if column is None else column[keep]
        mine, theirs = _keys(table, pattern, facts, typed=typed)
        if column is not None:
            mine.append(np.searchsorted(kinds, table.columns[name]).astype(np.int32))
            theirs.append(column)
        if mine:
            left, right = pack(mine, theirs)
            rows, hits = meeting_pairs(left, table.span, right, facts.span, most=self.most_rows)
        else:
            rows, hits = self._product(table, facts)
        if once and "#nth" in table.columns:
            later = table.columns["#nth"][rows] < hits
            rows, hits = rows[later], hits[later]
        bound = {
            str(slot): values
            for slot, values in ((pattern.s, facts.s), (pattern.o, facts.o))
            if isinstance(slot, str) and slot not in table.columns
        }
        known = {**dict.fromkeys(table.columns), **bound}
        ready = [guard for guard in guards if guard.left.name in known and guard.right.name in known]
        for guard in ready:
            pair = [
                bound[var.name][hits] if var.name in bound else table.columns[var.name][rows]
                for var in (guard.left, guard.right)
            ]
            passed = self.guards(guard.name, pair[0], pair[1])  # type: ignore[arg-type]  # terms are 32 bits wide
            rows, hits = rows[passed], hits[passed]
        joined = table.take(rows)
        start, end = shared(joined.span, facts.span.take(hits))
        both = labels.union(joined.sets, facts.sets[hits])
        columns = {**joined.columns, **{key: values[hits] for key, values in bound.items()}}
        if once:
            columns["#nth"] = hits
        return Bindings(columns, both, Spans(start, end)), [guard for guard in guards if guard not in ready]

    def _passing(self, pattern: Pattern, facts: Facts, guards: Sequence[Guard], keep: Flags | None) -> Flags | None:
        """Leave out facts whose terms no guard would let pass, whatever they are joined with."""
        for guard in guards:
            for place, var in enumerate((guard.left, guard.right)):
                for slot, values in ((pattern.s, facts.s), (pattern.o, facts.o)):
                    passed = self.guards.alone(guard.name, place, values) if slot == var.name else None
                    if passed is not None:
                        keep = passed if keep is None else keep & passed
        return keep

    def _product(self, table: Bindings, facts: Facts) -> tuple[Rows, Rows]:
        rows, hits = product_pairs(len(table), len(facts), most=self.most_rows)
        meets = (table.span.start[rows] <= facts.span.end[hits]) & (facts.span.start[hits] <= table.span.end[rows])
        return rows[meets], hits[meets]

    # -- what is new -----------------------------------------------------------------------------

    def _fresh(self, signature: int, derived: Sequence[tuple[Facts, bool]]) -> Facts:
        """Leave out what is known already from no more assumptions for at least as long."""
        self.tick()
        facts = stacked([one for one, _ in derived])
        lone = len(derived) == 1 and derived[0][1]  # one rule, one pattern: rows stay as different as they were
        known = _BySize(self.old.get(signature, []))
        found: list[Facts] = []
        for size, rows in sorted(labels.by_size(facts.sets).items()):
            part = facts.take(rows)
            part = replace(part, sets=part.sets[:, :size])
            if not lone:
                columns = [part.s, part.o, *part.sets.T, part.span.start, part.span.end]
                part = part.take(labels.first_of_equal(columns))
            if self._known:
                part = part.take(~self._known.within(part.sets))
            for smaller, chosen in _subsets(size):
                part = part.take(~known.cover(part, smaller, chosen))
            if len(part):
                found.append(part)
                known.add(part)
        return stacked(found) if found else facts.take(np.empty(0, np.intp))


def _order(patterns: Sequence[Pattern], sizes: Sequence[int]) -> list[int]:
    """Begin with the fewest facts; go on with what is connected, the fewest first."""
    left = sorted(range(len(patterns)), key=lambda at: sizes[at])
    order: list[int] = []
    bound: set[str] = set()
    while left:
        connected = [at for at in left if bound & {patterns[at].s, patterns[at].o}]
        at = (connected or left)[0]
        left.remove(at)
        order.append(at)
        bound |= {slot for slot in (patterns[at].s, patterns[at].o) if isinstance(slot, str)}
    return order


def _fitting(pattern: Pattern, facts: Facts, *, typed: bool) -> Flags | None:
    """Say which facts have the pattern's constants and repeated variables; None: all of them."""
    tests: list[Flags] = []
    if isinstance(pattern.s, int):
        tests.append(facts.s == pattern.s)
    if isinstance(pattern.o, int) and not typed:
        tests.append(facts.o == pattern.o)
    if isinstance(pattern.s, str) and pattern.s == pattern.o:
        tests.append(facts.s == facts.o)
    if not tests:
        return None
    found = tests[0]
    for test in tests[1:]:
        found = found & test
    return found


def _keys(table: Bindings, pattern: Pattern, facts: Facts, *, typed: bool) -> tuple[list[Ints], list[Ints]]:
    """Return the columns on which a table and the facts of a pattern must agree."""
    mine: list[Ints] = []
    theirs: list[Ints] = []
    slots = [(pattern.s, facts.s)] if typed else [(pattern.s, facts.s), (pattern.o, facts.o)]
    for slot, values in slots:
        if isinstance(slot, str) and slot in table.columns:
            mine.append(table.columns[slot])  # type: ignore[arg-type]  # terms are 32 bits wide
            theirs.append(values)
    return mine, theirs


def _needed(table: Bindings, one: Family, later: Sequence[int], guards: Sequence[Guard]) -> Bindings:
    """Drop the columns that nothing asks for any more."""
    names = {f"#{at}" for at in later} | {"#head", "#nth", "#from", "#to", "#then", "#until"}
    for pattern in (*(one.patterns[at] for at in later), *((one.head,) if one.head else ())):
        names |= set(pattern.variables())
    names |= {var.name for guard in guards for var in (guard.left, guard.right)}
    return replace(table, columns={name: column for name, column in table.columns.items() if name in names})


def _conclusions(one: Family, found: Bindings) -> Iterator[tuple[int, Facts]]:
    """Turn the matches of a family into facts, by signature."""
    if one.head is None or not len(found):
        return
    if "#from" in found.columns:
        columns = found.columns
        found = found.take((columns["#from"] <= found.span.end) & (found.span.start <= columns["#to"]))
        found = replace(found, span=Spans(found.columns["#then"], found.columns["#until"]))  # type: ignore[arg-type]  # times are wide
    kinds = found.columns["#head"].astype(np.int64, copy=False)
    s, o = _slot(one.head.s, found), _slot(one.head.o, found)
    facts = Facts(s, o, found.sets, found.span)
    yield from parted(facts, kinds, np.unique(kinds).astype(np.int64))


def _slot(slot: str | int, found: Bindings) -> Ints:
    if isinstance(slot, str):
        return found.columns[slot].astype(np.int32, copy=False)
    return np.full(len(found), slot, np.int32)


def _subsets(size: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield which members of a set of some size to look for among known sets: (how many, which)."""
    if size > _FULLY_ABSORBED:
        yield 0, ()
        yield size, tuple(range(size))
        return
    for smaller in range(size + 1):
        for chosen in combinations(range(size), smaller):
            yield smaller, chosen


class _BySize:
    """Known facts of one signature, by how many assumptions they rest on."""

    def __init__(self, parts: Iterable[Facts]) -> None:
        self._parts: dict[int, list[Facts]] = defaultdict(list)
        for part in parts:
            for size, rows in labels.by_size(part.sets).items():
                whole = part if len(rows) == len(part) else part.take(rows)
                self.add(replace(whole, sets=whole.sets[:, :size]))

    def add(self, facts: Facts) -> None:
        self._parts[facts.sets.shape[1]].append(facts)

    def cover(self, facts: Facts, size: int, chosen: tuple[int, ...]) -> Flags:
        """Say which facts are known from exactly the chosen ones of their assumptions for at least as long."""
        covered = np.zeros(len(facts), bool)
        if not self._parts.get(size) or not len(facts):
            return covered
        known = stacked(self._parts[size])
        on = ["s", "o", *(f"m{at}" for at in range(size))]
        mine = _frame(facts, facts.sets[:, chosen]).with_row_index("row")
        longer = (pl.col("start_right") <= pl.col("start")) & (pl.col("end") <= pl.col("end_right"))
        joined = mine.lazy().join(_frame(known, known.sets).lazy(), on=on).filter(longer)
        covered[joined.select("row").collect()["row"].to_numpy()] = True
        return covered


def _frame(facts: Facts, sets: Ints) -> pl.DataFrame:
    times = {"start": facts.span.start, "end": facts.span.end}
    return pl.DataFrame({"s": facts.s, "o": facts.o, **labels.frame(sets), **times})
