"""Families of rules written out as plans: what a single fact sets off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from kg.logic.families import Family, is_mirrored
from kg.logic.known_sets import Label
from kg.logic.tables import Longs


@dataclass(frozen=True, slots=True)
class Step:
    """A pattern of a plan: signature, and slots that are term numbers, or `~i` for variable i."""

    signature: int
    s: int
    o: int


@dataclass(frozen=True, slots=True)
class Plan:
    """One row of a family, seen from one of its patterns.

    `window` are `#from`, `#to`, `#then`, `#until` of the row (see `Family`), or None.
    """

    rule: str
    first: Step
    rest: tuple[Step, ...]
    head: Step | None
    guards: tuple[tuple[str, int, int], ...]
    variables: int
    label: Label
    start: int
    end: int
    window: tuple[int, int, int, int] | None
    beyond: bool


@dataclass(slots=True)
class Plans:
    """The plans of families by the signature of the fact that sets them off; made when first asked for."""

    families: Sequence[Family]
    decode: Callable[[Sequence[int]], Label]
    _rows: dict[int, list[tuple[int, int, Longs]]] = field(default_factory=lambda: defaultdict(list))
    _made: dict[int, tuple[Plan, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, one in enumerate(self.families):
            mirrored = is_mirrored(one)
            for at in range(len(one.patterns)):
                if mirrored and at:
                    continue  # of two ways to match that mirror each other one is enough
                codes = one.params.columns[f"#{at}"].astype(np.int64)
                order = np.argsort(codes, kind="stable")
                kinds, starts = np.unique(codes[order], return_index=True)
                for kind, rows in zip(kinds.tolist(), np.split(order, starts[1:]), strict=True):
                    self._rows[kind].append((number, at, rows))

    def signatures(self) -> Iterable[int]:
        """Return the signatures that set anything off."""
        return self._rows.keys()

    def of(self, signature: int) -> tuple[Plan, ...]:
        """Return the plans that a fact of a signature sets off."""
        found = self._made.get(signature)
        if found is None:
            rows = self._rows.get(signature, ())
            made = (self._plan(self.families[n], at, row) for n, at, some in rows for row in some.tolist())
            found = self._made[signature] = tuple(made)
        return found

    def _plan(self, one: Family, at: int, row: int) -> Plan:
        columns = one.params.columns
        names: dict[str, int] = {}

        def slot(value: str | int) -> int:
            if isinstance(value, int):
                return value
            if value in columns:
                return int(columns[value][row])
            found: int = ~names.setdefault(value, len(names))
            return found

        order = [at, *(other for other in range(len(one.patterns)) if other != at)]
        steps = [Step(int(columns[f"#{i}"][row]), slot(one.patterns[i].s), slot(one.patterns[i].o)) for i in order]
        head = None if one.head is None else Step(int(columns["#head"][row]), slot(one.head.s), slot(one.head.o))
        guards = tuple((guard.name, slot(guard.left.name), slot(guard.right.name)) for guard in one.guards)
        timed = ("#from", "#to", "#then", "#until")
        window = tuple(int(columns[name][row]) for name in timed) if "#from" in columns else None
        return Plan(
            rule=one.rule.id,
            first=steps[0],
            rest=tuple(steps[1:]),
            head=head,
            guards=() if one.beyond else guards,
            variables=len(names),
            label=self.decode(one.params.sets[row].tolist()),
            start=int(one.params.span.start[row]),
            end=int(one.params.span.end[row]),
            window=window,  # type: ignore[arg-type]  # four names
            beyond=one.beyond,
        )
