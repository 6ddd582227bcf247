"""Whether what an engine found is what was planted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from benchmarks.workload.claims import Ints, Workload


def by_rule(workload: Workload, found: Iterable[Ints]) -> tuple[dict[str, int], bool]:
    """Count the planted conflicts of each rule among those found; say whether none is missing and none is more.

    `found` are tables of rows of claims, one conflict a row, padded with -1; several rows may stand for one conflict
    between positions.
    """
    width = max(rows.shape[1] for rows in workload.planted.values())
    known = _codes(np.concatenate([_positions(workload, rows, width) for rows in found]))
    planted = {rule: _codes(_padded(rows, width)) for rule, rows in workload.planted.items()}
    counts = {rule: int(np.isin(codes, known).sum()) for rule, codes in planted.items()}
    return counts, sum(counts.values()) == len(known) == sum(map(len, planted.values()))


def is_planted(counts: Mapping[str, int], workload: Workload) -> bool:
    """Say whether an engine that only counts, claim by claim, counted right."""
    return dict(counts) == workload.claims_planted()


def _positions(workload: Workload, rows: Ints, width: int) -> Ints:
    return _padded(np.where(rows >= 0, workload.position[rows], -1), width)


def _padded(rows: Ints, width: int) -> Ints:
    if rows.shape[1] > width and (rows[:, width:] >= 0).any():
        raise ValueError("a conflict has more sides than any that was planted")
    padded = np.full((len(rows), width), -1, np.int32)
    kept = min(width, rows.shape[1])
    padded[:, :kept] = rows[:, :kept]
    return np.sort(padded, axis=1)


def _codes(rows: Ints) -> np.ndarray:
    """Return each different row once, as one comparable value."""
    rows = np.ascontiguousarray(rows.astype(">i4"))
    return np.unique(rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))).ravel())
