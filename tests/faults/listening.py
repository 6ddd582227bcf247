"""A server on this machine that counts who comes: nobody may."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Listener:
    address: str
    visits: list[bytes] = field(default_factory=list)


@contextmanager
def listener() -> Iterator[Listener]:
    """Listen on a free port of the loopback address; every visit is an answer cut off."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = Listener(f"http://127.0.0.1:{server.getsockname()[1]}/x")

        def serve() -> None:
            while True:
                try:
                    visitor, _ = server.accept()
                except OSError:
                    return
                found.visits.append(b"somebody")
                visitor.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield found
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)
