"""Give records in columns their times under a theory, and group them into positions.

The same as `kg.contradiction.positions.positions` and `kg.contradiction.snapshots.build_world`, column by column:
what needs Python (a date, a persistence) is computed once for each different combination that occurs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from kg.columns.dictionary import Dictionary
from kg.columns.records import Background, Records
from kg.contradiction.columnar.case import Case, Condition, Names
from kg.contradiction.columnar.literals import LiteralColumns
from kg.contradiction.positions import window_of
from kg.contradiction.snapshots import World, window_of_condition
from kg.contradiction.theory import Theory
from kg.ids import Properties
from kg.logic.tables import FactTable, Ints, PositionTable, Spans
from kg.model import Claim, Commitment, Polarity, Proposition
from kg.naming import by_subject
from kg.terms import Iri, Term, Triple
from kg.times import ALWAYS, BadDate, Persistence, Window, parse, throughout, window
from kg.values import canonical
from kg.vocab import NEG, PROV, RDFS, TYPE

_SOMEBODY = Iri("urn:somebody")
_NO_TERM = Iri("urn:none")
_ALWAYS = Window(ALWAYS, ALWAYS)
_CONTENT = ["s", "p", "o", "denied", "window", "hedged", "condition"]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of terms that may be one thing."""

    one: Ints
    other: Ints


@dataclass(frozen=True, slots=True)
class HeldTables:
    """What records hold under a theory, in arrays only.

    `rows` are the commitments of standing claims and `position` the position each of them takes.
    """

    rows: Ints
    position: Ints
    positions: PositionTable
    background: FactTable
    names: Names
    maybe_same: Pairs


@dataclass(frozen=True, slots=True)
class Held:
    """Records and what they hold; `case` is that, as the columnar check takes it."""

    records: Records
    tables: HeldTables
    case: Case


def hold(records: Records, theory: Theory) -> Held:
    """Group the commitments of standing claims into positions, and give the background its times."""
    properties = _properties(records, theory)
    rows = np.flatnonzero(records.claims.stands[records.commitments.claim]).astype(np.int32)
    positions, position = _positions(records, theory, properties, rows)
    background, names = _facts(records, theory), _names(records)
    tables = HeldTables(rows, position, positions, background, names, _maybe_same(records))
    return held(records, theory, tables)


def held(records: Records, theory: Theory, tables: HeldTables) -> Held:
    """Make a case of tables that are there already."""
    pairs = zip(tables.maybe_same.one.tolist(), tables.maybe_same.other.tolist(), strict=True)
    case = Case(
        theory=theory,
        terms=records.terms,
        positions=tables.positions,
        background=tables.background,
        names=tables.names,
        literals=LiteralColumns(records.terms),
        conditions=_conditions(records, theory),
        maybe_same=tuple(pairs),
    )
    return Held(records, tables, case)


def _properties(records: Records, theory: Theory) -> Properties:
    """Return the triples that describe class expressions: all others are never asked for."""
    background, terms = records.background, records.terms
    anonymous = np.flatnonzero(terms.is_anonymous(background.s))
    triples = (_triple(background, row, terms) for row in anonymous.tolist())
    return by_subject([*(t for t in triples if theory.is_logical(t)), *theory.axioms])


def _triple(background: Background, row: int, terms: Dictionary) -> Triple:
    s, p, o = (terms.term(int(column[row])) for column in (background.s, background.p, background.o))
    return Triple(s, p, o)  # type: ignore[arg-type]  # as it stood in the graph


# -- positions -----------------------------------------------------------------------------------


def _positions(records: Records, theory: Theory, properties: Properties, rows: Ints) -> tuple[PositionTable, Ints]:
    commitments, claims = records.commitments, records.claims
    claim = commitments.claim[rows]
    windows, of_row = _windows(records, theory, properties, rows)
    frame = pl.DataFrame(
        {
            "s": commitments.s[rows],
            "p": commitments.p[rows],
            "o": commitments.o[rows],
            "denied": commitments.denied[rows],
            "window": of_row,
            "hedged": claims.hedged[claim],
            "condition": commitments.condition[rows],
        }
    )
    one_each = frame.unique().sort(_CONTENT).with_row_index("position")
    position = frame.join(one_each, on=_CONTENT, how="left", maintain_order="left")["position"]
    s, p, o, denied, when, hedged, condition = (one_each[name].to_numpy() for name in _CONTENT)
    table = PositionTable(
        s=s,
        p=p,
        o=o,
        denied=denied,
        certain=Spans.of(one.certain for one in windows).take(when),
        possible=Spans.of(one.possible for one in windows).take(when),
        hedged=hedged,
        condition=condition,
    )
    return table, position.to_numpy().astype(np.int32)


def _windows(records: Records, theory: Theory, properties: Properties, rows: Ints) -> tuple[Sequence[Window], Ints]:
    """Return the different windows that occur, and which of them each row has.

    A window depends on the predicate, on the class that is ascribed or denied, on the polarity, and on
    the time stated or else the day it was said.
    """
    terms, commitments = records.terms, records.commitments
    holds, p = commitments.holds[rows], commitments.p[rows]
    denial = p == _number(terms, RDFS.subClassOf)
    kind = denial | (p == _number(terms, TYPE))
    frame = pl.DataFrame(
        {
            "s": np.where(denial, commitments.s[rows], -1),
            "p": p,
            "o": np.where(kind, commitments.stated[rows], -1),
            "denied": commitments.denied[rows],
            "holds": holds,
            "said": np.where(holds < 0, records.claims.said[commitments.claim[rows]], -1),
        }
    )
    different = frame.unique().with_row_index("case")
    case = frame.join(different, on=frame.columns, how="left", maintain_order="left")["case"].to_numpy()
    found: dict[Window, int] = {}
    cache: dict[int, Term | None] = {-1: None}

    def term(number: int) -> Term | None:
        if number not in cache:
            cache[number] = terms.term(number)
        return cache[number]

    numbers = []
    for s, predicate, o, denied, stated, said in different[frame.columns].iter_rows():
        proposition = Proposition(term(s) or _NO_TERM, term(predicate), term(o) or _NO_TERM, term(stated))  # type: ignore[arg-type]  # as they were read
        polarity = Polarity.DENIES if denied else Polarity.AFFIRMS
        claim = Claim(_SOMEBODY, _SOMEBODY, term(said))  # type: ignore[arg-type]  # a date
        when = window_of(Commitment(polarity, proposition), claim, theory, properties)
        numbers.append(found.setdefault(when, len(found)))
    return list(found), np.array(numbers, np.int32)[case] if numbers else np.empty(0, np.int32)


def _conditions(records: Records, theory: Theory) -> tuple[Condition, ...]:
    terms, wanted, found = records.terms, records.conditions, []
    if not len(wanted):
        return ()
    world = World(theory, {}, _properties(records, theory), ())
    rows = zip(wanted.s.tolist(), wanted.p.tolist(), wanted.o.tolist(), wanted.holds.tolist(), strict=True)
    for s, p, o, holds in rows:
        proposition = read_proposition(terms, s, p, o, holds)
        window = None if holds < 0 else window_of_condition(proposition, world)
        found.append(Condition(s, p, terms.number(canonical(proposition.object)), window))
    return tuple(found)


def read_proposition(terms: Dictionary, s: int, p: int, o: int, holds: int) -> Proposition:
    """Return a proposition from the numbers of its terms; `holds` is -1 for none."""
    stated = terms.term(holds) if holds >= 0 else None
    return Proposition(terms.term(s), terms.term(p), terms.term(o), stated)  # type: ignore[arg-type]  # as they were read


# -- background ----------------------------------------------------------------------------------


def _facts(records: Records, theory: Theory) -> FactTable:
    """Collect the background that says something of the world, and what claims' own records say, with their times."""
    terms, background = records.terms, records.background
    logical = [p for p in np.unique(background.p).tolist() if theory.is_logical(_saying(terms, p))]
    rows = np.isin(background.p, logical)
    s, p, o = background.s[rows], background.p[rows], background.o[rows]
    windows, window = _background_windows(terms, s, p, o)
    own_s, own_p, own_o, own_windows, own_window = _own_records(records)
    frame = pl.DataFrame(
        {
            "s": np.concatenate([s, own_s]),
            "p": np.concatenate([p, own_p]),
            "o": np.concatenate([o, own_o]),
            "window": np.concatenate([window, own_window + len(windows)]),
        }
    ).unique(["s", "p", "o"], keep="last", maintain_order=True)
    s, p, o, when = (column.to_numpy() for column in frame)
    certain = Spans.of(one.certain for one in [*windows, *own_windows])
    possible = Spans.of(one.possible for one in [*windows, *own_windows])
    return FactTable(s, p, o, certain.take(when), possible.take(when))


def _saying(terms: Dictionary, predicate: int) -> Triple:
    return Triple(_NO_TERM, Iri(str(terms.term(predicate))), _NO_TERM)


def _background_windows(terms: Dictionary, s: Ints, p: Ints, o: Ints) -> tuple[list[Window], Ints]:
    """Give the triples of a node with `neg:during` that time; the first window is "always"."""
    timed = p == _number(terms, NEG.during)
    windows = [_ALWAYS, *(_during(terms.term(number)) for number in o[timed].tolist())]
    when = np.zeros(len(terms), np.int32)
    when[s[timed]] = np.arange(1, len(windows), dtype=np.int32)
    return windows, np.where(timed, np.int32(0), when[s])


def _during(value: Term) -> Window:
    try:
        return throughout(parse(str(value)))
    except BadDate:  # validation reports it; an unreadable time is no time at all
        return Window(None, ALWAYS)


def _own_records(records: Records) -> tuple[Ints, Ints, Ints, list[Window], Ints]:
    """Say who spoke in what post on the day of each claim that gives both, withdrawn or not."""
    terms, claims = records.terms, records.claims
    rows = np.flatnonzero((claims.capacity >= 0) & (claims.said >= 0))
    days, day = np.unique(claims.said[rows], return_inverse=True)
    dates = [terms.term(number) for number in days.tolist()]
    windows = [window(None, str(date), Persistence.STATE, affirmed=True) for date in dates]
    canonical_days = np.array([terms.number(canonical(date)) for date in dates], np.int32)
    predicates = [terms.number(p) for p in (PROV.wasAttributedTo, NEG.capacity, NEG.saidOn)]
    objects = (claims.speaker[rows], claims.capacity[rows], canonical_days[day])
    return (
        np.tile(claims.iri[rows], 3),
        np.repeat(np.array(predicates, np.int32), len(rows)),
        np.concatenate(objects),
        windows,
        np.tile(day.astype(np.int32), 3),
    )


def _names(records: Records) -> Names:
    """Say which things have an entry in a dossier whose names are unique."""
    background = records.background
    typed = (background.p == _number(records.terms, TYPE)) & np.isin(background.graph, records.unique)
    pairs = np.unique(np.stack([background.s[typed], background.graph[typed]], axis=1), axis=0)
    return Names(pairs[:, 0], np.searchsorted(records.unique, pairs[:, 1]).astype(np.int32))


def _maybe_same(records: Records) -> Pairs:
    background, terms = records.background, records.terms
    rows = np.flatnonzero((background.p == _number(terms, NEG.maybeSameAs)) & (background.s != background.o))
    found = {tuple(sorted((int(background.s[row]), int(background.o[row])))) for row in rows}
    named = sorted(tuple(sorted((str(terms.term(n)), n) for n in pair)) for pair in found)
    both = np.array([(one, other) for (_, one), (_, other) in named], np.int32).reshape(-1, 2)
    return Pairs(both[:, 0], both[:, 1])


def _number(terms: Dictionary, term: Term) -> int:
    """Return the number of a term, or -1, which stands for no term."""
    found = terms.find(term)
    return -1 if found is None else found
