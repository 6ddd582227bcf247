"""One process writes; others read what was there when they began, or are told plainly why they cannot."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.errors import StoreError
from kg.store import OxigraphStore, generations, locks, oxigraph, snapshots
from kg.terms import Iri, Literal, Triple
from tests.store_at_rest.conftest import G, H, Writer, content, lines, versions

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")

LOADING = """
import sys
from pathlib import Path
from kg.store import OxigraphStore, oxigraph
from kg.terms import Iri
oxigraph.SMALL = -1
with OxigraphStore.at(sys.argv[1]) as store:
    store.load_files([Iri(sys.argv[3])], [Path(sys.argv[2])])
    print("loaded", flush=True)
    sys.stdin.readline()
"""
READING = """
import sys
from kg.store import OxigraphStore
with OxigraphStore.read_only(sys.argv[1]) as store:
    print("open", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def folder(tmp_path: Path, written: Writer) -> Path:
    with OxigraphStore.at(tmp_path / "st") as store:
        store.load_files([G, H], [written(G, "old", 60), written(H, "old", 60)])
    return tmp_path / "st"


@contextmanager
def program(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        try:
            yield running
        finally:
            if running.poll() is None:
                running.kill()


def line(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    return running.stdout.readline().strip()


def go_on(running: subprocess.Popen[str]) -> None:
    assert running.stdin is not None
    running.stdin.write("\n")
    running.stdin.flush()


def test_others_read_and_no_other_writes_while_a_load_goes_on(folder: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "slow.nq"
    os.mkfifo(pipe)
    dossier = tmp_path / "ft.ttl"
    dossier.write_text("<http://e/c> a <https://w3id.org/parley/ns#Claim> .")
    with program(LOADING, folder, pipe, G) as writer:
        with pipe.open("w") as slow:  # opens when the other end reads: so the load has begun
            slow.write("".join(lines(G, "new", 30)))
            slow.flush()
            assert locks.writer(folder) == writer.pid
            with pytest.raises(StoreError, match=rf"open for writing elsewhere, by process {writer.pid}; close it"):
                OxigraphStore.at(folder)
            shown = CliRunner().invoke(main, ["load", str(dossier), "--store", str(folder)])
            assert shown.exit_code == 2 and f"by process {writer.pid}" in shown.output
            during = OxigraphStore.read_only(folder)
            assert set(versions(during, G)) == {"old"}
        assert line(writer) == "loaded"
        assert set(versions(during, G)) == {"old"} and len(content(during)) == 120
        with OxigraphStore.read_only(folder) as after:
            assert set(versions(after, G)) == {"new"} and len(content(after, H)) == 60
        with pytest.raises(StoreError, match="by process"):  # it is loaded, and not yet closed
            OxigraphStore.at(folder)
        go_on(writer)
        assert writer.wait(30) == 0
        assert set(versions(during, G)) == {"old"}  # also when the files that it reads were swept away
        during.close()
    with OxigraphStore.at(folder) as store:
        assert set(versions(store, G)) == {"new"}


def test_the_lock_of_a_killed_writer_is_gone_with_it(folder: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "slow.nq"
    os.mkfifo(pipe)
    with program(LOADING, folder, pipe, G) as writer, pipe.open("w"):
        assert locks.writer(folder) == writer.pid
        writer.send_signal(signal.SIGKILL)
        writer.wait(30)
        assert locks.writer(folder) is None
        with OxigraphStore.at(folder) as store:
            assert set(versions(store, G)) == {"old"}
    assert generations.data_folder(folder) == folder


def test_a_second_writer_in_one_process_is_refused_too(folder: Path) -> None:
    with OxigraphStore.at(folder), pytest.raises(StoreError, match="elsewhere in this process"):
        OxigraphStore.at(folder)
    with OxigraphStore.at(folder):
        pass


def test_a_store_that_was_never_closed_lets_go_when_it_is_forgotten(folder: Path) -> None:
    store = OxigraphStore.at(folder)
    reader = OxigraphStore.read_only(folder)
    assert snapshots.readers(folder) == 1
    del store, reader
    assert snapshots.readers(folder) == 0
    OxigraphStore.at(folder).close()


def test_a_reader_is_not_disturbed_when_the_writer_merges_its_files(tmp_path: Path) -> None:
    """The engine's own reading fails here: it opens but the first 16 tables, and the others when they are gone."""
    folder = tmp_path / "st"
    with OxigraphStore.at(folder) as store:
        for number in range(12):
            store.put(Iri(f"http://e/g{number}"), [Triple(G, Iri(f"http://e/{number}"), Literal(str(number)))])
            store._store.flush()  # a new table for each of the engine's indexes
        with OxigraphStore.read_only(folder) as reader:
            store.put(G, [Triple(G, G, G)])
            before = {file.name for file in folder.glob("*.sst")}
            store._store.optimize()
            gone = before - {file.name for file in folder.glob("*.sst")}
            assert gone
            assert len(content(reader)) == 12 and len(content(store)) == 13


def test_many_can_read_at_once_and_leave_nothing(folder: Path) -> None:
    with program(READING, folder) as one, program(READING, folder) as another:
        assert line(one) == line(another) == "open"
        assert snapshots.readers(folder) == 2
        go_on(one)
        assert one.wait(30) == 0
        another.kill()
        another.wait(30)
    assert snapshots.readers(folder) == 1  # of the one that was killed
    OxigraphStore.read_only(folder).close()
    assert snapshots.readers(folder) == 0


@pytest.mark.parametrize("small", [oxigraph.SMALL, 0])
def test_readers_see_whole_versions_while_another_thread_writes(
    folder: Path, written: Writer, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oxigraph, "SMALL", small)
    files = [[written(graph, str(version), 20) for graph in (G, H)] for version in range(5)]
    enough = threading.Event()
    with OxigraphStore.at(folder) as store:

        def write() -> None:
            while not enough.is_set():
                for pair in files:
                    store.load_files([G, H], pair)
                    enough.wait(0.01)

        thread = threading.Thread(target=write)
        thread.start()
        seen = set()
        try:
            for _ in range(15):
                with OxigraphStore.read_only(folder) as reader:
                    found = {*versions(reader, G), *versions(reader, H)}
                    assert len(found) == 1
                    seen |= found
        finally:
            enough.set()
            thread.join()
    assert len(seen) > 1


def test_where_nothing_can_be_linked_the_files_themselves_are_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    with OxigraphStore.read_only(folder) as reader:
        assert set(versions(reader, G)) == {"old"} and reader.state()
    assert snapshots.readers(folder) == 0


def test_a_store_that_changes_all_the_time_is_said_to(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter(range(1000))
    monkeypatch.setattr(snapshots, "_WAITS", (0.0, 0.0))
    monkeypatch.setattr(snapshots, "_changing", lambda _: next(numbers))
    with pytest.raises(StoreError, match="being written to all the time"):
        OxigraphStore.read_only(folder)
    assert snapshots.readers(folder) == 0
