"""The compiled check: a theory made into families of rules, run over columns of positions.

    theory + what is said of the vocabulary -> closed vocabulary -> families -> relevance -> rounds of joins

Exactly the minimal inconsistent sets of `kg.contradiction.snapshots.run`, for data too large for one
Python object a fact. What is said of the vocabulary (axioms, also claimed ones) is few and is closed by
the reference evaluator, with its labels; what is said of things runs in columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from kg.contradiction.columnar.case import Case
from kg.contradiction.columnar.run import Outcome, run_columns
from kg.logic import labels
from kg.logic.limits import Limits
from kg.logic.tables import ConflictTable, Flags, Ints, PositionTable, Spans


@dataclass(frozen=True, slots=True)
class Found:
    """The conflicts of a case. `incomplete` says in words what was left out, if anything.

    `ground` names the rules that the background breaks by itself at certain times, `ground_if_possible` those that it
    breaks in another run; `same` lists, for each conflict that needs it, the numbers of the pairs in `maybe_same` that
    it takes to be one thing.
    """

    conflicts: ConflictTable
    ground: tuple[str, ...] = ()
    ground_if_possible: tuple[str, ...] = ()
    same: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    incomplete: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing was left out."""
        return not self.incomplete


CONTRADICTION, UNDECIDED, TENSION = 0, 1, 2
"""The verdicts, as `ConflictTable.verdict` holds them."""


def find(case: Case, limits: Limits | None = None) -> Found:
    """Find every minimal set of positions that cannot all hold.

    Three runs, as in `kg.contradiction.check`: certain times; possible times and things that may be one, if
    anything is rough; hedged positions too, if there are any.
    """
    limits = (limits or Limits()).started()
    positions = case.positions
    firm = ~positions.hedged
    runs = [run_columns(case, firm, limits, possible=False)]
    conflicts = [_of(runs[0], CONTRADICTION)]
    known = labels.Known()
    _remember(known, runs[0].sets)
    same: dict[int, tuple[int, ...]] = {}
    if case.maybe_same or is_rough(positions, firm) or is_rough_background(case):
        rough = run_columns(case, firm, limits, possible=True)
        runs.append(rough)
        sets, supposed = _without_identities(rough.sets, len(positions))
        kept = np.flatnonzero(~known.within(sets) & (labels.sizes(sets) > 0))
        kept = kept[labels.minimal(sets[kept])]
        offset = len(conflicts[0])
        same = {offset + at: supposed[row] for at, row in enumerate(kept.tolist()) if supposed.get(row)}
        conflicts.append(_of(Outcome(sets[kept], rough.span.take(kept)), UNDECIDED))
        _remember(known, sets[kept])
    if not firm.all():
        hedged = run_columns(case, np.ones(len(positions), bool), limits, possible=False)
        runs.append(hedged)
        kept = np.flatnonzero(~known.within(hedged.sets) & (_count(positions.hedged, hedged.sets) <= 1))
        conflicts.append(_of(Outcome(hedged.sets[kept], hedged.span.take(kept)), TENSION))
    return Found(
        _joined(conflicts),
        ground=runs[0].ground,
        ground_if_possible=tuple(sorted({rule for one in runs[1:] for rule in one.ground})),
        same=same,
        incomplete=tuple(dict.fromkeys(one.incomplete for one in runs if one.incomplete)),
    )


def _of(result: Outcome, verdict: int) -> ConflictTable:
    return ConflictTable(result.sets, result.span, np.full(len(result.sets), verdict, np.uint8))


def _joined(parts: Sequence[ConflictTable]) -> ConflictTable:
    members = labels.stack([part.members for part in parts])
    return ConflictTable(
        np.where(members == labels.PAD, np.int32(-1), members),
        Spans(np.concatenate([part.span.start for part in parts]), np.concatenate([part.span.end for part in parts])),
        np.concatenate([part.verdict for part in parts]),
    )


def _remember(known: labels.Known, sets: Ints) -> None:
    for size, rows in labels.by_size(sets).items():
        known.add(sets[rows][:, :size])


def is_rough(positions: PositionTable, rows: Flags) -> bool:
    """Say whether the times of some of the rows are not known exactly."""
    certain, possible = positions.certain, positions.possible
    differs = (certain.start != possible.start) | (certain.end != possible.end) | (positions.condition >= 0)
    return bool((differs & rows).any())


def is_rough_background(case: Case) -> bool:
    """Say whether the times of the background are not all known exactly."""
    certain, possible = case.background.certain, case.background.possible
    return bool(((certain.start != possible.start) | (certain.end != possible.end)).any())


def _without_identities(sets: Ints, positions: int) -> tuple[Ints, dict[int, tuple[int, ...]]]:
    """Take the identity assumptions out of sets; return them by row, counted from 0."""
    beyond = (sets >= positions) & (sets != labels.PAD)
    supposed: dict[int, tuple[int, ...]] = {}
    for row in np.flatnonzero(beyond.any(axis=1)).tolist():
        supposed[row] = tuple((sets[row][beyond[row]] - positions).tolist())
    plain = np.where(beyond, labels.PAD, sets)
    plain.sort(axis=1)
    return labels.trim(plain), supposed


def _count(flags: Flags, sets: Ints) -> Ints:
    padded = np.append(flags, False)
    counted: Ints = padded[np.where(sets == labels.PAD, len(flags), sets)].sum(axis=1, dtype=np.int32)
    return counted
