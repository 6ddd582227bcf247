"""One tiny case per rule, `tests/rules/<rule-id>.yaml`: what the rule catches, its proof in English, and what it lets pass.

The claims of a fixture are read with the words of `tests/rules/names.ttl` and the fixture's own axioms, or, with
`theory: shipped`, with the ontology and the rules that ship with the package.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from kg.cli import main
from kg.errors import BadInput
from kg.logic.rules import parse_rules
from kg.terms import Iri
from kg.vocab import PREFIXES
from tests.worlds import Case, affirms, own_rules, rules_of, shipped_theory

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


# -- the rules of the W3C ------------------------------------------------------------------------

W3C = """
    eq-ref eq-sym eq-trans eq-rep-s eq-rep-p eq-rep-o eq-diff1 eq-diff2 eq-diff3
    prp-ap prp-dom prp-rng prp-fp prp-ifp prp-irp prp-symp prp-asyp prp-trp prp-spo1 prp-spo2 prp-eqp1 prp-eqp2
    prp-pdw prp-adp prp-inv1 prp-inv2 prp-key prp-npa1 prp-npa2
    cls-thing cls-nothing1 cls-nothing2 cls-int1 cls-int2 cls-uni cls-com cls-svf1 cls-svf2 cls-avf cls-hv1 cls-hv2
    cls-maxc1 cls-maxc2 cls-maxqc1 cls-maxqc2 cls-maxqc3 cls-maxqc4 cls-oo
    cax-sco cax-eqc1 cax-eqc2 cax-dw cax-adc
    dt-type1 dt-type2 dt-eq dt-diff dt-not-type
    scm-cls scm-sco scm-eqc1 scm-eqc2 scm-op scm-dp scm-spo scm-eqp1 scm-eqp2 scm-dom1 scm-dom2 scm-rng1 scm-rng2
    scm-hv scm-svf1 scm-svf2 scm-avf1 scm-avf2 scm-int scm-uni
""".split()
"""The ids of OWL 2 Profiles, section 4.3, tables 4 to 9."""
PAGE = Path(__file__).parent.parent / "docs" / "conformance.md"


def table() -> dict[str, tuple[str, set[str], str]]:
    """The table of the page on conformance: what became of each rule, the rules that do its work, and why."""
    rows = re.findall(
        r"^\| `([\w-]+)` \| ([\w ]+) \| (.*?) \| ?(.*?) ?\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {rule: (state, set(re.findall(r"`([\w-]+)`", here)), why) for rule, state, here, why in rows}


def test_the_page_on_conformance_goes_through_every_rule_of_the_w3c() -> None:
    assert sorted(table()) == sorted(W3C)


@pytest.mark.parametrize("rule", W3C)
def test_a_rule_of_the_w3c_is_here_or_it_is_said_why_not(rule: str) -> None:
    state, here, why = table()[rule]
    assert state in ("as it stands", "in another form", "left out")
    assert here <= set(RULES)
    if state == "as it stands":
        assert here == {rule} and not why
    else:
        assert why.endswith(".") and bool(here) == (state == "in another form")


def test_every_rule_of_the_file_is_on_the_page() -> None:
    """What stands in the rule file is a rule of the W3C, does the work of one, or is named as more than these."""
    named = {name for _, here, _ in table().values() for name in here}
    more = PAGE.read_text(encoding="utf-8").split("## More than the profile", 1)[1].split("\n## ", 1)[0]
    assert {rule.id for rule in rules_of("owl2rl")} - named == set(re.findall(r"^\| `([\w-]+)`", more, re.MULTILINE))


def test_the_page_says_what_each_rule_for_negotiations_finds() -> None:
    part = PAGE.read_text(encoding="utf-8").split("## What the rule files add", 1)[1].split("\n## ", 1)[0]
    assert {rule.id for rule in rules_of("negotiation")} == set(re.findall(r"`([a-z-]+)`", part)) - {"distinct"}


def test_everything_is_a_thing_only_where_somebody_makes_use_of_that() -> None:
    ontology = "ex:A a owl:Class . ex:p rdfs:range owl:Thing . ex:B rdfs:subClassOf owl:Thing ."
    said = [affirms("ann", "ex:x", "a", "ex:A")]
    without = Case(said, ontology=ontology).checked.certain.materialisation
    assert not [t for t, _, _ in without.facts() if t.o == "http://www.w3.org/2002/07/owl#Thing" and t.s.endswith("/x")]
    user = "rule mine ?x a owl:Thing, ?x a ex:A => conflict"
    assert Case(said, ontology=ontology, rules=user).result.conflicts


# -- rules of a user's own -----------------------------------------------------------------------

CLUBS = """
@prefix club: <https://example.org/club#> .
@prefix neg: <https://w3id.org/parley/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
club:playsFor a owl:ObjectProperty ; neg:persistence neg:State ;
  neg:phrase "{s} plays for {o}" ; neg:phraseDenied "{s} does not play for {o}" .
club:referees a owl:ObjectProperty ; neg:phrase "{s} referees {o}" ; neg:phraseDenied "{s} does not referee {o}" .
club:home a owl:ObjectProperty ; neg:phrase "{s} is a home match of {o}" ; neg:phraseDenied "{s} is no home match of {o}" .
club:side a owl:ObjectProperty ; neg:phrase "{s} is a match of {o}" ; neg:phraseDenied "{s} is no match of {o}" .
"""
CLUB_RULES = """
# The rules of a football association.
prefix club: <https://example.org/club#>

rule home-is-a-side
  ?m club:home ?c => ?m club:side ?c
rule own-referee
  ?x club:referees ?m, ?m club:side ?c, ?x club:playsFor ?c
  => conflict
  says "Nobody referees a match of the club that he plays for."
  kind club:OwnReferee
"""
SAID = """
@prefix club: <https://example.org/club#> .
@prefix ex: <https://example.org/> .
@prefix neg: <https://w3id.org/parley/ns#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:final club:home ex:united .
ex:c1 a neg:Claim ; prov:wasAttributedTo ex:ann ; neg:saidOn "2024-05-01"^^xsd:date ;
  neg:affirms [ rdf:subject ex:smith ; rdf:predicate club:referees ; rdf:object ex:final ] .
ex:c2 a neg:Claim ; prov:wasAttributedTo ex:bob ; neg:saidOn "2024-05-01"^^xsd:date ;
  neg:affirms [ rdf:subject ex:smith ; rdf:predicate club:playsFor ; rdf:object ex:united ] .
"""


def test_the_rules_of_a_user_work_on_any_ontology(tmp_path: Path) -> None:
    for name, text in {"club.ttl": CLUBS, "own.rules": CLUB_RULES, "said.ttl": SAID}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    given = [str(tmp_path / "said.ttl"), "--ontology", str(tmp_path / "club.ttl"), "--format", "json"]
    without = CliRunner().invoke(main, ["check", *given], catch_exceptions=False)
    assert without.exit_code == 0 and not json.loads(without.stdout)["conflicts"]
    result = CliRunner().invoke(main, ["check", *given, "--rules", str(tmp_path / "own.rules")], catch_exceptions=False)
    assert result.exit_code == 0
    [conflict] = json.loads(result.stdout)["conflicts"]
    assert conflict["kind"] == "OwnReferee" and conflict["verdict"] == "contradiction"
    assert conflict["rules"] == ["home-is-a-side", "own-referee"]
    assert {claim for side in conflict["sides"] for claim in side["claims"]} == {
        "https://example.org/c1",
        "https://example.org/c2",
    }
    assert "Nobody referees a match of the club that he plays for." in conflict["because"]
    assert "plays for united" in json.dumps(conflict["proof"]).lower()


def test_a_rule_file_brings_its_own_prefixes() -> None:
    [rule] = parse_rules("prefix a: <https://a.example/>\nrule r ?x a:p ?y => ?y a:q ?x", "r", dict(PREFIXES))
    assert rule.body[0].p == Iri("https://a.example/p")
    assert rule.head is not None and rule.head.p == Iri("https://a.example/q")


@pytest.mark.parametrize("line", ["prefix a <https://a.example/>", "prefix a: https://a.example/", "  prefix a:"])
def test_a_prefix_that_cannot_be_read_is_a_fault_with_its_place(line: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_rules(f"# a comment\n{line}\nrule r ?x a ?y => conflict", "own.rules", dict(PREFIXES))
    [fault] = caught.value.faults
    assert (fault.file, fault.line) == ("own.rules", 2) and "write a prefix as" in fault.message


def test_a_test_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadInput, match='did you mean "earlier"'):
        own_rules("rule r ?x a ?y, earliest(?x, ?y) => conflict")


# -- what the rules of negotiations leave alone --------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("owl:differentFrom ex:smith", "", True),
        ("", "[] a owl:AllDifferent ; owl:distinctMembers ( ex:brown ex:jones ex:smith ) .", True),
        ("", "", False),
    ],
)
def test_in_plain_rdf_two_holders_are_two_only_if_somebody_says_so(one: str, other: str, clash: bool) -> None:
    people = f"ex:jones a neg:Person{f' ; {one}' if one else ''} . ex:smith a neg:Person . {other}"
    case = Case(
        [affirms("ann", "ex:jones", "org:holds", "ex:post"), affirms("bob", "ex:smith", "org:holds", "ex:post")],
        background=f"ex:post a neg:SingleHolderPost . {people}",
        unique=False,
    )
    assert bool(case.result.conflicts) == clash


def test_the_shipped_rules_use_only_kinds_that_the_ontology_has() -> None:
    theory, _ = shipped_theory()
    kinds = {t.s for t in theory.axioms if t.o == "https://w3id.org/parley/ns#ConflictKind"}
    assert {rule.kind for rule in theory.rules if rule.kind} <= kinds
