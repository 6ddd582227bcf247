"""The six rules by sorting and merging in plain numpy: binary searches in sorted keys, no compiled kernel.

Rows that share a key and a day are found without looking at all pairs of the key. In rows sorted by (key, start),
the partners of a row that start no earlier than it, and no later than it ends, are one run, whose ends two binary
searches find. Whichever of two rows starts first sees the other in its run.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from benchmarks.bare.level import Level
from benchmarks.workload.claims import (
    ANY,
    ATTENDED,
    BEFORE,
    CANCELLED,
    HELD,
    HOLDS,
    RATE,
    SCHEDULED,
    TYPE,
    Claims,
    Ints,
)
from benchmarks.workload.six_rules import RULES

Longs = npt.NDArray[np.int64]
_DAYS = 1 << 13  # every day is below it, so that key and day fit one number


def load(claims: Claims) -> Claims:
    """Take the columns as they are."""
    return claims


def find(claims: Claims, level: Level) -> Mapping[str, Ints]:
    """Return the conflicts of each rule as rows of claims, one conflict a row; a position is named by a claim of it."""
    if level is Level.CLAIMS:
        return _rules(claims)
    first, row = _positions(claims)
    found = _rules(claims.take(first))
    return {rule: first[members] for rule, members in found.items()} | {"sides": row[:, None]}


def members(found: Mapping[str, Ints]) -> list[Ints]:
    """Return for each rule its conflicts as rows of claims, one conflict a row."""
    return [found[rule] for rule in RULES]


def _positions(claims: Claims) -> tuple[Ints, Ints]:
    """Return one claim of each position, and the position of each claim."""
    what = (claims.subject.astype(np.int64) * 16 + claims.predicate) * 2 + claims.affirmed
    rest = ((claims.value.astype(np.int64) + 1) * _DAYS + claims.start) * _DAYS + claims.end
    order = np.lexsort((rest, what))
    what, rest = what[order], rest[order]
    new = np.ones(len(order), bool)
    new[1:] = (what[1:] != what[:-1]) | (rest[1:] != rest[:-1])
    row = np.empty(len(order), np.int32)
    row[order] = np.cumsum(new) - 1
    return order[new].astype(np.int32), row


def _rules(c: Claims) -> dict[str, Ints]:
    slot = c.subject.astype(np.int64) * 16 + c.predicate
    types = c.predicate == TYPE
    rates = np.flatnonzero(c.affirmed & (c.predicate >= RATE))
    none = np.flatnonzero(~c.affirmed & (c.value == ANY))
    unscheduled = np.flatnonzero(~c.affirmed & types & (c.value == SCHEDULED))
    cancelled = np.flatnonzero(c.affirmed & types & (c.value == CANCELLED))
    held = np.flatnonzero(c.affirmed & types & (c.value == HELD))
    happened = np.concatenate([cancelled, held])
    a, b = overlapping_pairs(slot[rates], c.start[rates], c.end[rates])
    a, b = rates[a], rates[b]
    differ = c.value[a] != c.value[b]
    return {
        "C1": _stack(a[differ], b[differ]),
        "C2": _stack(*_meeting(c, none, slot, rates, slot)),
        "C3": _stack(*_meeting(c, unscheduled, c.subject, happened, c.subject)),
        "C4": _stack(*_meeting(c, cancelled, c.subject, held, c.subject)),
        "C5": _absent_holders(c),
        "C6": _cycles(c),
    }


def overlapping_pairs(
    key: Longs, start: npt.NDArray[np.integer], end: npt.NDArray[np.integer], days: int = _DAYS
) -> tuple[Longs, Longs]:
    """Return all pairs of rows of one key whose closed stretches share a day; every day is below `days`."""
    base = key.astype(np.int64) * days
    order = np.argsort(base + start, kind="stable")
    place = (base + start)[order]
    stop = np.searchsorted(place, (base + end)[order], side="right")
    left, right = _runs(np.arange(1, len(order) + 1), stop)
    return order[left], order[right]


def _meeting(
    c: Claims, left: Longs, left_key: npt.NDArray[np.integer], right: Longs, right_key: npt.NDArray[np.integer]
) -> tuple[Longs, Longs]:
    """Return pairs of a row of `left` and a row of `right` that share a key and a day."""
    a, b = _starting_within(c, left, left_key, right, right_key, after=0)
    d, e = _starting_within(c, right, right_key, left, left_key, after=1)
    return np.concatenate([a, e]), np.concatenate([b, d])


def _starting_within(
    c: Claims,
    holders: Longs,
    holder_key: npt.NDArray[np.integer],
    starters: Longs,
    starter_key: npt.NDArray[np.integer],
    *,
    after: int,
) -> tuple[Longs, Longs]:
    """Return pairs of one key where the second starts within the first; `after` 1: not on its first day."""
    place = starter_key[starters].astype(np.int64) * _DAYS + c.start[starters]
    order = np.argsort(place, kind="stable")
    base = holder_key[holders].astype(np.int64) * _DAYS
    begin = np.searchsorted(place[order], base + c.start[holders] + after, side="left")
    stop = np.searchsorted(place[order], base + c.end[holders], side="right")
    left, right = _runs(begin, stop)
    return holders[left], starters[order[right]]


def _runs(begin: Longs, stop: Longs) -> tuple[Longs, Longs]:
    """Write runs out: for each i the pairs (i, begin[i]) to (i, stop[i] - 1)."""
    length = np.maximum(stop - begin, 0)
    left = np.repeat(np.arange(len(length)), length)
    offset = np.arange(len(left)) - np.repeat(np.cumsum(length) - length, length)
    return left, begin[left] + offset


def _equal(left: npt.NDArray[np.integer], right: npt.NDArray[np.integer]) -> tuple[Longs, Longs]:
    """Return the pairs of places at which two arrays hold the same key."""
    order = np.argsort(right, kind="stable")
    sorted_keys = right[order]
    one, other = _runs(np.searchsorted(sorted_keys, left, "left"), np.searchsorted(sorted_keys, left, "right"))
    return one, order[other]


def _three_meet(c: Claims, *members: Longs) -> npt.NDArray[np.bool_]:
    start = np.maximum.reduce([c.start[m] for m in members])
    return np.asarray(start <= np.minimum.reduce([c.end[m] for m in members]))


def _absent_holders(c: Claims) -> Ints:
    holds = np.flatnonzero(c.affirmed & (c.predicate == HOLDS))
    attended = np.flatnonzero(c.affirmed & (c.predicate == ATTENDED))
    absent = np.flatnonzero(~c.affirmed & (c.predicate == ATTENDED))
    one, two = _equal(c.value[holds], c.subject[attended])
    a, b = holds[one], attended[two]
    wide = np.int64(1) << 32
    pair, three = _equal(c.subject[a] * wide + c.value[b], c.subject[absent] * wide + c.value[absent])
    a, b, last = a[pair], b[pair], absent[three]
    keep = _three_meet(c, a, b, last)
    return _stack(a[keep], b[keep], last[keep])


def _cycles(c: Claims) -> Ints:
    before = np.flatnonzero(c.affirmed & (c.predicate == BEFORE))
    first = before[c.subject[before] < c.value[before]]
    one, two = _equal(c.value[first], c.subject[before])
    a, b = first[one], before[two]
    smallest = c.subject[a] < c.value[b]
    a, b = a[smallest], b[smallest]
    wide = np.int64(1) << 32
    pair, three = _equal(c.value[b] * wide + c.subject[a], c.subject[before] * wide + c.value[before])
    a, b, last = a[pair], b[pair], before[three]
    keep = _three_meet(c, a, b, last)
    return _stack(a[keep], b[keep], last[keep])


def _stack(*sides: npt.NDArray[np.integer]) -> Ints:
    return np.stack(sides, axis=1).astype(np.int32)
