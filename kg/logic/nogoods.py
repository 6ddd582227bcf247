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
        self._largest = 0  # bits of the largest mask ever known

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
        own = list(bits(mask))
        needless: list[int] = []
        if len(own) < self._largest:
            around = min((self._by_bit.get(bit, set()) for bit in own), key=len)
            needless = [known for known in around if mask & ~known == 0 and known != mask]
        for known in needless:
            self._masks.discard(known)
            for bit in bits(known):
                self._by_bit[bit].discard(known)
        self._masks.add(mask)
        for bit in own:
            self._by_bit.setdefault(bit, set()).add(mask)
        self._largest = max(self._largest, len(own))
        return needless


def bits(mask: int) -> Iterator[int]:
    """Yield the bits of a mask, each as a mask of its own, the lowest first.

    >>> list(bits(0b1101))
    [1, 4, 8]
    """
    while mask:
        lowest = mask & -mask
        yield lowest
        mask ^= lowest
