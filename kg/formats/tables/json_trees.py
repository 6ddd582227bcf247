"""JSON to the tree of texts, lists and mappings that the dossier reader reads, as if it stood in YAML.

A number, a truth value and a string with the same characters mean the same: what a value is, its property says.
"""

from __future__ import annotations

import json
from typing import Any

from kg.formats.yaml_reader import DEEPEST, Complain, Listing, Mapping, Text, Tree

_NOTHING = ("~", "null", "Null", "NULL")


def as_text(value: str, line: int = 1, column: int = 1) -> Text:
    """Take a cell or a JSON string as a text of a dossier: neither has a word for "nothing"."""
    return Text(value, quoted=value in _NOTHING, line=line, column=column)


class _Bare(str):
    """A number as it is written."""

    __slots__ = ()


class _Pairs(list[tuple[str, Any]]):
    """The keys and values of an object, also those that are there twice."""

    __slots__ = ()


class _TooDeep(ValueError):
    """More levels than a person writes."""


_DECODER = json.JSONDecoder(object_pairs_hook=_Pairs, parse_int=_Bare, parse_float=_Bare, parse_constant=_Bare)


def json_tree(text: str, line: int, column: int, complain: Complain) -> Tree | None:
    """Read one JSON value; every part of it stands in the line and column where the value begins."""
    try:
        value = _DECODER.decode(text)
        return _tree(value, line, column, complain, 0)
    except json.JSONDecodeError as error:
        complain(line, column + error.pos, f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}")
    except (_TooDeep, RecursionError):
        complain(line, column, f"this is more than {DEEPEST} levels deep")
    return None


def _tree(value: Any, line: int, column: int, complain: Complain, depth: int) -> Tree:
    if depth > DEEPEST:
        raise _TooDeep
    if isinstance(value, _Pairs):
        items: dict[str, tuple[Text, Tree]] = {}
        for key, item in value:
            if key in items:
                complain(line, column, f'"{key}" is here a second time')
            at = as_text(_clean(key, line, column, complain), line, column)
            items.setdefault(key, (at, _tree(item, line, column, complain, depth + 1)))
        return Mapping(items, line, column)
    if isinstance(value, list):
        return Listing([_tree(item, line, column, complain, depth + 1) for item in value], line, column)
    if value is None or isinstance(value, bool):
        return Text(json.dumps(value), quoted=False, line=line, column=column)
    return as_text(_clean(str(value), line, column, complain), line, column)


def _clean(text: str, line: int, column: int, complain: Complain) -> str:
    """Refuse what no RDF text can hold: U+0000, and half of a pair of surrogates."""
    for char in text:
        if char == "\x00" or "\ud800" <= char <= "\udfff":
            complain(line, column, f"the character U+{ord(char):04X} cannot stand in a text")
            return ""
    return text
