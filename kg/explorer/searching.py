"""An index of what can be searched for, in SQLite (FTS5): names, claims, disputes, texts.

    entries -> index -> found (some entries, how many there are in all)

What a person types is cut into words here, and only words reach the engine, so nothing typed is its syntax. An index
may be asked by several threads.
"""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from kg.explorer.words import Phrase, phrases, words

MOST = 2_000
"""How many entries one search looks at, the best known first; beyond, it says that there are more."""
LONGEST = 1.0
"""Seconds that one search may take, as the next one waits for it."""
_STEPS = 10_000
"""How many steps of the engine lie between two looks at the clock."""
_NEAREST = 200
"""How many entries whose name begins as what was typed are looked at in any case."""
_MOST_PHRASES = 20
_BATCH = 10_000
_AT_A_TIME = 500
_LONGEST_REST = 0.5
_LAST = "\U0010ffff"

_SCHEMA = (
    "CREATE TABLE entry (id INTEGER PRIMARY KEY, kind TEXT, key TEXT, name TEXT, text TEXT, folded TEXT)",
    "CREATE VIRTUAL TABLE word USING fts5(name, text, hidden, content='', prefix='2 3', "
    "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* S* Co Cn'\")",
)
_AFTER = ("CREATE INDEX entry_by_name ON entry (folded)", "INSERT INTO word (word) VALUES ('optimize')")
_NEAR = "SELECT id, 0.0 FROM entry WHERE folded >= ? AND folded < ? ORDER BY length(folded) LIMIT ?"
_MATCH = "SELECT rowid, bm25(word, 8.0, 2.0, 4.0) FROM word WHERE word MATCH ? LIMIT ?"
_COUNT = "SELECT kind, count(*) FROM entry GROUP BY kind"
_COPY = "VACUUM INTO ?"
_READ = "SELECT kind, key, name, text, folded FROM entry WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to be found: by its name, by a text that is shown with it, by hidden words.

    `key` says which of its kind it is: an IRI, or the id of a conflict.
    """

    kind: str
    key: str
    name: str
    text: str = ""
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found; `near` is 0 if its name is what was typed, 1 if its name begins so, else 2."""

    entry: Entry
    near: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: the hits, best first, how many of each kind, and whether that is not all."""

    phrases: tuple[Phrase, ...]
    hits: tuple[Hit, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    is_cut: bool = False

    def of(self, kind: str) -> tuple[Hit, ...]:
        """Return the hits of one kind."""
        return tuple(hit for hit in self.hits if hit.entry.kind == kind)


class Index:
    """Entries in a database of its own, in memory, and beyond that in a file that goes with it.

    Or those in a `file` that `write` wrote, which is only read.

    >>> index = Index([Entry("actor", "e:liu", "Liu He"), Entry("actor", "e:zoe", "Zoë Martin")])
    >>> [hit.entry.key for hit in index.find("zoe").hits]
    ['e:zoe']
    >>> index.find('" OR *').hits
    ()
    """

    def __init__(self, entries: Iterable[Entry] = (), seconds: float = LONGEST, file: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._seconds = seconds
        self._until = math.inf
        self.counts: Counter[str] = Counter()
        if file is None:
            self._database = sqlite3.connect("", check_same_thread=False, isolation_level=None)
            self._make(entries)
        else:
            name = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
            self._database = sqlite3.connect(name, uri=True, check_same_thread=False, isolation_level=None)
            self.counts.update(dict(self._database.execute(_COUNT).fetchall()))
        self._database.set_progress_handler(lambda: time.monotonic() > self._until, _STEPS)

    def _make(self, entries: Iterable[Entry]) -> None:
        self._database.execute("PRAGMA journal_mode = OFF")
        for statement in _SCHEMA:
            self._database.execute(statement)
        self._fill(iter(entries))
        for statement in _AFTER:
            self._database.execute(statement)

    def write(self, file: Path) -> None:
        """Write the entries into a new file, to be opened by another index."""
        with self._lock:
            self._database.execute(_COPY, (str(file),))

    @property
    def size(self) -> int:
        """How many entries there are; `counts` says how many of each kind."""
        return self.counts.total()

    def _fill(self, entries: Iterator[Entry]) -> None:
        self._database.execute("BEGIN")
        while batch := list(islice(entries, _BATCH)):
            numbered = list(enumerate(batch, self.size + 1))
            shown = [(at, one.kind, one.key, one.name, one.text, _folded(one.name)) for at, one in numbered]
            self._database.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)", shown)
            cut = [(at, _folded(one.name), _folded(one.text), _folded(one.hidden)) for at, one in numbered]
            self._database.executemany("INSERT INTO word (rowid, name, text, hidden) VALUES (?, ?, ?, ?)", cut)
            self.counts.update(one.kind for one in batch)
        self._database.execute("COMMIT")

    def find(self, text: str, kind: str = "", most: int = MOST) -> Found:
        """Find what has all the words typed, each perhaps only its beginning: exact names first, then by weight."""
        wanted = phrases(text)[:_MOST_PHRASES]
        if not wanted:
            return Found(())
        typed = " ".join(word for phrase in wanted for word in phrase.words)
        is_exact = any(phrase.is_whole for phrase in wanted)
        with self._lock:
            near = () if is_exact else self._database.execute(_NEAR, (typed, typed + _LAST, _NEAREST)).fetchall()
            matches = self._matches(wanted, most + 1)
            weights = {**dict(near), **dict(matches or ())}
            read = [(self._database.execute(_READ, (row,)).fetchone(), weight) for row, weight in weights.items()]
        found = sorted(
            ((_nearness(row[4], typed), weight, len(row[2]), row[2], row) for row, weight in read),
            key=lambda one: one[:4],
        )
        hits = [Hit(Entry(*row[:4]), nearness) for nearness, _, _, _, row in found]
        counts: dict[str, int] = {}
        for hit in hits:
            counts[hit.entry.kind] = counts.get(hit.entry.kind, 0) + 1
        kept = tuple(hit for hit in hits if kind in ("", hit.entry.kind))
        return Found(wanted, kept, counts, matches is None or len(matches) > most)

    def _matches(self, wanted: Iterable[Phrase], most: int) -> list[tuple[int, float]] | None:
        """Return which entries have all phrases, with their weights; None if that takes too long."""
        self._until = time.monotonic() + self._seconds
        try:
            return self._database.execute(_MATCH, (" ".join(map(_written, wanted)), most)).fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            return None
        finally:
            self._until = math.inf

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._database.close()


class Searcher:
    """The index of one explorer: made when somebody first searches, once, whoever else waits for it.

    Or nobody waits, and it is made beside (`begin`): then `done` of `total` entries are in it so far.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index: Index | None = None
        self._is_begun = False
        self.done = self.total = 0

    @property
    def is_ready(self) -> bool:
        """Whether there is an index, so that nobody need wait for it."""
        return self._index is not None

    def index(self, make: Callable[[], Index]) -> Index:
        """Return the index, made so if there is none yet."""
        with self._lock:
            if self._index is None:
                self._index = make()
            return self._index

    def begin(self, make: Callable[[], Index]) -> None:
        """Have the index made in another thread, unless that was begun before."""
        if not self._is_begun:
            self._is_begun = True
            threading.Thread(target=self.index, args=(make,), name="index", daemon=True).start()

    def slowly(self, entries: Iterable[Entry], total: int) -> Iterator[Entry]:
        """Count entries that go into the index, and leave half of the time to others."""
        self.total, last = total, time.monotonic()
        for entry in entries:
            yield entry
            self.done += 1
            if self.done % _AT_A_TIME == 0:
                time.sleep(min(time.monotonic() - last, _LONGEST_REST))
                last = time.monotonic()


def _folded(text: str) -> str:
    return " ".join(words(text))


def _written(phrase: Phrase) -> str:
    """Write a phrase for the engine; its words hold letters, digits and signs only, so none can end the quotes."""
    return f'"{" ".join(phrase.words)}"' + ("" if phrase.is_whole else "*")


def _nearness(name: str, typed: str) -> int:
    return 0 if name == typed else 1 if name.startswith(typed) else 2
