"""Compare literal values: numbers with units and tolerances, dates, text.

An ordered value is an interval: exact, approximate, at least, at most. Two values disagree only if
their intervals share nothing, so "January" and "30 January" agree, and so do "about half" and 52 %.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from kg.datatypes import is_ill_typed
from kg.terms import XSD, XSD_STRING, Iri, Literal, Term
from kg.times import parse
from kg.vocab import EDTF, NEG

_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d[\d_]*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?"
# What follows a number is its unit only if it cannot be more of the number: not in "1,5 %", "5-10 %", "5 to 10 %".
_UNIT = r"(?![eE][+-]?\d|.*\s\d)[^\s\d.,_+~<>=≥≤–—−-].*?"
_XSD_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_QUANTITY = re.compile(
    rf"\s*(?P<mark>~|>=|<=|≥|≤|>|<)?\s*(?P<low>{_NUMBER})\s*(?:\.\.\s*(?P<high>{_NUMBER}))?\s*(?P<unit>{_UNIT})?\s*"
)
_NUMERIC = frozenset(
    XSD + name
    for name in (
        "integer decimal double float int long short byte nonNegativeInteger positiveInteger negativeInteger "
        "nonPositiveInteger unsignedInt unsignedLong unsignedShort unsignedByte"
    ).split()
)
_DATES = frozenset({str(EDTF), *(XSD + name for name in ("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth"))})
_TEXTS = frozenset(XSD + name for name in ("normalizedString", "token", "language", "Name", "NCName", "NMTOKEN"))
_ORDERED = _NUMERIC | _DATES | {NEG.Quantity}
_SLACK = Fraction(1, 10)  # "~200" is taken to reach a tenth either way


class BadQuantity(ValueError):
    """A text that is not a quantity."""


@dataclass(frozen=True, slots=True)
class Range:
    """An interval of values on one scale; `None` leaves a side open, `strict` excludes the end."""

    scale: str
    low: Fraction | None
    high: Fraction | None
    low_strict: bool = False
    high_strict: bool = False

    def meets(self, other: Range) -> bool:
        """Say whether some value lies in both ranges."""
        return _reaches(self, other) and _reaches(other, self)


def _reaches(left: Range, right: Range) -> bool:
    # left begins no later than right ends
    if left.low is None or right.high is None:
        return True
    if left.low == right.high:
        return not (left.low_strict or right.high_strict)
    return left.low < right.high


def parse_quantity(text: str) -> Range:
    """Read `10 %`, `~200`, `>= 5 t`, `10..12 %`; the unit is what follows the number.

    >>> parse_quantity("10 %").meets(parse_quantity("9..11 %"))
    True
    >>> parse_quantity("about ten")
    Traceback (most recent call last):
    kg.values.BadQuantity: "about ten" is not a quantity (write 10 %, ~200, >= 5 t or 10..12 %)
    """
    match = _QUANTITY.fullmatch(text)
    if match is None or (match["high"] and match["mark"]):
        raise BadQuantity(f'"{text}" is not a quantity (write 10 %, ~200, >= 5 t or 10..12 %)')
    low = _number(match["low"])
    unit = match["unit"] or ""
    if match["high"]:
        high = _number(match["high"])
        if low > high:
            raise BadQuantity(f'"{text}": the range ends below its start')
        return Range(unit, low, high)
    mark = match["mark"]
    if mark == "~":
        return Range(unit, low - abs(low) * _SLACK, low + abs(low) * _SLACK)
    if mark in (">=", "≥", ">"):
        return Range(unit, low, None, low_strict=mark == ">")
    if mark in ("<=", "≤", "<"):
        return Range(unit, None, low, high_strict=mark == "<")
    return Range(unit, low, low)


def _number(text: str) -> Fraction:
    return Fraction(text.replace(",", "").replace("_", ""))


@lru_cache(maxsize=65_536)
def as_range(literal: Literal) -> Range | None:
    """Return the interval that an ordered literal stands for, or None for other values."""
    try:
        if literal.datatype == NEG.Quantity:
            return parse_quantity(literal.value)
        if literal.datatype in _NUMERIC:
            number = literal.value.strip()
            exact = Fraction(number) if _XSD_NUMBER.fullmatch(number) else None
            return None if exact is None else Range("", exact, exact)
        if literal.datatype in _DATES:
            when = parse(literal.value)
            return Range("time", Fraction(when.start.start), Fraction(when.end.end))
    except (ValueError, OverflowError):
        return None
    return None


def incompatible(left: Literal, right: Literal) -> bool:
    """Say whether two literals cannot be the value of one thing.

    Values on different scales (10 % and 10 t, text in two languages) are not compared.

    >>> q = lambda text: Literal(text, NEG.Quantity)
    >>> incompatible(q("10 %"), q("25 %")), incompatible(q("10 %"), q("10 t"))
    (True, False)
    >>> incompatible(Literal("2019-01", EDTF), Literal("2019-01-30", EDTF))
    False
    """
    if left == right:
        return False
    one, other = as_range(left), as_range(right)
    if one is not None and other is not None:
        return one.scale == other.scale and not one.meets(other)
    if one is not None or other is not None or (left.language, left.datatype) != (right.language, right.datatype):
        return False
    text = comparable_text(left)
    return text is not None and text != comparable_text(right)


def comparable_text(literal: Literal) -> str | None:
    """Return the text by which a literal without an order differs from others, or None if nothing is known of it."""
    return None if literal.datatype in _ORDERED else _plain(literal)


def earlier(left: Literal, right: Literal) -> bool:
    """Say whether whatever the first literal stands for lies before whatever the second stands for.

    >>> earlier(Literal("2019-01", EDTF), Literal("2019-02-03", EDTF))
    True
    >>> earlier(Literal("2019-01", EDTF), Literal("2019-01-30", EDTF))
    False
    """
    one, other = as_range(left), as_range(right)
    if one is None or other is None or one.scale != other.scale or one.high is None or other.low is None:
        return False
    return one.high < other.low or (one.high == other.low and (one.high_strict or other.low_strict))


_CLOCK = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


def simultaneous(left: Literal, right: Literal) -> bool:
    """Say whether two times, both given by the clock, share a moment; days alone do not settle that.

    >>> at = lambda text: Literal(text, EDTF)
    >>> simultaneous(at("2019-01-22T10:00/2019-01-22T12:00"), at("2019-01-22T11:00/2019-01-22T13:00"))
    True
    >>> simultaneous(at("2019-01-22"), at("2019-01-22"))
    False
    """
    if not all(_by_the_clock(literal) for literal in (left, right)):
        return False
    one, other = as_range(left), as_range(right)
    return one is not None and other is not None and one.meets(other)


def _by_the_clock(literal: Literal) -> bool:
    ends = literal.value.strip().split("/")
    return literal.datatype in _DATES and all(_CLOCK.match(end) and end[-1] not in "~?%" for end in ends)


def canonical(term: Term) -> Term:
    """Write a literal the one way that all literals of its value are written, for matching.

    Numbers keep their value, not their type; a date is EDTF whatever type it came with, and a moment with a
    time zone is given in UTC. A literal that is no value of its own type is left as it is.

    >>> canonical(Literal("10%", NEG.Quantity)).value, canonical(Literal("007", Iri(XSD + "int"))).value
    ('10 %', '7')
    """
    if not isinstance(term, Literal) or is_ill_typed(term):
        return term
    if term.datatype in _DATES:
        return Literal(_in_utc(term.value.strip()), EDTF)
    if term.datatype in _TEXTS:
        return Literal(term.value, XSD_STRING)
    if term.datatype == XSD + "boolean":
        return Literal(_plain(term), term.datatype)
    return _canonical_number(term)


def _canonical_number(literal: Literal) -> Literal:
    value = as_range(literal)
    if value is None or value.low is None or value.low != value.high:
        return literal
    number = _spelled(value.low)
    if literal.datatype == NEG.Quantity:
        return Literal(f"{number} {value.scale}".strip(), NEG.Quantity)
    return Literal(number, Iri(XSD + ("integer" if value.low.denominator == 1 else "decimal")))


_ZONED = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?)[+-]\d{2}:\d{2}")


def _in_utc(text: str) -> str:
    """Give a moment with a time zone in UTC: "2019-01-22T23:30+08:00" -> "2019-01-22T15:30Z"."""
    if (zoned := _ZONED.fullmatch(text)) is None:
        return text
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):  # 24:00, or the edge of the calendar
        return text
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ" if len(zoned[1]) > 16 else "%Y-%m-%dT%H:%MZ")


def _spelled(number: Fraction) -> str:
    if number.denominator == 1:
        return str(number.numerator)
    return format((Decimal(number.numerator) / Decimal(number.denominator)).normalize(), "f")


def _plain(literal: Literal) -> str:
    if literal.datatype == XSD + "boolean":
        return {"1": "true", "0": "false"}.get(literal.value, literal.value)
    return literal.value
