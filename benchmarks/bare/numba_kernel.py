"""The six rules as one compiled kernel on one thread: claims in buckets by subject, loops inside a bucket.

The floor: nothing general is in it. A bucket is searched pair by pair, so a subject with very many claims costs
their square; `pairs_by_sweep` is the loop for such a subject.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from numba import njit

from benchmarks.bare.level import Level
from benchmarks.workload.claims import (
    ANY,
    ATTENDED,
    BEFORE,
    HOLDS,
    RATE,
    SCHEDULED,
    TYPE,
    Claims,
    Ints,
)
from benchmarks.workload.six_rules import RULES, six_rules

Longs = npt.NDArray[np.int64]


def warm_up() -> None:
    """Compile the kernels, or read what was compiled before."""
    for level in Level:
        find(six_rules(1000).claims, level)


def load(claims: Claims) -> Claims:
    """Take the columns as they are."""
    return claims


def find(claims: Claims, level: Level) -> Mapping[str, Ints]:
    """Return the conflicts of each rule as rows of claims, one conflict a row; a position is named by a claim of it."""
    c = (claims.affirmed, claims.predicate, claims.subject, claims.value, claims.start, claims.end)
    entities = 1 + int(max(claims.subject.max(), claims.value.max()))
    order, first = _buckets(claims.subject, entities)
    sides = {}
    stands = np.ones(len(claims), bool)
    if level is Level.POSITIONS:
        representative = _positions(c, order, first)
        order, first = _only(order, first, representative)
        stands = representative == np.arange(len(claims))
        sides["sides"] = representative[:, None]
    pairs = _pairs(c, order, first)
    found = {f"C{rule}": pairs[pairs[:, 0] == rule, 1:3] for rule in range(1, 5)}
    opens = claims.affirmed & stands
    holds = np.flatnonzero(opens & (claims.predicate == HOLDS)).astype(np.int32)
    before = np.flatnonzero(opens & (claims.predicate == BEFORE)).astype(np.int32)
    found["C5"] = _triples(c, order, first, holds, True)[:, 1:]  # noqa: FBT003 - compiled functions take no names
    found["C6"] = _triples(c, order, first, before, False)[:, 1:]  # noqa: FBT003
    return found | sides


def members(found: Mapping[str, Ints]) -> list[Ints]:
    """Return for each rule its conflicts as rows of claims, one conflict a row."""
    return [found[rule] for rule in RULES]


@njit(cache=True)
def _buckets(subject, entities):
    first = np.zeros(entities + 1, np.int64)
    for s in subject:
        first[s + 1] += 1
    for i in range(entities):
        first[i + 1] += first[i]
    place = first[:-1].copy()
    order = np.empty(len(subject), np.int32)
    for row in range(len(subject)):
        s = subject[row]
        order[place[s]] = row
        place[s] += 1
    return order, first


@njit(cache=True)
def _positions(c, order, first):
    affirmed, predicate, _, value, start, end = c
    representative = np.empty(len(order), np.int32)
    for s in range(len(first) - 1):
        for i in range(first[s], first[s + 1]):
            x = order[i]
            representative[x] = x
            for j in range(first[s], i):
                y = order[j]
                if (
                    value[x] == value[y]
                    and start[x] == start[y]
                    and end[x] == end[y]
                    and predicate[x] == predicate[y]
                    and affirmed[x] == affirmed[y]
                ):
                    representative[x] = representative[y]
                    break
    return representative


@njit(cache=True)
def _only(order, first, representative):
    kept = np.empty(len(order), np.int32)
    bounds = np.zeros_like(first)
    count = 0
    for s in range(len(first) - 1):
        for i in range(first[s], first[s + 1]):
            if representative[order[i]] == order[i]:
                kept[count] = order[i]
                count += 1
        bounds[s + 1] = count
    return kept[:count], bounds


@njit(cache=True)
def _put(found, count, rule, members):
    """Write a conflict down, in a table twice as long if this one is full; return the table and the new count."""
    if count == len(found):
        longer = np.empty((2 * len(found), 4), np.int32)
        longer[: len(found)] = found
        found = longer
    found[count, 0] = rule
    found[count, 1], found[count, 2], found[count, 3] = members
    return found, count + 1


@njit(cache=True)
def _clash(c, x, y):
    """Return the rule by which two claims about one subject clash if their times meet, or 0."""
    affirmed, predicate, _, value, _, _ = c
    rule = 0
    if predicate[x] == predicate[y] and affirmed[x] and affirmed[y]:
        if predicate[x] >= RATE and value[x] != value[y]:
            rule = 1
        elif predicate[x] == TYPE and value[x] != value[y] and value[x] != SCHEDULED and value[y] != SCHEDULED:
            rule = 4
    elif predicate[x] == predicate[y] and affirmed[x] != affirmed[y]:
        no, yes = (y, x) if affirmed[x] else (x, y)
        if value[no] == ANY:
            rule = 2
        elif predicate[no] == TYPE and value[no] == SCHEDULED and value[yes] != SCHEDULED:
            rule = 3
    return rule


@njit(cache=True)
def _pairs(c, order, first):
    """Find the conflicts of two claims: all about one subject."""
    _, _, _, _, start, end = c
    found, count = np.empty((1024, 4), np.int32), 0
    for s in range(len(first) - 1):
        for i in range(first[s], first[s + 1]):
            x = order[i]
            for j in range(i + 1, first[s + 1]):
                y = order[j]
                if start[x] <= end[y] and start[y] <= end[x]:
                    rule = _clash(c, x, y)
                    if rule:
                        found, count = _put(found, count, rule, (x, y, np.int32(-1)))
    return found[:count]


@njit(cache=True)
def _triples(c, order, first, opening, holds):
    """Find the conflicts of three claims, `opening` being the rows that can be the first of them.

    With `holds` absent holders of a role; else cycles, from their smallest member.
    """
    affirmed, predicate, subject, value, start, end = c
    following, rule = (ATTENDED, 5) if holds else (BEFORE, 6)
    found, count = np.empty((1024, 4), np.int32), 0
    for x in opening:
        s, middle = subject[x], value[x]
        if not holds and middle <= s:
            continue
        for j in range(first[middle], first[middle + 1]):
            y = order[j]
            begin, stop, far = max(start[x], start[y]), min(end[x], end[y]), value[y]
            if predicate[y] != following or not affirmed[y] or begin > stop or not (holds or far > s):
                continue
            last, target = (s, far) if holds else (far, s)
            for k in range(first[last], first[last + 1]):
                z = order[k]
                closes = predicate[z] == following and value[z] == target and affirmed[z] != holds
                if closes and max(begin, start[z]) <= min(stop, end[z]):
                    found, count = _put(found, count, rule, (x, y, z))
    return found[:count]


@njit(cache=True)
def pairs_by_sweep(key, start, end, order):
    """Return pairs of rows of one key whose stretches meet; `order` sorts the rows by key, then start."""
    left, right = np.empty(1024, np.int64), np.empty(1024, np.int64)
    count = 0
    for i in range(len(order)):
        x = order[i]
        for j in range(i + 1, len(order)):
            y = order[j]
            if key[y] != key[x] or start[y] > end[x]:
                break
            if count == len(left):
                left, right = np.concatenate((left, left)), np.concatenate((right, right))
            left[count], right[count] = x, y
            count += 1
    return left[:count], right[:count]
