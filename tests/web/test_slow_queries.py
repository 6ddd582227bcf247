"""Slow queries over HTTP: they end with their reason, and nobody waits for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from kg.web.asking import AskingProcesses
from kg.web.state import State
from tests.conftest import CASE
from tests.web.endpoint import children_of, served

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
QUICK = "SELECT ?c { ?c a neg:Claim } LIMIT 5"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, State]]:
    with served(CASE, seconds=3, mebibytes=300) as found:
        httpx.get(f"{found[0]}sparql", params={"query": QUICK}, timeout=60)
        yield found


def ask(base: str, query: str) -> httpx.Response:
    return httpx.get(f"{base}sparql", params={"query": query}, timeout=60)


def workers(state: State) -> list[int]:
    assert isinstance(state.answering, AskingProcesses)
    process = state.answering._asserted._process
    assert process is not None
    return children_of(process.pid)


def test_quick_ones_stay_quick(server: tuple[str, State]) -> None:
    """Three cartesian products at once, on whatever cores there are; pages and other queries go on meanwhile."""
    base, state = server
    ends: list[tuple[int, str, float]] = []

    def slow() -> None:
        began = time.monotonic()
        answer = ask(base, SLOW)
        ends.append((answer.status_code, answer.text, time.monotonic() - began))

    threads = [threading.Thread(target=slow) for _ in range(3)]
    for thread in threads:
        thread.start()
    while not workers(state):
        time.sleep(0.01)
    times = []
    for path in ["sparql?query=ASK%7B%7D", "health", "issues"] * 4:
        began = time.monotonic()
        assert httpx.get(base + path, timeout=60).status_code == 200
        times.append(time.monotonic() - began)
    for thread in threads:
        thread.join()
    assert sorted(times)[len(times) // 2] < 1.0, times
    for status, text, seconds in ends:
        assert status == 503
        assert text == "query: stopped after 3 seconds; ask for less\n"
        assert 3 <= seconds < 20
    assert not workers(state)


def test_too_much_memory(server: tuple[str, State]) -> None:
    answer = ask(server[0], "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?f ?i")
    assert answer.status_code == 503
    assert "more memory than" in answer.text or "stopped after" in answer.text
    assert "--" not in answer.text, "options are the business of who runs the server"


def test_a_client_that_goes_away_takes_its_query_with_it(server: tuple[str, State]) -> None:
    base, state = server
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{base}sparql", params={"query": SLOW}, timeout=1)
    until = time.monotonic() + 1.5  # before its time would be over
    while workers(state):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_the_same_over_post(server: tuple[str, State]) -> None:
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{server[0]}sparql", data={"query": SLOW}, timeout=1)
    time.sleep(0.5)
    assert not workers(server[1])


def test_the_answers_after_a_reload_are_new(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("reload")
    head = "@prefix neg: <https://w3id.org/parley/ns#> ."
    (folder / "x.ttl").write_text(
        f"{head} <https://e.example/x> a neg:Dossier . <https://e.example/x/a> a neg:Person ."
    )
    with served(folder) as (base, state):
        assert '"1"' in ask(base, "SELECT (COUNT(?x) AS ?n) { ?x a neg:Person }").text
        (folder / "x.ttl").write_text(
            f"{head} <https://e.example/x> a neg:Dossier . <https://e.example/x/a> a neg:Person ."
            "<https://e.example/x/b> a neg:Person ."
        )
        before = state.answering
        state.read_again()
        assert '"2"' in ask(base, "SELECT (COUNT(?x) AS ?n) { ?x a neg:Person }").text
        assert isinstance(before, AskingProcesses)
        process = before._asserted._process
        assert process is not None
        process.wait(20)
