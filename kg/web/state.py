"""What the server shows now, and how it comes to show something newer.

A new state of the data is read and checked beside the one that is shown, and takes its place in one step; a request
that has begun with the old one ends with it. What cannot be read is said on the pages of the last that could.
"""

from __future__ import annotations

import gc
import secrets
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import anyio.to_thread

from kg.errors import BadInput, ParleyError
from kg.explorer.answering import Answering
from kg.explorer.explorer import Explorer
from kg.explorer.indexing import index_of
from kg.explorer.opening import open_explorer
from kg.explorer.site import Address
from kg.graph import KnowledgeGraph
from kg.store.protocol import Bounds
from kg.web.asking import AskingProcesses
from kg.web.live import Announcements
from kg.web.pages import page_response
from kg.web.settings import Settings
from kg.web.shown import Shown
from kg.web.source import Prints, Source, prints_of
from kg.web.workers import Workers

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

MOST_FAULTS = 50
"""Faults that are said on a page; nobody mends more at one time."""


class NotReady(Exception):
    """The data has not been checked yet, so that there is nothing to show."""


Told = Callable[[str], None]


class State:
    """One server's data. Made by `State.open`, which raises what `Source.open` does; to be closed.

    What the data says is known, and shown, only after `warm`.
    """

    def __init__(self, graph: KnowledgeGraph, source: Source, settings: Settings) -> None:
        self.source, self.settings = source, settings
        self.announcements = Announcements()
        self.workers = Workers()
        self._boot = secrets.token_hex(4)
        self._count = 0
        self._reading = threading.Lock()  # one reload at a time
        self._began = time.monotonic()
        self.stage = "being checked"
        self.ready = threading.Event()
        self.failed: BaseException | None = None
        self._beside: tuple[Path, ...] = ()
        self.seen: Prints = {}
        self._graph: KnowledgeGraph | None = graph  # until it is shown
        self._shown: Shown | None = None

    @classmethod
    def open(cls, source: Source, settings: Settings) -> State:
        """Read the data; it is not checked yet, see `warm`."""
        seen = source.prints()
        graph = source.open()
        state = cls(graph, source, settings)
        state._look(graph, seen)
        return state

    # -- what is shown -------------------------------------------------------------------------

    @property
    def shown(self) -> Shown:
        """What is shown now, with its version; raises `NotReady` until there is something."""
        if self._shown is None:
            raise NotReady
        return self._shown

    @property
    def explorer(self) -> Explorer:
        """The explorer that is shown now."""
        return self.shown.explorer

    @property
    def answering(self) -> Answering:
        """What answers questions about the data shown now."""
        return self.shown.explorer.answering

    @property
    def version(self) -> str:
        """A text that is another one after every change of what is shown; empty as long as nothing is."""
        return self._shown.version if self._shown else ""

    @property
    def store_place(self) -> str | None:
        """The folder of the store that is served, if it is one."""
        return self.source.store_place

    @property
    def seconds(self) -> float:
        """How long the first check has taken so far."""
        return time.monotonic() - self._began

    async def page_response(self, request: Request, address: Address) -> Response:
        """Answer with a page as HTML."""
        return await page_response(self.shown, self.workers, request, address)

    # -- how it changes ------------------------------------------------------------------------

    def index(self) -> None:
        """Make the index for searching now, so that the first who searches need not wait for it."""
        index_of(self.explorer)

    def start_answering(self) -> None:
        """Start what answers questions now, so that the first one need not wait for it."""
        if isinstance(self.answering, AskingProcesses):
            self.answering.start()

    def warm(self, told: Told | None = None) -> None:
        """Check the data, so that the first page is as quick as any; `told` hears what is being done."""
        graph, self._graph = self._graph, None
        if graph is None:
            return
        try:
            explorer = self._explorer(graph, told)
        except BaseException as error:
            self.failed = error
            raise
        self._show(explorer)
        self.ready.set()

    async def reload(self) -> None:
        """Read the data again, in another thread; what is read is shown when this returns."""
        await anyio.to_thread.run_sync(self.read_again)

    def read_again(self) -> None:
        """Read the data again and show it; or go on showing the last that could be read, and say what is wrong."""
        with self._reading:
            seen = self.prints()
            try:
                explorer = self._explorer(self.source.open())
            except BadInput as bad:
                self.seen = seen
                self._show(replace(self.explorer, faults=self._faults([str(fault) for fault in bad.faults])))
            except (ParleyError, OSError) as error:
                self.seen = seen
                self._show(replace(self.explorer, faults=self._faults([str(error)])))
            except Exception:
                self.seen = seen
                traceback.print_exc(file=sys.stderr)
                self._show(replace(self.explorer, faults=self._faults(["The files could not be read again."])))
            else:
                before = self.explorer
                self._look(explorer.graph, seen)
                self._show(explorer)
                _close(before)
                del before
                gc.collect()  # the old explorer knows itself; its files and columns are let go of now, not some day

    def prints(self) -> Prints:
        """Look at the files now."""
        return self.source.prints(self._beside)

    def has_changed(self) -> bool:
        """Say whether files are not as they were when they were read last."""
        return self.prints() != self.seen

    def is_missing(self) -> bool:
        """Say whether a file that was named is not there."""
        return self.source.is_missing()

    def close(self) -> None:
        """End what was begun for this state."""
        self.announcements.close()
        if self._shown is not None:
            _close(self.explorer, at_once=True)

    def _look(self, graph: KnowledgeGraph, seen: Prints) -> None:
        """Note what the files were like before they were read; texts beside them are known only now."""
        self._beside = self.source.beside(graph)
        self.seen = {**prints_of(self._beside), **seen}

    def _explorer(self, graph: KnowledgeGraph, told: Told | None = None) -> Explorer:
        """Check a graph, and make ready what the pages need."""

        def tell(stage: str) -> None:
            self.stage = stage
            if told is not None:
                told(stage)

        tell("being checked")
        explorer = open_explorer(graph, answering=AskingProcesses(graph))
        explorer.catalog.warm(tell)
        _ = explorer.title, explorer.names
        bounds = Bounds(self.settings.seconds, self.settings.mebibytes, self.settings.rows)
        return replace(explorer, bounds=bounds)

    def _show(self, explorer: Explorer) -> None:
        self._count += 1
        version = f"{self._boot}-{self._count}"
        announced = version if self.settings.reloads else ""
        self._shown = Shown(explorer, version, announced, self.settings.confidential)
        self.announcements.tell(version)
        explorer.catalog.begin()

    def _faults(self, faults: list[str]) -> tuple[str, ...]:
        """Say faults where the person who can mend them reads: on the pages only if these are for this machine."""
        for fault in faults:
            print(fault, file=sys.stderr)
        if not self.settings.is_private:
            return (f"The newest version of the data has {len(faults):,} faults; the server's log lists them.",)
        more = len(faults) - MOST_FAULTS
        return (*faults[:MOST_FAULTS], *([f"… and {more:,} more"] if more > 0 else []))


def _close(explorer: Explorer, *, at_once: bool = False) -> None:
    explorer.catalog.close()
    if isinstance(explorer.answering, AskingProcesses):
        explorer.answering.close(at_once=at_once)
