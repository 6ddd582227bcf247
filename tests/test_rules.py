"""One tiny case per rule, `tests/rules/<rule-id>.yaml`: what the rule catches, its proof in English, and what it lets pass.

The claims of a fixture are read with the words of `tests/rules/names.ttl` and the fixture's own axioms, or, with
`theory: shipped`, with the ontology and the rules that ship with the package.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.worlds import Case, rules_of

FOLDER = Path(__file__).parent / "rules"
NAMES = (FOLDER / "names.ttl").read_text(encoding="utf-8")
FIXTURES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
RULES = sorted(rule.id for name in ("owl2rl", "negotiation") for rule in rules_of(name))
KEYS = {"theory", "ontology", "background", "positive", "proof", "negative"}


@cache
def fixture(rule: str) -> dict[str, Any]:
    read: dict[str, Any] = YAML(typ="safe").load((FOLDER / f"{rule}.yaml").read_text(encoding="utf-8"))
    assert set(read) <= KEYS, f"unknown keys: {set(read) - KEYS}"
    return read


@cache
def case(rule: str, which: str) -> Case:
    read = fixture(rule)
    background = read.get("background", "")
    if read.get("theory") == "shipped":
        return Case(read[which], background=NAMES + background)
    return Case(read[which], ontology=NAMES + read.get("ontology", ""), background=background)


def test_every_rule_has_a_fixture_and_every_fixture_a_rule() -> None:
    assert FIXTURES == RULES


@pytest.mark.parametrize("rule", FIXTURES)
def test_the_rule_finds_its_conflict_and_its_proof_reads_so(rule: str) -> None:
    found = case(rule, "positive")
    conflict = found.the_conflict()
    assert rule in conflict.rules
    assert found.lines(conflict) == fixture(rule)["proof"]
    assert len(conflict.sides) == len(fixture(rule)["positive"])
    assert not found.result.background_conflicts and not found.problems


@pytest.mark.parametrize("rule", FIXTURES)
def test_the_rule_lets_pass_what_it_does_not_catch(rule: str) -> None:
    spared = case(rule, "negative")
    assert not spared.result.conflicts and not spared.result.changes
    assert spared.result.positions and not spared.problems


@pytest.mark.parametrize("rule", FIXTURES)
def test_a_proof_cites_only_lines_above_and_ends_in_the_clash(rule: str) -> None:
    found = case(rule, "positive")
    lines = found.proof_lines(found.the_conflict())
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert all(cited < line.number for line in lines for cited in line.cites)
    assert [line.kind for line in lines].count("clash") == 1 and lines[-1].kind == "clash"
    assert {claim for line in lines for claim in line.claims} == {claim.iri for claim in found.result.claims}


@pytest.mark.parametrize("rule", FIXTURES)
def test_no_line_shows_the_machinery(rule: str) -> None:
    found = case(rule, "positive")
    for line in found.lines(found.the_conflict()):
        for word in (
            "owl:",
            "rdf",
            "http",
            "urn:",
            "_:",
            "Cardinality",
            "something unnamed",
            "{",
            "}",
            "[",
            "]",
            "None",
        ):
            assert word not in line
