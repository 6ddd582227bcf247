"""The metadata of a table that is written: what each column means, for every program that knows "CSV on the Web"."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.formats.claims import ACTS
from kg.formats.content import ContentReader
from kg.formats.desk import IDENTIFIER, Desk
from kg.formats.lexicon import Lexicon
from kg.formats.tables.columns import COLUMNS, COMMITMENT, DESCRIPTIONS, LISTS, PROPERTIES, TITLES
from kg.formats.tables.described import PART_OF, REQUIRES, SUFFIX
from kg.formats.yaml_reader import Text
from kg.terms import Iri
from kg.vocab import EDTF

_OF_CLAIM = ("by", "as", "medium", "audience")
"""Columns whose cells name a thing, and which say something of the claim itself."""
_DATES = ("on", "holds")
_NOT_OF_CLAIM = (*COMMITMENT, "id", "iri", "if", "via", "in", "exact", "before", "after")
"""Columns that do not say something of the claim by one property: a program that knows only CSVW leaves them out."""


def metadata(
    dossier: Iri,
    name: str,
    header: Sequence[str],
    rows: Sequence[Mapping[str, str]],
    lexicon: Lexicon,
    *,
    entries: str | None,
    title: object = None,
) -> dict[str, str]:
    """Return the metadata file of a table, by its name."""
    desk = Desk("", lexicon, dossier)
    schema: dict[str, Any] = {
        "columns": [_column(number, key, rows, desk) for number, key in enumerate(header, 1)],
        "rowTitles": ["id"],
    }
    if "iri" not in header:
        schema["aboutUrl"] = f"{dossier}/{{id}}"
    table: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": name,
        PART_OF: {"@id": str(dossier)},
    }
    if isinstance(title, str):
        table["dc:title"] = title
    if entries is not None:
        table[REQUIRES] = {"@id": entries}
    table |= {"dialect": {"delimiter": ",", "encoding": "utf-8", "header": True}, "tableSchema": schema}
    return {name + SUFFIX: json.dumps(table, ensure_ascii=False, indent=2) + "\n"}


def _column(number: int, key: str, rows: Iterable[Mapping[str, str]], desk: Desk) -> dict[str, Any]:
    if key not in COLUMNS:
        return _further(number, key, desk)
    column: dict[str, Any] = {"name": key, "titles": [key, *TITLES.get(key, ())], "dc:description": DESCRIPTIONS[key]}
    if key in _DATES:
        column["datatype"] = {"@id": str(EDTF), "base": "string"}
    elif key == "act":
        column["datatype"] = {"base": "string", "format": "|".join(ACTS)}
    else:
        column["datatype"] = "string"
    if key in LISTS:
        column["separator"] = " "
    if key in ("id", "by", "on"):
        column["required"] = True
    if key in PROPERTIES:
        column["propertyUrl"] = str(PROPERTIES[key])
    if key in _NOT_OF_CLAIM:
        column["suppressOutput"] = True
    cells = {row[key] for row in rows if key in row} if key in _OF_CLAIM else set()
    if cells and all(IDENTIFIER.fullmatch(cell) for cell in cells):
        column["valueUrl"] = f"{desk.base}/{{{key}}}"
    return column


def _further(number: int, key: str, desk: Desk) -> dict[str, Any]:
    prop = ContentReader(desk).property(Text(key, quoted=True, line=1, column=number))
    name = key if key.isidentifier() and not key.startswith("_") else f"column{number}"
    column: dict[str, Any] = {"name": name, "titles": [key], "datatype": "string"}
    if prop is not None:
        column["propertyUrl"] = str(prop.iri)
        if prop.definition:
            column["dc:description"] = prop.definition
    return column
