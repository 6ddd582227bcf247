"""Where a thing must occur in the data for a fact about it to be derivable.

If a rule concludes `?x a neg:Official` from `?x org:holds ?p`, nothing is an official that is not called one and is
not the subject of `org:holds`. So the place "subject of `a neg:Official`" has these two places as its *witnesses*.
Of a rule with several patterns one that names the thing is enough: each must match, so any one is a necessary
condition. Recursion is no obstacle, for there are finitely many kinds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.contradiction.pushed.grounding import Row, Rows


class Place(NamedTuple):
    """A slot of a kind of fact: side 0 is its subject, side 1 its object."""

    kind: int
    side: int

    @property
    def other(self) -> Place:
        """The other slot of the same kind."""
        return Place(self.kind, 1 - self.side)


@dataclass(slots=True)
class Witness:
    """Where a thing stands that can come to stand at a place: statements of the store, or the rules themselves.

    `same`: it may also come there by being the same as something else.
    """

    places: set[Place] = field(default_factory=set)
    constants: set[int] = field(default_factory=set)
    same: bool = False

    def grow(self, other: Witness) -> bool:
        """Take in another; say whether anything was new."""
        before = (len(self.places), len(self.constants), self.same)
        self.places |= other.places
        self.constants |= other.constants
        self.same |= other.same
        return before != (len(self.places), len(self.constants), self.same)


def witnesses(rows: Rows) -> Mapping[Place, Witness]:
    """Find the witnesses of every place: a least fixpoint over the rows that conclude something."""
    found: dict[Place, Witness] = defaultdict(Witness)
    for kind in {*rows.kinds, *(kind for kind, _, _ in rows.known)}:
        for side in (0, 1):
            if kind != rows.same:
                found[Place(kind, side)].places.add(Place(kind, side))
    for side in (0, 1):
        found[Place(rows.same, side)].same = True
    steps = [step for row in rows.rows for step in _steps(row, rows.same)]
    growing = True
    while growing:
        growing = False
        for to, origin in steps:
            new = found[origin] if isinstance(origin, Place) else Witness(constants={origin})
            growing = found[to].grow(new) or growing
    return found


def _steps(row: Row, same: int) -> Iterable[tuple[Place, Place | int]]:
    """Say for each slot that a row concludes where what stands there comes from."""
    if row.head is None or row.head[0] == same:
        return
    kind, *slots = row.head
    for side, slot in enumerate(slots):
        if side == 1 and kind < 0:
            continue
        to = Place(kind, side)
        if isinstance(slot, int):
            yield to, slot
            continue
        origins = [
            Place(body, at)
            for body, *inner in row.body
            for at, one in enumerate(inner)
            if one == slot and not (at == 1 and body < 0)
        ]
        yield to, min(origins, key=lambda place: (place.kind == same, place.kind == kind))


def pairs(rows: Rows) -> Mapping[int, frozenset[Place] | None]:
    """Find for each kind the statements that give its subject and object together; None if some rule parts them.

    Each is the place of the subject: of a property that is the inverse of another, the object of that other. What
    comes by two names of one thing is not counted.
    """
    found: dict[int, set[Place]] = defaultdict(set)
    torn: set[int] = set()
    for kind in {*rows.kinds, *(kind for kind, _, _ in rows.known)}:
        found[kind].add(Place(kind, 0))
    copies: list[tuple[int, int, bool]] = []
    for row in rows.rows:
        if row.head is None or row.head[0] == rows.same or any(kind == rows.same for kind, _, _ in row.body):
            continue
        kind, s, o = row.head
        if isinstance(s, int) and isinstance(o, int):
            continue  # of two things that rules name: such things are always looked at
        whole = [(body, bool(bs != s)) for body, bs, bo in row.body if body >= 0 and {bs, bo} == {s, o}]
        if whole and isinstance(s, str) and isinstance(o, str):
            copies.append((kind, *whole[0]))
        else:
            torn.add(kind)
    growing = True
    while growing:
        growing = False
        for kind, origin, turned in copies:
            new = {Place(place.kind, 1 - place.side) if turned else place for place in found[origin]} - found[kind]
            found[kind] |= new
            spoilt = origin in torn and kind not in torn
            torn |= {kind} if spoilt else set()
            growing = growing or bool(new) or spoilt
    return {kind: None if kind in torn else frozenset(found[kind]) for kind in {*found, *torn}}
