"""Ctrl-C and limits of time: the command ends as a shell expects, and leaves nothing broken behind."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.graph import KnowledgeGraph
from kg.store.oxigraph import OxigraphStore
from tests.conftest import CASE

WAIT = 120
"""Seconds until a command that hangs fails its test."""

SIGNAL_WHEN_READY = """\
import importlib, signal, sys
from kg.cli import main
from kg.graph import KnowledgeGraph

def ready(module, name):
    owner, _, method = name.rpartition(".")
    place = importlib.import_module(module)
    place = getattr(place, owner) if owner else place
    original = getattr(place, method)
    def told(*args, **options):
        print("ready", file=sys.stderr, flush=True)
        {pause}
        return original(*args, **options)
    setattr(place, method, told)

ready({module!r}, {name!r})
main(prog_name="kg")
"""
"""Runs the command; just before it does a certain thing it says so and, if told, waits to be interrupted there."""


def interrupted(module: str, name: str, *args: str, pause: bool = True) -> subprocess.CompletedProcess[str]:
    """Send SIGINT to the command when it is about to call a function, or soon after."""
    code = SIGNAL_WHEN_READY.format(module=module, name=name, pause="signal.pause()" if pause else "pass")
    process = subprocess.Popen(
        [sys.executable, "-c", code, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=WAIT)
    return subprocess.CompletedProcess(args, process.returncode, out, err)


def long_case(folder: Path, number: int = 120) -> Path:
    """Write a case whose check takes a while: many different values of one thing."""
    claims = "".join(f"  c{n}: {{by: ann, on: 2019-01-22, affirms: [goods, rate, {n} %]}}\n" for n in range(1, number))
    text = "dossier: https://example.org/long\ntitle: Long\npeople:\n  ann: {name: Ann}\n"
    text += f"measures:\n  goods: {{type: Tariff, name: the tariff}}\nclaims:\n{claims}"
    file = folder / "long.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return long_case(tmp_path_factory.mktemp("long"))


def test_a_long_check_ends_quietly_on_ctrl_c(slow: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.json"
    arguments = ("check", str(slow), "--format", "json", "-o", str(output))
    done = interrupted("kg.logic.materialise", "Materialisation.run", *arguments, pause=False)
    assert done.returncode == 130
    assert done.stderr == "kg: interrupted\n" and done.stdout == ""
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("before", ["write_text", "replace"])
def test_ctrl_c_while_writing_leaves_the_old_file_and_no_other(before: str, tmp_path: Path) -> None:
    output = tmp_path / "report.md"
    output.write_text("old", encoding="utf-8")
    done = interrupted("pathlib", f"Path.{before}", "report", str(CASE), "-o", str(output))
    assert (done.returncode, done.stderr) == (130, "kg: interrupted\n")
    assert [file.name for file in tmp_path.iterdir()] == ["report.md"]
    assert output.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(
    ("module", "name"),
    [("kg.bulk.loading", "judge"), ("kg.store.oxigraph", "OxigraphStore.put_all")],
)
def test_ctrl_c_while_loading_leaves_the_store_as_it_was(module: str, name: str, slow: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    assert CliRunner().invoke(main, ["load", str(CASE), "--store", str(store)]).exit_code == 0
    before = exported(store)
    done = interrupted(module, name, "load", str(slow), "--store", str(store), pause=False)
    assert (done.returncode, done.stderr) == (130, "kg: interrupted\n")
    assert exported(store) in (before, before | {"https://example.org/long"})


def exported(store: Path) -> set[str]:
    """The named graphs of a store, each with all of its triples or none."""
    with OxigraphStore.at(store) as opened:
        found = {str(graph) for graph in opened.graphs()}
        sizes = {str(graph): sum(1 for _ in opened.quads(graph)) for graph in opened.graphs()}
    assert all(size > 100 for size in sizes.values()), sizes
    return found


# -- limits of time --------------------------------------------------------------------------------


def test_a_limit_of_time_ends_a_check_and_says_what_is_missing(slow: Path) -> None:
    result = CliRunner().invoke(main, ["check", str(slow), "--format", "json", "--time-limit", "0.01"])
    found = json.loads(result.stdout)
    assert result.exit_code == 0 and found["complete"] is False
    [words] = found["incomplete"]
    assert words.startswith("the check stopped after 0.01 seconds; conflicts may be missing")


def test_limits_are_said_by_explain_and_accounts(first_case: KnowledgeGraph) -> None:
    universal = next(c.id for c in first_case.conflicts() if c.kind == "universal-denial")
    arguments = ["explain", universal, str(CASE), "--all-proofs", "--max-proofs", "3"]
    shown = CliRunner().invoke(main, arguments).stdout
    assert shown.count("Proof ") == 3 and "Incomplete: only 3 proofs are listed; there are more" in shown
    found = json.loads(CliRunner().invoke(main, [*arguments, "--format", "json"]).stdout)
    assert len(found["proofs"]) == 3 and found["complete"] is False and found["lines"] == found["proofs"][0]["lines"]
    cut = json.loads(
        CliRunner().invoke(main, ["accounts", str(CASE), "--format", "json", "--max-accounts", "1"]).stdout
    )
    assert cut["complete"] is False
    assert cut["components"][0]["incomplete"] == ["1 account listed; there are more"]
    assert (
        "1 account listed; there are more"
        in CliRunner().invoke(main, ["accounts", str(CASE), "--max-accounts", "1"]).stdout
    )


@pytest.mark.parametrize("seconds", ["0", "-1", "soon"])
def test_a_limit_that_is_no_time_is_refused(seconds: str) -> None:
    assert CliRunner().invoke(main, ["check", str(CASE), "--time-limit", seconds]).exit_code == 2
