"""`kg ask` and `KnowledgeGraph.ask`: what they print, write and refuse, on the first case."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.cli.options import Given
from kg.contradiction.sat import Under
from kg.errors import QueryError
from kg.graph import KnowledgeGraph
from kg.terms import Iri
from kg.views.answers import answers_markdown, groups, summary
from tests.conftest import CASE, ROOT
from tests.test_cli import TTL

BASE = "https://w3id.org/parley/case/us-china-2019/"
SCHEDULED = "SELECT ?meeting { ?meeting a neg:Scheduled }"
TALKS = "ASK { :preparatory-talks a neg:Scheduled }"


@pytest.fixture(autouse=True)
def _read_once(first_case: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the case anew for every command would take most of the time; one test does."""
    opened = Given.open
    monkeypatch.setattr(
        Given, "open", lambda given, limits: first_case if given.paths == (str(CASE),) else opened(given, limits)
    )


def run(*args: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["ask", *args], input=stdin, catch_exceptions=False)


def test_a_question_over_claims_in_turtle_from_standard_input() -> None:
    found = run("ASK { ?x a neg:Cancelled }", "-", "--under", "every", "--format", "json", stdin=TTL)
    answers = json.loads(found.stdout)
    assert answers["answer"] is False and answers["counts"]["some"] == 1


def test_answers_come_by_sense_with_who_says_so_and_what_rules_it_out() -> None:
    shown = run(SCHEDULED, str(CASE), "--under", "some").stdout
    assert shown.index("Undisputed") < shown.index("The high-level meeting") < shown.index("In some accounts only")
    assert "✓ The Financial Times says that the preparatory talks were scheduled" in shown
    assert "✓ People briefed on the negotiations say that the preparatory talks were cancelled" in shown
    assert "✕ unless Larry Kudlow is right that no intermediate meeting that involves China was scheduled" in shown
    assert "ft-talks-planned" in shown and "us-china-2019.yaml:" in shown and "from 22 January 2019 on" in shown


def test_what_is_not_shown_is_counted() -> None:
    shown = run(SCHEDULED, str(CASE)).stdout
    assert "preparatory" not in shown and "More: 1 in some accounts only (--under some)." in shown
    assert run(TALKS, str(CASE)).stdout.strip() == (
        "No: it is not undisputed. Yes, but in some accounts only (--under some)."
    )
    assert run("ASK { :kudlow a neg:Held }", str(CASE), "--under", "some").stdout.startswith(
        "No: it holds in no account."
    )


def test_a_name_that_stands_nowhere_is_pointed_out() -> None:
    assert (
        'neg:Schedulled stands nowhere here; did you mean "neg:Scheduled"?'
        in run("ASK { ?m a neg:Schedulled }", str(CASE)).stdout
    )


def test_the_json_has_every_cause_and_a_counter_account() -> None:
    found = json.loads(run(SCHEDULED, str(CASE), "--under", "some", "--format", "json").stdout)
    assert found["counts"] == {"undisputed": 1, "every": 0, "some": 1} and found["complete"] is True
    meeting, talks = found["answers"]
    assert meeting["under"] == "undisputed" and meeting["counter_account"] == []
    assert meeting["values"]["meeting"] == {
        "type": "uri",
        "value": f"{BASE}high-level-meeting",
        "name": "the high-level meeting",
    }
    assert talks["under"] == "some"
    claims = {claim for cause in talks["causes"] for position in cause["positions"] for claim in position["claims"]}
    assert claims == {f"{BASE}ft-talks-planned", f"{BASE}briefed-cancelled"}
    assert [claim for position in talks["counter_account"] for claim in position["claims"]] == [
        f"{BASE}kudlow-none-scheduled"
    ]
    assert talks["roots"] == [f"{BASE}financial-times"]


def test_yes_and_no_as_json() -> None:
    for under, answer in (("undisputed", False), ("every", False), ("some", True)):
        found = json.loads(run(TALKS, str(CASE), "--under", under, "--format", "json").stdout)
        assert (found["form"], found["under"], found["answer"]) == ("ask", under, answer)


def test_tables_and_pages_are_written_by_suffix(tmp_path: Path) -> None:
    for name in ("found.csv", "found.md", "found.json"):
        assert run(SCHEDULED, str(CASE), "--under", "some", "-o", str(tmp_path / name)).exit_code == 0
    table = list(csv.DictReader(io.StringIO((tmp_path / "found.csv").read_text(encoding="utf-8"))))
    assert [row["under"] for row in table] == ["undisputed", "some"]
    assert table[1]["claims"].split() == ["briefed-cancelled", "ft-talks-planned"]
    page = (tmp_path / "found.md").read_text(encoding="utf-8")
    assert f"    {SCHEDULED}" in page and "## In some accounts only" in page and "unless Larry Kudlow is right" in page
    assert json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["answers"]


def test_a_question_may_come_from_a_file_or_from_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    file.write_text(f"# title: Mine\n{SCHEDULED}", encoding="utf-8")
    asked = run(SCHEDULED, str(CASE), "--format", "csv").stdout
    assert run(str(file), str(CASE), "--format", "csv").stdout == asked
    assert run("-", str(CASE), "--format", "csv", stdin=SCHEDULED).stdout == asked
    both = run("-", "-", stdin=SCHEDULED)
    assert both.exit_code == 2 and "not both" in both.output


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("SELECT ?m { ?m a neg:Held OPTIONAL { ?m a ?t } }", "OPTIONAL cannot be asked here"),
        ("claims-by-speaker", "neither SPARQL nor a FILE.rq"),
        ("no/such.rq", "no/such.rq: cannot be read"),
        ("SELECT ?m { ?m a }", "the query cannot be read here: SELECT ?m { ?m a }"),
    ],
)
def test_what_cannot_be_asked_is_said_and_ends_with_2(question: str, why: str) -> None:
    result = run(question, str(CASE))
    assert result.exit_code == 2 and why in result.output


def test_a_date_says_when() -> None:
    rate = "SELECT ?rate { ?measure neg:rate ?rate }"
    assert "10 %" in run(rate, str(CASE), "--at", "2019-01-22").stdout
    assert "10 %" not in run(rate, str(CASE), "--at", "2019-01-23").stdout
    assert run(rate, str(CASE), "--at", "soon").exit_code == 2


def test_what_is_on_record_may_be_joined_to_what_is_believed(first_case: KnowledgeGraph) -> None:
    who = """SELECT ?who { ?claim prov:wasAttributedTo ?who ; neg:affirms ?said .
             ?said rdf:subject ?meeting ; rdf:predicate rdf:type ; rdf:object neg:Cancelled . ?meeting rdfs:label ?name }"""
    found = first_case.ask(who)
    assert [row.under for row in found] == [Under.UNDISPUTED] and found.rows[0].causes[0].positions == ()
    denied = first_case.ask("SELECT ?x { GRAPH neg:denied { ?x a neg:Cancelled } }", under="some")
    assert [row.values for row in denied] == [(Iri(f"{BASE}preparatory-talks"),)]


def test_background_needs_nobodys_word(first_case: KnowledgeGraph) -> None:
    found = first_case.ask("SELECT ?who { ?who a neg:Official }")
    [group] = groups(found, first_case.prose, first_case.places)
    assert {support.says for row in group.rows for support in row.supports} == {
        "nobody's word is needed: it follows from the background"
    }


def test_possible_clashes_count_if_asked(first_case: KnowledgeGraph) -> None:
    firm, loose = (first_case.ask(SCHEDULED, under="some", under_possible=possible) for possible in (False, True))
    assert {row.values for row in loose} <= {row.values for row in firm}


def test_what_a_limit_of_time_left_out_is_said() -> None:
    found = json.loads(run(SCHEDULED, f"{CASE}/", "--time-limit", "1e-9", "--format", "json").stdout)
    assert found["complete"] is False and any("stopped after 1e-09 seconds" in reason for reason in found["incomplete"])


def test_an_unknown_sense_gets_the_nearest(first_case: KnowledgeGraph) -> None:
    with pytest.raises(QueryError, match='under is undisputed, every or some, not "evry"; did you mean "every"'):
        first_case.ask(SCHEDULED, under="evry")


def test_no_text_of_a_question_is_markup(first_case: KnowledgeGraph) -> None:
    nasty = 'ASK { ?x rdfs:label "</pre>\n# not a heading" }'.replace("\n", "\\n")
    page = answers_markdown(first_case.ask(nasty), f"{nasty}\n# nor this", first_case.prose, {})
    assert "\n# nor this" not in page and "    # nor this" in page
    assert summary(first_case.ask(nasty)) == "No: it is not undisputed."


def test_the_output_in_the_documentation_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # paths as a reader in the checkout sees them
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs" / "answers.md").read_text(encoding="utf-8")
    [(command, output)] = re.findall(r"<!-- output: kg ask (.+?) -->\n```text\n(.*?)```\n<!-- end -->", page, re.DOTALL)
    shown = run(*shlex.split(command)).stdout.strip()
    assert "\n".join(line.rstrip() for line in shown.splitlines()) + "\n" == output


def test_the_documentation_names_what_is_refused() -> None:
    page = (ROOT / "docs" / "answers.md").read_text(encoding="utf-8")
    for word in (
        "OPTIONAL",
        "MINUS",
        "NOT EXISTS",
        "GROUP BY",
        "HAVING",
        "LIMIT",
        "RAND",
        "FROM",
        "SERVICE",
        "CONSTRUCT",
    ):
        assert word in page.split("### What is refused")[1].split("## How")[0]
