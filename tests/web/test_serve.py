"""`kg serve` as people run it: what it says, when it refuses, what it shows, and how it ends."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.errors import ParleyError
from kg.web.serving import bind
from tests.conftest import CASE
from tests.web.served import Running, command, running

NASTY = Path(__file__).resolve().parents[1] / "explorer" / "cases" / "nasty.yaml"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(CASE) as found:
        yield found


def refused(*arguments: str | Path, env: dict[str, str] | None = None) -> str:
    """What a command says that ends before it serves anything."""
    result = CliRunner().invoke(main, ["serve", *map(str, arguments)], env=env)
    assert result.exit_code == 2, result.output
    return result.output


# --- What it says ----------------------------------------------------------------------------------------


def test_one_line_says_where_and_what(server: Running) -> None:
    assert server.said == [f"{server.url} shows {CASE} (Ctrl-C ends it)\n"]
    assert server.complained == []
    assert server.url.startswith("http://127.0.0.1:")
    assert server.get("/").status_code == 200
    assert server.get("/health").json()["ready"]


def test_the_server_tells_nothing_of_what_it_is(server: Running) -> None:
    assert "server" not in server.get("/").headers
    broken = exchange(server, b"\x16\x03\x01nonsense\r\n\r\n")
    assert b"400" in broken.split(b"\r\n")[0] and b"Traceback" not in broken and b"/work" not in broken


def test_questions_are_answered_by_another_process(server: Running) -> None:
    found = server.get("/sparql?query=ASK%20%7B%20%3Fm%20a%20neg%3AClaim%20%7D", headers={"Accept": "application/json"})
    assert found.json()["boolean"] is True


def test_it_opens_the_browser_when_asked(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    script = tmp_path / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" > {opened}\n', encoding="utf-8")
    script.chmod(0o755)
    with running(CASE, "--open", env={"BROWSER": f"{script} %s"}) as found:
        end = time.monotonic() + 10
        while not (opened.exists() and opened.read_text(encoding="utf-8")) and time.monotonic() < end:
            time.sleep(0.05)
        assert opened.read_text(encoding="utf-8").strip() == found.url


# --- When it refuses -------------------------------------------------------------------------------------


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"port {port} of 127.0.0.1 is in use" in refused(CASE, "--port", str(port))


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(ParleyError, match="--host"):
        bind("203.0.113.7", 0)
    with pytest.raises(ParleyError, match="no such address"):
        bind("no such host", 0)


def test_faults_are_said_before_anything_is_served(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("dossier: https://e.example/x\nclaims:\n  c: {by: nobody, on: 2019-01-01, affirms: [a, b, c]}\n")
    said = refused(file, "--port", "0")
    assert f"{file}:3:" in said and "Traceback" not in said


@pytest.mark.parametrize(
    "base", ["ftp://x/", "http:///", "http://x/below", "http://a:b@x/", "x", "http://x:99999/", "http://x/?a"]
)
def test_a_base_is_the_whole_address_of_a_server(base: str) -> None:
    assert "--base" in refused(CASE, "--port", "0", "--base", base)


def test_writing_needs_a_store_and_a_token_worth_the_name(tmp_path: Path) -> None:
    assert "PARLEY_TOKEN" in refused(CASE, "--writable", env={"PARLEY_TOKEN": ""})
    assert "16 letters" in refused(CASE, "--writable", env={"PARLEY_TOKEN": "short"})
    assert "only a store" in refused(CASE, "--writable", env={"PARLEY_TOKEN": "x" * 20})
    assert "cannot be read" in refused(CASE, "--writable", "--token-file", tmp_path / "none")
    assert "x" * 20 not in refused(CASE, "--writable", env={"PARLEY_TOKEN": "x" * 20})


def test_something_must_be_given() -> None:
    assert "what should be served" in refused()
    assert "either PATH or --store" in refused(CASE, "--store", "x")


# --- What it shows ---------------------------------------------------------------------------------------


def test_what_is_confidential_is_shown_only_when_asked_for() -> None:
    with running(NASTY) as found:
        pages = [found.get(path).text for path in ("/", "/actors", "/claims.ttl", "/index.json")]
        assert "SECRET-" not in "".join(pages)
    with running(NASTY, "--confidential") as found:
        assert "SECRET-hidden-person" in found.get("/actors").text
        assert found.get("/actors").headers["cache-control"] == "no-store"


def test_a_store_is_served_and_read_again_when_it_changes(tmp_path: Path) -> None:
    from kg.formats import read_all
    from kg.graph import KnowledgeGraph
    from kg.store.oxigraph import OxigraphStore

    place = tmp_path / "store"
    OxigraphStore.at(place).close()
    with running(place) as found:
        with KnowledgeGraph(OxigraphStore.at(place)) as graph:
            graph.add(read_all([CASE]))
        end = time.monotonic() + 20
        while "Kudlow" not in found.get("/actors").text:
            assert time.monotonic() < end
            time.sleep(0.1)


def test_an_edited_file_shows_in_the_browser_that_listens(tmp_path: Path) -> None:
    folder = shutil.copytree(CASE, tmp_path / "case")
    file = next(folder.glob("*.yaml"))
    with running(folder) as found, httpx.stream("GET", found.url + "events", timeout=30) as events:
        lines = events.iter_lines()
        first = next(line for line in lines if line.startswith("data:"))
        file.write_text(file.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
        second = next(line for line in lines if line.startswith("data:"))
        assert first != second
        assert f'data-version="{second.removeprefix("data: ")}"' in found.get("/").text


def test_without_reload_nobody_listens() -> None:
    with running(CASE, "--no-reload") as found:
        page = found.get("/").text
        assert "data-version" not in page and "live.js" not in page


def test_other_machines_are_warned_of() -> None:
    with running(CASE, "--host", "0.0.0.0") as found:  # noqa: S104 - that is what is tested
        assert found.url.startswith("http://127.0.0.1:")
        assert found.get("/").status_code == 200
        assert found.get("/", headers={"Host": "evil.example"}).status_code == 421
    assert any("WARNING: everybody" in line for line in found.complained)
    assert any("not encrypted" in line for line in found.complained)


def test_standard_input_is_served() -> None:
    text = next(CASE.glob("*.yaml")).read_text(encoding="utf-8")
    process = subprocess.Popen(
        command("-", "--port", "0"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(text)
        process.stdin.close()
        line = process.stdout.readline()
        assert "standard input" in line
        assert "Kudlow" in httpx.get(f"{line.split()[0]}actors").text
    finally:
        process.kill()
        process.wait()


# --- What it does not take -----------------------------------------------------------------------------------


def exchange(server: Running, request: bytes) -> bytes:
    url = httpx.URL(server.url)
    with socket.create_connection((url.host, url.port or 80), timeout=10) as connection:
        answer = b""
        with contextlib.suppress(ConnectionError):  # a server that refuses does not read to the end
            connection.sendall(request)
            while part := connection.recv(65_536):
                answer += part
    return answer


@pytest.mark.parametrize(
    "request_line",
    [b"GET /../../etc/passwd HTTP/1.1", b"GET http://evil.example/ HTTP/1.1", b"GET //evil.example/ HTTP/1.1",
     b"GET /assets/../../../../etc/passwd HTTP/1.1", b"GET /\\..\\..\\etc HTTP/1.1", b"GET * HTTP/1.1",
     b"CONNECT evil.example:80 HTTP/1.1", b"TRACE / HTTP/1.1", b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1"],
)  # fmt: skip
def test_no_request_line_reaches_a_file(server: Running, request_line: bytes) -> None:
    answer = exchange(server, request_line + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 308")), answer[:200]
    assert b"root:" not in answer and b"Traceback" not in answer
    assert not [line for line in answer.split(b"\r\n") if line.lower().startswith(b"location: //")]


def test_a_head_without_end_is_refused(server: Running) -> None:
    endless = b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"".join(
        b"X-%d: %s\r\n" % (n, b"y" * 1_000) for n in range(300)
    )
    assert b"200 OK" not in exchange(server, endless)
    assert server.get("/health").status_code == 200


# --- How it ends ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once_and_leaves_nothing_behind(how: signal.Signals) -> None:
    with running(CASE) as found:
        slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
        asking = threading.Thread(target=lambda: quietly(found, slow), daemon=True)
        asking.start()
        with httpx.stream("GET", found.url + "events", timeout=30) as events:
            next(events.iter_lines())
            deadline = time.monotonic() + 10
            while not children(found.process.pid) and time.monotonic() < deadline:
                time.sleep(0.05)
            below = children(found.process.pid)
            began = time.monotonic()
            assert found.end(how) == 0
            assert time.monotonic() - began < 3  # one second, and time for a machine that is busy
        assert below
        deadline = time.monotonic() + 5
        while any(map(lives, below)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(map(lives, below))
    assert not [line for line in found.complained if "Traceback" in line], found.complained


def quietly(found: Running, query: str) -> None:
    try:
        found.get("/sparql", params={"query": query})
    except httpx.HTTPError:
        return


def children(pid: int) -> list[int]:
    """The processes below one, all the way down."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            child = int(path.parent.name)
            found += [child, *children(child)]
    return found


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
