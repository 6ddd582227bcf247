"""Minimal inconsistent sets that are known, to test single sets against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from math import comb

Label = tuple[int, ...]
"""A set of assumptions: its members in rising order."""

_PARTS_TRIED = 5_000  # up to so many parts of a set are looked up; beyond that the sets known are gone through


class KnownSets:
    """Sets by content; none needs to include another.

    >>> known = KnownSets([(1, 4), (7,)])
    >>> known.within((1, 2, 4)), known.within((1, 2)), known.within((2, 7))
    (True, False, True)
    """

    def __init__(self, sets: Iterable[Label] = ()) -> None:
        self._sets = set(sets)
        self._sizes = Counter(map(len, self._sets))
        self._by_first: dict[int, list[Label]] | None = None

    def __len__(self) -> int:
        return len(self._sets)

    def add(self, one: Label) -> None:
        """Add a set."""
        if one not in self._sets:
            self._sets.add(one)
            self._sizes[len(one)] += 1
            if self._by_first is not None:
                self._by_first.setdefault(one[0], []).append(one)

    def remove(self, one: Label) -> None:
        """Take a set out."""
        self._sets.discard(one)
        self._sizes[len(one)] -= 1
        if self._by_first is not None:
            self._by_first[one[0]].remove(one)

    def within(self, label: Label) -> bool:
        """Say whether some known set is part of a set, or the set itself."""
        for size, count in self._sizes.items():
            if not count or not 0 < size <= len(label):
                continue
            if comb(len(label), size) > _PARTS_TRIED:
                if self._is_within_larger(label):
                    return True
            elif any(part in self._sets for part in combinations(label, size)):
                return True
        return False

    def _is_within_larger(self, label: Label) -> bool:
        if self._by_first is None:
            self._by_first = {}
            for one in self._sets:
                self._by_first.setdefault(one[0], []).append(one)
        members = set(label)
        return any(members.issuperset(one) for first in label for one in self._by_first.get(first, ()))
