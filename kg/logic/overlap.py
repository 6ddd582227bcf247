"""Joins of columns: rows of equal key, and rows of equal key whose times meet.

A plain hash join is quadratic where one key has many rows at different times (one office, a hundred
thousand terms of it). There a sweep is used: two stretches of time meet if and only if one begins
within the other, and the rows of one key that begin within a stretch stand side by side once sorted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from kg.logic.tables import Ints, Longs, Spans
from kg.times import BEGIN, END

Rows = npt.NDArray[np.intp]
Keys = npt.NDArray[np.int64]

_ROOMY = 4  # a join may make so many candidates a row before it is worth sorting for a sweep
_SMALL = 50_000


class TooLarge(Exception):
    """A join would make more rows than allowed."""


def pack(left: Sequence[Ints], right: Sequence[Ints]) -> tuple[Keys, Keys]:
    """Write several columns of two tables as one key each, equal where all the columns are.

    >>> column = lambda *numbers: np.array(numbers, np.int32)
    >>> a, b = pack([column(1, 2), column(5, 5)], [column(2), column(5)])
    >>> (a == b[0]).tolist()
    [False, True]
    """
    if not left:
        raise ValueError("a key needs a column")
    one, other = left[0].astype(np.int64), right[0].astype(np.int64)
    width = _bits(one, other)
    for a, b in zip(left[1:], right[1:], strict=True):
        more = _bits(a, b)
        if width + more > 62:
            one, other = _dense(one, other)
            width = _bits(one, other)
        one, other = (one << more) | a, (other << more) | b
        width += more
    return one, other


def _bits(*columns: npt.NDArray[np.integer]) -> int:
    return max((int(column.max()) for column in columns if len(column)), default=0).bit_length()


def _dense(one: Keys, other: Keys) -> tuple[Keys, Keys]:
    _, codes = np.unique(np.concatenate([one, other]), return_inverse=True)
    codes = codes.astype(np.int64)
    return codes[: len(one)], codes[len(one) :]


def meeting_pairs(
    left: Keys, left_spans: Spans, right: Keys, right_spans: Spans, *, most: int | None = None
) -> tuple[Rows, Rows]:
    """Return the pairs of rows of equal key whose spans share an instant: row numbers left and right.

    Raises `TooLarge` if there are more than `most`.
    """
    if _candidates(left, right) <= max(_SMALL, _ROOMY * (len(left) + len(right))):
        a, b = _filtered(left, left_spans, right, right_spans)
    else:
        a, b = _sweep(left, left_spans, right, right_spans, most)
    _bounded(len(a), most)
    return a, b


def _filtered(left: Keys, left_spans: Spans, right: Keys, right_spans: Spans) -> tuple[Rows, Rows]:
    """Join on the key, and keep the pairs whose spans meet."""
    one = pl.LazyFrame({"k": left, "l": _numbered(left), "from": left_spans.start, "to": left_spans.end})
    other = pl.LazyFrame({"k": right, "r": _numbered(right), "since": right_spans.start, "until": right_spans.end})
    meets = (pl.col("from") <= pl.col("until")) & (pl.col("since") <= pl.col("to"))
    joined = one.join(other, on="k").filter(meets).select("l", "r").collect()
    return joined["l"].to_numpy().astype(np.intp), joined["r"].to_numpy().astype(np.intp)


def _numbered(keys: Keys) -> npt.NDArray[np.uint32]:
    return np.arange(len(keys), dtype=np.uint32)


def _bounded(rows: int, most: int | None) -> None:
    if most is not None and rows > most:
        raise TooLarge(f"a join has {rows:,} rows")


def _candidates(left: Keys, right: Keys) -> int:
    """Count the pairs of equal key, or a few more: keys are counted in buckets."""
    if len(left) * len(right) <= _SMALL:
        return 0
    shift = np.uint64(64 - max(len(left), len(right), 1_024).bit_length())
    counts = [
        np.bincount((keys.view(np.uint64) * _SPREAD >> shift).astype(np.int64), minlength=1 << 64 - int(shift))
        for keys in (left, right)
    ]
    return int(counts[0] @ counts[1])


_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio, odd: the high bits of the product spread neighbours apart (Knuth)."""


def _sweep(left: Keys, left_spans: Spans, right: Keys, right_spans: Spans, most: int | None) -> tuple[Rows, Rows]:
    # (key, time) as one sortable number.
    codes = np.concatenate([left, right])
    starts = np.concatenate([left_spans.start, right_spans.start])
    ends = np.concatenate([left_spans.end, right_spans.end])
    start, end, width = _short_times(starts, ends)
    if _bits(codes) + width > 62:
        _, codes = np.unique(codes, return_inverse=True)
    base = codes.astype(np.int64) << width
    begins, finishes = base + start, base + end
    cut = len(left)
    # The right begins within the left; or the left begins within the right, and not at once with it.
    first = _within(begins[:cut], finishes[:cut], begins[cut:], most)
    second = _within(begins[cut:] + 1, finishes[cut:], begins[:cut], most)
    return np.concatenate([first[0], second[1]]), np.concatenate([first[1], second[0]])


def _short_times(starts: Longs, ends: Longs) -> tuple[Longs, Longs, int]:
    """Count times from the first one that is bounded, in as few bits as that takes; an open end comes after all."""
    bounded = np.concatenate([starts[starts > BEGIN], ends[ends < END]])
    first = int(bounded.min()) if len(bounded) else 0
    last = int(bounded.max()) if len(bounded) else 0
    width = (last - first + 4).bit_length()
    if width <= 40:  # some thirty thousand years of seconds
        start, end = (np.clip(times, first - 1, last + 1) - (first - 1) for times in (starts, ends))
        return start, end, width
    times, ranks = np.unique(np.concatenate([starts, ends]), return_inverse=True)
    return ranks[: len(starts)], ranks[len(starts) :], (len(times) + 1).bit_length()


def _within(low: Keys, high: Keys, points: Keys, most: int | None) -> tuple[Rows, Rows]:
    """Pair each stretch with the points in it: row numbers of both."""
    order = np.argsort(points, kind="stable")
    in_order = points[order]
    first = np.searchsorted(in_order, low, "left")
    after = np.searchsorted(in_order, high, "right")
    counts = np.maximum(after - first, 0)
    total = int(counts.sum())
    _bounded(total, most)
    stretches = np.repeat(np.arange(len(low)), counts)
    places = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)
    return stretches, order[places]


def product_pairs(left: int, right: int, *, most: int | None = None) -> tuple[Rows, Rows]:
    """Return all pairs of rows of two tables that share no column."""
    _bounded(left * right, most)
    return np.repeat(np.arange(left), right), np.tile(np.arange(right), left)


def shared(one: Spans, other: Spans) -> tuple[Longs, Longs]:
    """Return what spans have in common, row by row."""
    return np.maximum(one.start, other.start), np.minimum(one.end, other.end)
