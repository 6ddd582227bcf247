"""Claims of equal content become one position, over columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from kg.logic.tables import ClaimTable, Flags, Ints, Longs, PositionTable, Spans


@dataclass(frozen=True, slots=True)
class Sides:
    """Who holds what: position i is held by the rows `rows[start[i]:start[i + 1]]` of the claim table."""

    start: Longs
    rows: npt.NDArray[np.uint32]

    def of(self, position: int) -> npt.NDArray[np.uint32]:
        """Return the rows of the claims that hold a position."""
        return self.rows[self.start[position] : self.start[position + 1]]

    def positions(self) -> Ints:
        """Return for every claim row the number of its position."""
        found = np.empty(len(self.rows), np.int32)
        found[self.rows] = np.repeat(np.arange(len(self.start) - 1, dtype=np.int32), np.diff(self.start))
        return found


def positions_of(claims: ClaimTable) -> tuple[PositionTable, Sides]:
    """Group claims by content: each position once, and the claims on its side.

    Rows are sorted by a hash of their content, which is much quicker than by the content; should two different
    contents ever have one hash, they are grouped by the content after all.
    """
    keys = _keys(claims.content)
    mixed = _mixed(keys)
    order = pl.Series(mixed).arg_sort().to_numpy()
    new = _differ(mixed[order])
    in_order = [key[order] for key in keys]
    if any((_differ(key) & ~new).any() for key in in_order):
        order = np.lexsort(keys).astype(np.uint32)
        in_order = [key[order] for key in keys]
        new = np.logical_or.reduce([_differ(key) for key in in_order])
    start = np.append(np.flatnonzero(new), len(order))
    return _content([key[start[:-1]] for key in in_order]), Sides(start, order)


def _keys(content: PositionTable) -> list[Longs]:
    """Write what makes positions equal in few columns."""
    things = content.s.astype(np.int64) << 32 | content.o.astype(np.int64)
    kind = content.p.astype(np.int64) << 2 | content.denied.astype(np.int64) << 1 | content.hedged
    keys = [things, kind << 29 | (content.condition.astype(np.int64) + 1), content.certain.start, content.certain.end]
    if content.possible is not content.certain and not _equal(content.possible, content.certain):
        keys += [content.possible.start, content.possible.end]
    return keys


def _content(keys: Sequence[Longs]) -> PositionTable:
    """Read back what `_keys` wrote."""
    things, kind, *times = keys
    certain = Spans(times[0], times[1])
    return PositionTable(
        s=(things >> 32).astype(np.int32),
        p=(kind >> 31).astype(np.int32),
        o=(things & 0xFFFFFFFF).astype(np.int32),
        denied=(kind >> 30 & 1).astype(np.bool_),
        certain=certain,
        possible=Spans(times[2], times[3]) if len(times) > 2 else certain,
        hedged=(kind >> 29 & 1).astype(np.bool_),
        condition=((kind & (1 << 29) - 1) - 1).astype(np.int32),
    )


def _equal(one: Spans, other: Spans) -> bool:
    return bool((one.start == other.start).all() and (one.end == other.end).all())


def _mixed(keys: Sequence[Longs]) -> npt.NDArray[np.uint64]:
    """Mix columns into one number each, a different one for all but a vanishing share of contents."""
    mixed = np.zeros(len(keys[0]), np.uint64)
    for key in keys:
        mixed ^= key.view(np.uint64)
        mixed *= np.uint64(0x9E3779B97F4A7C15)  # 2^64 divided by the golden ratio, odd: spreads neighbours apart
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _differ(column: npt.NDArray[np.integer]) -> Flags:
    """Say which rows differ from the row before; the first does."""
    found = np.ones(len(column), np.bool_)
    np.not_equal(column[1:], column[:-1], out=found[1:])
    return found
