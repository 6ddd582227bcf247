"""Which rows no smallest conflict needs: those by which a fact follows that follows from less.

`?x p ?y, ?y a owl:Thing => ?x a C` leads from a value to everybody who has it. Beside `?x p ?y => ?x a C` it is a
detour: what rests on it rests on less without it, and clashes at no fewer times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from kg.contradiction.pushed.grounding import Row, Rows
from kg.contradiction.pushed.witnesses import Place
from kg.logic.families import Slot

_NOWHERE: Mapping[Slot, Slot] = {}


def without_detours(rows: Rows) -> Rows:
    """Leave out the rows that conclude what a firm row concludes from fewer patterns and guards.

    Rows that clash stay, for by them a conflict gets its kinds; and those about names, for links are all looked for.
    """
    firm: dict[int, list[Row]] = defaultdict(list)
    for row in rows.rows:
        if row.firm and row.head is not None and row.head[0] != rows.same:
            firm[row.head[0]].append(row)
    kept = tuple(
        row
        for row in rows.rows
        if row.head is None or not any(_is_less(short, row) for short in firm.get(row.head[0], ()))
    )
    return replace(rows, rows=kept)


def _is_less(short: Row, row: Row) -> bool:
    """Say whether one row concludes what the other does, from some of its patterns and guards."""
    if short.head is None or row.head is None or len(short.body) >= len(row.body):
        return False
    begun = _matched(short.head, row.head, _NOWHERE)
    return begun is not None and any(
        all((name, found.get(left, left), found.get(right, right)) in row.guards for name, left, right in short.guards)
        for found in _matches(short.body, row.body, begun)
    )


def _matches(
    short: tuple[tuple[int, Slot, Slot], ...], body: tuple[tuple[int, Slot, Slot], ...], found: Mapping[Slot, Slot]
) -> Iterator[Mapping[Slot, Slot]]:
    """Yield what the variables of some patterns can stand for so that all of them are among those of a body."""
    if not short:
        yield found
        return
    for pattern in body:
        more = _matched(short[0], pattern, found)
        if more is not None:
            yield from _matches(short[1:], body, more)


def _matched(
    one: tuple[int, Slot, Slot], other: tuple[int, Slot, Slot], found: Mapping[Slot, Slot]
) -> Mapping[Slot, Slot] | None:
    """Say what variables of one pattern must stand for so that it is the other."""
    if one[0] != other[0]:
        return None
    more = dict(found)
    for slot, value in zip(one[1:], other[1:], strict=True):
        if (more.setdefault(slot, value) if isinstance(slot, str) else slot) != value:
            return None
    return more


def implied(rows: Rows) -> frozenset[tuple[Place, int]]:
    """Find what nobody else need say: (place, class), if what stands there is in the class, or nothing makes it so.

    It follows from the one fact alone; or it does so for some values, and for others by no row at all: what is no
    integer where it stands is one nowhere.
    """
    leading: dict[int, list[Row]] = defaultdict(list)
    for row in rows.rows:
        if row.head is not None:
            leading[row.head[0]].append(row)
    stated = {*rows.kinds, *(kind for kind, _, _ in rows.known)}
    same = any(kind == rows.same for row in rows.rows for kind, _, _ in row.body)

    def is_settled(row: Row, kind: int) -> bool:
        if not row.guards:
            return True
        tests = _tests(row)
        others = map(_tests, leading[kind])
        return bool(tests) and not same and kind not in stated and all(tests <= other for other in others)

    return frozenset(
        (Place(kind, side), row.head[0])
        for row in rows.rows
        if row.head is not None and row.head[0] < 0 and row.firm and len(row.body) == 1 and is_settled(row, row.head[0])
        for kind, *slots in row.body
        for side, slot in enumerate(slots)
        if slot == row.head[1] and isinstance(slot, str) and not (side == 1 and kind < 0)
    )


def _tests(row: Row) -> frozenset[tuple[str, Slot]]:
    """Return the guards of a row that test what it concludes something of, and that alone; none if there are others."""
    thing = row.head[1] if row.head is not None else None
    found = frozenset((name, right) for name, left, right in row.guards if left == thing and isinstance(right, int))
    return found if len(found) == len(row.guards) else frozenset()
