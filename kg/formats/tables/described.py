"""What the metadata beside a table say (W3C, Metadata Vocabulary for Tabular Data; "CSVW").

Of the metadata, this much is read: the dossier (`dc:isPartOf`), the file of its entries (`dc:requires`), the delimiter,
and the name, titles and property of each column. Anything that would make the rows mean something else is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import BadInput, Fault
from kg.formats.claims import assessments_of
from kg.formats.desk import ABSOLUTE
from kg.formats.files import file_text
from kg.formats.lexicon import Lexicon
from kg.formats.tables.columns import PROPERTIES, known_column, plain_title
from kg.formats.tables.splitting import DELIMITERS
from kg.terms import Iri

SUFFIX = "-metadata.json"
"""What follows the name of a table in the name of its metadata."""
PART_OF, REQUIRES = "dc:isPartOf", "dc:requires"
LARGEST = 5_000_000
_FIXED = {
    "quoteChar": '"', "doubleQuote": True, "header": True, "headerRowCount": 1, "skipRows": 0, "skipColumns": 0,
    "skipBlankRows": False,
}  # fmt: skip
"""Parts of a dialect that have to be as they are by default."""


@dataclass(frozen=True, slots=True)
class Described:
    """What metadata say: `columns` are keys by title (None: a column that is left out)."""

    file: str
    dossier: Iri | None
    entries: str | None
    delimiter: str | None
    columns: Mapping[str, str | None]


def metadata_of(table: Path) -> Path | None:
    """Return the metadata file beside a table (packed or not), if there is one."""
    plain = table.with_suffix("") if table.suffix.lower() == ".gz" else table
    for path in (table, plain):
        beside = path.with_name(path.name + SUFFIX)
        if beside.is_file():
            return beside
    return None


def parts_of(table: Path) -> list[Path]:
    """Return the files that belong to a table and are not read by themselves: its metadata, and its entries."""
    beside = metadata_of(table)
    if beside is None:
        return []
    try:
        value = json.loads(file_text(beside, LARGEST))
    except (BadInput, ValueError, RecursionError):
        return [beside]  # what is wrong is said when the table is read
    name = _link(value.get(REQUIRES)) if isinstance(value, dict) else None
    return [beside] if name is None else [beside, beside.parent / name]


def described(path: Path, table: str, lexicon: Lexicon) -> Described:
    """Read the metadata of a table, or raise `BadInput` with every fault."""
    return _Reader(path, table, lexicon).read()


class _Reader:
    def __init__(self, path: Path, table: str, lexicon: Lexicon) -> None:
        self._path, self._table, self._lexicon = path, table, lexicon
        self._faults: list[Fault] = []

    def read(self) -> Described:
        found = self._described(self._json())
        if self._faults:
            raise BadInput(self._faults)
        return found

    def _complain(self, message: str) -> None:
        self._faults.append(Fault(str(self._path), 0, 0, message))

    def _json(self) -> Mapping[str, Any]:
        text = file_text(self._path, LARGEST)
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BadInput([Fault(str(self._path), 0, 0, f"these metadata cannot be read: {error}")]) from None
        table = value
        if isinstance(value, dict) and isinstance(value.get("tables"), list):
            own = [one for one in value["tables"] if isinstance(one, dict) and one.get("url") == self._table]
            table = value | own[0] if len(own) == 1 else None
        if not isinstance(table, dict):
            raise BadInput([Fault(str(self._path), 0, 0, f'these metadata describe no table "{self._table}"')])
        return table

    def _described(self, table: Mapping[str, Any]) -> Described:
        url = table.get("url", self._table)
        if url not in (self._table, self._table.removesuffix(".gz")):
            self._complain(f'these metadata are of "{url}", not of "{self._table}"')
        schema = table.get("tableSchema")
        columns = schema.get("columns") if isinstance(schema, dict) else None
        if not isinstance(columns, list) or not all(isinstance(column, dict) for column in columns):
            self._complain("`tableSchema` lists the `columns`, each with its name and titles")
            columns = []
        return Described(
            str(self._path),
            self._dossier(_link(table.get(PART_OF))),
            self._entries(_link(table.get(REQUIRES))),
            self._delimiter(table.get("dialect")),
            {title: key for column in columns for title, key in self._column(column)},
        )

    def _dossier(self, iri: str | None) -> Iri | None:
        if iri is None:
            return None
        if not ABSOLUTE.fullmatch(iri) or "#" in iri or "?" in iri:
            self._complain(f'`{PART_OF}`: "{iri}" is not an address for a dossier (https://..., without # and ?)')
            return None
        return Iri(iri.rstrip("/"))

    def _entries(self, name: str | None) -> str | None:
        """Return the file of the entries: one that lies beside the table, nowhere else."""
        if name is None:
            return None
        if Path(name).name != name or name in ("", ".", "..") or "\\" in name:
            self._complain(f'`{REQUIRES}`: "{name}" is not the name of a file in the same folder')
            return None
        if not (self._path.parent / name).is_file():
            self._complain(f'`{REQUIRES}`: there is no file "{name}" beside it')
            return None
        return name

    def _delimiter(self, dialect: Any) -> str | None:
        if dialect is None:
            return None
        if not isinstance(dialect, dict):
            self._complain("`dialect` is an object")
            return None
        for name, value in _FIXED.items():
            if dialect.get(name, value) != value:
                self._complain(f"`dialect`: {name} must be {json.dumps(value)}")
        if str(dialect.get("encoding", "utf-8")).lower() not in ("utf-8", "utf8"):
            self._complain("`dialect`: the encoding must be utf-8")
        delimiter = dialect.get("delimiter", ",")
        if delimiter not in DELIMITERS:
            self._complain("`dialect`: the delimiter must be a comma, a semicolon or a tab")
            return None
        return str(delimiter)

    def _column(self, column: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
        if column.get("virtual"):
            return
        titles = [*_titles(column.get("titles")), str(column.get("name", ""))]
        key = self._key(column)
        if key is None and not column.get("suppressOutput"):
            shown = next((title for title in titles if title), "")
            self._complain(f'column "{shown}" has no meaning here; give its `propertyUrl`, or `"suppressOutput": true`')
        for title in titles:
            if title:
                yield plain_title(title), key

    def _key(self, column: Mapping[str, Any]) -> str | None:
        name, iri = column.get("name"), column.get("propertyUrl")
        found = known_column(name, self._lexicon) if isinstance(name, str) else None
        if found is not None or not isinstance(iri, str):
            return found
        own = next((key for key, known in PROPERTIES.items() if known == iri), None)
        further = next((key for key, prop in assessments_of(self._lexicon).items() if prop.iri == iri), None)
        return own or further or (f"<{iri}>" if ABSOLUTE.fullmatch(iri) else None)


def _link(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("@id")
    return value if isinstance(value, str) else None


def _titles(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [title for titles in value.values() for title in _titles(titles)]
    return [value] if isinstance(value, str) else [str(title) for title in value or ()]
