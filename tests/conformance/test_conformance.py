"""The checker finds what is inconsistent by OWL 2 RL, and never cries wolf; the harness says honestly how it did."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from kg.contradiction import Verdict
from tests.conformance.cases import BASE, TEST, Case, Expected, read_cases
from tests.conformance.judge import Outcome, checked, inconsistent, judge
from tests.conformance.run import main

FOLDER = Path(__file__).parent / "cases"
CASES = read_cases(FOLDER)
OUT_OF_REACH = {"by-cases", "at-least-one-of-none", "at-most-two", "one-of-is-all", "facets", "some-two"}
"""Inconsistent, but not within OWL 2 RL, and not found."""
INCONSISTENT = [case for case in CASES if case.expected is Expected.INCONSISTENT and case.within_rl]


def test_there_are_cases_of_every_sort() -> None:
    assert {case.expected for case in CASES} == set(Expected)
    assert not [case.name for case in CASES if case.unread or case.imports]


ASKED = [(case, False) for case in CASES]
ASKED += [(case, True) for case in CASES if case.expected in (Expected.CONSISTENT, Expected.INCONSISTENT)]


@pytest.mark.parametrize(
    ("case", "as_claims"),
    ASKED,
    ids=[f"{case.name}-{case.expected.value}{'-claims' * as_claims}" for case, as_claims in ASKED],
)
def test_a_case_comes_out_as_it_must(case: Case, as_claims: bool) -> None:
    judged = judge(case, as_claims=as_claims)
    missed = case.expected is Expected.INCONSISTENT and case.name.rsplit("/", 1)[1] in OUT_OF_REACH
    assert judged.outcome is (Outcome.MISSED if missed else Outcome.RIGHT)
    assert not judged.is_shortfall


@pytest.mark.parametrize("case", INCONSISTENT, ids=[case.name for case in INCONSISTENT])
def test_each_conflict_between_its_claims_is_minimal(case: Case) -> None:
    result = checked(case.premise, as_claims=True)
    if result.background_conflicts:
        return  # the axioms alone are inconsistent
    assert result.conflicts
    said = [t for position in result.positions for t in [position.proposition.triple]]
    axioms = [t for t in case.premise if t not in said]
    for conflict in result.conflicts:
        assert conflict.verdict is Verdict.CONTRADICTION
        sides = [side.position.proposition.triple for side in conflict.sides]
        assert inconsistent([*axioms, *sides], as_claims=True)
        assert not any(
            inconsistent([*axioms, *sides[:at], *sides[at + 1 :]], as_claims=True) for at in range(len(sides))
        )


# -- the harness ----------------------------------------------------------------------------------

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
OWL = "http://www.w3.org/2002/07/owl#"
TWO_KINDS = (
    f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:owl="{OWL}" xmlns="{BASE}">'
    f'<owl:Class rdf:about="{BASE}C"><owl:disjointWith rdf:resource="{BASE}D"/></owl:Class>'
    f'<C rdf:about="{BASE}a"/><D rdf:about="{BASE}b"/></rdf:RDF>'
)
BOTH_KINDS = TWO_KINDS.replace(f'rdf:about="{BASE}b"', f'rdf:about="{BASE}a"')
DIFFERENT = (
    f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:owl="{OWL}"><rdf:Description rdf:about="{BASE}a">'
    f'<owl:differentFrom rdf:resource="{BASE}b"/></rdf:Description></rdf:RDF>'
)


def exported(name: str, kinds: str, profile: str = "RL", **texts: str) -> str:
    types = "".join(f'<rdf:type rdf:resource="{TEST}{kind}"/>' for kind in kinds.split())
    ontologies = "".join(f"<test:{key}>{escape(value)}</test:{key}>" for key, value in texts.items())
    return (
        f'<test:TestCase rdf:about="{BASE}{name}">{types}<test:identifier>{name}</test:identifier>'
        f'<test:profile rdf:resource="{TEST}{profile}"/>{ontologies}</test:TestCase>'
    )


def export(folder: Path, *cases: str) -> Path:
    text = f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:test="{TEST}">{"".join(cases)}</rdf:RDF>'
    (folder / "all.rdf").write_text(text, encoding="utf-8")
    return folder


def test_it_reads_the_form_in_which_the_w3c_publishes_its_cases(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = export(
        tmp_path,
        exported("apart", "ConsistencyTest PositiveEntailmentTest",
                 rdfXmlPremiseOntology=TWO_KINDS, rdfXmlConclusionOntology=DIFFERENT),
        exported("both", "InconsistencyTest", rdfXmlPremiseOntology=BOTH_KINDS),
        exported("functional", "ConsistencyTest", fsPremiseOntology="Ontology()"),
    )  # fmt: skip
    cases = read_cases(folder)
    assert [(case.name, case.expected) for case in cases] == [
        ("apart", Expected.CONSISTENT),
        ("apart", Expected.ENTAILED),
        ("both", Expected.INCONSISTENT),
        ("functional", Expected.CONSISTENT),
    ]
    assert [judge(case).outcome for case in cases] == [Outcome.RIGHT] * 3 + [Outcome.NOT_ASKED]
    assert main([str(folder)]) == 0
    assert "functional (consistent, in RL): not asked: is not given in RDF/XML" in capsys.readouterr().out


def test_a_false_alarm_is_a_failure(tmp_path: Path) -> None:
    assert (
        main([str(export(tmp_path, exported("wolf", "ConsistencyTest", "EL", rdfXmlPremiseOntology=BOTH_KINDS)))]) == 1
    )


def test_what_is_missed_within_rl_is_a_failure_unless_a_reason_is_given(tmp_path: Path) -> None:
    folder = export(tmp_path, exported("missed", "InconsistencyTest", rdfXmlPremiseOntology=TWO_KINDS))
    assert main([str(folder)]) == 1
    (folder / "reasons.tsv").write_text("missed\tthe published verdict is wrong\n", encoding="utf-8")
    assert main([str(folder)]) == 0


def test_what_is_missed_outside_rl_is_said_and_no_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = export(tmp_path, exported("beyond", "InconsistencyTest", "EL", rdfXmlPremiseOntology=TWO_KINDS))
    assert main([str(folder)]) == 0
    assert "· beyond (inconsistent, not in RL): missed: outside RL" in capsys.readouterr().out


def test_nothing_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "consistent").mkdir()
    text = f"<{BASE}o> <{OWL}imports> <http://127.0.0.1:9/none> ."
    (tmp_path / "consistent" / "importing.nt").write_text(text, encoding="utf-8")
    [case] = read_cases(tmp_path)
    assert judge(case).outcome is Outcome.NOT_ASKED and "nothing is fetched" in judge(case).reason


def test_a_file_that_cannot_be_read_is_not_asked_and_no_other_is_lost(tmp_path: Path) -> None:
    (tmp_path / "consistent").mkdir()
    (tmp_path / "consistent" / "broken.ttl").write_text("this is not Turtle", encoding="utf-8")
    (tmp_path / "consistent" / "whole.ttl").write_text(f"<{BASE}a> <{BASE}p> <{BASE}b> .", encoding="utf-8")
    outcomes = {case.name: judge(case).outcome for case in read_cases(tmp_path)}
    assert outcomes == {"consistent/broken": Outcome.NOT_ASKED, "consistent/whole": Outcome.RIGHT}


def test_an_empty_folder_is_no_success(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 2
