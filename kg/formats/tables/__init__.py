"""Claims as tables: CSV with the metadata of "CSV on the Web", one claim a row; and NDJSON, one record a line.

Before: a row of cells. After: the same claim as a dossier in YAML would give it, or, of a large file, its N-Quads.
"""

from __future__ import annotations

from kg.formats.tables.blocks import Block
from kg.formats.tables.described import metadata_of, parts_of
from kg.formats.tables.ndjson import ndjson_blocks, read_ndjson
from kg.formats.tables.opening import Source, looks_like_table
from kg.formats.tables.reading import csv_blocks, read_csv
from kg.formats.tables.records import looks_like_records
from kg.formats.tables.writing import TableFiles, write_csv, write_ndjson

__all__ = [
    "Block",
    "Source",
    "TableFiles",
    "csv_blocks",
    "looks_like_records",
    "looks_like_table",
    "metadata_of",
    "ndjson_blocks",
    "parts_of",
    "read_csv",
    "read_ndjson",
    "write_csv",
    "write_ndjson",
]
