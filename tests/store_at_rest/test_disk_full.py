"""A disk that is full: it is said, the store is as it was, and nothing half-written is left."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.store import OxigraphStore, generations, oxigraph
from kg.store.plainly import DiskFull, is_full, plainly
from kg.terms import Iri, Literal, Triple
from tests.store_at_rest.conftest import G, H, Writer, content, versions

MEBIBYTES = 12
FULL = r"the disk is full \([\d,]+ MiB of 12 MiB are free\); nothing was changed"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few mebibytes, in memory; only the superuser of Linux can make one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if sys.platform != "linux" or os.geteuid() != 0 or mount is None or umount is None:
        pytest.skip("NO SMALL DISK: what happens when the disk is full was not tested (needs Linux, and to be root)")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={MEBIBYTES}m", "none", str(place)], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip(
            f"NO SMALL DISK: what happens when the disk is full was not tested ({made.stderr.decode().strip()})"
        )
    try:
        yield place
    finally:
        subprocess.run([umount, "--lazy", str(place)], check=True)


def triples(count: int, text: str) -> list[Triple]:
    return [Triple(Iri(f"http://e/{n}"), Iri("http://e/v"), Literal(f"{text}{n}")) for n in range(count)]


@pytest.fixture
def folder(small_disk: Path, written: Writer) -> Path:
    with OxigraphStore.at(small_disk / "st") as store:
        store.load_files([G, H], [written(G, "old", 300), written(H, "old", 100)])
    return small_disk / "st"


def nothing_left(folder: Path) -> bool:
    files = {path.name for path in folder.rglob("*")}
    return not any(name.startswith(("bulk-", "generation")) for name in files)


@pytest.mark.parametrize("bulk", [1_000_000, 1])
def test_a_put_that_finds_the_disk_full_changes_nothing(
    folder: Path, bulk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oxigraph, "BULK", bulk)
    with OxigraphStore.at(folder) as store:
        before = content(store)
        with pytest.raises(DiskFull, match=FULL):
            store.put(Iri("http://e/new"), triples(60_000, "x" * 200))
        assert content(store) == before and store.graphs() == (G, H)
        store.put(H, triples(5, "new"))  # there is room for that
        assert len(content(store, H)) == 5
    with OxigraphStore.at(folder) as again:
        assert len(content(again, G)) == 300 and len(content(again, H)) == 5 and nothing_left(folder)


@pytest.mark.parametrize("graph", [G, Iri("http://e/new")])
def test_a_load_that_finds_the_disk_full_changes_nothing(
    folder: Path, tmp_path: Path, written: Writer, graph: Iri, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oxigraph, "SMALL", 0)
    file = tmp_path / "large.nq"
    with file.open("w") as out:
        out.writelines(f'<http://e/{n}> <http://e/v> "{n}{"x" * 300}" <{graph}> .\n' for n in range(100_000))
    with OxigraphStore.at(folder) as store:
        before = content(store)
        with pytest.raises(DiskFull, match=FULL):
            store.load_files([graph], [file])
        assert content(store) == before and store.graphs() == (G, H) and nothing_left(folder)
        store.load_files([G], [written(G, "new", 30)])
        assert set(versions(store, G)) == {"new"}
    with OxigraphStore.at(folder) as again:
        assert len(content(again, G)) == 30 and len(content(again, H)) == 100


def test_a_store_on_a_disk_that_stays_full_can_be_read_and_says_why_it_is_not_written(folder: Path) -> None:
    filler = folder.parent / "filler"
    with filler.open("wb") as out, pytest.raises(OSError, match="No space"):
        while True:
            out.write(bytes(65_536))
            out.flush()
    with OxigraphStore.read_only(folder) as reader:
        assert len(content(reader)) == 400
    with pytest.raises(StoreError, match=FULL), OxigraphStore.at(folder) as store:
        store.put(G, triples(20_000, "new"))
    with OxigraphStore.read_only(folder) as reader:
        assert len(content(reader)) == 400
    filler.unlink()
    with OxigraphStore.at(folder) as store:
        assert len(content(store)) == 400 and generations.data_folder(folder) == folder
        store.put(G, triples(20, "new"))


@pytest.mark.parametrize(
    "said", ["IO error: No space left on device: While appending to file: x", "Disk quota exceeded"]
)
def test_the_words_of_the_engine_for_a_full_disk_are_known(said: str, tmp_path: Path) -> None:
    assert is_full(OSError(said))
    with pytest.raises(DiskFull, match="the disk is full"), plainly(str(tmp_path)):
        raise RuntimeError(said)
