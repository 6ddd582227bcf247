"""The command line: what it prints, writes and refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from tests.conftest import CASE

TTL = """\
@prefix neg: <https://w3id.org/parley/ns#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix ex: <https://example.org/> .
ex:c1 a neg:Claim ; prov:wasAttributedTo ex:ann ; neg:saidOn "2019-01-22"^^xsd:date ; neg:affirms ex:p1 .
ex:c2 a neg:Claim ; prov:wasAttributedTo ex:bob ; neg:saidOn "2019-01-22"^^xsd:date ; neg:denies ex:p1 .
ex:p1 a neg:Proposition ; rdf:subject ex:m ; rdf:predicate rdf:type ; rdf:object neg:Cancelled ;
  neg:holds "2019-01-22"^^edtf:EDTF .
"""


def run(*args: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, args, input=stdin, catch_exceptions=False)


def test_check_follows_the_json_contract() -> None:
    result = run("check", str(CASE), "--format", "json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert {"claims", "positions", "conflicts", "complete"} <= found.keys()
    assert found["complete"] is True
    for conflict in found["conflicts"]:
        assert {"id", "kind", "between", "verdict", "sides", "interval", "because", "proof", "rules"} <= conflict.keys()
        assert conflict["verdict"] in ("contradiction", "undecided", "tension")
        assert all(side["claims"] and isinstance(side["position"], str) for side in conflict["sides"])
    assert len({conflict["id"] for conflict in found["conflicts"]}) == len(found["conflicts"]) == 5


def test_the_contract_example_in_turtle_from_standard_input() -> None:
    result = run("check", "-", "--format", "json", stdin=TTL)
    assert result.exit_code == 0, result.output
    [conflict] = json.loads(result.stdout)["conflicts"]
    assert conflict["kind"] == "direct-denial"
    assert conflict["interval"] == "2019-01-22"
    assert [side["claims"] for side in conflict["sides"]] in (
        [["https://example.org/c1"], ["https://example.org/c2"]],
        [["https://example.org/c2"], ["https://example.org/c1"]],
    )


def test_exit_codes() -> None:
    assert run("check", str(CASE)).exit_code == 0
    assert run("check", str(CASE), "--exit-code").exit_code == 1
    assert run("check", "no/such/file.yaml").exit_code == 2


def test_kinds_are_filtered_and_unknown_kinds_refused() -> None:
    found = json.loads(run("check", str(CASE), "--format", "json", "--kind", "presupposition").stdout)
    assert len(found["conflicts"]) == 2
    assert all("presupposition" in conflict["kinds"] for conflict in found["conflicts"])
    refused = run("check", str(CASE), "--kind", "presuposition")
    assert refused.exit_code == 2
    assert 'did you mean "presupposition"?' in refused.output


def test_check_names_file_and_line_of_each_side() -> None:
    lines = (CASE / "us-china-2019.yaml").read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines, 1) if line.startswith("  kudlow-no-cancellation:"))
    assert f"us-china-2019.yaml:{at}" in run("check", str(CASE)).output


def test_explain_proves_a_conflict_by_the_beginning_of_its_id() -> None:
    conflicts = json.loads(run("check", str(CASE), "--format", "json").stdout)["conflicts"]
    one = next(conflict for conflict in conflicts if conflict["kind"] == "direct-denial")
    shown = run("explain", one["id"][:6], str(CASE))
    assert shown.exit_code == 0
    assert "1. People briefed on the negotiations say" in shown.output
    assert "cannot both hold" in shown.output
    assert run("explain", "zzzz", str(CASE)).exit_code == 2


def test_accounts_as_json() -> None:
    found = json.loads(run("accounts", str(CASE), "--format", "json").stdout)
    [component] = found["components"]
    assert len(component["accounts"]) == 3
    for account in component["accounts"]:
        assert account["keeps"] and account["leaves_out"] and account["support"]["roots"]


def test_a_wrong_dossier_gets_every_fault_and_nothing_is_loaded(tmp_path: Path) -> None:
    text = (CASE / "us-china-2019.yaml").read_text(encoding="utf-8")
    wrong = text.replace("by: larry-kudlow", "by: larry-kudlov", 1).replace("is, OfferMade]", "is, OferMade]")
    bad = tmp_path / "bad.yaml"
    bad.write_text(wrong, encoding="utf-8")
    store = tmp_path / "store"
    assert run("load", str(CASE), "--store", str(store)).exit_code == 0
    before = run("export", "--store", str(store), "--format", "nq").stdout
    result = run("load", str(bad), "--store", str(store))
    assert result.exit_code == 2
    assert 'did you mean "larry-kudlow"?' in result.output
    assert 'did you mean "OfferMade"?' in result.output
    for line in result.output.splitlines()[:2]:
        place = line.split(": ")[0].rsplit(":", 2)
        assert place[0].endswith("bad.yaml") and place[1].isdigit() and place[2].isdigit()
    assert run("export", "--store", str(store), "--format", "nq").stdout == before


def test_loading_twice_replaces(tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    run("load", str(CASE), "--store", store)
    once = run("export", "--store", store, "--format", "nq").stdout
    run("load", str(CASE), "--store", store)
    assert run("export", "--store", store, "--format", "nq").stdout == once
    assert json.loads(run("check", "--store", store, "--format", "json").stdout)["claims"] == 24


def test_init_writes_a_case_that_checks(tmp_path: Path) -> None:
    place = tmp_path / "case"
    assert run("init", str(place)).exit_code == 0
    assert run("validate", str(place)).exit_code == 0
    assert json.loads(run("check", str(place), "--format", "json").stdout)["conflicts"]
    assert run("init", str(place)).exit_code == 2  # never over something that is there


def test_demo_writes_its_pages(tmp_path: Path) -> None:
    result = run("demo", "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert "cannot all hold" in result.output
    assert {file.name for file in tmp_path.iterdir()} >= {"report.html", "report.md", "network.html", "timeline.html"}


@pytest.mark.parametrize("form", ["html", "svg", "graphml", "gexf", "json"])
def test_network_in_every_format(form: str, tmp_path: Path) -> None:
    target = tmp_path / f"network.{form}"
    assert run("network", str(CASE), "-o", str(target)).exit_code == 0
    assert "Kudlow" in target.read_text(encoding="utf-8")


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    text = TTL + 'ex:m <http://www.w3.org/2000/01/rdf-schema#label> "the \\u001b[31m[bold]talks" .\n'
    file = tmp_path / "evil.ttl"
    file.write_text(text, encoding="utf-8")
    output = run("check", str(file)).output
    assert "\x1b" not in output
    assert "[bold]talks" in output


def test_every_command_has_help() -> None:
    for name, command in main.commands.items():
        assert command.help, name
        assert run(name, "--help").exit_code == 0


def test_the_list_of_commands_fits_and_loads_none_of_them() -> None:
    code = "import sys; from kg.cli import main; main(['--help'], standalone_mode=False); sys.exit('kg.graph' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, env={**os.environ, "COLUMNS": "80"}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    listed = done.stdout.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed] == sorted(main.commands)
    assert max(map(len, listed)) <= 80
