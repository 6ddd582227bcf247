"""How much work a computation may do before it stops and says so.

A limit of time counts from `Limits.started`, which whoever begins the work calls once: a check of three
runs, or a check and the accounts after it, share one limit. The clock is a value like any other, so a
test can bring its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from time import monotonic

STEPS_BETWEEN_READINGS = 1_024
"""How many steps an inner loop may take before it looks at the clock again."""


class OutOfTime(Exception):
    """The time allowed is over; raised in inner loops and caught where the result is put together."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much work is allowed before a result is called incomplete.

    `entries` are derived facts, `rows` those of one join over columns, `seconds` the time for everything together
    (None: as long as it takes), `proofs` those of one conflict, `accounts` those of one component. `until` is a
    reading of `clock`.
    """

    entries: int = 2_000_000
    rows: int = 50_000_000
    seconds: float | None = None
    proofs: int = 100
    accounts: int = 1_000
    clock: Callable[[], float] = monotonic
    until: float | None = None

    def started(self) -> Limits:
        """Let the time run from now on; a limit that runs already goes on as it does.

        >>> Limits(seconds=5, clock=lambda: 100.0).started().started().until
        105.0
        """
        if self.seconds is None or self.until is not None:
            return self
        return replace(self, until=self.clock() + self.seconds)

    def is_over(self) -> bool:
        """Say whether the time is over; before the start it never is."""
        return self.until is not None and self.clock() >= self.until

    def ticker(self) -> Callable[[], None]:
        """Return a function for an inner loop to call at each step; it raises `OutOfTime` when the time is over."""
        if self.until is None:
            return _go_on
        steps = count(1)

        def tick() -> None:
            if next(steps) % STEPS_BETWEEN_READINGS == 0 and self.is_over():
                raise OutOfTime

        return tick

    @property
    def time_words(self) -> str:
        """Say that the time was over, for people."""
        return f"stopped after {self.seconds:g} {'second' if self.seconds == 1 else 'seconds'}"

    @property
    def entries_words(self) -> str:
        """Say that there were too many facts, for people."""
        return f"stopped after {self.entries:,} derived facts"


def _go_on() -> None:
    """Take a step without a limit."""
