"""Changes of position, as a line each: who, what was said earlier and what later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.contradiction.results import PositionChange
from kg.explorer.cards import RowSide, row_sides
from kg.explorer.explorer import Explorer
from kg.explorer.page import Ref
from kg.explorer.site import Address

CHANGE = "change"


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change of position, the earlier side first; `ref` leads to its page."""

    id: str
    ref: Ref
    who: Ref
    sides: tuple[RowSide, ...]


def change_lines(explorer: Explorer, changes: Iterable[PositionChange]) -> tuple[ChangeLine, ...]:
    """Say changes of position, the earlier side first."""
    return tuple(_change(explorer, change) for change in changes)


def _change(explorer: Explorer, change: PositionChange) -> ChangeLine:
    ordered = sorted(change.sides, key=lambda side: min((c.said_on.value if c.said_on else "~") for c in side.claims))
    return ChangeLine(
        id=change.id,
        ref=Ref("the change of position", Address.of(CHANGE, change.id), change.id),
        who=explorer.ref(change.speaker, start=True),
        sides=row_sides(explorer, ordered),
    )
