"""Other processes answer: beside each other, within bounds, and gone when nobody waits for them."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest

from kg.contradiction import CheckOptions
from kg.errors import BoundReached, QueryError
from kg.explorer.answering import Question
from kg.explorer.direct import Direct
from kg.formats.rdf_syntax import parse_quads
from kg.graph import KnowledgeGraph
from kg.store.oxigraph import OxigraphStore
from kg.store.protocol import Bounds, Rows
from kg.store.rdflib_store import RdflibStore
from kg.terms import Blank
from kg.web.asking import AskingProcess, AskingProcesses, BrokeDown, Busy, Dump, Serialised, helper
from kg.web.asking.data import send
from kg.web.asking.jobs import Job
from kg.web.asking.verdicts import Closed
from tests.conftest import CASE
from tests.stores.servers import Server
from tests.web.endpoint import children_of, is_alive

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HUNGRY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?f ?i"
CLAIMS = "SELECT ?c { ?c a neg:Claim } ORDER BY ?c"
BOUNDS = Bounds(60, 1_024, 10_000)


@pytest.fixture(scope="module")
def asking(first_case: KnowledgeGraph) -> Iterator[AskingProcesses]:
    made = AskingProcesses(first_case)
    yield made
    made.close(at_once=True)


def fetch(asking: AskingProcesses, job: Job, bounds: Bounds = BOUNDS) -> bytes:
    return asyncio.run(asking.fetch(job, bounds))


def children(asking: AskingProcesses) -> list[int]:
    process = asking._asserted._process
    assert process is not None
    return children_of(process.pid)


def wait_until(holds: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


# --- The same answers as in this process ------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        Question(CLAIMS),
        Question("ASK { ?c a neg:Conflict }"),
        Question("CONSTRUCT { ?c prov:wasAttributedTo ?w } WHERE { ?c prov:wasAttributedTo ?w }"),
        Question(name="claims-by-speaker", params=(("speaker", "larry-kudlow"),)),
        Question(name="contested-propositions"),
        Question("SELECT ?m { ?m a neg:Meeting } ORDER BY ?m", under="undisputed"),
        Question("SELECT ?m { ?m a neg:Cancelled } ORDER BY ?m", under="every"),
        Question("SELECT ?m { ?m a neg:Cancelled } ORDER BY ?m", under="some", at="2019-01-22"),
    ],
)
def test_it_answers_as_this_process_does(
    asking: AskingProcesses, first_case: KnowledgeGraph, question: Question
) -> None:
    found, expected = asking.answer(question, BOUNDS), Direct(first_case).answer(question, BOUNDS)
    if isinstance(expected.answer, tuple):
        assert set(found.answer) == set(expected.answer)  # type: ignore[arg-type]
    else:
        assert found == expected


@pytest.mark.parametrize(
    "question",
    [
        Question("SELECT ?c { ?c a nope:Claim }"),
        Question("DROP ALL"),
        Question("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"),
        Question(name="no-such-query"),
        Question(name="claims-by-speaker", params=(("speaker", "nobody at all"),)),
        Question("SELECT ?m { ?m a neg:Meeting FILTER NOT EXISTS { ?m a neg:Held } }", under="every"),
        Question(CLAIMS, under="sometimes"),
    ],
)
def test_it_refuses_as_this_process_does(
    asking: AskingProcesses, first_case: KnowledgeGraph, question: Question
) -> None:
    with pytest.raises(QueryError) as expected:
        Direct(first_case).answer(question, BOUNDS)
    with pytest.raises(QueryError) as found:
        asking.answer(question, BOUNDS)
    assert str(found.value) == str(expected.value)


def test_what_is_not_a_fault_of_the_question_says_so(asking: AskingProcesses) -> None:
    with pytest.raises(BrokeDown) as found:
        fetch(asking, Dump("no such syntax"))
    assert "KeyError" in str(found.value)
    assert "Traceback" in found.value.trace
    assert "Traceback" not in str(found.value)


def test_a_copy_holds_the_data_and_nothing_that_was_computed(
    asking: AskingProcesses, first_case: KnowledgeGraph
) -> None:
    (dossier,) = first_case.dossiers
    expected = {quad for quad in first_case.store.quads(dossier.iri) if not isinstance(quad.o, Blank)}
    for syntax in ("nq", "trig"):
        found = set(parse_quads(fetch(asking, Dump(syntax)), syntax, keep_labels=True))
        assert {quad for quad in found if not isinstance(quad.o, Blank)} == expected
    turtle = list(parse_quads(fetch(asking, Dump("ttl")), "ttl"))
    assert len(turtle) == len(list(first_case.store.quads(dossier.iri)))


# --- Bounds -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "bounds", "which", "said"),
    [
        (SLOW, Bounds(seconds=1), "seconds", "stopped after 1 second; ask for less"),
        (HUNGRY, Bounds(seconds=120, mebibytes=60), "mebibytes", "more memory than 60 MiB; ask for less"),
        ("SELECT * { ?s ?p ?o }", Bounds(60, None, 7), "rows", "more than 7 rows"),
    ],
)
def test_a_bound_that_is_reached_is_named(
    asking: AskingProcesses, query: str, bounds: Bounds, which: str, said: str
) -> None:
    for ask in (
        lambda: fetch(asking, Serialised(query, "json", most=bounds.rows), bounds),
        lambda: asking.answer(Question(query), bounds),
    ):
        with pytest.raises(BoundReached) as found:
            ask()
        assert found.value.bound == which
        assert said in str(found.value)
    wait_until(lambda: not children(asking))


def test_a_long_answer_counts_as_memory(asking: AskingProcesses) -> None:
    wide = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 40000"
    with pytest.raises(BoundReached) as found:
        fetch(asking, Serialised(wide, "json"), Bounds(60, mebibytes=2))
    assert found.value.bound == "mebibytes"


def test_a_slow_question_blocks_nobody(asking: AskingProcesses) -> None:
    async def quick() -> list[float]:
        times = []
        for _ in range(20):
            began = time.monotonic()
            await asking.fetch(Serialised(CLAIMS, "json"), BOUNDS)
            times.append(time.monotonic() - began)
        return sorted(times)

    async def slow() -> str:
        with pytest.raises(BoundReached) as found:
            await asking.fetch(Serialised(SLOW, "json"), Bounds(seconds=4))
        return found.value.bound

    async def both() -> None:
        alone = await quick()
        *ends, beside = await asyncio.gather(slow(), slow(), quick())
        assert ends == ["seconds", "seconds"]
        assert beside[10] < 1.0, (alone, beside)

    asyncio.run(both())


def test_questions_take_turns_and_do_not_wait_for_ever(first_case: KnowledgeGraph) -> None:
    asking = AskingProcesses(first_case, patience=0.5)

    async def many() -> None:
        slow = [
            asyncio.ensure_future(asking.fetch(Serialised(SLOW, "json"), Bounds(seconds=60)))
            for _ in range(helper._AT_ONCE)
        ]
        await asyncio.sleep(0)
        loop = asyncio.get_running_loop()
        until = loop.time() + 40
        while asking._asserted._process is None or len(children(asking)) < helper._AT_ONCE:
            assert loop.time() < until
            await asyncio.sleep(0.05)
        with pytest.raises(Busy):
            await asking.fetch(Serialised(CLAIMS, "json"), BOUNDS)
        for one in slow:
            one.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        assert await asking.fetch(Serialised(CLAIMS, "json"), BOUNDS)

    try:
        asyncio.run(many())
    finally:
        asking.close(at_once=True)


def test_many_threads_may_ask(asking: AskingProcesses) -> None:
    found: list[object] = []

    def ask(number: int) -> None:
        text = f"SELECT ?n {{ VALUES ?n {{ {number} }} }}"
        answer = asking.answer(Question(text), BOUNDS).answer
        assert isinstance(answer, Rows)
        found.append(str(answer.rows[0][0]) == str(number))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 24


# --- Ends -------------------------------------------------------------------------------------------------


def test_who_waits_no_more_ends_the_question(asking: AskingProcesses) -> None:
    async def run() -> None:
        task = asyncio.ensure_future(asking.fetch(Serialised(SLOW, "json"), Bounds(seconds=60)))
        while not (found := await asyncio.to_thread(children, asking)):
            await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.to_thread(wait_until, lambda: not any(map(is_alive, found)), 5)

    fetch(asking, Serialised(CLAIMS, "json"))
    wait_until(lambda: not children(asking))
    asyncio.run(run())


def test_a_child_that_is_killed_is_told_of(asking: AskingProcesses) -> None:
    async def run() -> None:
        task = asyncio.ensure_future(asking.fetch(Serialised(SLOW, "json"), Bounds(seconds=60)))
        while not (found := await asyncio.to_thread(children, asking)):
            await asyncio.sleep(0.02)
        os.kill(found[0], signal.SIGABRT)
        with pytest.raises(BrokeDown, match="Aborted"):
            await task

    fetch(asking, Serialised(CLAIMS, "json"))
    wait_until(lambda: not children(asking))
    asyncio.run(run())
    assert fetch(asking, Serialised(CLAIMS, "json"))


def test_the_process_is_started_again(asking: AskingProcesses) -> None:
    fetch(asking, Serialised(CLAIMS, "json"))
    first = asking._asserted._process
    assert first is not None

    async def run() -> None:
        task = asyncio.ensure_future(asking.fetch(Serialised(SLOW, "json"), Bounds(seconds=2)))
        while not await asyncio.to_thread(children, asking):
            await asyncio.sleep(0.02)
        first.kill()
        with pytest.raises(BoundReached):  # the question was put to the new one
            await task

    asyncio.run(run())
    assert asking.answer(Question("ASK { ?c a neg:Claim }"), BOUNDS).answer is True
    assert asking._asserted._process is not first


def test_it_ends_when_closed_but_finishes_what_it_began(first_case: KnowledgeGraph) -> None:
    asking = AskingProcesses(first_case)
    fetch(asking, Serialised(CLAIMS, "json"))
    process = asking._asserted._process
    assert process is not None

    async def run() -> None:
        task = asyncio.ensure_future(asking.fetch(Serialised(SLOW, "json"), Bounds(seconds=2)))
        while not await asyncio.to_thread(children, asking):
            await asyncio.sleep(0.02)
        asking.close()
        with pytest.raises(Closed):
            await asking.fetch(Serialised(CLAIMS, "json"), BOUNDS)
        with pytest.raises(BoundReached):
            await task

    asyncio.run(run())
    process.wait(10)


def test_a_question_that_came_before_the_close_is_answered(first_case: KnowledgeGraph) -> None:
    """Also if its process has only just been started; data may be read anew twice in a moment."""
    asking = AskingProcesses(first_case)

    async def run() -> None:
        early = [asyncio.ensure_future(asking.fetch(Serialised(CLAIMS, "json"), BOUNDS)) for _ in range(3)]
        await asyncio.sleep(0.05)
        asking.close()
        with pytest.raises(Closed):
            await asking.fetch(Serialised(CLAIMS, "json"), BOUNDS)
        assert all(await asyncio.gather(*early))

    asyncio.run(run())
    process = asking._asserted._process
    assert process is not None
    process.wait(20)


SERVER = """
import sys, threading, time
from kg.graph import KnowledgeGraph
from kg.explorer.answering import Question
from kg.store.protocol import Bounds
from kg.terms import Blank
from kg.web.asking import AskingProcesses
asking = AskingProcesses(KnowledgeGraph.load(sys.argv[1]))
asking.answer(Question("ASK {}"), Bounds(60))
threading.Thread(target=lambda: asking.answer(Question(sys.argv[2]), Bounds(60)), daemon=True).start()
print(asking._asserted._process.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_the_server(number: int) -> None:
    with subprocess.Popen([sys.executable, "-c", SERVER, str(CASE), SLOW], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        process = int(server.stdout.readline())
        wait_until(lambda: bool(children_of(process)))
        everybody = [process, *children_of(process)]
        os.kill(server.pid, number)
    wait_until(lambda: not any(map(is_alive, everybody)), 10)


def test_nothing_private_is_written_to_the_disk(first_case: KnowledgeGraph, tmp_path: Path) -> None:
    """The data goes through a pipe, and what is asked through a socket without a name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(tmp_path))
        asking = AskingProcesses(first_case)
        fetch(asking, Serialised(CLAIMS, "json"))
        process = asking._asserted._process
        assert process is not None
        files = [str(file.readlink()) for file in Path(f"/proc/{process.pid}/fd").iterdir()]
        assert not any(str(tmp_path) in file for file in files)
        asking.close(at_once=True)
    assert list(tmp_path.iterdir()) == []


def test_data_that_breaks_off_is_never_asked(first_case: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(graph: KnowledgeGraph, output: BinaryIO) -> None:
        file = io.BytesIO()
        send(graph, file)
        output.write(file.getvalue()[: -len(file.getvalue()) // 4])
        raise OSError("the store cannot be read")

    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    asking = AskingProcesses(first_case)
    asking._asserted = AskingProcess(partial(broken, first_case))
    with pytest.raises(BrokeDown):
        asking.answer(Question(CLAIMS), BOUNDS)
    asking.close(at_once=True)


# --- Stores -----------------------------------------------------------------------------------------------


def large(store: OxigraphStore) -> KnowledgeGraph:
    return KnowledgeGraph(store, options=CheckOptions(columns_from=0))


def test_a_large_store_is_opened_where_it_stands(tmp_path: Path) -> None:
    with OxigraphStore.at(tmp_path / "store") as store:
        KnowledgeGraph.load(CASE, store=store)
    with OxigraphStore.read_only(tmp_path / "store") as store:
        graph = large(store)
        asking = AskingProcesses(graph)
        try:
            expected = Direct(graph).answer(Question(CLAIMS), BOUNDS)
            assert asking.answer(Question(CLAIMS), BOUNDS) == expected
            assert asking.answer(Question("ASK { ?c a neg:Conflict }"), BOUNDS).answer is False
            assert fetch(asking, Dump("nq")).count(b"\n") > 500
            for question in (Question(CLAIMS, under="every"), Question(name="contested-propositions")):
                with pytest.raises(QueryError, match="here there are more"):
                    asking.answer(question, BOUNDS)
        finally:
            asking.close(at_once=True)


def test_a_large_graph_in_memory_is_sent() -> None:
    asking = AskingProcesses(large(KnowledgeGraph.load(CASE).store))  # type: ignore[arg-type]
    try:
        assert asking.answer(Question("ASK { ?c a neg:Claim }"), BOUNDS).answer is True
    finally:
        asking.close(at_once=True)


def test_any_store_can_be_sent() -> None:
    asking = AskingProcesses(KnowledgeGraph.load(CASE, store=RdflibStore()))
    try:
        assert asking.answer(Question("ASK { ?c a neg:Conflict }"), BOUNDS).answer is True
    finally:
        asking.close(at_once=True)


def test_a_large_store_on_a_server_is_asked_there(oxigraph: Server) -> None:
    from kg.store.addresses import open_store

    with open_store(oxigraph.address, writable=True) as store:
        KnowledgeGraph.load(CASE, store=store)
        asking = AskingProcesses(KnowledgeGraph(store, options=CheckOptions(columns_from=0)))
        try:

            async def ask() -> list[bytes]:
                jobs = [asking.fetch(Serialised(CLAIMS, syntax), BOUNDS) for syntax in ("csv", "json", "xml", "tsv")]
                return await asyncio.gather(*jobs)

            csv, json, xml, tsv = asyncio.run(ask())
            assert csv.count(b"\r\n") == tsv.count(b"\n") == xml.count(b"<result>") + 1
            assert json.count(b'"uri"') == xml.count(b"<result>") > 10
            assert asking.answer(Question("ASK { ?c a neg:Claim }"), BOUNDS).answer is True
        finally:
            asking.close(at_once=True)
            for graph in store.graphs():
                store.remove(graph)
