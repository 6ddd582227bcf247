"""What a store holds, as columns: claims, what they commit to, and background.

These tables know nothing of an ontology: when a position holds is computed for one (`kg.columns.case`).
All of them are rows of numbers; a term is its number in one `Dictionary`, and -1 is none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kg.columns.dictionary import Dictionary
from kg.logic.tables import Flags, Ints

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims, one a row: by graph and name, those of graphs that were replaced since behind the others.

    `stands` is false for a claim that was withdrawn. `said` is the day it was said, `capacity` the post.
    """

    iri: Ints
    graph: Ints
    speaker: Ints
    said: Ints
    capacity: Ints
    hedged: Flags
    stands: Flags

    def __len__(self) -> int:
        return len(self.iri)


@dataclass(frozen=True, slots=True)
class Commitments:
    """What claims commit to, one affirmation or denial a row.

    `claim` is a row of `Claims`. `o` is the object in canonical form, `stated` as it was written; `holds` is the time
    stated. `condition` is a row of the conditions.
    """

    claim: Ints
    denied: Flags
    s: Ints
    p: Ints
    o: Ints
    stated: Ints
    holds: Ints
    condition: Ints

    def __len__(self) -> int:
        return len(self.claim)


@dataclass(frozen=True, slots=True)
class Propositions:
    """Propositions, one a row; `o` is as it was written."""

    s: Ints
    p: Ints
    o: Ints
    holds: Ints

    def __len__(self) -> int:
        return len(self.s)


@dataclass(frozen=True, slots=True)
class Background:
    """Triples that the recorders state, one a row, with the graph; `o` is in canonical form."""

    graph: Ints
    s: Ints
    p: Ints
    o: Ints

    def __len__(self) -> int:
        return len(self.s)


@dataclass(frozen=True, slots=True)
class Withdrawals:
    """Which claim was taken back by which, rows of `Claims`; `how` counts the members of `kg.model.Withdrawal`."""

    claim: Ints
    by: Ints
    how: Bytes

    def __len__(self) -> int:
        return len(self.claim)


@dataclass(frozen=True, slots=True)
class Retractions:
    """What claims say that they take back, whether it counts or not: a row of `Claims`, and the name of another."""

    claim: Ints
    target: Ints

    def __len__(self) -> int:
        return len(self.claim)


@dataclass(frozen=True, slots=True)
class Records:
    """All of it. `unique` lists the graphs in which different names are different things."""

    terms: Dictionary
    claims: Claims
    commitments: Commitments
    conditions: Propositions
    background: Background
    withdrawals: Withdrawals
    retractions: Retractions
    unique: Ints
