"""A text of a dossier to the literal that its property wants; never a silent conversion."""

from __future__ import annotations

import re

from kg.formats.lexicon import BOOLEAN, TEXT
from kg.formats.yaml_reader import Text
from kg.terms import XSD, Iri, Literal
from kg.times import BadDate, parse
from kg.values import BadQuantity, parse_quantity
from kg.vocab import EDTF, NEG, XSD_NS

_NUMBERS = {
    XSD_NS.integer: re.compile(r"[+-]?\d+"),
    XSD_NS.nonNegativeInteger: re.compile(r"\+?\d+"),
    XSD_NS.decimal: re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    XSD_NS.double: re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN"),
}
_DATES = (EDTF, *(Iri(XSD + name) for name in ("date", "dateTime", "gYear", "gYearMonth")))
_WEB = re.compile(r"(?:https?|ftp|urn|doi|info):[^\s<>\"{}|\\^`\x00-\x20]+", re.IGNORECASE)
_NOT_BOOLEANS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


class BadValue(ValueError):
    """A text that is not what its property wants."""


def literal(text: Text, datatype: Iri) -> Literal:
    """Read a text as a literal of a datatype.

    >>> literal(Text("10 %", False, 1, 1), NEG.Quantity).value
    '10 %'
    >>> literal(Text("no", False, 1, 1), BOOLEAN)
    Traceback (most recent call last):
    kg.formats.coerce.BadValue: "no" is not true or false; write false
    """
    value = text.value
    if text.is_nothing:
        raise BadValue("there is no value here; write one, or leave the line out")
    if not value.strip():
        raise BadValue("the text is empty; write something, or leave the line out")
    if datatype == TEXT:
        return Literal(value)
    if datatype in _DATES:
        return Literal(_date(value), datatype)
    if datatype == NEG.Quantity:
        return Literal(_quantity(value), datatype)
    if datatype == BOOLEAN:
        return Literal(_boolean(text), datatype)
    if datatype in _NUMBERS:
        return Literal(_number(text, datatype), datatype)
    if datatype == XSD_NS.anyURI and not _WEB.fullmatch(value.strip()):
        raise BadValue(f'"{value}" is not a web address (https://...)')
    return Literal(value.strip(), datatype)


def _date(value: str) -> str:
    try:
        parse(value)
    except BadDate as error:
        raise BadValue(str(error)) from None
    return value.strip()


def _quantity(value: str) -> str:
    try:
        parse_quantity(value)
    except BadQuantity as error:
        raise BadValue(str(error)) from None
    return value.strip()


def _boolean(text: Text) -> str:
    if text.value in ("true", "false") and not text.quoted:
        return text.value
    if text.value in ("true", "false"):
        raise BadValue(f'"{text.value}" in quotes is text; write {text.value} without quotes')
    meant = _NOT_BOOLEANS.get(text.value.lower(), text.value.lower())
    hint = f"; write {meant}" if meant in ("true", "false") else ""
    raise BadValue(f'"{text.value}" is not true or false{hint}')


def _number(text: Text, datatype: Iri) -> str:
    if text.quoted:
        raise BadValue(f'"{text.value}" in quotes is text; write the number without quotes')
    if not _NUMBERS[datatype].fullmatch(text.value):
        wanted = "whole number" if "nteger" in datatype else "number"
        raise BadValue(f'"{text.value}" is not a {wanted}')
    return text.value
