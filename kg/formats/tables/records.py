"""A line of NDJSON: a piece of a dossier, with the keys that its YAML has.

`{"dossier": "https://...", "title": ...}` begins a dossier; `{"people": {"ann": {...}}}` and
`{"claims": {"c1": {...}}}` add to it. A line becomes the tree that the dossier reader knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from kg.formats.claims import ACTS, CONCEPTS, MENTION_KEYS, WHO
from kg.formats.desk import Desk
from kg.formats.dossier import HEAD
from kg.formats.tables.claim_trees import Cells
from kg.formats.tables.json_trees import as_text
from kg.formats.tables.splitting import LINE
from kg.formats.yaml_reader import Complain, Mapping, Text, Tree

CLAIMS = "claims"
AGAIN = "this id is already used in line {}; ids are unique in a dossier"
_HEAD = (*HEAD, "turtle")
_SINGLE = (*WHO, "on", "holds", *CONCEPTS, "reading")
_COLUMNS = ("id", *_SINGLE, "act", "subject", "property", "object", "via", *MENTION_KEYS)
_PLAIN_KEYS = frozenset({*_SINGLE, *ACTS, "via", "mention"})
_MENTION = frozenset(MENTION_KEYS)


@dataclass
class Pieces:
    """The pieces of one dossier put together: its head, and its sections; `entries_first` is set by the first piece."""

    head: Mapping | None = None
    sections: dict[str, dict[str, tuple[Text, Tree]]] = field(default_factory=dict)
    entries_first: bool | None = None

    def add(self, piece: Mapping, complain: Complain) -> None:
        """Add a line that does not begin a dossier."""
        for name, (key, section) in piece.items.items():
            if name in _HEAD:
                complain(key.line, key.column, f'"{name}" stands in the line that begins the dossier')
            elif isinstance(section, Mapping):
                if self.entries_first is None and section.items:
                    self.entries_first = name != CLAIMS
                self._add(name, section, complain)
            elif not (isinstance(section, Text) and section.is_nothing):
                complain(key.line, key.column, f'section "{name}" must be an object, with an id for each entry')

    def _add(self, name: str, section: Mapping, complain: Complain) -> None:
        own = self.sections.setdefault(name, {})
        for identifier, (key, value) in section.items.items():
            if identifier in own:
                first = own[identifier][0].line
                complain(key.line, key.column, AGAIN.format(first))
            own.setdefault(identifier, (key, value))

    def tree(self, dossier: str) -> Mapping:
        """Return the tree of the whole dossier; `dossier` is its address if no line gives one."""
        at = Text("dossier", quoted=False, line=1, column=1)
        items = (
            self.head.items
            if self.head is not None
            else {"dossier": (at, Text(dossier, quoted=True, line=1, column=1))}
        )
        line = self.head.line if self.head is not None else 1
        sections: dict[str, tuple[Text, Tree]] = {}
        for name, entries in self.sections.items():
            first = min((key.line for key, _ in entries.values()), default=line)
            sections[name] = (Text(name, quoted=False, line=first, column=1), Mapping(entries, first, 1))
        return Mapping({**items, **sections}, line, 1)


def split_head(piece: Mapping) -> tuple[Mapping, Mapping]:
    """Take the line that begins a dossier apart: its head, and sections that stand in the same line."""
    head = {key: item for key, item in piece.items.items() if key in _HEAD}
    rest = {key: item for key, item in piece.items.items() if key not in _HEAD}
    return Mapping(head, piece.line, piece.column), Mapping(rest, piece.line, piece.column)


def looks_like_records(text: str) -> bool:
    """Say whether a text begins with a line that is a piece of a dossier.

    >>> looks_like_records('{"dossier": "https://example.org/x"}'), looks_like_records('{"@id": "e:x"}')
    (True, False)
    """
    try:
        value = json.loads(text.split("\n", 1)[0])
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and bool(value.keys() & {"dossier", CLAIMS}) and "@context" not in value


# -- plain claims, many at a time --------------------------------------------------------------------


class _Bare(str):
    """A number, or a truth value, as it is written."""

    __slots__ = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | None:
    found = dict(pairs)
    return found if len(found) == len(pairs) else None  # a key twice: not plain


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_Bare, parse_float=_Bare, parse_constant=_Bare)


def plain_claims(lines: Sequence[tuple[int, str]]) -> tuple[pl.DataFrame, list[tuple[int, str]]]:
    """Take the lines that are one claim of the plainest form to the columns of a table; return the others as they are.

    An empty text stands for a key that is not there; `line` is the number of the line.
    """
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    left: list[tuple[int, str]] = []
    for number, line in lines:
        row = _plain(line)
        if row is None:
            left.append((number, line))
        else:
            rows.append(row)
            numbers.append(number)
    columns = [*zip(*rows, strict=True)] if rows else [()] * len(_COLUMNS)
    series = [pl.Series(key, cells, pl.String) for key, cells in zip(_COLUMNS, columns, strict=True)]
    return pl.DataFrame([*series, pl.Series(LINE, numbers, pl.UInt64)]), left


def _plain(line: str) -> tuple[str, ...] | None:
    try:
        value, end = _DECODER.raw_decode(line)
    except (ValueError, RecursionError):
        return None
    if end != len(line) or type(value) is not dict or len(value) != 1:
        return None
    claims = value.get(CLAIMS)
    if type(claims) is not dict or len(claims) != 1:
        return None
    ((name, claim),) = claims.items()
    if type(claim) is not dict or not claim.keys() <= _PLAIN_KEYS:
        return None
    return _row(name, claim)


def _row(name: str, claim: dict[str, Any]) -> tuple[str, ...] | None:
    """Return the cells of a claim, or None if any value is not a text, or is empty (that is a fault)."""
    acts = [act for act in ACTS if act in claim]
    if len(acts) != 1:
        return None
    said = claim[acts[0]]
    if type(said) is list and len(said) == 1:
        said = said[0]
    mention = claim.get("mention", _NO_MENTION)
    via = claim.get("via", "")
    if type(via) is list and len(via) == 1:
        via = via[0]
    if type(said) is not list or len(said) != 3 or type(mention) is not dict or not mention.keys() <= _MENTION:
        return None
    subject, prop, obj = said
    if obj is True or obj is False:
        obj = json.dumps(obj)
    elif type(obj) is _Bare:
        obj = str(obj)
    given = [claim.get(key, "") for key in _SINGLE]
    places = [mention.get(key, "") for key in MENTION_KEYS]
    cells = (name, *given, acts[0], subject, prop, obj, via, *places)
    if not all(type(cell) is str for cell in cells) or not (obj and prop and subject and name):
        return None
    if "" in claim.values() or "" in mention.values() or _is_unclean("".join(cells)):
        return None
    return cells


_NO_MENTION: dict[str, Any] = {}


def _is_unclean(text: str) -> bool:
    return "\x00" in text or (not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text))


def object_of_record(cells: Cells, _desk: Desk) -> Tree:
    """Take the object of a plain claim as it is: in JSON no space is there by accident."""
    return as_text(cells["object"])


def numbered(text: str, first: int) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text that are not empty, with their numbers."""
    for number, line in enumerate(text.split("\n"), first):
        bare = line.strip()
        if bare:
            yield number, bare
