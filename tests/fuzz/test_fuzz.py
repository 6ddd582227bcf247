"""A few hundred broken inputs for every reader; `python -m tests.fuzz.run TARGET` goes on for as long as one likes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.mutating import inputs
from tests.fuzz.targets import TARGETS, Broken, Target, obeys

EXAMPLES = {"asking": 25, "yaml": 60, "any": 60, "rules": 60, "csv": 60, "ndjson": 60}


@pytest.mark.parametrize("name", TARGETS)
def test_a_reader_returns_or_says_what_is_wrong(name: str) -> None:
    @given(inputs(TARGETS[name]))
    @settings(
        max_examples=EXAMPLES.get(name, 150),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
    def law(data: bytes) -> None:
        obeys(name, data)

    law()


@pytest.mark.parametrize("name", TARGETS)
def test_real_input_obeys_the_law(name: str) -> None:
    for seed in TARGETS[name].seeds:
        obeys(name, seed)


def test_the_law_notices_a_reader_that_breaks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def forgetful(data: bytes) -> int:
        seen.append(data)
        return len(seen)

    for read in (lambda data: data[99], forgetful):
        monkeypatch.setitem(TARGETS, "broken", Target(read, (b"x",)))
        with pytest.raises(Broken):
            obeys("broken", b"x")


def test_every_reader_begins_with_something_real() -> None:
    assert all(target.seeds for target in TARGETS.values())
    assert isinstance(inputs(TARGETS["yaml"]), st.SearchStrategy)
