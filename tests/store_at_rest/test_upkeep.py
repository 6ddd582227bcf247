"""`kg store`: what is in a store, copies of it, its files merged, and whether they are what was written."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.cli.storing import DAMAGED
from kg.columns.opening import FOLDER, open_records
from kg.errors import StoreError
from kg.graph import KnowledgeGraph
from kg.store import OxigraphStore, generations, integrity, oxigraph, snapshots, upkeep
from kg.terms import Iri, Triple
from tests.conftest import CASE
from tests.store_at_rest.conftest import G, H, K, Writer, content, versions


def kg(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["store", *map(str, arguments)], catch_exceptions=False)


def told(*arguments: object) -> Any:
    result = kg(*arguments, "--format", "json")
    return json.loads(result.stdout)


@pytest.fixture(params=["plain", "generation"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, written: Writer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store whose files are in its folder itself, or in that of a generation."""
    place = tmp_path / "st"
    with OxigraphStore.at(place) as store:
        store.load_files([G, H], [written(G, "1", 40), written(H, "1", 30)])
        store.put(K, [])
        if request.param == "generation":
            monkeypatch.setattr(oxigraph, "SMALL", 0)
            store.load_files([G], [written(G, "1", 40)])
    return place


@pytest.fixture
def plain(tmp_path: Path, written: Writer) -> Path:
    with OxigraphStore.at(tmp_path / "st") as store:
        store.load_files([G, H], [written(G, "1", 40), written(H, "1", 30)])
    return tmp_path / "st"


# --- info -----------------------------------------------------------------------------------------


def test_info_tells_what_a_store_holds(folder: Path) -> None:
    found = told("info", folder)
    assert (found["quads"], found["claims"]) == (70, 0)
    assert found["graphs"] == [
        {"graph": G, "quads": 40, "claims": 0},
        {"graph": H, "quads": 30, "claims": 0},
        {"graph": K, "quads": 0, "claims": 0},
    ]
    assert found["generation"] == generations.number(folder) and found["engine"].startswith("Oxigraph 0.")
    assert found["writer"] is None and found["readers"] == 0 and found["columns"] is None
    assert 0 < found["data_size"] <= found["size"] == upkeep.size_of(folder)
    shown = kg("info", folder).output
    assert "statements        70" in shown and "open for writing  no" in shown and "http://e/g" in shown


def test_info_counts_claims_and_looks_at_columns(tmp_path: Path) -> None:
    place = tmp_path / "st"
    result = CliRunner().invoke(main, ["load", str(CASE), "--store", str(place)], catch_exceptions=False)
    assert result.exit_code == 0
    with OxigraphStore.read_only(place) as reader:
        open_records(reader)
    found = told("info", place)
    assert found["claims"] == sum(len(dossier.claims) for dossier in KnowledgeGraph.load(CASE).dossiers)
    assert found["columns"]["is_current"] and found["columns"]["size"] > 1000 and found["columns"]["faults"] == []
    assert "up to date" in kg("info", place).output
    with OxigraphStore.at(place) as store:
        store.put(G, [Triple(G, G, G)])
    assert "of an earlier state" in kg("info", place).output


def test_info_lists_the_largest_graphs_and_all_when_asked(tmp_path: Path) -> None:
    with OxigraphStore.at(tmp_path / "st") as store:
        store.put_all(
            {Iri(f"http://e/g{n:02}"): [Triple(G, G, Iri(f"http://e/{m}")) for m in range(n)] for n in range(25)}
        )
    few, every = kg("info", tmp_path / "st").output, kg("info", tmp_path / "st", "--all").output
    assert "http://e/g24" in few and "http://e/g03" not in few and "and 5 more (--all lists them)" in few
    assert "http://e/g03" in every and "more" not in every


def test_info_says_who_writes_and_who_reads(folder: Path) -> None:
    with OxigraphStore.at(folder), OxigraphStore.read_only(folder):
        found = told("info", folder)
        assert found["writer"] == os.getpid() and found["readers"] == 1
        assert f"by process {os.getpid()}" in kg("info", folder).output


@pytest.mark.parametrize("command", ["info", "check", "compact"])
def test_what_is_no_store_is_refused_and_left_alone(command: str, tmp_path: Path) -> None:
    (tmp_path / "ft.yaml").write_text("claims: {}")
    for place in (tmp_path, tmp_path / "nowhere", tmp_path / "ft.yaml"):
        result = kg(command, place)
        assert result.exit_code == 2 and result.output == f"kg: {place} is not a store\n"
    assert [path.name for path in tmp_path.iterdir()] == ["ft.yaml"]


# --- backup and restore ---------------------------------------------------------------------------


@pytest.mark.parametrize("link", [(), ("--link",)])
def test_a_backup_is_a_store_that_later_writes_do_not_change(
    folder: Path, tmp_path: Path, link: tuple[str, ...]
) -> None:
    copy = tmp_path / "deep" / "copy"
    with OxigraphStore.at(folder) as store:
        before = content(store)
        assert kg("backup", folder, copy, *link).exit_code == 0  # while somebody has it open for writing
        store.put(G, [Triple(G, G, G)])
        store.remove(H)
        store.merge()
    shutil.rmtree(folder)
    with OxigraphStore.read_only(copy) as reader:
        assert content(reader) == before and reader.graphs() == (G, H, K)
    with OxigraphStore.at(copy) as writer:
        writer.put(G, [])
        assert len(content(writer)) == 30


def test_a_backup_goes_into_a_new_folder_only(plain: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "ft.yaml").write_text("claims: {}")
    for target in (tmp_path / "other", plain, tmp_path / "other" / "ft.yaml"):
        result = kg("backup", plain, target)
        assert result.exit_code == 2 and "is not empty" in result.output
    assert kg("backup", plain).exit_code == 2
    assert kg("backup", plain, tmp_path / "a", "--archive", "b.nq").exit_code == 2
    assert kg("backup", plain, "--archive", tmp_path / "b.nq", "--link").exit_code == 2
    assert kg("backup", tmp_path / "other", tmp_path / "new").exit_code == 2
    assert not (tmp_path / "new").exists()


def test_a_backup_that_fails_leaves_nothing(plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    before = set(tmp_path.iterdir())
    with pytest.raises(StoreError, match="the disk is full"):
        upkeep.backup(plain, tmp_path / "copy")
    with pytest.raises(StoreError, match="the disk is full"):
        upkeep.restore(plain, tmp_path / "new")
    assert set(tmp_path.iterdir()) - before == {tmp_path / "new"}
    assert not generations.is_store(tmp_path / "new")


@pytest.mark.parametrize("name", ["all.nq", "all.nq.gz"])
def test_an_archive_is_one_file_that_can_be_loaded(folder: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    assert kg("backup", folder, "--archive", file).exit_code == 0
    text = gzip.decompress(file.read_bytes()) if name.endswith(".gz") else file.read_bytes()
    (tmp_path / "again.nq").write_bytes(text)
    with OxigraphStore.in_memory() as again, OxigraphStore.read_only(folder) as reader:
        again.load_files([G, H], [tmp_path / "again.nq"])
        assert content(again) == content(reader)
    assert not list(tmp_path.glob(".*.part"))
    assert kg("backup", folder, "--archive", tmp_path / "all.zip").exit_code == 2


def test_a_backup_is_restored_in_one_step_where_that_is_asked_for(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    upkeep.backup(folder, copy)
    assert kg("restore", copy, tmp_path / "new").exit_code == 0
    with OxigraphStore.at(folder) as store:
        before = content(store)
        store.put(G, [])
    refused = kg("restore", copy, folder)
    assert refused.exit_code == 2 and "--replace" in refused.output
    with OxigraphStore.read_only(folder) as reader:
        assert kg("restore", copy, folder, "--replace").exit_code == 0
        assert len(content(reader)) == 30  # of before; it goes on undisturbed
    for place in (folder, tmp_path / "new"):
        with OxigraphStore.at(place) as store:
            assert content(store) == before and store.graphs() == (G, H, K)
            store.put(G, [Triple(G, G, G)])
    left = {path.name for path in folder.iterdir()}
    assert left == {generations.data_folder(folder).name, "generation.json", "writer.lock", "readers"}


def test_nothing_is_restored_over_a_writer_or_from_what_is_damaged(plain: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    upkeep.backup(plain, copy)
    with OxigraphStore.at(plain) as store:
        with pytest.raises(StoreError, match="open for writing elsewhere"):
            upkeep.restore(copy, plain, replace=True)
        before = content(store)
    table = max(copy.glob("*.sst"), key=lambda file: file.stat().st_size)
    os.truncate(table, table.stat().st_size // 2)
    with pytest.raises(StoreError, match="damaged"):
        upkeep.restore(copy, plain, replace=True)
    with OxigraphStore.at(plain) as store:
        assert content(store) == before
    assert not list(plain.glob("generation*"))


@pytest.mark.parametrize(
    "text", ["", "{", '{"folder": "../other"}', '{"folder": "generation-9"}', '{"folder": 1}', "[]"]
)
def test_a_store_whose_pointer_is_damaged_says_so_and_can_be_restored(text: str, plain: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    upkeep.backup(plain, copy)
    (plain / generations.POINTER).write_text(text)
    for opening in (OxigraphStore.at, OxigraphStore.read_only):
        with pytest.raises(StoreError, match=r"is damaged: generation\.json"):
            opening(plain)
    checked = kg("check", plain)
    assert checked.exit_code == DAMAGED and "kg store restore" in checked.output
    assert kg("info", plain).exit_code == 2
    assert kg("restore", copy, plain, "--replace").exit_code == 0
    with OxigraphStore.at(plain) as store:
        assert len(content(store)) == 70
    assert not (plain / "CURRENT").exists()


# --- compact --------------------------------------------------------------------------------------


def test_compacting_keeps_the_content_and_the_columns_and_sweeps(folder: Path) -> None:
    for number in range(6):
        with OxigraphStore.at(folder) as store:
            store.put(Iri(f"http://e/more{number}"), [Triple(G, G, Iri(f"http://e/{n}")) for n in range(50)])
            store._store.flush()
    with OxigraphStore.read_only(folder) as reader:
        open_records(reader)
        before = content(reader)
    (folder / "generation-77").mkdir()
    data = generations.data_folder(folder)
    (data / "bulk-1.sst").write_bytes(bytes(100_000))
    tables = len(list(data.glob("*.sst")))
    found = told("compact", folder)
    assert found["after"] < found["before"]
    assert len(list(data.glob("*.sst"))) < tables and not list(data.glob("bulk-*")) and not list(data.glob("LOG.old.*"))
    assert not (folder / "generation-77").exists()
    with OxigraphStore.read_only(folder) as reader:
        assert content(reader) == before
        said: list[str] = []
        kept = {path.stat().st_ino for path in (folder / FOLDER).glob("records-*/terms.text")}
        open_records(reader, said)
        assert not said
    assert kept  # the columns of before are of use: nothing was read again
    assert "before" in kg("compact", folder).output


# --- check ----------------------------------------------------------------------------------------


def test_a_sound_store_is_found_to_be_so_also_while_somebody_writes(folder: Path) -> None:
    found = told("check", folder)
    assert found["sound"] and {one["what"] for one in found["findings"]} >= {"files", "index spog", "terms: objects"}
    with OxigraphStore.at(folder):
        result = kg("check", folder)
    assert result.exit_code == 0 and f"{folder} is sound" in result.output and "70 statements" in result.output


def test_a_store_whose_indexes_disagree_is_damaged(
    plain: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "indexes"
    shutil.copytree(integrity._INDEXES, other)
    (other / "spog.rq").write_text("SELECT (COUNT(*) AS ?count) { GRAPH ?g { ?s <http://e/v> ?o } }")
    monkeypatch.setattr(integrity, "_INDEXES", other)
    result = kg("check", plain)
    assert result.exit_code == DAMAGED
    assert "DAMAGED  indexes together: they do not agree: " in result.output and "spog 64" in result.output


def test_damaged_columns_are_told_of_and_are_no_damage_to_the_store(plain: Path) -> None:
    with OxigraphStore.read_only(plain) as reader:
        open_records(reader)
    [text] = (plain / FOLDER).glob("records-*/terms.text")
    with text.open("r+b") as file:
        file.write(b"!!!!")
    result = kg("check", plain)
    assert result.exit_code == 0 and "they will be built again" in result.output
    assert "damaged" in kg("info", plain).output


def test_what_was_broken_off_is_told_of(plain: Path) -> None:
    (plain / "generation-1").mkdir()
    (plain / "bulk-5.sst").write_bytes(b"x")
    result = kg("check", plain)
    assert result.exit_code == 0 and "broken off: bulk-5.sst, generation-1" in result.output


def test_any_damage_to_the_files_of_data_is_found_and_said(tmp_path: Path, written: Writer) -> None:
    """One file after another is changed in one place; some are cut short, and taken away."""
    original = tmp_path / "st"
    with OxigraphStore.at(original) as store:
        store.load_files([G, H], [written(G, "1", 400), written(H, "2", 300)])
        store._store.flush()
    chance = random.Random(5)  # noqa: S311  # not for secrets
    names = sorted(
        path.name for path in original.iterdir() if path.suffix == ".sst" or path.name.startswith("MANIFEST")
    )
    for number, name in enumerate([*names, "CURRENT"]):
        for way in _ways(number, name):
            place = tmp_path / f"{number}-{way}"
            shutil.copytree(original, place)
            _spoil(place / name, way, chance)
            found = [one for one in integrity.check(place) if not one.is_sound] if generations.is_store(place) else []
            assert found or not generations.is_store(place), f"{name} was spoilt ({way}), and nobody noticed"
            assert all("\n" not in one.found for one in found)
            shutil.rmtree(place)


def _ways(number: int, name: str) -> tuple[int, ...]:
    """Return how a file is to be spoilt: a manifest cut off between two records would be that of an earlier state."""
    if name.startswith("MANIFEST"):
        return (0, 2)
    return (0, 1, 2) if number == 0 or name == "CURRENT" else (0,)


def _spoil(file: Path, way: int, chance: random.Random) -> None:
    data = bytearray(file.read_bytes())
    if way == 0:
        at = chance.randrange(min(len(data), 300))  # of a table: the statements come first
        data[at] ^= 0xFF
        file.write_bytes(data)
    elif way == 1:
        file.write_bytes(data[: len(data) // 2])
    else:
        file.unlink()


def test_damage_is_said_by_every_command_in_one_line_and_never_as_a_trace(plain: Path) -> None:
    with OxigraphStore.at(plain) as store:
        store._store.flush()
    for table in plain.glob("*.sst"):
        data = bytearray(table.read_bytes())
        data[10:40] = bytes(30)
        table.write_bytes(data)
    checked = kg("check", plain)
    assert checked.exit_code == DAMAGED and "checksum" in checked.output and "Traceback" not in checked.output
    for command in (["info", plain], ["backup", plain, "--archive", plain.with_name("a.nq")]):
        result = kg(*command)
        assert result.exit_code == 2 and result.output.startswith("kg: ") and len(result.output.splitlines()) == 1
    assert not plain.with_name("a.nq").exists()
    loaded = CliRunner().invoke(main, ["check", str(plain)])
    assert loaded.exit_code == 2 and loaded.output.startswith("kg: ")
    with pytest.raises(StoreError, match="damaged"), OxigraphStore.read_only(plain) as reader:
        list(reader.quads())


def test_a_check_leaves_nothing_behind(plain: Path) -> None:
    before = {path for path in plain.rglob("*") if path.name != "readers"}
    list(integrity.check(plain))
    assert {path for path in plain.rglob("*") if path.name != "readers"} == before
    assert snapshots.readers(plain) == 0


def test_versions_survive_a_backup_of_a_backup(folder: Path, tmp_path: Path) -> None:
    upkeep.backup(folder, tmp_path / "one", link=True)
    upkeep.backup(tmp_path / "one", tmp_path / "two")
    upkeep.restore(tmp_path / "two", tmp_path / "three")
    with OxigraphStore.read_only(tmp_path / "three") as reader:
        assert set(versions(reader, G)) == {"1"} and len(content(reader)) == 70


@pytest.mark.parametrize("command", ["info", "check", "compact", "backup"])
def test_a_server_is_looked_after_by_its_own_tools(command: str) -> None:
    result = kg(command, "sparql:http://127.0.0.1:1")
    assert result.exit_code == 2 and "a server is looked after by its own tools" in result.stderr
