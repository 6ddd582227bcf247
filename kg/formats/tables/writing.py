"""Dossiers to tables and records: CSV with metadata and entries beside it, NDJSON.

A table holds claims only. The entries of a dossier, and the few claims that no row can hold, are written as a dossier
of the same address beside it, so that nothing is lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from kg.formats.claims import ACTS, CONCEPTS, MENTION_KEYS, WHO, WITHDRAWALS
from kg.formats.dossier import HEAD
from kg.formats.dossier_writer import SCHEMA_LINE, dossier_tree
from kg.formats.lexicon import Lexicon, shipped
from kg.formats.tables.cells import as_cell
from kg.formats.tables.columns import COLUMNS, REF
from kg.formats.tables.describing import metadata
from kg.formats.yaml_writer import Tree, Verbatim, write_tree
from kg.model import Dossier

ENTRIES = ".entries.yaml"
"""What follows the name of a table, without its suffix, in the name of the dossier beside it."""
_ALWAYS = ("id", "by", "on", "act", "subject", "property", "object")
_SHARED = (*WHO, "on", *CONCEPTS)
"""Cells that every row of a claim repeats."""
_ONCE = ("reading", "iri")
_LISTED = ("via", *WITHDRAWALS)
_IN_QUOTES = re.compile(r'[",\r\n]')
_JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
Row = dict[str, str]


class NotInTable(ValueError):
    """A claim for which a table has no cells."""


@dataclass(frozen=True, slots=True)
class TableFiles:
    """A table and what lies beside it, by file name; the table itself is first."""

    files: Mapping[str, str]
    beside: int
    """How many claims stand in the dossier beside the table, because no row can hold them."""


def write_csv(dossier: Dossier, name: str, lexicon: Lexicon | None = None) -> TableFiles:
    """Write a dossier as a table called `name`, its metadata, and the rest of it as a dossier beside them."""
    tree = dossier_tree(dossier, lexicon)
    found = tree.pop("claims", {})
    claims = [("claims", *item) for item in found.items()] if isinstance(found, Mapping) else []
    rows: list[Row] = []
    left: dict[str, Tree] = {}
    for _, identifier, record in sorted(claims, key=_order):
        try:
            rows += _rows(identifier, record)
        except NotInTable:
            left[identifier] = record
    if left:
        tree["claims"] = left
    used = {key for row in rows for key in row}
    header = [*(key for key in COLUMNS if key in used or key in _ALWAYS), *sorted(used.difference(COLUMNS))]
    entries = PurePath(name).with_suffix(ENTRIES).name if tree.keys() - {"dossier"} else None
    described = metadata(
        dossier.iri, name, header, rows, lexicon or shipped(), entries=entries, title=tree.get("title")
    )
    files = {name: _table(header, rows), **described}
    if entries is not None:
        files[entries] = SCHEMA_LINE + write_tree(tree)
    return TableFiles(files, len(left))


def _table(header: Sequence[str], rows: Iterable[Row]) -> str:
    lines = [header, *([as_cell(row.get(key, "")) for key in header] for row in rows)]
    return "".join(f"{','.join(map(_quoted, line))}\n" for line in lines)


def _quoted(cell: str) -> str:
    """Put a cell in quotes where RFC 4180 wants it: also one with a carriage return, which ends a row, too."""
    return '"' + cell.replace('"', '""') + '"' if _IN_QUOTES.search(cell) else cell


# -- a claim as rows ---------------------------------------------------------------------------------


def _rows(identifier: str, record: Tree) -> list[Row]:
    """Write a claim as rows: as many as it has commitments, mentions or values of one further property."""
    if not isinstance(record, Mapping):
        raise NotInTable
    said = [
        {"act": act} | _commitment(item, record.get("holds")) for act in ACTS for item in _contents(record.get(act))
    ]
    mentions = [_mention(item) for item in _each(record.get("mention"))]
    own = (*COLUMNS, *ACTS, "mention")
    further = {key: [_cell(item) for item in _each(value)] for key, value in record.items() if key not in own}
    if len({tuple(sorted(mention.items())) for mention in mentions}) < len(mentions):
        raise NotInTable  # rows repeat a mention, so one that is there twice would be read once
    shared = {key: _cell(record[key]) for key in _SHARED if key in record}
    once = {key: _cell(record[key]) for key in _ONCE if key in record}
    once |= {key: _names(record[key]) for key in _LISTED if key in record}
    if "if" in record:
        once["if"] = as_json(record["if"])
    rows: list[Row] = []
    for number in range(max(1, len(said), len(mentions), *(len(values) for values in further.values()), 0)):
        row = {"id": identifier} | shared | (once if number == 0 else {})
        for part in (said, mentions):
            row |= part[number] if number < len(part) else {}
        rows.append(row | {key: values[number] for key, values in further.items() if number < len(values)})
    return rows


def _contents(value: Tree | None) -> list[Tree]:
    """Return the propositions of an act: one triple, one mapping or a list."""
    if value is None:
        return []
    return [value] if isinstance(value, Mapping) or _is_triple(value) else list(value)


def _is_triple(value: Tree) -> bool:
    return not isinstance(value, (str, Mapping)) and len(value) == 3 and isinstance(value[1], str)


def _commitment(item: Tree, holds: Tree | None) -> Row:
    """Return the cells for a proposition: a triple of simple cells, or JSON."""
    if isinstance(item, Mapping) and "holds" in item:
        holds = item["holds"]
        item = item["that"] if "that" in item else {key: part for key, part in item.items() if key != "holds"}
    time = {} if holds is None else {"holds": _cell(holds)}
    if isinstance(item, (str, Mapping)) or not _is_triple(item) or not isinstance(item[0], str):
        return {"content": as_json(item)} | time
    subject, prop, value = item
    try:
        return {"subject": _cell(subject), "property": _cell(prop)} | _object(value) | time
    except NotInTable:
        return {"content": as_json(item)} | time


def _object(value: Tree) -> Row:
    if isinstance(value, Mapping):
        if value.keys() == {"ref"}:
            return {"object": _cell(value["ref"]), "type": REF}
        if "value" in value:
            kind = {} if value.keys() & {"type", "lang"} else {"type": "xsd:string"}
            return {"object": _cell(value["value"])} | kind | {k: _cell(v) for k, v in value.items() if k != "value"}
    return {"object": _cell(value)}


def _mention(item: Tree) -> Row:
    if not isinstance(item, Mapping):
        raise NotInTable
    return {key: _cell(item[key]) for key in MENTION_KEYS if key in item}


def _cell(value: Tree) -> str:
    """Return a value that is one text with something in it."""
    if not isinstance(value, str) or not value.strip():
        raise NotInTable
    return str(value)


def _names(value: Tree) -> str:
    names = [_cell(name) for name in _each(value)]
    if any(len(name.split()) != 1 for name in names):
        raise NotInTable
    return " ".join(names)


def _each(value: Tree | None) -> list[Tree]:
    if value is None:
        return []
    return [value] if isinstance(value, (str, Mapping)) else list(value)


# -- records -----------------------------------------------------------------------------------------


def write_ndjson(dossiers: Iterable[Dossier], lexicon: Lexicon | None = None) -> Iterator[str]:
    """Yield the lines of dossiers, entries before claims, each with its line break."""
    for dossier in dossiers:
        tree = dossier_tree(dossier, lexicon)
        head = {key: value for key, value in tree.items() if key in (*HEAD, "turtle")}
        yield f"{as_json(head)}\n"
        records: list[tuple[str, str, Tree]] = []
        for section, entries in tree.items():
            if section not in head and isinstance(entries, Mapping):
                records += [(section, identifier, entry) for identifier, entry in entries.items()]
        for section, identifier, entry in sorted(records, key=_order):
            yield f"{as_json({section: {identifier: entry}})}\n"


def _order(record: tuple[str, str, Tree]) -> tuple[bool, bool]:
    """Put what has an address of its own first: who reads bit by bit then knows it when it is named by its id."""
    section, _, entry = record
    return section == "claims", not (isinstance(entry, Mapping) and "iri" in entry)


def as_json(tree: Tree) -> str:
    r"""Write a tree as JSON on one line.

    >>> as_json({"a": ["x", Verbatim("12"), Verbatim("007")], "b": "no\n"})
    '{"a": ["x", 12, "007"], "b": "no\\n"}'
    """
    if isinstance(tree, Verbatim) and (tree in ("true", "false") or _JSON_NUMBER.fullmatch(tree)):
        return str(tree)
    if isinstance(tree, str):
        return json.dumps(str(tree), ensure_ascii=False)
    if isinstance(tree, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)}: {as_json(value)}" for key, value in tree.items()) + "}"
    return "[" + ", ".join(as_json(item) for item in tree) + "]"
