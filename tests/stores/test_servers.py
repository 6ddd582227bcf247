"""The servers that other tests rest on: they start, are written to only with a password, and leave nothing behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.stores import servers
from tests.stores.servers import NoServer, Server, oxigraph_server

UPDATE = {"Content-Type": "application/sparql-update"}
WRITES = "INSERT DATA { GRAPH <http://e/tried> { <http://e/s> <http://e/p> 1 } }"


def test_an_oxigraph_server_takes_updates(oxigraph: Server) -> None:
    assert httpx.post(oxigraph.update, content=WRITES, headers=UPDATE).is_success
    assert httpx.delete(oxigraph.graphs, params={"graph": "http://e/tried"}).is_success
    assert oxigraph.peak_mib() > 1


def test_virtuoso_takes_updates_only_with_its_password(virtuoso: Server) -> None:
    guessed = httpx.post(virtuoso.update, content=WRITES, headers=UPDATE, auth=httpx.DigestAuth("dba", "dba"))
    assert guessed.status_code == 401
    ours = httpx.DigestAuth(virtuoso.user, virtuoso.password)
    assert httpx.post(virtuoso.update, content=WRITES, headers=UPDATE, auth=ours).is_success
    assert httpx.delete(virtuoso.graphs, params={"graph": "http://e/tried"}, auth=ours).is_success
    assert virtuoso.disk_mib() > 1
    assert virtuoso.password not in repr(virtuoso)


def test_a_server_ends_with_its_test(tmp_path: Path) -> None:
    if servers.oxigraph_program() is None:
        pytest.skip("NO SERVER: there is no Oxigraph server (make test-stores)")
    with oxigraph_server(tmp_path / "data") as server:
        assert httpx.get(server.query, params={"query": "ASK {}"}).is_success
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.query, params={"query": "ASK {}"})


def test_a_server_that_does_not_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "oxigraph"
    program.write_text("#!/bin/sh\necho the disk is gone; exit 3\n")
    program.chmod(0o755)
    monkeypatch.setattr(servers, "oxigraph_program", lambda: str(program))
    with pytest.raises(NoServer, match="ended with status 3: the disk is gone"), oxigraph_server(tmp_path / "data"):
        pass


def test_a_missing_server_is_skipped_loudly_or_fails(tmp_path: Path) -> None:
    """A session without the programs: a skip in capitals, and an error where they are required."""
    code = (
        "import sys, pytest; from tests.stores import servers;"
        "servers.oxigraph_program = servers.virtuoso_program = lambda: None;"
        "sys.exit(pytest.main(['-q', '-rs', '-p', 'no:cacheprovider', 'tests/stores/test_servers.py', '-k', 'takes']))"
    )
    root = Path(__file__).resolve().parents[2]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", code]
    skipped = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert skipped.returncode == 0 and "NO SERVER" in skipped.stdout and "2 skipped" in skipped.stdout
    required = environment | {"PARLEY_REQUIRE_STORES": "1"}
    failed = subprocess.run(command, cwd=root, env=required, capture_output=True, text=True, check=False)
    assert failed.returncode == 1 and "PARLEY_REQUIRE_STORES is set" in failed.stdout
