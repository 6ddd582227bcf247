"""The rows of a claim to the tree that stands for it in a dossier's YAML, for the dossier reader to read.

Before: two rows with `id` ft-declined, an act and a triple each. After: `ft-declined: {by: ..., on: ..., affirms:
[[...], [...]]}`. So a table means what a dossier means, and its faults are said in the same words.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.errors import did_you_mean
from kg.formats.claims import CONCEPTS, MENTION_KEYS, WHO
from kg.formats.desk import Desk
from kg.formats.lexicon import TEXT, Property
from kg.formats.tables.columns import ACT_WORDS, COLUMNS, COMMITMENT, LISTS, REF, TRIPLE, Header
from kg.formats.tables.json_trees import as_text, json_tree
from kg.formats.tables.splitting import LINE
from kg.formats.yaml_reader import Listing, Mapping, Text, Tree

Cells = dict[str, str]
"""The cells of one row that are not empty, by the keys of their columns; `line` is its line."""
_SHARED = (*WHO, "on", *CONCEPTS, "if", "reading", *LISTS, "iri")
AGAIN = "this id is already used in line {}; ids are unique in a dossier, and the rows of one claim stand together"
AGAIN_WITHOUT_ID = "this row has no id and says what line {} says; give the table a column `id`, or take the row out"


def object_tree(cells: Cells, desk: Desk, line: int = 1, column: int = 1) -> Tree:
    """Take the object of a row as a dossier writes it, with its datatype or language where they are given."""
    value, kind, lang = cells["object"], cells.get("type"), cells.get("lang")
    if kind is None and lang is None:
        prop = _property(cells["property"], desk)
        return as_text(value if prop is None or prop.datatype == TEXT else value.strip(), line, column)
    place = (line, column)
    if kind == REF and lang is None:
        return _mapping({"ref": as_text(value.strip(), *place)}, *place)
    given = {"value": value, "type": kind, "lang": lang}
    return _mapping({key: as_text(item, *place) for key, item in given.items() if item is not None}, *place)


def _act(row: Cells) -> str | None:
    """Return the act of a row; one that is misspelt has been said, and what it is about is read all the same."""
    act = row.get("act")
    if act is None:
        return ACT_WORDS[0] if any(key in row for key in COMMITMENT) else None
    return act if act in ACT_WORDS else ACT_WORDS[0]


def _property(word: str, desk: Desk) -> Property | None:
    known = desk.lexicon.properties.get(word)
    if known is None and word != "is":
        iri = desk.iri(as_text(word))
        return desk.lexicon.by_iri.get(iri, None) if iri is not None else None
    return known or Property(desk.base, word, None, (), ())


def _mapping(items: dict[str, Tree], line: int, column: int) -> Mapping:
    keyed = {key: (as_text(key, item.line, item.column), item) for key, item in items.items()}
    return Mapping(keyed, line, column)


class ClaimTrees:
    """Makes the tree of a claim from its rows; says what is wrong with the rows themselves."""

    def __init__(self, header: Header, desk: Desk) -> None:
        self._desk = desk
        self._columns = {key: number for number, key in enumerate(header.keys, 1) if key is not None}
        self.again = AGAIN if "id" in self._columns else AGAIN_WITHOUT_ID

    def tree(self, rows: Sequence[Cells]) -> tuple[Text, Mapping]:
        """Return the id and the mapping of one claim."""
        for row in rows:
            self._check_act(row)
        found: dict[str, Tree] = {}
        for key in _SHARED:
            value = self._shared(key, rows)
            if value is not None:
                found[key] = value
        for act in ACT_WORDS:
            items = [tree for row in rows if _act(row) == act and (tree := self._said(row)) is not None]
            if items:
                found[act] = Listing(items, items[0].line, items[0].column)
        mentions = self._mentions(rows)
        if mentions:
            found["mention"] = Listing(mentions, mentions[0].line, mentions[0].column)
        found |= self._further(rows)
        name = self._text(rows[0], "id")
        return name, _mapping(found, name.line, name.column)

    def column(self, key: str) -> int:
        """Return the number of a column in the file."""
        return self._columns.get(key, 1)

    def _place(self, row: Cells, key: str) -> tuple[int, int]:
        return int(row[LINE]), self.column(key)

    def _text(self, row: Cells, key: str) -> Text:
        return as_text(row[key], *self._place(row, key))

    def _json(self, row: Cells, key: str) -> Tree | None:
        return json_tree(row[key], *self._place(row, key), self._desk.complain_at)

    def _shared(self, key: str, rows: Sequence[Cells]) -> Tree | None:
        """Return what a claim has once; its rows repeat it or leave it out."""
        given = [row for row in rows if key in row]
        if not given:
            return None
        for row in given[1:]:
            if row[key] != given[0][key]:
                first = f'"{given[0][key]}" in line {given[0][LINE]}'
                sentence = f'"{key}" is "{row[key]}" here and {first}; the rows of one claim agree or leave it empty'
                self._desk.complain_at(*self._place(row, key), sentence)
        if key == "if":
            return self._json(given[0], key)
        line, column = self._place(given[0], key)
        if key in LISTS:
            return Listing([as_text(name, line, column) for name in given[0][key].split()], line, column)
        return self._text(given[0], key)

    def _check_act(self, row: Cells) -> None:
        act = row.get("act")
        if act is not None and act not in ACT_WORDS:
            near = did_you_mean(act.lower(), ACT_WORDS) or f"; it is {' or '.join(ACT_WORDS)}"
            self._desk.complain_at(*self._place(row, "act"), f'unknown act "{act}"{near}')
        said = [key for key in COMMITMENT[1:] if key in row]
        if act is None and said:
            self._desk.complain_at(*self._place(row, said[0]), f"this row has no act: {' or '.join(ACT_WORDS)}")

    def _said(self, row: Cells) -> Tree | None:
        """Return what a row affirms or denies, with its time."""
        content = self._content(row)
        if content is None or "holds" not in row:
            return content
        if isinstance(content, Mapping) and "holds" not in content.items:
            parts = {key: item for key, (_, item) in content.items.items()}
            return _mapping(parts | {"holds": self._text(row, "holds")}, content.line, content.column)
        return _mapping({"that": content, "holds": self._text(row, "holds")}, content.line, content.column)

    def _content(self, row: Cells) -> Tree | None:
        missing = [key for key in TRIPLE if key not in row]
        if "content" in row:
            if len(missing) < len(TRIPLE):
                sentence = "`content` stands in place of a triple, not beside one"
                self._desk.complain_at(*self._place(row, "content"), sentence)
            return self._json(row, "content")
        if missing:
            at = "act" if "act" in row else "id"
            sentence = f"this row has no {' and no '.join(missing)}; a triple has {', '.join(TRIPLE)}"
            self._desk.complain_at(*self._place(row, at), sentence)
            return None
        line, column = self._place(row, "object")
        subject, prop = self._text(row, "subject"), self._text(row, "property")
        return Listing([subject, prop, object_tree(row, self._desk, line, column)], subject.line, subject.column)

    def _mentions(self, rows: Sequence[Cells]) -> list[Tree]:
        """Return where a claim stands; rows of one claim may repeat a place."""
        found: dict[tuple[str | None, ...], Tree] = {}
        for row in rows:
            parts = {key: self._text(row, key) for key in MENTION_KEYS if key in row}
            if parts:
                first = next(iter(parts.values()))
                place = tuple(row.get(key) for key in MENTION_KEYS)
                found.setdefault(place, _mapping({**parts}, first.line, first.column))
        return list(found.values())

    def _further(self, rows: Sequence[Cells]) -> dict[str, Tree]:
        """Return the values of further properties; a claim with several has as many rows."""
        found: dict[str, dict[str, Tree]] = {}
        for row in rows:
            for key, value in row.items():
                if key != LINE and key not in COLUMNS:
                    found.setdefault(key, {}).setdefault(value, self._text(row, key))
        trees = {key: list(values.values()) for key, values in found.items()}
        return {key: Listing(items, items[0].line, items[0].column) for key, items in trees.items()}
