"""Keys of positions and ids of conflicts, of all at once: the same that `kg.contradiction` gives one by one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kg.columns.browsing.indexes import different
from kg.columns.case import Held
from kg.columns.dictionary import Dictionary
from kg.ids import conflict_id, digest
from kg.logic.tables import Ints
from kg.model import Polarity
from kg.times import Window

Texts = npt.NDArray[np.bytes_]
ID = np.dtype("S10")
"""An id of a conflict in an array."""


def conflict_ids(held: Held, members: Ints) -> Texts:
    """Return the id of each row of positions (-1 for none): see `kg.ids.conflict_id`."""
    numbers = different(members[members >= 0])
    names = _Keys(held)
    keys = {number: names.key(number) for number in numbers.tolist()}
    ids = (conflict_id(keys[member] for member in row if member >= 0) for row in members.tolist())
    return np.fromiter(ids, ID, len(members))


class _Keys:
    """Names positions by their content, as `kg.contradiction.positions.key_of`, from what is written in columns."""

    def __init__(self, held: Held) -> None:
        self._terms: Dictionary = held.records.terms
        self._table = held.case.positions
        self._conditions = held.records.conditions
        self._windows: dict[tuple[int, int, int, int], str] = {}

    def key(self, number: int) -> str:
        table, written = self._table, self._terms.written
        parts = [written(int(column[number])) for column in (table.s, table.p, table.o)]
        parts.append((Polarity.DENIES if table.denied[number] else Polarity.AFFIRMS).value)
        parts += [self._window(number), "hedged" if table.hedged[number] else ""]
        if (row := int(table.condition[number])) >= 0:
            wanted = self._conditions
            parts += [written(int(column[row])) for column in (wanted.s, wanted.p, wanted.o)]
            parts.append(written(int(wanted.holds[row])) if wanted.holds[row] >= 0 else "")
        return digest(parts, 16)

    def _window(self, number: int) -> str:
        certain, possible = self._table.certain, self._table.possible
        ends = (
            int(certain.start[number]), int(certain.end[number]), int(possible.start[number]), int(possible.end[number])
        )  # fmt: skip
        if ends not in self._windows:
            self._windows[ends] = repr(Window(certain.at(number), possible.at(number)))
        return self._windows[ends]
