"""Sets of assumptions, many at once: a matrix with one set a row.

The members of a row stand in rising order and are filled up with `PAD`. A matrix without columns is so
many empty sets.

>>> left, right = np.array([[1, 4], [2, PAD]], np.int32), np.array([[4], [3]], np.int32)
>>> [[int(m) for m in row if m != PAD] for row in union(left, right)]
[[1, 4], [2, 3]]
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import polars as pl

from kg.logic.tables import Flags, Ints

PAD = np.int32(np.iinfo(np.int32).max)
"""Stands in a row after the last member; larger than every member."""

_LARGEST_TESTED = 5  # rows of more members are tested against what is known row by row


def empty(rows: int) -> Ints:
    """Return empty sets."""
    return np.empty((rows, 0), np.int32)


def singletons(members: Ints) -> Ints:
    """Return sets of one member each."""
    return members.reshape(-1, 1)


def union(left: Ints, right: Ints) -> Ints:
    """Unite two matrices row by row."""
    if left.shape[1] == 0:
        return right
    if right.shape[1] == 0:
        return left
    if left.shape[1] == right.shape[1] == 1:
        low, high = np.minimum(left, right), np.maximum(left, right)
        return trim(np.concatenate([low, np.where(low == high, PAD, high)], axis=1))
    both = np.concatenate([left, right], axis=1)
    both.sort(axis=1)
    twice = both[:, 1:] == both[:, :-1]
    if twice.any():
        both[:, 1:][twice] = PAD
        both.sort(axis=1)
    return trim(both)


def trim(sets: Ints) -> Ints:
    """Drop columns at the end in which no row has a member."""
    width = sets.shape[1]
    while width and (len(sets) == 0 or sets[:, width - 1].min() == PAD):
        width -= 1
    return sets[:, :width]


def stack(parts: list[Ints]) -> Ints:
    """Put matrices one below the other."""
    if len(parts) == 1:
        return parts[0]
    width = max((part.shape[1] for part in parts), default=0)
    return np.concatenate([widen(part, width) for part in parts]) if parts else empty(0)


def widen(sets: Ints, width: int) -> Ints:
    """Add empty columns up to a width."""
    if sets.shape[1] == width:
        return sets
    return np.concatenate([sets, np.full((len(sets), width - sets.shape[1]), PAD, np.int32)], axis=1)


def sizes(sets: Ints) -> npt.NDArray[np.int64]:
    """Count the members of each row."""
    counted: npt.NDArray[np.int64] = np.count_nonzero(sets != PAD, axis=1)
    return counted


def by_size(sets: Ints) -> dict[int, npt.NDArray[np.intp]]:
    """Group the rows by how many members they have."""
    if sets.shape[1] == 0:
        return {0: np.arange(len(sets))} if len(sets) else {}
    if sets.shape[1] == 1 and len(sets) and sets.max() != PAD:
        return {1: np.arange(len(sets))}
    counted = sizes(sets)
    return {int(size): np.flatnonzero(counted == size) for size in np.unique(counted)}


def frame(sets: Ints, prefix: str = "m") -> dict[str, Ints]:
    """Return the columns of a matrix under names."""
    return {f"{prefix}{at}": np.ascontiguousarray(sets[:, at]) for at in range(sets.shape[1])}


def minimal(sets: Ints) -> npt.NDArray[np.intp]:
    """Return which rows to keep so that no set includes another and none comes twice; the first of equals stays.

    >>> rows = np.array([[1, 2, PAD], [1, 2, 3], [3, PAD, PAD], [1, 2, PAD]], np.int32)
    >>> [int(row) for row in minimal(rows)]
    [0, 2]
    """
    known = Known()
    kept: list[npt.NDArray[np.intp]] = []
    for size, rows in sorted(by_size(sets).items()):
        if size == 0:
            continue
        once = rows[first_of_equals(sets[rows][:, :size])]
        least = once[~known.within(sets[once][:, :size])]
        known.add(sets[least][:, :size])
        kept.append(least)
    return np.sort(np.concatenate(kept)) if kept else np.empty(0, np.intp)


def first_of_equals(sets: Ints) -> npt.NDArray[np.intp]:
    """Return the first row of each group of equal sets, in order."""
    if sets.shape[1] == 0:
        return np.arange(min(len(sets), 1))
    return first_of_equal([sets[:, at] for at in range(sets.shape[1])])


def first_of_equal(columns: Sequence[npt.NDArray[np.integer]]) -> npt.NDArray[np.intp]:
    """Return the first row of each group of rows that are equal in all the columns, in order."""
    numbered = pl.DataFrame({str(at): np.ascontiguousarray(column) for at, column in enumerate(columns)})
    once = numbered.with_row_index("row").unique(subset=numbered.columns, keep="first", maintain_order=True)
    return once["row"].to_numpy().astype(np.intp)


class Known:
    """Inconsistent sets found so far, by size, to test many others against."""

    def __init__(self) -> None:
        self._of: dict[int, list[Ints]] = {}

    def __bool__(self) -> bool:
        return bool(self._of)

    def add(self, sets: Ints) -> None:
        """Add sets that all have as many members as the matrix has columns."""
        if len(sets) and sets.shape[1]:
            self._of.setdefault(sets.shape[1], []).append(sets)

    def within(self, sets: Ints) -> Flags:
        """Say which rows include some known set."""
        found = np.zeros(len(sets), bool)
        for size, parts in sorted(self._of.items()):
            if size > sets.shape[1] or found.all():
                continue
            known = stack(parts)
            if size == 1:
                flags = np.zeros(max(int(known.max()), 0) + 2, bool)
                flags[known[:, 0]] = True
                found |= flags[np.minimum(sets, len(flags) - 1)].any(axis=1)
            elif sets.shape[1] <= _LARGEST_TESTED:
                for chosen in combinations(range(sets.shape[1]), size):
                    found |= contained(sets[:, chosen], known)
            else:
                found |= _slowly(sets, known)
        return found


def contained(rows: Ints, known: Ints) -> Flags:
    """Say which rows are among the known ones; both have the same columns."""
    names = [f"m{at}" for at in range(rows.shape[1])]
    left = pl.DataFrame(frame(rows)).with_row_index("row")
    hits = left.join(pl.DataFrame(frame(known)), on=names, how="semi")["row"].to_numpy()
    found = np.zeros(len(rows), bool)
    found[hits] = True
    return found


def _slowly(sets: Ints, known: Ints) -> Flags:
    """Test wide rows one by one: a set is within a row if the row has all its members."""
    by_first: dict[int, list[frozenset[int]]] = {}
    for one in known.tolist():
        by_first.setdefault(one[0], []).append(frozenset(one))
    found = np.zeros(len(sets), bool)
    for at, row in enumerate(sets.tolist()):
        members = set(row)
        found[at] = any(one <= members for first in row for one in by_first.get(first, ()))
    return found
