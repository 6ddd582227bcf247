"""Minimal sets of assumptions, as bits of a number, none of which includes another."""

from __future__ import annotations

from collections.abc import Iterator

_FEW = 10  # up to so many bits it is quicker to try all parts of a mask than all the masks known


class Nogoods:
    """The minimal inconsistent masks found so far.

    >>> found = Nogoods()
    >>> found.add(0b111), found.add(0b011), found.within(0b1011), sorted(found)
    ([], [7], True, [3])
    """

    def __init__(self) -> None:
        self._masks: set[int] = set()
        self._by_bit: dict[int, set[int]] = {}

    def __iter__(self) -> Iterator[int]:
        return iter(self._masks)

    def within(self, mask: int) -> bool:
        """Say whether some known mask is part of this one, or this one itself."""
        if mask in self._masks:
            return True
        if mask.bit_count() > _FEW:
            return any(known & ~mask == 0 for known in self._masks)
        part = (mask - 1) & mask
        while part:
            if part in self._masks:
                return True
            part = (part - 1) & mask
        return False

    def add(self, mask: int) -> list[int]:
        """Add a mask that includes no known one; return those that it makes needless."""
        bits = list(_bits(mask))
        around = min((self._by_bit.get(bit, set()) for bit in bits), key=len)
        needless = [known for known in around if mask & ~known == 0 and known != mask]
        for known in needless:
            self._masks.discard(known)
            for bit in _bits(known):
                self._by_bit[bit].discard(known)
        self._masks.add(mask)
        for bit in bits:
            self._by_bit.setdefault(bit, set()).add(mask)
        return needless


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest
        mask ^= lowest
