"""What is wrong with a file is said plainly, nothing is loaded, and nothing is left behind."""

from __future__ import annotations

import errno
import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg import bulk
from kg.bulk import feeding, staging, surveying
from kg.errors import BadInput, StoreError
from kg.store.oxigraph import OxigraphStore
from kg.terms import Iri, Literal, Triple
from kg.vocab import EDTF, NEG, RDFS

GRAPH = Iri("https://example.org/g")
OLD = Triple(Iri("https://example.org/old"), RDFS.label, Literal("old"))
LINE = '<https://example.org/s{n}> <https://example.org/p> "text {n}" <https://example.org/g> .\n'


def faults_of(path: Path, store: Path) -> list[str]:
    """Load a file that is not good into a store that holds something; return what is said, without the file's name."""
    with OxigraphStore.at(store) as opened:
        opened.put(GRAPH, [OLD])
        with pytest.raises(BadInput) as error:
            bulk.load(opened, [path], small=0)
        assert [quad.triple for quad in opened.quads()] == [OLD]
    assert_nothing_left(store)
    return [str(fault).removeprefix(str(path)) for fault in error.value.faults]


def assert_nothing_left(store: Path) -> None:
    assert [path.name for path in store.parent.iterdir() if "loading" in path.name] == []


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def test_a_gzip_file_that_was_cut_off(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "cut.nq.gz"
    path.write_bytes(gzip.compress("".join(LINE.format(n=n) for n in range(10_000)).encode())[:-100])
    assert faults_of(path, store) == [": the gzip file ends too early; it was cut off, so copy or fetch it again"]


def test_a_gzip_file_that_is_damaged(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "bad.nq.gz"
    data = bytearray(gzip.compress("".join(LINE.format(n=n) for n in range(10_000)).encode()))
    data[len(data) // 2 : len(data) // 2 + 40] = bytes(40)
    path.write_bytes(data)
    [fault] = faults_of(path, store)
    assert "the gzip file is damaged" in fault or "ends too early" in fault or "is not" in fault


def test_a_line_without_an_end(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "LONGEST_LINE", 2 << 20)
    path = tmp_path / "long.nq"
    path.write_bytes(LINE.format(n=1).encode() + b'<e:s> <e:p> "' + b"x" * (5 << 20))
    [fault] = faults_of(path, store)
    assert "a line is longer than 2 MiB" in fault


@pytest.mark.parametrize("suffix", ["nq", "trig"])
def test_triples_within_triples_without_end(tmp_path: Path, store: Path, suffix: str) -> None:
    """The parser would run out of stack, and the process would be gone."""
    depth = 60_000
    nested = "<<( <e:s> <e:p> " * depth + "<e:o>" + " )>>" * depth
    path = tmp_path / f"deep.{suffix}"
    path.write_text(LINE.format(n=1).replace(" <https://example.org/g>", "") + f"<e:s> <e:p> {nested} .\n")
    [fault] = faults_of(path, store)
    assert fault == ":2:1: a triple inside a triple (RDF 1.2) cannot be loaded; use a neg:Proposition"


def test_text_in_another_encoding(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "latin.nq"
    path.write_bytes(LINE.format(n=1).encode() + '<e:s> <e:p> "Zürich" <e:g> .\n'.encode("latin-1"))
    [fault] = faults_of(path, store)
    assert fault.startswith(":2:") and "not UTF-8" in fault


def test_every_bad_line_is_said_up_to_a_limit(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bad.nq"
    path.write_text("".join(LINE.format(n=n) + "<e:s> <e:p> .\n" for n in range(5)), encoding="utf-8")
    assert [fault.split(":")[1] for fault in faults_of(path, store)] == ["2", "4", "6", "8", "10"]
    monkeypatch.setattr(staging, "MOST_FAULTS", 3)
    assert faults_of(path, store)[0] == ": and 2 more faults of this kind"


def test_every_bad_date_is_said_with_its_place_up_to_a_limit(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "dates.nq"
    bad = f'<https://example.org/c> <{NEG.saidOn}> "2019-02-3{{n}}"^^<{EDTF}> <https://example.org/g> .\n'
    path.write_text("# a note\n" + "".join(LINE.format(n=n) + bad.format(n=n) for n in range(3)), encoding="utf-8")
    found = faults_of(path, store)
    assert [fault.split(" ")[0] for fault in found] == [
        f":{line}:{len(bad.split(chr(34), maxsplit=1)[0]) + 1}:" for line in (3, 5, 7)
    ]
    monkeypatch.setattr(surveying, "MOST_FAULTS", 1)
    assert faults_of(path, store)[0] == ": and 2 more faults of these kinds"


def test_many_records_that_are_not_well_formed(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.bulk.judging._ENOUGH", 5)
    monkeypatch.setattr("kg.bulk.judging._SHOWN", 10)
    path = tmp_path / "claims.nq"
    claim = "<https://example.org/c{n}> <" + NEG.affirms + "> <https://example.org/p> <https://example.org/g> .\n"
    path.write_text("".join(claim.format(n=n) for n in range(40)), encoding="utf-8")
    found = faults_of(path, store)
    assert any("exactly one speaker" in fault for fault in found)
    assert any("31 more records look wrong" in fault for fault in found)


def test_a_truncated_turtle_file(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "cut.ttl"
    path.write_text('<e:s> <e:p> "a" ;\n  <e:q> "b', encoding="utf-8")
    [fault] = faults_of(path, store)
    assert fault.startswith(":2:")


def test_a_full_disk(tmp_path: Path, store: Path) -> None:
    """The files of a process may not grow beyond a limit here: the system then answers as if the disk were full."""
    path = tmp_path / "big.nq"
    path.write_text("".join(LINE.format(n=n) for n in range(30_000)), encoding="utf-8")
    code = (
        "import resource, signal, sys\n"
        "from kg import bulk\nfrom kg.errors import StoreError\nfrom kg.store.oxigraph import OxigraphStore\n"
        "store = OxigraphStore.at(sys.argv[1])\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
        "try:\n    bulk.load(store, [sys.argv[2]], small=0)\n"
        "except StoreError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(store), str(path)], capture_output=True, text=True, check=True
    )
    assert "Nothing was loaded" in done.stdout
    assert_nothing_left(store)
    with OxigraphStore.read_only(store) as opened:
        assert list(opened.quads()) == []


def test_no_room_is_said_to_be_that(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the disk is full"), staging.unless_full(tmp_path / "x"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(StoreError, match="Permission denied"), staging.unless_full(tmp_path / "x"):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))


_CHILD = (
    "import sys\nfrom kg import bulk\nfrom kg.store.oxigraph import OxigraphStore\n"
    "def told(stage, done, total):\n    print(stage, flush=True)\n"
    "with OxigraphStore.at(sys.argv[1]) as store:\n    bulk.load(store, [sys.argv[2]], small=0, progress=told)\n"
)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_load_that_is_stopped_changes_nothing(tmp_path: Path, store: Path, how: signal.Signals) -> None:
    path = tmp_path / "big.nq"
    path.write_text("".join(LINE.format(n=n) for n in range(100_000)), encoding="utf-8")
    with OxigraphStore.at(store) as opened:
        opened.put(GRAPH, [OLD])
    command = [sys.executable, "-c", _CHILD, str(store), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout is not None and child.stdout.readline().startswith("reading")
        time.sleep(0.2)
        child.send_signal(how)
        child.wait(30)
    left = [each.name for each in tmp_path.iterdir() if "loading" in each.name]
    assert left == ([".store.loading"] if how == signal.SIGKILL else [])
    with OxigraphStore.at(store) as opened:
        assert [quad.triple for quad in opened.quads()] == [OLD]
        (tmp_path / "small.nq").write_text(LINE.format(n=1), encoding="utf-8")
        bulk.load(opened, [tmp_path / "small.nq"], small=0)
        assert len(list(opened.quads(GRAPH))) == 1
    assert_nothing_left(store)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """A file of 28 MB in blocks of 1 MB takes hardly more memory than one of 5 MB."""
    peaks = []
    for size in (40_000, 240_000):
        path = tmp_path / f"{size}.nq"
        with path.open("w", encoding="utf-8") as out:
            out.writelines(
                f'<https://example.org/s{n}> <https://example.org/p> "{"x" * 50} {n}" .\n' for n in range(size)
            )
        code = (
            "import resource, sys\nfrom pathlib import Path\nfrom kg.bulk import staging\n"
            "from kg.bulk.surveying import Survey\nfrom kg.validate.looked_at import LookedAt\n"
            "staging.BLOCK = 1 << 20\n"
            "given = staging.Input(Path(sys.argv[1]), sys.argv[1], 'x.nq', 'nq')\n"
            "staging.stage(given, Path(sys.argv[2]), Survey(LookedAt()), lambda *_: None)\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
        )
        command = [sys.executable, "-c", code, str(path), str(tmp_path / "out.nq")]
        peaks.append(int(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    assert peaks[1] - peaks[0] < 12_000  # KiB
