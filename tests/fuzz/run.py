"""Search one reader for as long as one likes: `python -m tests.fuzz.run TARGET [--seconds N]`.

Hypothesis draws broken real input. It ends with the first input that breaks the law, which is printed, or after the time.
"""

from __future__ import annotations

import argparse
import sys
import time

from hypothesis import HealthCheck, Phase, given, settings

from tests.fuzz.mutating import inputs
from tests.fuzz.targets import TARGETS, Broken, obeys


def search(name: str, seconds: float) -> int:
    """Draw inputs until the time is over; return how many."""
    until, tried = time.monotonic() + seconds, 0

    @given(inputs(TARGETS[name]))
    @settings(
        max_examples=2_000,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    def law(data: bytes) -> None:
        nonlocal tried
        if time.monotonic() < until:
            tried += 1
            obeys(name, data)

    while time.monotonic() < until:
        law()
    return tried


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz.run", description="Search a reader for input that breaks it."
    )
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=float, default=60)
    asked = parser.parse_args()
    try:
        print(f"{asked.target}: {search(asked.target, asked.seconds):,} inputs, and the law held")
    except Broken as broken:
        sys.exit(f"{asked.target}: {broken}")


if __name__ == "__main__":
    main()
