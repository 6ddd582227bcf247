"""Check a store over its columns; what is shown of the result is described when somebody looks at it.

    store -> held -> found (conflicts as numbers) -> result (sequences that describe an item when it is asked for)

A result is the same as that of `kg.contradiction.check` on the records read one by one, but for the order of its
conflicts: verdict, then number of sides, then numbers of positions. The length of a proof plays no part, for the
proofs are not made before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TypeVar, cast, overload

import numpy as np

from kg.columns.browsing.naming import ID, Texts, conflict_ids
from kg.columns.cache import Arrays, array_digest
from kg.columns.case import Held
from kg.columns.describing import WorldInColumns
from kg.columns.opening import kept_or_made, open_columns, theory_digest
from kg.columns.views import ColumnViews
from kg.contradiction.accounts import accounts_of
from kg.contradiction.columnar.checking import VERDICTS
from kg.contradiction.columnar.compiled import Found, find
from kg.contradiction.columnar.proving import PROOF_LIMITS, Prover
from kg.contradiction.describing import described
from kg.contradiction.results import (
    CheckResult,
    Component,
    Conflict,
    Position,
    PositionChange,
    Topic,
    Verdict,
    Withdrawn,
    dividing_verdicts,
)
from kg.contradiction.support import Sources
from kg.contradiction.theory import Theory
from kg.ids import conflict_id
from kg.logic.limits import Limits
from kg.logic.tables import ConflictTable, Flags, Ints, Longs
from kg.logic.trace import Proof
from kg.model import Claim, Polarity, Withdrawal
from kg.store.protocol import Store
from kg.terms import Node, n3
from kg.times import Span
from kg.vocab import TYPE

REMEMBERED = 2_000
"""How many described items of each sort are kept, to be shown again without being made again."""

_T = TypeVar("_T")


class OnDemand(Sequence[_T]):
    """A sequence of known length whose items are made when they are asked for; the last ones made are remembered.

    >>> squares = OnDemand(1_000_000, lambda number: number * number)
    >>> len(squares), squares[999], squares[-1], squares[2:4]
    (1000000, 998001, 999998000001, [4, 9])
    """

    def __init__(self, length: int, make: Callable[[int], _T]) -> None:
        self._length = length
        self._make = lru_cache(REMEMBERED)(make)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, at: int) -> _T: ...

    @overload
    def __getitem__(self, at: slice) -> list[_T]: ...

    def __getitem__(self, at: int | slice) -> _T | list[_T]:
        if isinstance(at, slice):
            return [self._make(number) for number in range(*at.indices(self._length))]
        return self._make(range(self._length)[at])


class ColumnCheck:
    """A check over the columns of a store: `found` at once, `result` described as far as somebody looks at it.

    `said` are sentences about files of columns that could not be used; they do not make the result less complete.
    """

    def __init__(self, store: Store, theory: Theory, limits: Limits | None = None) -> None:
        self.said: list[str] = []
        self.store = store
        self.held: Held = open_columns(store, theory, self.said)
        self.found: Found = find(self.held.case, limits)
        self.views = ColumnViews(self.held, store)
        self.world = WorldInColumns(self.held, theory)
        self._prover = Prover(self.held.case)
        self._keys: dict[int, str] = {}
        self._incomplete = list(self.found.incomplete)
        if self.found.ground:
            rules = ", ".join(self.found.ground)
            self._incomplete.append(f"the background contradicts itself (rules: {rules}); it is not said how")
        table = self.found.conflicts
        changed = changes_of_position(self.held, table)
        order = np.lexsort([*table.members.T[::-1], table.sizes(), table.verdict])
        self.ranked: Longs = order[~changed[order]]
        self.changed: Longs = order[changed[order]]
        self.positions: Sequence[Position] = OnDemand(len(self.held.case.positions), self.views.position)

    @cached_property
    def result(self) -> ColumnResult:
        """What was found, in sequences that describe an item when it is asked for.

        `incomplete` may grow while conflicts are looked at: by those for which no proof is found within the limits.
        """
        claims, withdrawn = self.held.records.claims, self.held.records.withdrawals
        return ColumnResult(
            claims=OnDemand(len(claims), self.views.claim),
            positions=self.positions,
            conflicts=cast(Sequence[Conflict], OnDemand(len(self.ranked), self._conflict)),
            changes=cast(Sequence[PositionChange], OnDemand(len(self.changed), self._change)),
            withdrawn=OnDemand(len(withdrawn), self._withdrawn),
            background_conflicts=(),
            incomplete=self._incomplete,
            columns=self,
        )

    # -- described one by one --------------------------------------------------------------------

    def _conflict(self, at: int) -> Conflict | PositionChange:
        return self._described(int(self.ranked[at]))

    def _change(self, at: int) -> Conflict | PositionChange:
        return self._described(int(self.changed[at]))

    def _withdrawn(self, at: int) -> Withdrawn:
        table = self.held.records.withdrawals
        claim, by = self.views.claim(int(table.claim[at])), self.views.claim(int(table.by[at]))
        return Withdrawn(claim, by, list(Withdrawal)[int(table.how[at])])

    def members(self, row: int) -> list[int]:
        """Return the positions of a row of `found.conflicts`."""
        return [int(member) for member in self.found.conflicts.members[row] if member >= 0]

    def _described(self, row: int) -> Conflict | PositionChange:
        return self.describe(row, [self.positions[member] for member in self.members(row)])

    def describe(self, row: int, positions: Sequence[Position]) -> Conflict | PositionChange:
        """Describe the row of `found.conflicts` with these positions, of which the claims need not be complete.

        The kinds, between whom, and whether it is a change of position, are read off the claims that are given.
        """
        term, same = self.held.records.terms.term, self.found.same.get(row, ())
        pairs = [(term(one), term(other)) for one, other in (self.held.case.maybe_same[number] for number in same)]
        return described(positions, self.proof(row, positions), self._verdict(row), self.world.world, pairs)

    def proof(self, row: int, positions: Sequence[Position]) -> Proof:
        """Prove the row of `found.conflicts` with these positions; bare, if no proof is found within the limits."""
        possible, same = self._verdict(row) is Verdict.UNDECIDED, self.found.same.get(row, ())
        return self._prover.prove(self.members(row), possible=possible, same=same) or self._bare(row, positions)

    def _verdict(self, row: int) -> Verdict:
        return VERDICTS[int(self.found.conflicts.verdict[row])]

    def _bare(self, row: int, positions: Sequence[Position]) -> Proof:
        """Say only that positions clash, where there is no proof within the limits; and say so."""
        words = f"no proof was found within {PROOF_LIMITS.entries:,} derived facts for some conflicts; they stand bare"
        if words not in self._incomplete:
            self._incomplete.append(words)
        table = self.found.conflicts.span
        span = Span(int(table.start[row]), int(table.end[row]))
        said = tuple(
            Proof(position.proposition.triple, position.polarity is Polarity.DENIES, 1 << bit, span)
            for bit, position in enumerate(positions)
        )
        return Proof(triple=None, denied=False, mask=(1 << len(positions)) - 1, span=span, premises=said)

    # -- over all of them, without describing any ------------------------------------------------

    def verdicts(self) -> Counter[Verdict]:
        """Count the conflicts by verdict."""
        counts = np.bincount(self.found.conflicts.verdict[self.ranked], minlength=len(VERDICTS))
        return Counter({verdict: int(counts[number]) for number, verdict in VERDICTS.items() if counts[number]})

    def topics(self) -> Counter[Topic]:
        """Count the conflicts by what they are about: the classes and properties of their positions."""
        table, terms = self.held.case.positions, self.held.records.terms
        if not len(self.ranked):
            return Counter()
        type_ = terms.find(TYPE)
        topic = np.append(np.where(table.p == (-1 if type_ is None else type_), table.o, table.p), np.int32(-1))
        rows = np.sort(topic[self.found.conflicts.members[self.ranked]], axis=1)  # a member of -1 has topic -1
        different, counts = np.unique(rows, axis=0, return_counts=True)
        found: Counter[Topic] = Counter()
        for numbers, count in zip(different.tolist(), counts.tolist(), strict=True):
            about = {terms.term(number) for number in numbers if number >= 0}
            found[tuple(sorted(about, key=n3))] += count
        return found

    def at(self, identifier: str) -> list[int]:
        """Return the places of the conflicts whose id is this or begins with it."""
        return self._by_id.at(identifier)

    def changed_at(self, identifier: str) -> list[int]:
        """Return the places among the changes of position of those whose id is this or begins with it."""
        return self._changed_by_id.at(identifier)

    @cached_property
    def ids(self) -> Texts:
        """The ids of all rows of `found.conflicts`, made from the content of their positions, without proofs."""
        # The order of the rows is not the same every time; that of the ranking is.
        order = np.concatenate([self.ranked, self.changed])
        members = self.found.conflicts.members[order]
        name = f"ids-{theory_digest(self.world.theory)}-{array_digest(members, self.held.records.terms.ends[-1:])}"

        def made() -> Arrays:
            return {"ids": conflict_ids(self.held, members).view(np.uint8)}

        kept = kept_or_made(self.store, name, made, self.said)["ids"]
        found = np.empty(len(order), ID)
        found[order] = np.ascontiguousarray(kept).view(ID)
        return found

    @cached_property
    def _by_id(self) -> _Named:
        return _Named(self.ids[self.ranked])

    @cached_property
    def _changed_by_id(self) -> _Named:
        return _Named(self.ids[self.changed])

    def identifier(self, row: int) -> str:
        """Return the id of the conflict, or change of position, in a row of `found.conflicts`."""
        if "ids" in self.__dict__:
            return str(self.ids[row].decode())
        return conflict_id(self.key(member) for member in self.members(row))

    def key(self, position: int) -> str:
        """Return the key of a position."""
        if position not in self._keys:
            self._keys[position] = self.views.key(position)
        return self._keys[position]

    def contested(self) -> frozenset[str]:
        """Return the keys of the positions that are in some conflict."""
        members = self.found.conflicts.members[self.ranked]
        return frozenset(self.key(number) for number in np.unique(members[members >= 0]).tolist())

    # -- accounts --------------------------------------------------------------------------------

    def accounts(self, limits: Limits, *, under_possible: bool = False) -> Iterator[Component]:
        """Yield each knot of conflicts with its accounts when it is asked for, in the order of least positions."""
        return self.accounts_of(self._knots(under_possible=under_possible), limits)

    def accounts_of(self, knots: Iterable[Mapping[frozenset[int], str]], limits: Limits) -> Iterator[Component]:
        """Yield the accounts of some knots: each its conflicts as sets of positions, and their ids."""
        return accounts_of(knots, self.positions, Sources(self.world.world, self._claims_by_name), limits)

    @cached_property
    def _claims_by_name(self) -> _ClaimsByName:
        return _ClaimsByName(self)

    def knot(self, rows: Longs) -> Mapping[frozenset[int], str]:
        """Return what `accounts_of` takes for rows of `found.conflicts` that are tied together."""
        return {frozenset(self.members(row)): self.identifier(row) for row in rows.tolist()}

    def count_knots(self, *, under_possible: bool = False) -> int:
        """Count the knots of conflicts."""
        return len(self._groups(under_possible=under_possible))

    def _knots(self, *, under_possible: bool) -> Iterator[Mapping[frozenset[int], str]]:
        yield from map(self.knot, self._groups(under_possible=under_possible))

    def _groups(self, *, under_possible: bool) -> list[Longs]:
        """Return the rows of each knot of what divides accounts, changes of position among it."""
        counted = dividing_verdicts(under_possible=under_possible)
        numbers = [number for number, verdict in VERDICTS.items() if verdict in counted]
        table = self.found.conflicts
        rows = np.flatnonzero(np.isin(table.verdict, numbers))
        knot = knots(table.members[rows], len(self.held.case.positions))
        order = np.argsort(knot, kind="stable")
        parts = np.split(rows[order], np.flatnonzero(np.diff(knot[order])) + 1)
        return [part for part in parts if len(part)]


@dataclass(frozen=True, slots=True)
class ColumnResult(CheckResult):
    """The result of a check over columns: what goes over all conflicts asks the columns, and describes none."""

    columns: ColumnCheck = field(kw_only=True)

    def conflict(self, identifier: str) -> Conflict | None:
        """Find a conflict by its id or an unambiguous beginning of it."""
        found = self.columns.at(identifier)
        return self.conflicts[found[0]] if len(found) == 1 else None

    def contested(self) -> frozenset[str]:
        """The keys of the positions that are in some conflict."""
        return self.columns.contested()

    def verdicts(self) -> Counter[Verdict]:
        """Count the conflicts by verdict."""
        return self.columns.verdicts()

    def topics(self) -> Counter[Topic]:
        """Count the conflicts by what they are about."""
        return self.columns.topics()


class _Named:
    """Ids, to be found by how they begin."""

    def __init__(self, ids: Texts) -> None:
        self._order = np.argsort(ids, kind="stable")
        self._ids = ids[self._order]

    def at(self, beginning: str) -> list[int]:
        """Return the places of the ids that begin so, in rising order."""
        if not beginning.isascii():
            return []
        start = beginning.encode()
        low = int(np.searchsorted(self._ids, start))
        high = int(np.searchsorted(self._ids, start + b"\x7f"))  # comes after every letter and digit of an id
        return sorted(self._order[low:high].tolist())


class _ClaimsByName(Mapping[Node, Claim]):
    """The claims of a check over columns by their names."""

    def __init__(self, check: ColumnCheck) -> None:
        self._check = check
        self._names = check.held.records.claims.iri
        self._order = np.argsort(self._names, kind="stable")

    def __getitem__(self, name: Node) -> Claim:
        number = self._check.held.records.terms.find(name)
        if number is None:
            raise KeyError(name)
        after = int(np.searchsorted(self._names, number, side="right", sorter=self._order))
        if not after or self._names[self._order[after - 1]] != number:
            raise KeyError(name)
        return self._check.result.claims[int(self._order[after - 1])]  # of two claims of one name the last, as a dict

    def __iter__(self) -> Iterator[Node]:
        term = self._check.held.records.terms.term
        return (cast(Node, term(number)) for number in self._names.tolist())

    def __len__(self) -> int:
        return len(self._names)


def changes_of_position(held: Held, table: ConflictTable) -> Flags:
    """Say which conflicts are of one speaker who never said all of it on one day, as `describing.changed_speaker`.

    Rows whose positions are not all held by one and the same speaker alone are not looked at closer.
    """
    if not len(table):
        return np.zeros(0, np.bool_)
    speaker = _only_speakers(held)
    sides = np.append(speaker, np.int32(-2))[table.members]  # a member of -1 has speaker -2
    one_speaker = (sides[:, 0] >= 0) & ((sides == sides[:, :1]) | (sides == -2)).all(axis=1) & (table.sizes() > 1)
    changed = np.zeros(len(table), np.bool_)
    days = _Days(held)
    for row in np.flatnonzero(one_speaker).tolist():
        members = [member for member in table.members[row].tolist() if member >= 0]
        changed[row] = not frozenset.intersection(*map(days.of, members))
    return changed


def _only_speakers(held: Held) -> Ints:
    """Return for each position the one speaker who holds it, or -1 if several do."""
    records, tables = held.records, held.tables
    speaker = records.claims.speaker[records.commitments.claim[tables.rows]]
    order = np.argsort(tables.position, kind="stable")
    starts = np.searchsorted(tables.position[order], np.arange(len(held.case.positions)))
    if not len(order):
        return np.full(len(held.case.positions), -1, np.int32)
    least, most = (np.asarray(found.reduceat(speaker[order], starts)) for found in (np.minimum, np.maximum))
    return np.where(least == most, least, np.int32(-1)).astype(np.int32)


class _Days:
    """The days on which each position was taken, as numbers of dates; -1 is no date."""

    def __init__(self, held: Held) -> None:
        tables, records = held.tables, held.records
        self._order = np.argsort(tables.position, kind="stable")
        self._starts = np.searchsorted(tables.position[self._order], np.arange(len(held.case.positions) + 1))
        self._said = records.claims.said[records.commitments.claim[tables.rows]]
        self._known: dict[int, frozenset[int]] = {}

    def of(self, position: int) -> frozenset[int]:
        if position not in self._known:
            rows = self._order[self._starts[position] : self._starts[position + 1]]
            self._known[position] = frozenset(self._said[rows].tolist())
        return self._known[position]


def knots(members: Ints, positions: int) -> Longs:
    """Number the knots that conflicts are tied into, in the order of their least positions.

    `members` has one conflict a row, positions in rising order and then -1; returned is the knot of each row.

    >>> knots(np.array([[4, 5], [0, 2], [2, 3], [1, -1]], np.int32), 6).tolist()
    [2, 0, 0, 1]
    """
    from scipy.sparse import coo_array  # noqa: PLC0415  # it takes a while to load, and small graphs do without
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    if not len(members):
        return np.empty(0, np.int64)
    row, column = np.nonzero(members[:, 1:] >= 0)
    first, other = members[row, 0], members[row, column + 1]
    links = coo_array((np.ones(len(row), np.bool_), (first, other)), shape=(positions, positions))
    _, label = connected_components(links, directed=False)
    found = label[members[:, 0]]
    least = np.full(positions, positions, np.int64)
    np.minimum.at(least, found, members[:, 0])
    _, number = np.unique(least[found], return_inverse=True)
    return cast(Longs, number.reshape(-1).astype(np.int64))


def with_accounts(limits: Limits, cap: int | None) -> Limits:
    """Return limits under which so many accounts of one knot are listed, from now on."""
    return replace(limits, accounts=limits.accounts if cap is None else cap).started()
