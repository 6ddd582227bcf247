"""Claims as columns of small numbers, before any engine has seen them, and what was planted in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

TYPE, HOLDS, ATTENDED, BEFORE = 0, 1, 2, 3
RATE = 4
"""Predicate numbers; from `RATE` on there are `RATES` functional properties."""
RATES = 8
SCHEDULED, CANCELLED, HELD = 0, 1, 2
"""The classes that are the values of `TYPE`."""
ANY = -1
"""The value of a denial that there is any value at all."""

HORIZON = 3650
"""Days that the workload covers; a claim holds from day `start` to day `end`, both included."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims, one a row: does the source affirm or deny that (subject, predicate, value) held on those days.

    Subjects and values are entity numbers; the value of a rate is a plain integer, the value of `TYPE` a class.
    """

    affirmed: Flags
    predicate: Ints
    subject: Ints
    value: Ints
    start: Ints
    end: Ints
    source: Ints

    def __len__(self) -> int:
        return len(self.subject)

    def take(self, rows: npt.NDArray[np.integer] | Flags) -> Claims:
        """Return some of the rows."""
        return Claims(*(getattr(self, f.name)[rows] for f in fields(self)))

    def save(self, path: Path) -> None:
        """Write the columns to a folder, one `.npy` file each."""
        path.mkdir(parents=True, exist_ok=True)
        for f in fields(self):
            np.save(path / f"{f.name}.npy", getattr(self, f.name))

    @classmethod
    def load(cls, path: Path) -> Claims:
        """Read what `save` wrote."""
        return cls(*(np.load(path / f"{f.name}.npy") for f in fields(cls)))


CONTENT = ("affirmed", "predicate", "subject", "value", "start", "end")
"""The columns in which claims of one position agree."""


@dataclass(frozen=True, slots=True)
class Workload:
    """Claims, the position of each, and for each rule the minimal conflicts as rows of positions."""

    claims: Claims
    position: Ints
    entities: int
    planted: Mapping[str, Ints]
    copies: Ints
    """How many claims take each position."""

    def positions_planted(self) -> dict[str, int]:
        """Count the planted conflicts between positions, by rule."""
        return {rule: len(rows) for rule, rows in self.planted.items()}

    def claims_planted(self) -> dict[str, int]:
        """Count the planted conflicts between single claims: the product of the copies of each side."""
        return {rule: int(self.copies[rows].astype(np.int64).prod(axis=1).sum()) for rule, rows in self.planted.items()}


@dataclass(slots=True)
class Builder:
    """Positions being written down in blocks; `conflict` notes which of them were planted."""

    rng: np.random.Generator
    blocks: list[Claims] = field(default_factory=list)
    planted: dict[str, list[Ints]] = field(default_factory=dict)
    rows: int = 0
    entities: int = 0

    def new(self, count: int) -> Ints:
        """Return that many new entities."""
        first, self.entities = self.entities, self.entities + count
        return np.arange(first, first + count, dtype=np.int32)

    def rates(self, count: int) -> Ints:
        """Return a functional property for each of so many subjects."""
        return self.rng.integers(RATE, RATE + RATES, count, dtype=np.int32)

    def day(self, count: int) -> Ints:
        """Return a day for each, with room on both sides."""
        return self.rng.integers(400, HORIZON - 400, count, dtype=np.int32)

    def around(self, day: Ints) -> tuple[Ints, Ints]:
        """Return stretches that all contain their day, so that those of one day meet."""
        reach = self.rng.integers(0, 90, (2, len(day)), dtype=np.int32)
        return day - reach[0], day + reach[1]

    def after(self, day: Ints) -> tuple[Ints, Ints]:
        """Return stretches that begin 91 days or more after their day: they meet none that lies around it."""
        start = (day + self.rng.integers(91, 200, len(day))).astype(np.int32)
        return start, start + self.rng.integers(0, 90, len(day), dtype=np.int32)

    def add(
        self,
        predicate: Ints | int,
        subject: Ints,
        value: Ints | int,
        when: tuple[Ints, Ints],
        *,
        affirmed: bool = True,
    ) -> Ints:
        """Add one position per subject; return their row numbers."""
        count = len(subject)
        self.blocks.append(
            Claims(
                affirmed=np.full(count, affirmed),
                predicate=np.broadcast_to(np.asarray(predicate, np.int32), count),
                subject=subject,
                value=np.broadcast_to(np.asarray(value, np.int32), count),
                start=when[0].astype(np.int32),
                end=when[1].astype(np.int32),
                source=np.zeros(count, np.int32),
            )
        )
        first, self.rows = self.rows, self.rows + count
        return np.arange(first, self.rows, dtype=np.int32)

    def conflict(self, rule: str, *sides: Ints) -> None:
        """Note that the i-th positions of the sides make a minimal conflict."""
        self.planted.setdefault(rule, []).append(np.sort(np.stack(sides, axis=1), axis=1))

    def finish(self, copies: Ints, sources: int) -> Workload:
        """Repeat each position as many times as it has claims, give the claims sources, and shuffle everything."""
        table = together(self.blocks)
        names = self.rng.permutation(self.entities).astype(np.int32)
        is_entity = (table.value >= 0) & np.isin(table.predicate, (HOLDS, ATTENDED, BEFORE))
        value = np.where(is_entity, names[np.where(is_entity, table.value, 0)], table.value)
        order = self.rng.permutation(int(copies.sum()))
        position = np.repeat(np.arange(self.rows, dtype=np.int32), copies)[order]
        claims = Claims(
            affirmed=table.affirmed[position],
            predicate=table.predicate[position],
            subject=names[table.subject][position],
            value=value[position],
            start=table.start[position],
            end=table.end[position],
            source=self.rng.integers(0, sources, len(position), dtype=np.int32),
        )
        planted = {rule: np.concatenate(rows) for rule, rows in self.planted.items()}
        return Workload(claims, position, self.entities, planted, copies)


def together(blocks: Iterable[Claims]) -> Claims:
    """Put blocks of claims under each other."""
    blocks = list(blocks)
    return Claims(*(np.concatenate([getattr(b, f.name) for b in blocks]) for f in fields(Claims)))


def distinct(claims: Claims) -> tuple[Claims, Ints]:
    """Return claims of different content, and for each claim given the row of its content."""
    key = np.stack([getattr(claims, name).astype(np.int32) for name in CONTENT], axis=1)
    _, first, row = np.unique(key, axis=0, return_index=True, return_inverse=True)
    return claims.take(first), row.reshape(-1).astype(np.int32)
