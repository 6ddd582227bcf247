"""The kinds of all conflicts of a check. They are read off proofs, so that every conflict is proved once for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

import numpy as np

from kg import __version__
from kg.columns.browsing.indexes import Counted, Index
from kg.columns.cache import Arrays, array_digest
from kg.columns.checking import ColumnCheck
from kg.columns.opening import kept, theory_digest
from kg.contradiction.classify import kinds_of
from kg.contradiction.results import Position, Side
from kg.ids import digest
from kg.logic.tables import Ints
from kg.model import Claim
from kg.terms import Iri, Node, n3

REMEMBERED = 100_000

_SOMETHING = Iri("urn:something")
_BETWEEN = "\n"


@dataclass(frozen=True, slots=True)
class CountedKinds:
    """The kinds that occur, by name; `conflicts` are pairs of a place among `names` and a place of the ranking."""

    names: tuple[str, ...]
    conflicts: Counted

    def having(self, kind: str) -> Ints:
        """Return the conflicts of a kind, as they are ranked."""
        return self.conflicts.index.at(self.names.index(kind)) if kind in self.names else np.empty(0, np.int32)


def count_kinds(check: ColumnCheck, told: Callable[[int], object] = lambda _: None) -> Arrays:
    """Prove every conflict and return its kinds, for `kinds_in`; `told` hears how many are done, one by one."""
    position = lru_cache(REMEMBERED)(_Positions(check).at)
    places: dict[str, list[int]] = {}
    for place, row in enumerate(check.ranked.tolist()):
        members = [position(member) for member in check.members(row)]
        sides = tuple(Side(one, one.claims) for one in members)
        for kind in kinds_of(check.proof(row, members), sides, check.world.world):
            places.setdefault(kind, []).append(place)
        told(place + 1)
    names = sorted(places)
    return {
        "names": np.frombuffer(_BETWEEN.join(names).encode(), np.uint8),
        "sizes": np.array([len(places[name]) for name in names], np.int64),
        "conflict": np.array([place for name in names for place in places[name]], np.int32),
    }


def kinds_in(arrays: Arrays) -> CountedKinds:
    """Read what `count_kinds` returned."""
    text = arrays["names"].tobytes().decode()
    names = tuple(text.split(_BETWEEN)) if text else ()
    sizes, conflict = cast(Ints, arrays["sizes"]), cast(Ints, arrays["conflict"])
    return CountedKinds(names, Counted(Index(np.repeat(np.arange(len(names), dtype=np.int32), sizes), conflict)))


def kept_kinds(check: ColumnCheck) -> CountedKinds | None:
    """Return the kinds that were kept beside the store, if they were."""
    found = kept(check.store, name_of_kinds(check), check.said)
    return None if found is None else kinds_in(found)


def name_of_kinds(check: ColumnCheck) -> str:
    """Name all that the kinds depend on beside the state of the store, also the program that proves."""
    theory, table = check.world.theory, check.found.conflicts
    kinds = sorted(f"{' '.join(map(n3, axiom))} {kind}" for axiom, kind in theory.kinds.items())
    notations = sorted(f"{concept} {notation}" for concept, notation in theory.notations.items())
    rules = digest([__version__, theory_digest(theory), *map(repr, theory.rules), "", *kinds, "", *notations], 12)
    content = (table.members[check.ranked], table.verdict[check.ranked], check.held.records.terms.ends[-1:])
    return f"kinds-{rules}-{array_digest(*content)}"


class _Positions:
    """Positions with a bare claim for two of their speakers: kinds depend only on whether there is another one."""

    def __init__(self, check: ColumnCheck) -> None:
        self._check = check
        records, tables = check.held.records, check.held.tables
        self._speaker = records.claims.speaker[records.commitments.claim[tables.rows]]
        self._order = np.argsort(tables.position, kind="stable").astype(np.int32)
        self._starts = np.searchsorted(tables.position[self._order], np.arange(len(check.held.case.positions) + 1))

    def at(self, number: int) -> Position:
        speakers = self._speaker[self._order[self._starts[number] : self._starts[number + 1]]]
        position = self._check.views.position(number, 0)
        return replace(position, claims=self._claims({int(speakers.min()), int(speakers.max())}))

    def _claims(self, speakers: set[int]) -> tuple[Claim, ...]:
        term = self._check.held.records.terms.term
        return tuple(Claim(_SOMETHING, cast(Node, term(speaker)), None) for speaker in sorted(speakers))
