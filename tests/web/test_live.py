"""Files that change under the server: what is shown follows, or the last good version stays and says what is wrong."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg.formats import read_all
from kg.graph import KnowledgeGraph
from kg.store.oxigraph import OxigraphStore
from kg.web.live import Announcements, Watcher
from kg.web.state import State
from tests.web.served import client_of, state_of

WAIT = 15
TALKS = """\
dossier: https://e.example/case/talks
title: Talks
people:
  ann: {name: Ann}
  bob: {name: Bob}
events:
  session: {type: [PreparatoryMeeting], name: the session}
claims:
  first: {by: ann, on: 2026-03-13, affirms: [session, is, Cancelled], holds: 2026-03-12}
"""
CLASH = "  second: {by: bob, on: 2026-03-13, denies: [session, is, Scheduled], holds: ../2026-03-13}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "talks.yaml"
    made.write_text(TALKS, encoding="utf-8")
    return made


@pytest.fixture
def watched() -> Iterator[Callable[[State], State]]:
    watchers: list[Watcher] = []

    def watch(state: State) -> State:
        watcher = Watcher(state, every=0.05)
        watchers.append(watcher)
        watcher.start()
        return state

    yield watch
    for watcher in watchers:
        watcher.stop()
        watcher.join(WAIT)


def until(happens: Callable[[], object], within: float = WAIT) -> None:
    end = time.monotonic() + within
    while not happens():
        assert time.monotonic() < end, "this has not happened in time"
        time.sleep(0.02)


def test_a_claim_that_clashes_shows_as_a_new_dispute(file: Path, watched: Callable[[State], State]) -> None:
    state = watched(state_of(file))
    version, page = state.version, client_of(state).get("/").text
    assert f'data-version="{version}"' in page
    assert state.explorer.catalog.conflict_ids(10) == ()
    file.write_text(TALKS + CLASH, encoding="utf-8")
    until(lambda: state.version != version)
    after = client_of(state).get("/").text
    assert "Ann" in after and "Bob" in after and after != page
    assert len(state.explorer.catalog.conflict_ids(10)) == 1


def test_what_cannot_be_read_is_said_and_the_last_good_version_stays(
    file: Path, watched: Callable[[State], State], capsys: pytest.CaptureFixture[str]
) -> None:
    state = watched(state_of(file))
    file.write_text(TALKS.replace("by: ann", "by: anna").replace("[session, is", "[sesion, is"), encoding="utf-8")
    until(lambda: state.explorer.faults)
    page = client_of(state).get("/").text
    assert f"{file}:9:" in page and "anna" in page and "sesion" in page and "Talks" in page
    assert "anna" in capsys.readouterr().err
    file.write_text(TALKS + CLASH, encoding="utf-8")
    until(lambda: not state.explorer.faults)
    assert len(state.explorer.catalog.conflict_ids(10)) == 1


def test_faults_are_for_whoever_can_mend_them(file: Path) -> None:
    state = state_of(file, hosts=frozenset({"10.0.0.7"}))
    file.write_text(TALKS.replace("by: ann", "by: secret-name"), encoding="utf-8")
    state.read_again()
    assert state.explorer.faults and "secret-name" not in client_of(state).get("/").text


def test_an_editor_that_puts_a_new_file_in_place_of_the_old(file: Path, watched: Callable[[State], State]) -> None:
    state = watched(state_of(file))
    version = state.version
    times = file.stat()
    draft = file.with_name(".talks.yaml.swp")
    draft.write_text(TALKS + CLASH, encoding="utf-8")
    os.utime(draft, ns=(times.st_atime_ns, times.st_mtime_ns))
    file.unlink()
    time.sleep(0.3)  # a slow editor
    draft.rename(file)
    until(lambda: state.version != version)
    assert not state.explorer.faults
    assert len(state.explorer.catalog.conflict_ids(10)) == 1


def test_a_file_that_is_half_written_is_not_read(file: Path, watched: Callable[[State], State]) -> None:
    state = watched(state_of(file))
    seen: list[tuple[str, ...]] = []
    with file.open("w", encoding="utf-8") as out:
        for line in (TALKS + CLASH).splitlines(keepends=True):
            out.write(line)
            out.flush()
            seen.append(state.explorer.faults)
            time.sleep(0.05)
    until(lambda: len(state.explorer.catalog.conflict_ids(10)) == 1)
    assert not any(seen)


def test_a_file_that_is_gone_is_missed_and_found_again(file: Path, watched: Callable[[State], State]) -> None:
    state = watched(state_of(file))
    away = file.rename(file.with_name("away.txt"))
    until(lambda: state.explorer.faults)
    assert "no such file" in state.explorer.faults[0]
    assert client_of(state).get("/").status_code == 200
    away.rename(file)
    until(lambda: not state.explorer.faults)


def test_a_new_file_in_a_folder_is_read_and_a_removed_one_forgotten(
    file: Path, watched: Callable[[State], State]
) -> None:
    state = watched(state_of(file.parent))
    more = file.parent / "deep" / "more.yaml"
    more.parent.mkdir()
    text = TALKS.replace("case/talks", "case/more").replace("Talks", "More")
    more.write_text(text + CLASH, encoding="utf-8")
    until(lambda: len(state.explorer.catalog.conflict_ids(10)) == 1)
    shutil.rmtree(more.parent)
    until(lambda: not state.explorer.catalog.conflict_ids(10))


def test_a_text_beside_a_dossier_is_looked_at_too(tmp_path: Path, watched: Callable[[State], State]) -> None:
    (tmp_path / "paper.txt").write_text("Nothing was cancelled.", encoding="utf-8")
    file = tmp_path / "talks.yaml"
    documents = "documents:\n  paper: {title: Paper, text: paper.txt}\n"
    file.write_text(TALKS.replace("claims:\n", documents + "claims:\n"), encoding="utf-8")
    state = watched(state_of(file))
    version = state.version
    (tmp_path / "paper.txt").write_text("Everything was cancelled.", encoding="utf-8")
    until(lambda: state.version != version)


def test_a_store_that_another_program_changes_is_read_again(
    file: Path, tmp_path: Path, watched: Callable[[State], State]
) -> None:
    place = tmp_path / "store"
    with KnowledgeGraph(OxigraphStore.at(place)) as graph:
        graph.add(read_all([file]))
    state = watched(state_of(place))
    assert state.store_place == str(place)
    file.write_text(TALKS + CLASH, encoding="utf-8")
    with KnowledgeGraph(OxigraphStore.at(place)) as graph:
        graph.add(read_all([file]))
    until(lambda: len(state.explorer.catalog.conflict_ids(10)) == 1)


def test_requests_that_have_begun_end_with_what_they_began_with(file: Path) -> None:
    state = state_of(file)
    shown = state.shown
    file.write_text(TALKS + CLASH, encoding="utf-8")
    state.read_again()
    assert shown.explorer.catalog.conflict_ids(10) == ()
    assert len(state.explorer.catalog.conflict_ids(10)) == 1


def test_pages_are_whole_while_the_data_changes_all_the_time(file: Path) -> None:
    state = state_of(file)
    client, failed, stop = client_of(state), [], threading.Event()

    def read() -> None:
        while not stop.is_set():
            for path in ("/", "/actors.json", "/claims.ttl"):
                if client.get(path).status_code != 200:
                    failed.append(path)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for at in range(6):
        file.write_text(TALKS + (CLASH if at % 2 else ""), encoding="utf-8")
        state.read_again()
    stop.set()
    for reader in readers:
        reader.join(WAIT)
    assert failed == []


# --- Telling browsers ----------------------------------------------------------------------------------------


def test_everybody_who_listens_is_told_and_let_go() -> None:
    async def run() -> list[str]:
        news = Announcements()
        words = news.words("v-1", heartbeat=0.05)
        heard = [await anext(words)]
        threading.Thread(target=news.tell, args=["v-2"]).start()
        while "v-2" not in heard[-1]:
            heard.append(await anext(words))
        heard.append(await anext(words))
        assert news.listeners == 1
        news.close()
        heard += [word async for word in words]
        assert news.listeners == 0
        return heard

    heard = asyncio.run(run())
    assert "data: v-1\n" in heard[0]
    assert any("data: v-2\n" in word for word in heard)
    assert any(word.startswith(":") for word in heard)  # the heartbeat
    assert all(word.endswith("\n\n") for word in heard)
