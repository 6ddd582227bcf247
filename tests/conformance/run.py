"""Run a folder of conformance cases: `python -m tests.conformance.run FOLDER [--claims]`.

Prints how many came out right, and a line for each that did not; exits with 1 if the checker cried
wolf, or missed something that is within OWL 2 RL and has no reason given, and with 2 if there is no case.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.conformance.cases import Expected, read_cases, read_reasons
from tests.conformance.judge import Judged, Outcome, judge


def table(results: Iterable[Judged]) -> str:
    """Write the counts by what was expected, then a line for each case that is not right."""
    results = list(results)
    lines = [f"{'expected':<14}{'in RL':<8}" + "".join(f"{o.value:>13}" for o in Outcome)]
    for expected in Expected:
        for within in (True, False):
            counts = Counter(r.outcome for r in results if r.case.expected is expected and r.case.within_rl is within)
            if counts:
                numbers = "".join(f"{counts[o]:>13}" for o in Outcome)
                lines.append(f"{expected.value:<14}{'yes' if within else 'no':<8}{numbers}")
    for result in results:
        if result.outcome is not Outcome.RIGHT:
            mark = "✕" if result.is_shortfall else "·"
            asked = f"{result.case.expected.value}, {'in' if result.case.within_rl else 'not in'} RL"
            reason = result.reason or "no reason known"
            lines.append(f"{mark} {result.case.name} ({asked}): {result.outcome.value}: {reason}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="conformance", description="Put OWL test cases to the checker.")
    parser.add_argument("folder", type=Path, help="a folder of cases; tests/conformance/cases.py says of what form")
    parser.add_argument("--claims", action="store_true", help="make each statement about a single thing a claim")
    given = parser.parse_args(arguments)
    cases = read_cases(given.folder)
    if not cases:
        print(f"no case in {given.folder}", file=sys.stderr)
        return 2
    reasons = read_reasons(given.folder)
    results = [judge(case, reasons, as_claims=given.claims) for case in cases]
    print(table(results))
    shortfalls = sum(result.is_shortfall for result in results)
    print(f"{len(results)} questions, {shortfalls} shortfalls")
    return 1 if shortfalls else 0


if __name__ == "__main__":
    sys.exit(main())
