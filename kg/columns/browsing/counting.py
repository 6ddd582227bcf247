"""Count the kinds of all conflicts in another process, at low priority, while pages are shown already.

    this process --what to open--> the other: checks the same store, proves every conflict
                <--how many are done, in the end the kinds--

The other process ends when it is done, when the counting is closed, or when this process is gone: then its standard
input ends. Nothing is kept of what was not finished.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO, cast

import kg
from kg.columns.browsing.kinds import CountedKinds, count_kinds, kept_kinds, kinds_in, name_of_kinds
from kg.columns.cache import Arrays
from kg.columns.checking import ColumnCheck
from kg.columns.opening import kept_or_made
from kg.contradiction.theory import Theory
from kg.logic.limits import Limits
from kg.store.oxigraph import OxigraphStore

MOST_PROVED = 200_000
"""So many conflicts are proved to know their kinds: each takes some thousandths of a second."""
_EVERY = 500
"""After so many proofs it is said how many are done."""
_NICER = 10
"""How much the other process gives way: at the lowest priority a busy machine would hardly let it come to its end."""
_ENDING = 5.0
"""Seconds that a process that was killed is waited for."""

NOT_COUNTED = "Not counted: what kind of conflict it is follows from its proof, and these are not all proved."
ELSEWHERE = "Not counted: the kinds of so many disputes are counted only where a store in a folder is served."
FAILED = "Not counted: the proofs, from which kinds are read, could not all be made."


class KindCounting:
    """The kinds of the conflicts of a check, once they are known. May be asked from several threads."""

    def __init__(self, check: ColumnCheck, limits: Limits, most: int = MOST_PROVED) -> None:
        self._check, self._limits, self._most = check, limits, most
        self._lock = threading.Lock()
        self._kinds: CountedKinds | None = None
        self._is_known = self._is_begun = self._is_closed = self._is_lost = False
        self._done = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None

    @property
    def kinds(self) -> CountedKinds | None:
        """The kinds, if they are counted by now, or were kept."""
        with self._lock:
            if not self._is_known:
                self._is_known = True
                self._kinds = kept_kinds(self._check)
            return self._kinds

    @property
    def note(self) -> str:
        """Why there are no kinds, or not yet; empty when there are."""
        total = len(self._check.ranked)
        if self.kinds is not None:
            return ""
        if total > self._most:
            return f"Not counted: kinds follow from proofs, and {total:,} disputes are too many to prove them all."
        if self._is_lost:
            return FAILED
        if not self._is_begun:
            return NOT_COUNTED if self._place else ELSEWHERE
        return f"Being counted: {self._done:,} of {total:,} disputes are proved so far."

    @property
    def _place(self) -> str:
        store = self._check.store
        return store.place if isinstance(store, OxigraphStore) and store.state() else ""

    def begin(self) -> None:
        """Begin to count, unless that was begun before, is not needed, or cannot be done here."""
        if not self._place or len(self._check.ranked) > self._most or self.kinds is not None:
            return
        with self._lock:
            if self._is_begun or self._is_closed:
                return
            self._is_begun = True
            self._thread = threading.Thread(target=self._count, name="counting kinds", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let go of the other process, finished or not."""
        with self._lock:
            self._is_closed = True
            if self._process is not None:
                self._process.kill()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_ENDING)

    def _count(self) -> None:
        try:
            found = self._counted()
        except (OSError, EOFError, pickle.UnpicklingError):  # it ended before its end
            self._is_lost = True
            return
        arrays = kept_or_made(self._check.store, name_of_kinds(self._check), lambda: found, self._check.said)
        with self._lock:
            self._kinds = kinds_in(arrays)

    def _counted(self) -> Arrays:
        """Have another process count; raises `EOFError` if it ends before it is done."""
        package = str(Path(kg.__file__).resolve().parent.parent)
        paths = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH", "")]))
        alone = {"OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
        with self._lock:
            if self._is_closed:
                raise EOFError
            self._process = process = subprocess.Popen(  # noqa: S603 - our own module, by the interpreter that runs this
                [sys.executable, "-P", "-c", f"from {__name__} import main; main()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, **alone, "PYTHONPATH": paths},
            )
        with process:
            given, answers = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
            try:
                asked = (self._place, self._check.world.theory, self._limits, name_of_kinds(self._check))
                pickle.dump(asked, given)
                given.flush()
                while isinstance(found := pickle.load(answers), int):  # noqa: S301 - from the process we started
                    self._done = found
                return cast(Arrays, found)
            finally:
                process.kill()
                with contextlib.suppress(OSError):
                    given.close()


def main() -> None:
    """Count the kinds of the store that standard input names, and write them to standard output."""
    if hasattr(os, "nice"):
        os.nice(_NICER)
    given, answers = sys.stdin, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # so that nothing else can come between the answers
    place, theory, limits, name = cast(tuple[str, Theory, Limits, str], pickle.load(given.buffer))  # noqa: S301 - from our own
    threading.Thread(target=_end_with, args=(given.fileno(),), daemon=True).start()

    def tell(done: int) -> None:
        if not done % _EVERY:
            pickle.dump(done, answers)
            answers.flush()

    with contextlib.suppress(BrokenPipeError), OxigraphStore.read_only(place) as store:
        check = ColumnCheck(store, theory, limits)
        if name_of_kinds(check) == name:  # else the store has changed meanwhile: these would be the kinds of others
            pickle.dump(count_kinds(check, tell), answers)
            answers.flush()


def _end_with(line: int) -> None:
    """End this process when the line to the one that started it ends, which has gone then."""
    while os.read(line, 1):
        pass
    os._exit(1)
