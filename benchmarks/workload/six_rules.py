"""The six-rule workload: what six kinds of contradiction cost among many claims that only look like them.

C1  two values of a functional property on one day
C2  "no value at all" against a value
C3  "never scheduled" against cancelled or held, which presuppose it
C4  cancelled against held
C5  three together: she holds the role, the role attended, she did not attend
C6  three together: a before b, b before c, c before a

Every position is taken by one to three claims. Beside the conflicts stand near misses: values that follow
each other, values that agree, denials whose time is over, chains of "before" that never close.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from benchmarks.workload.claims import (
    ANY,
    ATTENDED,
    BEFORE,
    CANCELLED,
    HELD,
    HOLDS,
    SCHEDULED,
    TYPE,
    Builder,
    Ints,
    Workload,
)

RULES = ("C1", "C2", "C3", "C4", "C5", "C6")
VALUES = 1000
SUCCESSION = 5
CHAIN = 4


def six_rules(claims: int, seed: int = 1) -> Workload:
    """Return exactly `claims` claims (a thousand or more) and what was planted in them.

    >>> workload = six_rules(1000)
    >>> len(workload.claims), sorted(workload.planted) == list(RULES)
    (1000, True)
    """
    build = Builder(np.random.default_rng(seed))
    # Corroboration is random; the shortfall keeps the sum under the target, and single claims fill it up.
    scale = claims * (1 - 3 / claims**0.5)
    for part, share in _PARTS:
        part(build, int(scale * share))
    copies = build.rng.choice(np.array([1, 2, 3], np.int32), build.rows, p=[0.6, 0.25, 0.15])
    missing = claims - int(copies.sum())
    subject = build.new(missing)
    build.add(build.rates(missing), subject, _values(build, missing), build.around(build.day(missing)))
    return build.finish(np.concatenate([copies, np.ones(missing, np.int32)]), max(10, claims // 50))


def _values(build: Builder, count: int) -> Ints:
    return build.rng.integers(0, VALUES, count, dtype=np.int32)


def _other(build: Builder, value: Ints) -> Ints:
    return ((value + build.rng.integers(1, VALUES // 2, len(value))) % VALUES).astype(np.int32)


def _value_clashes(build: Builder, count: int) -> None:
    rate, subject, day = build.rates(count), build.new(count), build.day(count)
    first = _values(build, count)
    second = _other(build, first)
    one = build.add(rate, subject, first, build.around(day))
    two = build.add(rate, subject, second, build.around(day))
    build.conflict("C1", one, two)
    some = slice(0, count // 4)  # a third value, different from both, on the same day
    step = np.where(second[some] == (first[some] + 1) % VALUES, 2, 1)
    third = (first[some] + step) % VALUES
    three = build.add(rate[some], subject[some], third, build.around(day[some]))
    build.conflict("C1", one[some], three)
    build.conflict("C1", two[some], three)


def _universal_denials(build: Builder, count: int) -> None:
    rate, subject, day = build.rates(count), build.new(count), build.day(count)
    denial = build.add(rate, subject, ANY, build.around(day), affirmed=False)
    value = build.add(rate, subject, _values(build, count), build.around(day))
    build.conflict("C2", denial, value)


def _never_scheduled(build: Builder, count: int) -> None:
    meeting, day = build.new(count), build.day(count)
    denial = build.add(TYPE, meeting, SCHEDULED, build.around(day), affirmed=False)
    what = build.rng.integers(CANCELLED, HELD + 1, count, dtype=np.int32)
    build.conflict("C3", denial, build.add(TYPE, meeting, what, build.around(day)))


def _cancelled_and_held(build: Builder, count: int) -> None:
    meeting, day = build.new(count), build.day(count)
    cancelled = build.add(TYPE, meeting, CANCELLED, build.around(day))
    build.conflict("C4", cancelled, build.add(TYPE, meeting, HELD, build.around(day)))


def _absent_holders(build: Builder, count: int) -> None:
    person, role, meeting, day = build.new(count), build.new(count), build.new(count), build.day(count)
    holds = build.add(HOLDS, person, role, build.around(day))
    attended = build.add(ATTENDED, role, meeting, build.around(day))
    build.conflict("C5", holds, attended, build.add(ATTENDED, person, meeting, build.around(day), affirmed=False))


def _cycles(build: Builder, count: int) -> None:
    a, b, c, day = build.new(count), build.new(count), build.new(count), build.day(count)
    build.conflict("C6", *(build.add(BEFORE, x, y, build.around(day)) for x, y in ((a, b), (b, c), (c, a))))


def _succession(build: Builder, count: int) -> None:
    rate, subject, day = build.rates(count), build.new(count), build.rng.integers(0, 200, count, dtype=np.int32)
    for _ in range(SUCCESSION):
        length = build.rng.integers(0, 600, count, dtype=np.int32)
        build.add(rate, subject, _values(build, count), (day, day + length))
        day = day + length + 1


def _agreement(build: Builder, count: int) -> None:
    rate, subject, day, value = build.rates(count), build.new(count), build.day(count), _values(build, count)
    start, end = build.around(day)
    build.add(rate, subject, value, (start, end))
    build.add(rate, subject, value, (start - 10, end + 10))


def _lapsed_universal_denials(build: Builder, count: int) -> None:
    rate, subject, day = build.rates(count), build.new(count), build.day(count)
    build.add(rate, subject, ANY, build.around(day), affirmed=False)
    build.add(rate, subject, _values(build, count), build.after(day))


def _lapsed_denials(build: Builder, count: int) -> None:
    meeting, day = build.new(count), build.day(count)
    build.add(TYPE, meeting, SCHEDULED, build.around(day), affirmed=False)
    build.add(TYPE, meeting, CANCELLED, build.after(day))


def _cancelled_as_scheduled(build: Builder, count: int) -> None:
    meeting, day = build.new(count), build.day(count)
    build.add(TYPE, meeting, SCHEDULED, build.around(day))
    build.add(TYPE, meeting, CANCELLED, build.around(day))


def _holders_out_of_office(build: Builder, count: int) -> None:
    person, role, meeting, day = build.new(count), build.new(count), build.new(count), build.day(count)
    build.add(HOLDS, person, role, build.after(day))
    build.add(ATTENDED, role, meeting, build.around(day))
    build.add(ATTENDED, person, meeting, build.around(day), affirmed=False)


def _chains(build: Builder, count: int) -> None:
    events, day = [build.new(count) for _ in range(CHAIN + 1)], build.day(count)
    for earlier, later in pairwise(events):
        build.add(BEFORE, earlier, later, build.around(day))


def _cycles_apart(build: Builder, count: int) -> None:
    a, b, c, day = build.new(count), build.new(count), build.new(count), build.day(count)
    build.add(BEFORE, a, b, build.around(day))
    build.add(BEFORE, b, c, build.around(day))
    build.add(BEFORE, c, a, build.after(day))


_PARTS = (  # groups per claim
    (_value_clashes, 0.025), (_universal_denials, 0.015), (_never_scheduled, 0.015), (_cancelled_and_held, 0.015),
    (_absent_holders, 0.01), (_cycles, 0.008),
    (_succession, 0.036), (_agreement, 0.025), (_lapsed_universal_denials, 0.02), (_lapsed_denials, 0.02),
    (_cancelled_as_scheduled, 0.02), (_holders_out_of_office, 0.015), (_chains, 0.008), (_cycles_apart, 0.002),
)  # fmt: skip
