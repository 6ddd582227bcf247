"""The six rules as lazy polars joins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.bare.level import Level
from benchmarks.workload.claims import (
    ANY,
    ATTENDED,
    BEFORE,
    CANCELLED,
    CONTENT,
    HELD,
    HOLDS,
    RATE,
    SCHEDULED,
    TYPE,
    Claims,
)
from benchmarks.workload.six_rules import RULES


def load(claims: Claims) -> pl.DataFrame:
    """Put the columns into a frame; `row` numbers the claims."""
    columns = {f.name: getattr(claims, f.name) for f in fields(claims)}
    return pl.DataFrame({"row": np.arange(len(claims), dtype=np.int32), **columns})


def find(table: pl.DataFrame, level: Level) -> Mapping[str, pl.DataFrame]:
    """Return the conflicts of each rule: columns `a`, `b` (and `c`) are rows of claims.

    At the level of positions a position is named by its first claim, and the frame `sides` lists the claims of each.
    """
    if level is Level.CLAIMS:
        found = pl.collect_all(list(_rules(table.lazy()).values()))
        return dict(zip(RULES, found, strict=True))
    sides = table.group_by(CONTENT).agg(pl.col("row").alias("claims"))
    positions = sides.with_columns(pl.col("claims").list.first().alias("row"))
    found = pl.collect_all(list(_rules(positions.drop("claims").lazy()).values()))
    return {**dict(zip(RULES, found, strict=True)), "sides": positions}


def members(found: Mapping[str, pl.DataFrame]) -> list[npt.NDArray[np.int32]]:
    """Return for each rule its conflicts as rows of claims, one conflict a row."""
    return [found[rule].to_numpy() for rule in RULES]


_WHEN = ("row", "start", "end")


def _rules(claim: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
    yes, predicate, value = pl.col("affirmed"), pl.col("predicate"), pl.col("value")
    slot = (pl.col("subject").cast(pl.Int64) * 16 + predicate).alias("slot")
    rates = claim.filter(yes & (predicate >= RATE)).select(slot, "value", *_WHEN)
    none = claim.filter(~yes & (value == ANY)).select(slot, *_WHEN)
    types = claim.filter(yes & (predicate == TYPE))
    cancelled = types.filter(value == CANCELLED).select("subject", *_WHEN)
    held = types.filter(value == HELD).select("subject", *_WHEN)
    unscheduled = claim.filter(~yes & (predicate == TYPE) & (value == SCHEDULED)).select("subject", *_WHEN)
    return {
        "C1": rates.join(rates, on="slot", suffix="_b")
        .filter((pl.col("row") < pl.col("row_b")) & (value != pl.col("value_b")) & _meet("_b"))
        .select(a="row", b="row_b"),
        "C2": none.join(rates, on="slot", suffix="_b").filter(_meet("_b")).select(a="row", b="row_b"),
        "C3": unscheduled.join(
            types.filter(value != SCHEDULED).select("subject", *_WHEN), on="subject", suffix="_b"
        ).filter(_meet("_b")).select(a="row", b="row_b"),
        "C4": cancelled.join(held, on="subject", suffix="_b").filter(_meet("_b")).select(a="row", b="row_b"),
        "C5": _absent_holders(claim),
        "C6": _cycles(claim.filter(yes & (predicate == BEFORE)).select("subject", "value", *_WHEN)),
    }  # fmt: skip


def _meet(suffix: str) -> pl.Expr:
    return (pl.col("start") <= pl.col("end" + suffix)) & (pl.col("start" + suffix) <= pl.col("end"))


def _meet_three() -> pl.Expr:
    start = pl.max_horizontal("start", "start_b", "start_c")
    return start <= pl.min_horizontal("end", "end_b", "end_c")


def _absent_holders(claim: pl.LazyFrame) -> pl.LazyFrame:
    yes, predicate = pl.col("affirmed"), pl.col("predicate")
    holds = claim.filter(yes & (predicate == HOLDS)).select("row", "start", "end", person="subject", role="value")
    attended = claim.filter(yes & (predicate == ATTENDED)).select(
        "row", "start", "end", role="subject", meeting="value"
    )
    absent = claim.filter(~yes & (predicate == ATTENDED)).select(
        "row", "start", "end", person="subject", meeting="value"
    )
    return (
        holds.join(attended, on="role", suffix="_b")
        .join(absent, on=["person", "meeting"], suffix="_c")
        .filter(_meet_three())
        .select(a="row", b="row_b", c="row_c")
    )


def _cycles(before: pl.LazyFrame) -> pl.LazyFrame:
    first = before.rename({"subject": "x", "value": "y"})
    second = before.rename({"subject": "y", "value": "z"})
    third = before.rename({"subject": "z", "value": "x"})
    return (
        first.filter(pl.col("x") < pl.col("y"))
        .join(second, on="y", suffix="_b")
        .filter(pl.col("x") < pl.col("z"))
        .join(third, on=["z", "x"], suffix="_c")
        .filter(_meet_three())
        .select(a="row", b="row_b", c="row_c")
    )
