"""The plan: for each rule that clashes, which things to look at, and what to bring of each.

A *goal* says which things could stand at the centre of a clash: those that the store knows at each of some places
(`Side`). A *demand* says, for a kind of fact about certain things, which statements could give it, and what has to be
known of the things that these lead to. Both leave out times, tests of values and most joins; what they let through too
much is judged by the exact engine afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.contradiction.pushed.detours import implied, without_detours
from kg.contradiction.pushed.grounding import Row, Rows
from kg.contradiction.pushed.witnesses import Place, Witness, pairs, witnesses
from kg.contradiction.snapshots import build_world, guard_tests
from kg.logic.families import Slot

_UNEQUAL = frozenset({"differ", "different", "distinct", "incompatible"})
"""Guards that nothing passes with itself."""
_OF_VALUES = frozenset({"ill-typed", "outside", "within"})
"""Guards that only literals pass at their left."""
_OF_CONSTANTS = frozenset({"ill-typed", "outside", "within", "incompatible", "differ", "individuals"})
"""Guards whose answer depends on nothing but the two terms."""


@dataclass(frozen=True, slots=True, order=True)
class Side:
    """Where a thing must occur in the store: at one of these places; if `many`, with two different things opposite."""

    places: tuple[Place, ...]
    many: bool = False


@dataclass(frozen=True, slots=True)
class Goal:
    """Clashes around one thing: it must be on each side; or it is `test`ed alone, by a guard with a term.

    `rows` are the rows it stands for, each with the name of the variable that is the thing.
    """

    sides: tuple[Side, ...]
    rows: tuple[tuple[Row, str], ...]
    for_same: bool = False
    test: tuple[str, Slot] | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One step of a demand: bring the facts with a value of `source` at `place`; what stands opposite is `target`.

    Without a source all facts of the kind are brought, and `target` is what stands at the place itself.
    """

    place: Place
    source: Slot | None
    target: str | None


@dataclass(frozen=True, slots=True)
class Demand:
    """What a row needs once the values of `start` are known."""

    start: str | None
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Goals to look for, and demands: of goals by their row and variable, of derived facts by place.

    `always` are kinds that every group needs whole.
    """

    rows: Rows
    goals: tuple[Goal, ...]
    by_goal: Mapping[tuple[Row, str], Demand]
    by_place: Mapping[Place, tuple[Demand, ...]]
    by_whole: Mapping[int, tuple[int, ...]]
    witness: Mapping[Place, Witness]
    always: frozenset[int]

    @property
    def has_same(self) -> bool:
        """Say whether two names can turn out to be one thing."""
        same = self.rows.same
        return any(kind == same for row in self.rows.rows for kind, _, _ in row.body)


def plan_of(rows: Rows) -> Plan:
    """Make the plan of some rows."""
    rows = without_detours(rows)
    witness, together = witnesses(rows), pairs(rows)
    goals: dict[tuple[tuple[Side, ...], bool, tuple[str, Slot] | None], list[tuple[Row, str]]] = defaultdict(list)
    by_goal: dict[tuple[Row, str], Demand] = {}
    settled = implied(rows)
    always: set[int] = set()
    for row in filter(_possible(rows), rows.rows):
        for_same = row.head is not None and row.head[0] == rows.same
        if row.head is not None and (not for_same or all(kind == rows.same for kind, _, _ in row.body)):
            continue
        key, test = _key(row, rows, witness)
        if key is None:
            always |= {kind for kind, _, _ in row.body}
            continue
        sides = _sides(row, key, test, rows, witness=witness, together=together)
        sides = sides[:1] if test is not None else sides
        goals[sides, for_same, test].append((row, key))
        by_goal[row, key] = _demand(row, key, settled)
    by_place: dict[Place, list[Demand]] = defaultdict(list)
    by_whole: dict[int, set[int]] = defaultdict(set)
    for row in rows.rows:
        if row.head is None or row.head[0] == rows.same:
            continue
        by_whole[row.head[0]] |= {kind for kind, _, _ in row.body}
        for side, slot in enumerate(row.head[1:]):
            if side == 1 and row.head[0] < 0:
                continue
            start = slot if isinstance(slot, str) else None
            by_place[Place(row.head[0], side)].append(_demand(row, start, settled))
    return Plan(
        rows=rows,
        goals=tuple(_merged(goals)),
        by_goal=by_goal,
        by_place={place: tuple(dict.fromkeys(demands)) for place, demands in by_place.items()},
        by_whole={kind: tuple(sorted(kinds)) for kind, kinds in by_whole.items()},
        witness=witness,
        always=frozenset(always),
    )


# -- goals -----------------------------------------------------------------------------------------


def _key(row: Row, rows: Rows, witness: Mapping[Place, Witness]) -> tuple[str | None, tuple[str, Slot] | None]:
    """Choose the variable that things are looked for by, and a guard that tests its values alone."""
    for name, left, right in row.guards:
        if isinstance(left, str) and (left == right or isinstance(right, int)):
            return left, (name, left if left == right else right)
    places: dict[str, list[Place]] = defaultdict(list)
    for kind, s, o in row.body:
        for side, slot in enumerate((s, o)):
            if isinstance(slot, str):
                places[slot].append(Place(kind, side))
    if not places:
        return None, None

    def merit(name: str) -> tuple[bool, bool, int, int]:
        value = any(_may_be_value(place, rows, witness) for place in places[name])
        claim = any(place.side == 0 and place.kind in rows.records for place in places[name])
        return not value, not claim, len(places[name]), -min(place.side for place in places[name])

    return max(places, key=merit), None


def _may_be_value(place: Place, rows: Rows, witness: Mapping[Place, Witness]) -> bool:
    return any(origin.side == 1 and origin.kind in rows.literal for origin in witness[place].places)


def _sides(
    row: Row,
    key: str,
    test: tuple[str, Slot] | None,
    rows: Rows,
    *,
    witness: Mapping[Place, Witness],
    together: Mapping[int, frozenset[Place] | None],
) -> tuple[Side, ...]:
    """Say where the things that a variable stands for must occur for a row to match.

    One side is enough for values: a store joins and counts them by their spelling, the engine by what they mean.
    """
    unequal = [{left, right} for name, left, right in row.guards if name in _UNEQUAL]
    opposite: dict[Place, list[Slot]] = defaultdict(list)
    for kind, s, o in row.body:
        for side, slot, other in ((0, s, o), (1, o, s)):
            if slot == key and not (side == 1 and kind < 0):
                opposite[Place(kind, side)].append(other)
    either = {place: _where(place, test, rows, witness) for place in opposite}
    if any(_may_be_value(place, rows, witness) for place in opposite):
        return (min((Side(places) for places in either.values()), key=lambda side: (len(side.places), side)),)
    for place, others in opposite.items():
        statements = together.get(place.kind)
        if place.kind == rows.same or statements is None:
            continue
        if any({one, other} in unequal for one in others for other in others if one != other):
            turned = (origin if place.side == 0 else origin.other for origin in statements)
            return (Side(tuple(sorted(turned)), many=True),)
    return tuple(sorted({Side(places) for places in either.values()}, key=lambda side: (len(side.places), side)))[:2]


def _where(
    place: Place, test: tuple[str, Slot] | None, rows: Rows, witness: Mapping[Place, Witness]
) -> tuple[Place, ...]:
    """Return the witnesses of a place; those with literals alone if nothing else passes the test."""
    origins = sorted(witness[place].places)
    if test is not None and test[0] in _OF_VALUES:
        origins = [origin for origin in origins if origin.side == 1 and origin.kind in rows.literal]
    return tuple(origins)


def _possible(rows: Rows) -> Callable[[Row], bool]:
    """Return a test of whether the guards of a row that concern only what the rule itself names let it match."""
    tests = guard_tests(build_world((), rows.case.theory))
    term = rows.case.terms.term

    def passes(row: Row) -> bool:
        return all(
            tests[name](term(left), term(right))
            for name, left, right in row.guards
            if name in _OF_CONSTANTS and isinstance(left, int) and isinstance(right, int)
        )

    return passes


def _merged(
    goals: Mapping[tuple[tuple[Side, ...], bool, tuple[str, Slot] | None], Sequence[tuple[Row, str]]],
) -> Iterator[Goal]:
    """Make one goal of those with a side in common: the other side may then be any of theirs."""
    second: dict[tuple[Side, bool], list[tuple[Side, ...]]] = defaultdict(list)
    tested: dict[tuple[bool, tuple[str, Slot]], list[tuple[Side, ...]]] = defaultdict(list)
    for sides, for_same, test in goals:
        if test is not None:
            tested[for_same, test].append(sides)
        elif len(sides) == 2:
            second[sides[0], for_same].append(sides)
        else:
            yield Goal(sides, tuple(goals[sides, for_same, test]), for_same, test)
    for (for_same, test), all_sides in tested.items():
        one = Side(tuple(sorted({place for sides in all_sides for place in sides[0].places})))
        yield Goal((one,), tuple(row for sides in all_sides for row in goals[sides, for_same, test]), for_same, test)
    for (first, for_same), all_sides in second.items():
        either = Side(tuple(sorted({place for sides in all_sides for place in sides[1].places})))
        rows = tuple(row for sides in all_sides for row in goals[sides, for_same, None])
        yield Goal((first, either), rows, for_same)


# -- demands ---------------------------------------------------------------------------------------


def _needed(row: Row, settled: frozenset[tuple[Place, int]]) -> list[tuple[int, Slot, Slot]]:
    """Leave out the patterns that follow from another one of the row.

    Other ways to know them could only make a set larger than it need be.
    """
    left = list(row.body)
    for pattern in row.body:
        others = [one for one in left if one != pattern]
        at = {(Place(kind, side), slot) for kind, *slots in others for side, slot in enumerate(slots)}
        if any(slot == pattern[1] and (place, pattern[0]) in settled for place, slot in at):
            left = others
    return left


def _demand(row: Row, start: str | None, settled: frozenset[tuple[Place, int]]) -> Demand:
    """Order the patterns of a row so that each is asked for by something known, starting from one variable."""
    bound = {start} if start is not None else set()
    left = _needed(row, settled)
    asks: list[Ask] = []
    while left:
        pattern = max(left, key=lambda one: _connected(one, bound))
        left.remove(pattern)
        kind, s, o = pattern
        slots = ((0, s, o),) if kind < 0 else ((0, s, o), (1, o, s))
        known = [(side, slot, other) for side, slot, other in slots if isinstance(slot, int) or slot in bound]
        if not known:
            free = [(side, slot) for side, slot, _ in slots if isinstance(slot, str)]
            asks += [Ask(Place(kind, at), None, name) for at, name in free]
        else:
            side, slot, other = min(known, key=lambda one: isinstance(one[1], int))
            target = other if isinstance(other, str) and other not in bound and kind >= 0 else None
            asks.append(Ask(Place(kind, side), slot, target))
        bound |= {slot for slot in (s, o) if isinstance(slot, str)}
    return Demand(start, tuple(asks))


def _connected(pattern: tuple[int, Slot, Slot], bound: Iterable[str | None]) -> int:
    kind, s, o = pattern
    slots = (s,) if kind < 0 else (s, o)
    if any(isinstance(slot, str) and slot in bound for slot in slots):
        return 2
    return int(any(isinstance(slot, int) for slot in slots))
