"""The server for tests: an application that is asked directly, and `kg serve` as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import anyio
import httpx
from starlette.testclient import TestClient

from kg.web.app import create_app
from kg.web.settings import Settings
from kg.web.source import Source
from kg.web.state import State

BASE = "http://127.0.0.1:8010"
KG = (sys.executable, "-c", "from kg.cli import main; main(prog_name='kg')")


def state_of(*paths: str | Path, confidential: bool = False, **settings: object) -> State:
    """A state that is ready, over an application's data; questions are answered in this process."""
    state = State.open(Source(tuple(map(str, paths)), confidential=confidential), Settings(**settings))  # type: ignore[arg-type]
    state.warm()
    return state


def client_of(state: State, **options: object) -> TestClient:
    """A client that asks the application directly, and follows nothing."""
    return TestClient(
        create_app(state),
        base_url=BASE,
        follow_redirects=False,
        raise_server_exceptions=True,
        **options,  # type: ignore[arg-type]
    )


@dataclass
class Raw:
    """An answer, as the application gave it."""

    status: int
    headers: dict[str, str]
    text: str


def raw(state: State, path: str, *, accept: str = "text/html", host: str = "127.0.0.1:8010") -> Raw:
    """Ask the application for a path that no client would send as it is."""
    path, _, query = path.partition("?")
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "root_path": "",
        "path": unquote(path), "raw_path": path.encode("latin-1", "replace"), "query_string": query.encode("latin-1"),
        "headers": [(b"host", host.encode()), (b"accept", accept.encode())], "server": ("127.0.0.1", 8010),
        "client": ("127.0.0.1", 1),
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def run() -> None:
        await create_app(state)(scope, receive, send)

    anyio.run(run)
    headers = {key.decode(): value.decode("latin-1") for key, value in sent[0]["headers"]}
    body = b"".join(one.get("body", b"") for one in sent[1:])
    return Raw(sent[0]["status"], headers, body.decode("utf-8", "replace"))


@dataclass
class Running:
    """`kg serve` in a process: where it answers, and what it has said so far."""

    process: subprocess.Popen[str]
    url: str = ""
    said: list[str] = field(default_factory=list)
    complained: list[str] = field(default_factory=list)

    def get(self, path: str, **options: object) -> httpx.Response:
        """Ask for a path."""
        return httpx.get(self.url + path.removeprefix("/"), timeout=20, **options)  # type: ignore[arg-type]

    def end(self, how: int = signal.SIGINT, within: float = 10) -> int:
        """End it as Ctrl-C does, and return its status."""
        self.process.send_signal(how)
        return self.process.wait(within)


def command(*arguments: str | Path) -> list[str]:
    """The command line of `kg serve`."""
    return [*KG, "serve", *map(str, arguments)]


@contextmanager
def running(*arguments: str | Path, env: Mapping[str, str] | None = None) -> Iterator[Running]:
    """Run `kg serve` on a free port until it is ready, and end it."""
    process = subprocess.Popen(
        command(*arguments, "--port", "0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(env or {})},
    )
    found = Running(process)
    assert process.stdout is not None and process.stderr is not None
    reader = threading.Thread(target=lambda: found.complained.extend(process.stderr or ()), daemon=True)
    reader.start()
    try:
        line = process.stdout.readline()
        found.said.append(line)
        assert line.startswith("http://"), f"{line!r} {found.complained}"
        found.url = line.split()[0]
        yield found
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        reader.join(5)
        process.stdout.close()
