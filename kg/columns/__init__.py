"""Claims as columns: a store of a million claims as numpy arrays, kept in files beside it.

store -> statements (quads as numbers) -> records (claims, commitments, background) -> held (positions under a theory)
"""

from kg.columns.case import Held, HeldTables, hold
from kg.columns.dictionary import Dictionary
from kg.columns.opening import open_columns, open_records
from kg.columns.reading import read_records
from kg.columns.records import Records
from kg.columns.statements import of_quads, of_store
from kg.columns.views import ColumnViews

__all__ = [
    "ColumnViews",
    "Dictionary",
    "Held",
    "HeldTables",
    "Records",
    "hold",
    "of_quads",
    "of_store",
    "open_columns",
    "open_records",
    "read_records",
]
