"""Long lists, a page at a time: which part is shown, and the addresses of the other parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from kg.explorer.catalog import PAGE, Slice
from kg.explorer.page import NotFound
from kg.explorer.site import Address

T = TypeVar("T")
NEAR = 2
"""How many pages on either side of the one shown are linked by their number."""


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a list is shown. `pages` are the numbers to link to, with None for a gap between them."""

    first: int
    last: int
    total: int
    number: int
    pages: tuple[tuple[int, Address] | None, ...]
    before: Address | None
    after: Address | None


def part(
    address: Address, key: str, take: Callable[[int, int], Slice[T]], size: int = PAGE
) -> tuple[tuple[T, ...], Paging]:
    """Take the part of a list that an address asks for by `key` (`page=2`); raises `NotFound` beyond its end."""
    number = asked(address, key)
    found = take((number - 1) * size, size)
    count = pages(found.total, size)
    if number > count:
        raise NotFound(f"there is no page {number:,} of this list, which has {count:,}")
    bare = Address(address.parts)

    def at(wanted: int) -> Address:
        return bare if wanted == 1 else bare.changed(**{key: str(wanted)})

    return found.items, Paging(
        first=(number - 1) * size + 1 if found.items else 0,
        last=(number - 1) * size + len(found.items),
        total=found.total,
        number=number,
        pages=tuple(None if n is None else (n, at(n)) for n in _numbers(number, count)),
        before=at(number - 1) if number > 1 else None,
        after=at(number + 1) if number < count else None,
    )


def asked(address: Address, key: str) -> int:
    """Return which page an address asks for; raises `NotFound` for what is no number.

    >>> asked(Address.of("actors", page="3"), "page")
    3
    """
    text = address.get(key, "1")
    if not text.isascii() or not text.isdecimal() or len(text) > 9 or int(text) < 1:
        raise NotFound(f'{key} is a whole number from 1 on, not "{text}"')
    return int(text)


def pages(total: int, size: int = PAGE) -> int:
    """Count the pages of a list; an empty one has one.

    >>> pages(0), pages(50), pages(51)
    (1, 1, 2)
    """
    return max(1, -(-total // size))


def further(address: Address, key: str, total: int, size: int = PAGE) -> Iterator[Address]:
    """Yield the addresses of the second and later pages of a list."""
    for number in range(2, pages(total, size) + 1):
        yield Address(address.parts).changed(**{key: str(number)})


def _numbers(number: int, count: int) -> Iterator[int | None]:
    """Number the pages near one, the first and the last; None where some are left out.

    >>> list(_numbers(6, 20))
    [1, None, 4, 5, 6, 7, 8, None, 20]
    """
    last = 0
    for one in range(1, count + 1):
        if one in (1, count) or abs(one - number) <= NEAR:
            if one - last > 1:
                yield None
            yield one
            last = one
