"""Claims by when they were made: a month is found by halving the list, which is in the order of time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from kg.explorer.catalog import Catalog, Slice
from kg.explorer.page import NotFound
from kg.model import Claim
from kg.times import BEGIN, END, BadDate, Span, first_second, in_english, month_of, parse

Take: TypeAlias = Callable[[int, int], Slice[Claim]]
"""Gives some claims of a list in the order of the catalog: from the n-th on, so many."""
_MONTH = re.compile(r"[0-9]{4}(?:-[0-9]{2})?")
MOST_MONTHS = 240
"""How many months with claims are counted; a record that goes on longer is cut, and that is said."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month, and how many claims were made in it."""

    month: str
    claims: int

    @property
    def label(self) -> str:
        """Say the month.

        >>> Month("2019-01", 3).label
        'January 2019'
        """
        return in_english(self.month)


@dataclass(frozen=True, slots=True)
class Months:
    """The months in which claims were made, how many claims have no month, and whether later months are left out."""

    months: tuple[Month, ...]
    undated: int
    cut: bool = False

    @property
    def most(self) -> int:
        """The claims of the fullest month."""
        return max((one.claims for one in self.months), default=0)


def month_span(first: str, last: str) -> Span | None:
    """Return the time from the beginning of one month to the end of another; raises `NotFound` for what is no month.

    >>> month_span("1970-01", "1970-01")
    Span(start=0, end=2678399)
    """
    if not first and not last:
        return None
    start, end = (_month(text) if text else None for text in (first, last))
    if start and end and start.start > end.end:
        raise NotFound(f"the time from {first} to {last} ends before it begins")
    return Span(start.start if start else BEGIN, end.end if end else END)


def _month(text: str) -> Span:
    if not _MONTH.fullmatch(text):
        raise NotFound(f'"{text}" is not a month such as 2019-01')
    try:
        read = parse(text)
    except BadDate:
        raise NotFound(f'"{text}" is not a month such as 2019-01') from None
    return Span(read.start.start, read.end.end)


def between(take: Take, span: Span | None) -> tuple[int, int]:
    """Return which claims of a list were made in a time: the first of them, and the first behind them."""
    total = take(0, 0).total
    if span is None:
        return 0, total
    return _first_from(take, span.start, 0, total), _first_from(take, span.end + 1, 0, total)


def _first_from(take: Take, second: int, low: int, high: int) -> int:
    """Find the first claim made at a second or later, or on a day not known."""
    while low < high:
        middle = (low + high) // 2
        made = _made(take, middle)
        if made is None or made >= second:
            high = middle
        else:
            low = middle + 1
    return low


def _made(take: Take, at: int) -> int | None:
    found = take(at, 1).items
    date = found[0].said_on if found else None
    return None if date is None else first_second(date.value)


@lru_cache(maxsize=1)
def months_of(catalog: Catalog) -> Months:
    """Count the claims of each month."""
    take = catalog.claims
    at, total = 0, take(0, 0).total
    found: list[Month] = []
    while at < total:
        made = _made(take, at)
        month = "" if made is None else month_of(made)
        if not month:
            break
        if len(found) == MOST_MONTHS:
            return Months(tuple(found), 0, cut=True)
        behind = _first_from(take, _month(month).end + 1, at, total)
        found.append(Month(month, behind - at))
        at = behind
    return Months(tuple(found), total - at)
