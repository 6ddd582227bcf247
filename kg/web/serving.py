"""Serve a state over HTTP until somebody ends it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from ipaddress import ip_address

import uvicorn

from kg.errors import ParleyError
from kg.web.app import create_app
from kg.web.live import Watcher
from kg.web.settings import LOOPBACK
from kg.web.state import State

GRACE = 1
"""Seconds that requests have to end when the server is ended."""

MOST_CONNECTIONS = 1_000
LONGEST_HEAD = 131_072
"""Bytes of the line and the headers of a request: a question in SPARQL may stand in its address."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class ServeError(ParleyError):
    """A server that cannot be begun as asked."""


def bind(host: str, port: int) -> socket.socket:
    """Take a port (0: any that is free); raises `ServeError` with the reason."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        taken = socket.socket(family, kind, proto)
    except (OSError, OverflowError, UnicodeError):
        raise ServeError(f"--host {host}: this machine has no such address") from None
    try:
        if os.name == "posix":  # elsewhere this lets two servers have one port
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
        taken.listen(128)
        taken.setblocking(False)  # noqa: FBT003 - so it is called
    except OSError as error:
        taken.close()
        raise ServeError(_why_not(host, port, error)) from None
    return taken


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use by another program; give another by --port, or 0 for any that is free"
    if error.errno == errno.EACCES:
        return f"port {port} is kept for the system; give one from 1024 on by --port"
    return f"--host {host} --port {port}: {error.strerror}"


def base_of(host: str, port: int) -> str:
    """Return the address under which people on this machine reach a server.

    >>> base_of("127.0.0.1", 8010), base_of("::", 80)
    ('http://127.0.0.1:8010/', 'http://[::1]:80/')
    """
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - it is only looked at
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def is_loopback(host: str) -> bool:
    """Say whether an address can be reached from this machine only.

    >>> is_loopback("localhost"), is_loopback("127.3.2.1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host in LOOPBACK:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def serve(state: State, listening: socket.socket, when_ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; the first check goes on beside, and its error ends the server and is raised.

    `when_ready` is called once the first page would be as quick as any.
    """
    server = _Server(_config(state), state)
    watcher = Watcher(state) if state.settings.reloads and state.source.can_change else None

    def begin() -> None:
        try:
            state.warm()
            state.start_answering()
        except BaseException:
            server.should_exit = True
            return
        if watcher is not None:
            watcher.start()
        when_ready()
        state.index()

    threading.Thread(target=begin, name="first check", daemon=True).start()
    with _ended_by_signals(server):
        asyncio.run(server.serve(sockets=[listening]))
    if watcher is not None:
        watcher.stop()
    state.close()
    if state.failed is not None:
        raise state.failed


def _config(state: State) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(state),
        http="h11",  # the one that bounds the head of a request
        h11_max_incomplete_event_size=LONGEST_HEAD,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=GRACE,
    )


class _Server(uvicorn.Server):
    """A server that lets those go who wait for news before it waits for requests to end."""

    def __init__(self, config: uvicorn.Config, state: State) -> None:
        super().__init__(config)
        self._state = state

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to whoever runs the server."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End."""
        self._state.announcements.close()
        await super().shutdown(sockets)


@contextlib.contextmanager
def _ended_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """Have Ctrl-C and SIGTERM end the server in order; the second one at once."""

    def end(_signal: int, _frame: object) -> None:
        server.force_exit = server.should_exit
        server.should_exit = True

    before = {one: signal.signal(one, end) for one in _SIGNALS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
