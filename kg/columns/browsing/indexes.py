"""From a number to the numbers that belong to it, for millions of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from kg.logic.tables import Flags, Ints, Longs

Numbers = npt.NDArray[np.integer]
_N = TypeVar("_N", bound=np.integer)


@dataclass(frozen=True, slots=True)
class Index:
    """Pairs of a key and a value, sorted by key.

    >>> Index.of(np.array([7, 3, 7]), np.array([1, 2, 0])).at(7).tolist()
    [1, 0]
    """

    keys: Ints
    values: Ints

    @classmethod
    def of(cls, keys: Numbers, values: Numbers, order: Longs | None = None) -> Index:
        """Sort pairs; `order` says in which order the values of one key stand (else: as they are given)."""
        by = np.argsort(keys, kind="stable") if order is None else np.lexsort((order[values], keys))
        return cls(keys[by].astype(np.int32), values[by].astype(np.int32))

    def at(self, key: int) -> Ints:
        """Return the values of one key."""
        low, high = self.keys.searchsorted(np.array([key, key + 1], self.keys.dtype))
        return self.values[low:high]

    def at_all(self, keys: Numbers) -> Ints:
        """Return the values of some keys, one after the other."""
        return self.join(keys)[1]

    def sizes(self, keys: Numbers) -> Longs:
        """Count the values of some keys."""
        wanted = keys.astype(self.keys.dtype)
        found: Longs = self.keys.searchsorted(wanted, "right") - self.keys.searchsorted(wanted, "left")
        return found

    def join(self, keys: Numbers) -> tuple[Longs, Ints]:
        """Return the values of some keys, and for each the place of its key among them.

        >>> at, values = Index.of(np.array([7, 3, 7]), np.array([1, 2, 0])).join(np.array([3, 7]))
        >>> at.tolist(), values.tolist()
        ([0, 1, 1], [2, 1, 0])
        """
        wanted = keys.astype(self.keys.dtype)
        low = self.keys.searchsorted(wanted, "left")
        counts = self.keys.searchsorted(wanted, "right") - low
        at = np.repeat(np.arange(len(wanted), dtype=np.int64), counts)
        within = np.arange(len(at), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
        return at, self.values[np.repeat(low, counts) + within]

    def groups(self) -> tuple[Ints, Longs]:
        """Return the different keys, and where the values of each begin."""
        starts = np.flatnonzero(np.append(True, self.keys[1:] != self.keys[:-1])) if len(self.keys) else _NOTHING
        return self.keys[starts], starts.astype(np.int64)

    def has(self, key: int) -> bool:
        """Say whether there is a value for a key."""
        at = int(self.keys.searchsorted(np.array(key, self.keys.dtype)))
        return at < len(self.keys) and int(self.keys[at]) == key


_NOTHING = np.empty(0, np.int64)


def different(values: npt.NDArray[_N]) -> npt.NDArray[_N]:
    """Return the different values, sorted. (`np.unique` hashes them first, which takes many times as long.)

    >>> different(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    found = np.sort(values)
    return found[np.append(True, found[1:] != found[:-1])] if len(found) else found


def distinct(one: Numbers, other: Numbers) -> tuple[Ints, Ints]:
    """Return the different pairs, sorted by the first and then by the second.

    >>> [column.tolist() for column in distinct(np.array([2, 1, 2]), np.array([5, 6, 5]))]
    [[1, 2], [6, 5]]
    """
    pairs = different(one.astype(np.int64) << 32 | other.astype(np.int64))
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)


class Counted:
    """What some of many items count for: pairs of a value and an item, each once.

    >>> counted = Counted(Index.of(np.array([7, 3, 7]), np.array([1, 2, 0])))
    >>> counted.values.tolist(), counted.counts().tolist(), counted.counts(np.array([True, True, False])).tolist()
    ([3, 7], [1, 2], [0, 2])
    """

    def __init__(self, index: Index) -> None:
        self.index = index
        self.values, self._starts = index.groups()
        self._totals: Longs = np.diff(np.append(self._starts, len(index.keys)))

    def counts(self, items: Flags | None = None) -> Longs:
        """Count for each of `values` the items that have it, of some items only if they are given."""
        if items is None or not len(self._starts):
            return self._totals
        found: Longs = np.add.reduceat(items[self.index.values], self._starts, dtype=np.int64)
        return found


def most_frequent(values: Ints, counts: Longs, ranks: Longs, most: int) -> list[tuple[int, int]]:
    """Return the values with the highest counts above 0, those of one count by their ranks.

    >>> most_frequent(np.array([4, 5, 6]), np.array([2, 0, 2]), np.array([9, 0, 1]), 5)
    [(6, 2), (4, 2)]
    """
    useful = np.flatnonzero(counts)
    order = useful[np.lexsort((ranks[useful], -counts[useful]))][:most]
    return list(zip(values[order].tolist(), counts[order].tolist(), strict=True))
