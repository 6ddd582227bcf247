"""A table before its rows: its delimiter, its columns, its dossier and the entries beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kg.errors import BadInput, Fault, did_you_mean
from kg.formats.desk import Desk
from kg.formats.dossier import ReadDossier, read_records
from kg.formats.files import file_text
from kg.formats.lexicon import Lexicon
from kg.formats.rdf_files import file_graph
from kg.formats.tables.columns import Header, header_faults, known_column, looks_like_claims, plain_title
from kg.formats.tables.described import Described, described, metadata_of
from kg.formats.tables.splitting import DELIMITERS, split
from kg.formats.yaml_reader import Listing, Mapping, Text, Tree, read_tree
from kg.terms import Iri

LARGEST_ENTRIES = 50_000_000
"""Bytes of the dossier beside a table, as of any dossier in YAML."""


@dataclass(frozen=True, slots=True)
class Source:
    """A table that was given: how messages call it, the name of its graph if it gives none, and where it lies."""

    file: str
    name: str
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """All that has to be known of a table to read its rows.

    `entries` is the tree of the dossier beside it, from the file `entries_file`; without one, ids are those of things
    described elsewhere, and none is unknown.
    """

    source: Source
    dossier: Iri
    header: Header
    delimiter: str
    entries: Mapping | None = None
    entries_file: str = ""

    def desk(self, lexicon: Lexicon) -> tuple[ReadDossier, Desk]:
        """Read what stands beside the rows; ids that it does not explain are collected on the desk."""
        return read_records(self.tree(), self.entries_file, lexicon, elsewhere=[])

    def tree(self) -> Mapping:
        """Return the tree of the dossier without the rows of the table."""
        if self.entries is not None:
            return self.entries
        at = Text("dossier", quoted=False, line=1, column=1)
        return Mapping({"dossier": (at, Text(self.dossier, quoted=True, line=1, column=1))})


def delimiter_of(line: str) -> str:
    r"""Guess what stands between cells from the first row.

    >>> delimiter_of("id;speaker;on"), delimiter_of("id\tspeaker"), delimiter_of("id")
    (';', '\t', ',')
    """
    return max(DELIMITERS, key=line.count)


def looks_like_table(text: str) -> bool:
    """Say whether a text begins with the titles of a table of claims."""
    line = text.lstrip("\ufeff").split("\n", 1)[0]
    return looks_like_claims(cell.strip('" \r') for cell in line.split(delimiter_of(line)))


def open_table(first: str, source: Source, lexicon: Lexicon) -> Table:
    """Describe a table by its first row and what lies beside it, or raise `BadInput` with every fault."""
    beside = metadata_of(source.path) if source.path is not None else None
    said = described(beside, source.path.name, lexicon) if beside is not None and source.path is not None else None
    delimiter = (said.delimiter if said else None) or delimiter_of(first)
    titles = next((cells for _, cells in split(first, delimiter)), [])
    keys, faults = _keys(titles, said, lexicon)
    if faults:
        raise BadInput(Fault(source.file, 1, column, message) for column, message in faults)
    dossier = (said.dossier if said else None) or file_graph(source.name)
    header = Header(tuple(keys))
    if said is None or said.entries is None or source.path is None:
        return Table(source, dossier, header, delimiter)
    path = source.path.parent / said.entries
    return Table(source, dossier, header, delimiter, _entries(path, dossier), str(path))


def _keys(
    titles: list[str], said: Described | None, lexicon: Lexicon
) -> tuple[list[str | None], list[tuple[int, str]]]:
    if said is None:
        keys = [known_column(title, lexicon) for title in titles]
        return keys, list(header_faults(keys, titles, lexicon))
    faults: list[tuple[int, str]] = []
    for number, title in enumerate(titles, 1):
        if plain_title(title) not in said.columns:
            near = did_you_mean(title, said.columns)
            faults.append((number, f'the metadata beside the table know no column "{title}"{near}'))
    keys = [said.columns.get(plain_title(title)) for title in titles]
    kept = [(key, title) for key, title in zip(keys, titles, strict=True) if key is not None]
    found = header_faults([key for key, _ in kept], [title for _, title in kept], lexicon)
    return keys, faults or [(1, message) for _, message in found]


def _entries(path: Path, dossier: Iri) -> Mapping:
    """Read the dossier beside the table; it is the same dossier."""
    faults: list[Fault] = []
    text = file_text(path, LARGEST_ENTRIES)
    tree = read_tree(text, lambda line, column, message: faults.append(Fault(str(path), line, column, message)))
    if tree is None or faults:
        raise BadInput(faults or [Fault(str(path), 1, 1, "the file is empty")])
    named = tree.get("dossier") if isinstance(tree, Mapping) else None
    if not isinstance(tree, Mapping) or not isinstance(named, Text) or named.value.rstrip("/") != dossier:
        raise BadInput([Fault(str(path), 1, 1, f"this is not the dossier of the table, {dossier}")])
    return tree


def shifted(tree: Tree, lines: int) -> Tree:
    """Move a tree down by so many lines, to where it stands when its file follows another one."""
    if isinstance(tree, Text):
        return Text(tree.value, tree.quoted, tree.line + lines, tree.column)
    if isinstance(tree, Listing):
        return Listing([shifted(item, lines) for item in tree.items], tree.line + lines, tree.column)
    items = {
        name: (Text(key.value, key.quoted, key.line + lines, key.column), shifted(value, lines))
        for name, (key, value) in tree.items.items()
    }
    return Mapping(items, tree.line + lines, tree.column)
