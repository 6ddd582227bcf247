"""The six rules as SQL joins in DuckDB (`six_rules.sql`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt

from benchmarks.bare.level import Level
from benchmarks.workload.claims import CONTENT, Claims

SQL = Path(__file__).with_name("six_rules.sql")

Columns = Mapping[str, npt.NDArray[np.int32]]


def load(claims: Claims) -> duckdb.DuckDBPyConnection:
    """Put the columns into an in-memory table; `row` numbers the claims."""
    connection = duckdb.connect()
    columns = {f.name: getattr(claims, f.name) for f in fields(claims)}
    connection.register("columns", {"row": np.arange(len(claims), dtype=np.int32), **columns})
    connection.execute("create table claim as select * from columns")
    connection.unregister("columns")
    return connection


def find(connection: duckdb.DuckDBPyConnection, level: Level) -> Mapping[str, Columns]:
    """Return the conflicts of each rule: columns `a`, `b` (and `c`) are rows of claims.

    At the level of positions a position is named by its first claim, and the table `sides` lists the claims of each.
    """
    content = ", ".join(f'"{name}"' for name in CONTENT)
    if level is Level.POSITIONS:
        connection.execute(
            f"create or replace temp table sides as select min(row) as row, list(row) as claims, {content} "
            f"from claim group by {content}"
        )
    table = "claim" if level is Level.CLAIMS else "sides"
    for view, affirmed in (("yes", "affirmed"), ("no", "not affirmed")):
        connection.execute(f"create or replace temp view {view} as select row, {content} from {table} where {affirmed}")
    return {rule: connection.execute(query).fetchnumpy() for rule, query in _queries()}


def members(found: Mapping[str, Columns]) -> list[npt.NDArray[np.int32]]:
    """Return for each rule its conflicts as rows of claims, one conflict a row."""
    return [np.stack([np.asarray(column, np.int32) for column in table.values()], axis=1) for table in found.values()]


def _queries() -> list[tuple[str, str]]:
    parts = re.split(r"^-- (C\d)\n", SQL.read_text(encoding="utf-8"), flags=re.M)
    return list(zip(parts[1::2], parts[2::2], strict=True))
