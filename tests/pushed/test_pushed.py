"""The check where the data is, on cases written out: equal results, a cover without holes, and what travels."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.workload.heavy_tailed import hot_proposition, hot_subject
from benchmarks.workload.records import dossier
from benchmarks.workload.six_rules import VALUES, six_rules
from benchmarks.workload.tables import tables
from benchmarks.workload.theories import part_theory, six_rules_theory
from kg.cli.main import main
from kg.contradiction import Theory, build_theory, check
from kg.contradiction.pushed import Plan, Rows, plan_of
from kg.logic.tables import FactTable
from kg.model import Claim, Commitment, Dossier, Polarity, Proposition
from kg.pushed import disputed
from kg.store.protocol import Store
from kg.terms import Iri
from tests.pushed.whole import assert_equal, conflicts, dossiers_of, of_extract, store_of
from tests.worlds import ex, rules_of

CASE = Path("examples/us-china-2019")


@pytest.fixture(scope="module")
def six() -> Store:
    workload = six_rules(600)
    claims, terms = tables(workload.claims, workload.entities, VALUES)
    return store_of([dossier(claims, terms, FactTable.none())])


@pytest.fixture(scope="module")
def theory() -> Theory:
    return six_rules_theory()


@pytest.mark.parametrize("batch", [7, 1_000])
def test_six_rules_find_the_same_whatever_the_batch(six: Store, theory: Theory, batch: int) -> None:
    found = assert_equal(six, theory, batch if batch > 7 else 70)
    assert not found.incomplete
    assert len(of_extract(found, theory).claims) < found.claims  # only what clashes travels whole


def test_a_hot_thing_is_brought_once_however_many_speak_of_it() -> None:
    part = hot_proposition(150)
    found = assert_equal(store_of([dossier(part.claims, part.terms, part.background)]), part_theory(part))
    assert (found.claims, found.candidates, found.brought) == (300, 1, 2)


def test_a_hot_subject_with_many_times() -> None:
    part = hot_subject(150)
    found = assert_equal(store_of([dossier(part.claims, part.terms, part.background)]), part_theory(part))
    assert found.candidates == 1


def test_a_plan_with_a_hole_misses_conflicts(six: Store, theory: Theory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the rows that conclude something, what is only implied clashes with nothing: the comparison would see it."""

    def holed(rows: Rows) -> Plan:
        return plan_of(replace(rows, rows=tuple(row for row in rows.rows if row.head is None)))

    monkeypatch.setattr("kg.pushed.extracting.plan_of", holed)
    found = disputed(six, theory)
    assert conflicts(of_extract(found, theory)) < conflicts(check(dossiers_of(six), theory).result)


def test_claims_on_one_condition_are_read_each() -> None:
    """What they share comes with each of them."""
    condition = Proposition(ex("x"), ex("p"), ex("y"))
    claims = tuple(
        Claim(
            ex(name), ex("ann"), None, (Commitment(how, Proposition(ex("x"), ex("q"), ex("z"))),), condition=condition
        )
        for name, how in (("one", Polarity.AFFIRMS), ("two", Polarity.DENIES))
    )
    met = Claim(ex("three"), ex("bob"), None, (Commitment(Polarity.AFFIRMS, condition),))
    one = Dossier(Iri("urn:g"), (*claims, met), frozenset())
    found = assert_equal(store_of([one]), build_theory((), rules_of("owl2rl")))
    assert conflicts(of_extract(found, build_theory((), rules_of("owl2rl"))))


def test_the_command_says_the_same(tmp_path: Path) -> None:
    run = CliRunner()
    assert run.invoke(main, ["load", str(CASE), "--store", str(tmp_path / "store")]).exit_code == 0
    told = [
        run.invoke(main, ["check", "--store", str(tmp_path / "store"), "--format", "json", *more]).stdout
        for more in ([], ["--pushed"])
    ]
    whole, pushed = map(json.loads, told)
    assert pushed["conflicts"] == whole["conflicts"]
    assert pushed["complete"]
    assert pushed["claims"] < whole["claims"]
