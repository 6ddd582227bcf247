"""`kg load`: what it prints, from where it reads, and that a bad file leaves no trace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.bulk import loading
from kg.cli import main
from kg.cli.progress import progress_shown
from kg.store.oxigraph import OxigraphStore
from tests.worlds import ex

LINE = '<https://example.org/s{n}> <https://example.org/p> "text" <https://example.org/g{n}> .\n'


@pytest.fixture(autouse=True)
def _everything_in_bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "SMALL", 0)


def run(*arguments: object, given: str | None = None) -> Result:
    return CliRunner().invoke(main, ["load", *map(str, arguments)], input=given)


def test_many_graphs_are_counted_after_the_first_twenty(tmp_path: Path) -> None:
    path = tmp_path / "many.nq"
    path.write_text("".join(LINE.format(n=n) for n in range(25)), encoding="utf-8")
    done = run(path, "--store", tmp_path / "store")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "loaded https://example.org/g0 (1 triples)"
    assert lines[20:] == ["loaded 5 more graphs (5 triples)"]


def test_as_json(tmp_path: Path) -> None:
    path = tmp_path / "one.nq"
    path.write_text(LINE.format(n=1), encoding="utf-8")
    done = run(path, "--store", tmp_path / "store", "--format", "json")
    assert json.loads(done.stdout) == {
        "store": str(tmp_path / "store"),
        "graphs": [{"graph": "https://example.org/g1", "triples": 1, "file": str(path)}],
        "warnings": [],
        "orphans": [],
    }


def test_standard_input_is_streamed(tmp_path: Path) -> None:
    done = run("-", "--store", tmp_path / "store", given=LINE.format(n=1) + "<e:s> <e:p> <e:o> .\n")
    assert "loaded https://w3id.org/parley/file/stdin (1 triples)" in done.stdout
    with OxigraphStore.read_only(tmp_path / "store") as store:
        assert ex("g1") in store.graphs()


def test_faults_of_standard_input(tmp_path: Path) -> None:
    done = run("-", "--store", tmp_path / "store", given=LINE.format(n=1) + "<e:s> nonsense\n")
    assert (done.exit_code, done.stderr.startswith("<stdin>:2:7: ")) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_dossier_on_standard_input(tmp_path: Path) -> None:
    done = run("-", "--store", tmp_path / "store", given="dossier: https://example.org/d\ntitle: D\n")
    assert done.exit_code == 0, done.output
    assert "loaded https://example.org/d" in done.stdout


def test_a_bad_file_leaves_neither_a_store_nor_a_folder_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "bad.nq"
    path.write_text("nonsense\n", encoding="utf-8")
    done = run(path, "--store", tmp_path / "store")
    assert done.exit_code == 2
    assert [each.name for each in tmp_path.iterdir()] == ["bad.nq"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = run(tmp_path / "gone.nq", "--store", tmp_path / "store")
    assert (done.exit_code, "no such file" in done.stderr) == (2, True)


def test_progress_is_for_terminals_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with progress_shown() as nothing:
        assert nothing is None
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with progress_shown() as bar:
        assert bar is not None
        bar("reading a.nq", 5, 10)
        bar("reading a.nq", 10, 10)
        bar("checking records", 0, None)
