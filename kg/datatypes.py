"""Value spaces: which literals a datatype has, as far as that is sure.

The datatypes of OWL 2 RL (W3C, OWL 2 Profiles, section 4.2) and the other common ones of XML Schema 1.1.
A question that the datatype's definition does not settle, or a datatype that is not known, has no answer
(None), and nothing may be concluded from that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from kg.terms import RDF_LANG_STRING, XSD, Iri, Literal
from kg.times import BadDate, parse
from kg.vocab import EDTF, NEG, OWL, RDF, RDFS


@dataclass(frozen=True, slots=True)
class _Datatype:
    """A datatype: its family, how its literals are written and, for whole numbers, its bounds.

    The value spaces of two families share nothing. `whole` says that its values are integers.
    """

    family: str
    written: re.Pattern[str] | None = None
    whole: bool = False
    low: int | None = None
    high: int | None = None


_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_FLOAT = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN", re.ASCII)
_RATIONAL = re.compile(r"[+-]?\d+\s*/\s*0*[1-9]\d*", re.ASCII)
_ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)"
_DAY = r"-?\d{4,}-\d{2}-\d{2}"
_CLOCK = r"\d{2}:\d{2}:\d{2}(?:\.\d+)?"
_NAME = r"[^\W\d][\w.\-·]*"


def _whole(low: int | None = None, high: int | None = None) -> _Datatype:
    return _Datatype("number", _INTEGER, whole=True, low=low, high=high)


def _signed(bits: int) -> _Datatype:
    return _whole(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def _text(written: str | None = None) -> _Datatype:
    return _Datatype("text", re.compile(written, re.DOTALL) if written is not None else None)


def _time(written: str) -> _Datatype:
    return _Datatype("time", re.compile(written, re.ASCII))


_XSD = {
    "decimal": _Datatype("number", _DECIMAL),
    "double": _Datatype("number", _FLOAT),
    "float": _Datatype("number", _FLOAT),
    "integer": _whole(),
    "nonNegativeInteger": _whole(0),
    "positiveInteger": _whole(1),
    "nonPositiveInteger": _whole(None, 0),
    "negativeInteger": _whole(None, -1),
    "long": _signed(64),
    "int": _signed(32),
    "short": _signed(16),
    "byte": _signed(8),
    "unsignedLong": _whole(0, 2**64 - 1),
    "unsignedInt": _whole(0, 2**32 - 1),
    "unsignedShort": _whole(0, 2**16 - 1),
    "unsignedByte": _whole(0, 2**8 - 1),
    "string": _text(),
    "normalizedString": _text(r"[^\t\n\r]*"),
    "token": _text(r"(?:[^\s]+(?: [^\s]+)*)?"),
    "language": _text(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*"),
    "Name": _text(rf"[:]?{_NAME}(?::[\w.\-:]*)?"),
    "NCName": _text(_NAME),
    "NMTOKEN": _text(r"[\w.\-:]+"),
    "boolean": _Datatype("truth", re.compile(r"true|false|1|0")),
    "hexBinary": _Datatype("hexadecimal", re.compile(r"(?:[0-9a-fA-F]{2})*")),
    "base64Binary": _Datatype("base64", re.compile(r"(?:[A-Za-z0-9+/] ?){0,}={0,2}")),
    "anyURI": _Datatype("address"),
    "dateTime": _time(rf"{_DAY}T{_CLOCK}{_ZONE}?"),
    "dateTimeStamp": _time(rf"{_DAY}T{_CLOCK}{_ZONE}"),
    "date": _time(rf"{_DAY}{_ZONE}?"),
    "gYearMonth": _time(rf"-?\d{{4,}}-(?:0\d|1[0-2]){_ZONE}?"),
    "gYear": _time(rf"-?\d{{4,}}{_ZONE}?"),
}
_KNOWN: Mapping[Iri, _Datatype] = {
    **{Iri(XSD + name): datatype for name, datatype in _XSD.items()},
    OWL.real: _Datatype("number"),
    OWL.rational: _Datatype("number", _RATIONAL),
    RDF_LANG_STRING: _Datatype("tagged text"),
    RDF.PlainLiteral: _Datatype("text"),
    RDF.XMLLiteral: _Datatype("markup"),
    # The project's own: a number with a unit, and a date that may be imprecise. How they are written is
    # judged where a record is read.
    NEG.Quantity: _Datatype("number"),
    EDTF: _Datatype("time"),
}
DATATYPES = frozenset(_KNOWN)
"""The datatypes whose value spaces are known."""
_OF_ANY_TEXT = frozenset({RDF.PlainLiteral})
_EXACT = frozenset({OWL.real, OWL.rational, Iri(XSD + "decimal")})
_MEASURED = frozenset({NEG.Quantity, EDTF})
_COUNTED_CALENDAR = re.compile(r"\d{4}(?!\d)")  # years that the calendar of `kg.times` has


@lru_cache(maxsize=65_536)
def is_ill_typed(literal: Literal) -> bool:
    """Say whether a literal is surely not a value of the datatype that it carries.

    >>> is_ill_typed(Literal("abc", Iri(XSD + "integer"))), is_ill_typed(Literal("-1", Iri(XSD + "unsignedByte")))
    (True, True)
    >>> is_ill_typed(Literal("007", Iri(XSD + "integer"))), is_ill_typed(Literal("x", Iri("http://e/unheard-of")))
    (False, False)
    """
    datatype = _KNOWN.get(literal.datatype)
    if datatype is None or datatype.written is None:
        return False
    # White space around a value is no part of it, but of text it is (XML Schema 1.1, part 2, "whiteSpace").
    text = literal.value if datatype.family == "text" else literal.value.strip(" \t\n\r")
    if datatype.written.fullmatch(text) is None:
        return True
    if datatype.whole:
        return not _within_bounds(text, datatype)
    return datatype.family == "time" and not _is_in_calendar(text)


def _within_bounds(digits: str, datatype: _Datatype) -> bool:
    # No bound has so many digits, and Python reads no number of thousands of them.
    value = int(digits) if len(digits) < 1_000 else int(digits[:1_000])
    return (datatype.low is None or value >= datatype.low) and (datatype.high is None or value <= datatype.high)


def _is_in_calendar(text: str) -> bool:
    if not _COUNTED_CALENDAR.match(text) or text.startswith("0000"):
        return True  # too far from us to be judged
    try:
        parse(text)
    except BadDate:
        return False
    return True


@lru_cache(maxsize=65_536)
def is_in(literal: Literal, datatype: Iri) -> bool | None:
    """Say whether a literal's value belongs to a datatype; None: that is not sure.

    Numbers are compared by value, whatever their type ("1.0" is an integer); a number with a unit, and a date
    that may be imprecise, are in no other datatype for sure, nor surely outside one of their family.

    >>> integer, decimal = Iri(XSD + "integer"), Iri(XSD + "decimal")
    >>> is_in(Literal("7", integer), decimal), is_in(Literal("1.5", decimal), integer), is_in(Literal("7"), integer)
    (True, False, False)
    """
    if datatype == RDFS.Literal:
        return True
    wanted, own = _KNOWN.get(datatype), _KNOWN.get(literal.datatype)
    if wanted is None or own is None:
        return True if literal.datatype == datatype else None
    if is_ill_typed(literal):
        return False
    if datatype in _OF_ANY_TEXT and own.family == "tagged text":
        return True
    return _is_in(literal, own, datatype, wanted) if wanted.family == own.family else False


def _is_in(literal: Literal, own: _Datatype, datatype: Iri, wanted: _Datatype) -> bool | None:
    if literal.datatype == datatype:
        return True
    if own.family == "number":
        return _number_is_in(literal, datatype, wanted)
    if own.family == "text":
        return wanted.written is None or wanted.written.fullmatch(literal.value) is not None
    return None  # dates: which of them a day, a month or a moment is, is not settled by its type here


def _number_is_in(literal: Literal, datatype: Iri, wanted: _Datatype) -> bool | None:
    if {literal.datatype, datatype} & _MEASURED:
        return None
    text = literal.value.strip()
    if _DECIMAL.fullmatch(text) is None:  # an exponent, an infinity, a fraction
        special = text.lstrip("+-") in ("INF", "NaN")
        return False if special and (wanted.whole or datatype in _EXACT) else None
    if not wanted.whole:
        return True
    integral, _, fraction = text.partition(".")
    if fraction.strip("0"):
        return False
    return _within_bounds(integral if integral.strip("+-") else "0", wanted)
