"""Real SPARQL servers on the loopback address, started for a test and stopped by their process id.

with oxigraph_server(folder) as server: open_store(server.address)
with virtuoso_server(folder, most_rows=10_000) as server: ...

Each has a port, a folder and a password of its own, so that several can run side by side.
"""

from __future__ import annotations

import secrets
import shutil
import socket
import string
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

PATIENCE = 60.0
"""Seconds in which a server must answer after it was started, and end after it was told to."""

SHIPPED_ROWS = 10_000
"""Rows of an answer after which Virtuoso stops without a word, as it comes from Debian and from its makers."""

_INI = Path(__file__).with_name("virtuoso.ini")


class NoServer(Exception):
    """The program is not installed here, or does not start."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its address, where it takes queries, updates and graphs, and who may write."""

    url: str
    query: str
    update: str
    graphs: str
    pid: int
    folder: Path
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def address(self) -> str:
        """What `open_store` takes."""
        return f"sparql:{self.url}"

    def peak_mib(self) -> float:
        """Return the most memory that the server has held so far."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024

    def disk_mib(self) -> float:
        """Return the size of the server's files, as the disk holds them."""
        return sum(file.stat().st_blocks for file in self.folder.rglob("*") if file.is_file()) * 512 / 2**20


def oxigraph_program() -> str | None:
    """Find the Oxigraph server: it comes with the package `oxigraph`, so it stands beside the interpreter."""
    beside = Path(sys.executable).with_name("oxigraph")
    return str(beside) if beside.is_file() else shutil.which("oxigraph")


def virtuoso_program() -> str | None:
    """Find Virtuoso 7."""
    return shutil.which("virtuoso-t")


@contextmanager
def oxigraph_server(folder: Path, *, union: bool = False) -> Iterator[Server]:
    """Run an Oxigraph server on the files in a folder; with `union` its default graph is all graphs together."""
    program = oxigraph_program()
    if program is None:
        raise NoServer("there is no Oxigraph server (pip install oxigraph)")
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    more = ["--union-default-graph"] if union else []
    command = [program, "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}", *more]
    with _running(command, f"{url}/query", folder.with_suffix(".log"), folder.parent) as pid:
        yield Server(url, f"{url}/query", f"{url}/update", f"{url}/store", pid, folder)


@contextmanager
def virtuoso_server(
    folder: Path, *, most_rows: int = SHIPPED_ROWS, buffers: int = 10_000, readable: Sequence[Path] = ()
) -> Iterator[Server]:
    """Run Virtuoso 7 on the files in a folder, which it makes.

    `most_rows` is what it cuts answers to, `buffers` how many pages of 8 KiB it holds, `readable` the folders that its
    own bulk loader may read. Only the user `dba` may write, at the addresses that ask for a password (Digest).
    """
    program = virtuoso_program()
    if program is None:
        raise NoServer("there is no Virtuoso (virtuoso-opensource-7)")
    folder.mkdir(parents=True, exist_ok=True)
    sql, http = _free_port(), _free_port()
    settings = string.Template(_INI.read_text(encoding="utf-8")).substitute(
        folder=folder,
        sql=f"127.0.0.1:{sql}",
        http=f"127.0.0.1:{http}",
        rows=most_rows,
        buffers=buffers,
        dirty=buffers * 3 // 4,
        allowed=", ".join(map(str, (folder, *readable))),
    )
    (folder / "virtuoso.ini").write_text(settings, encoding="utf-8")
    password, url = secrets.token_hex(8), f"http://127.0.0.1:{http}"
    command = [program, "+foreground", "+configfile", "virtuoso.ini"]
    # It sets a password and ends: so at no time does it listen with the one that everybody knows.
    first = subprocess.run(
        [*command, "+pwdold", "dba", "+pwddba", password], cwd=folder, capture_output=True, check=False
    )
    if first.returncode:
        raise NoServer(f"Virtuoso made no database: {first.stderr.decode(errors='replace').strip()}")
    with _running(command, f"{url}/sparql", folder.with_suffix(".log"), folder) as pid:
        yield Server(
            url, f"{url}/sparql", f"{url}/sparql-auth", f"{url}/sparql-graph-crud-auth", pid, folder, "dba", password
        )


@contextmanager
def _running(command: Sequence[str], query: str, log: Path, folder: Path) -> Iterator[int]:
    """Start a server, wait until it answers a query, and end it."""
    with log.open("wb") as output:
        process = subprocess.Popen([*_ending_with_us(), *command], cwd=folder, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_for(process, query, log)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], query: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(query, params={"query": "ASK {}"}, timeout=5, trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    how = "does not answer" if process.poll() is None else f"ended with status {process.returncode}"
    raise NoServer(f"the server {how}: {said[-1] if said else 'without a word'}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ending_with_us() -> list[str]:
    """Let a server end also when the tests are killed, where the system can see to that; its process id stays."""
    return ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
