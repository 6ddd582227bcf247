"""How answers are read from a server: row by row, and whole or not at all.

Some servers cut long answers. One that says so in a header is asked for the rest, part by part; the parts together
must be as many rows as the server counts, and those that can be no two alike must be no two alike, or it is an error.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from kg.errors import QueryError, StoreError
from kg.store.protocol import UNBOUNDED, Bounds
from kg.store.remote.answers import BadAnswer, Row, Solutions
from kg.store.remote.dialects import STAGING, Dialect
from kg.store.remote.spelling import canonical, restored, written
from kg.store.remote.texts import in_full_order, one_row_of, parted, text_of
from kg.store.remote.wire import Request, Wire
from kg.store.sparql import chooses_graphs
from kg.terms import Blank, Iri, Literal, Term

RESULTS, TRIPLES, TABLE = "application/sparql-results+json", "application/n-triples", "text/tab-separated-values"
LARGEST_ANSWER = 1024
"""Mebibytes of an answer that is held in memory, unless the bounds of a query say otherwise."""

_NO_GRAPH = STAGING + "none"
_MOST_GRAPHS = 1_000
_PARTIAL = "X-SQL-State"  # Virtuoso: it ran out of its own time, and answers with what it had


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its text as it is sent, what errors call it, and its bounds with the time they end."""

    text: str
    name: str = "query"
    bounds: Bounds = UNBOUNDED
    until: float | None = None
    of_all: bool = False
    """Whether it asks the default graph, which is to be all graphs together."""

    @classmethod
    def now(cls, text: str, name: str, bounds: Bounds) -> Asked:
        """Begin a question: its time runs from now on."""
        until = None if bounds.seconds is None else time.monotonic() + bounds.seconds
        return cls(text, name, bounds, until, of_all=not chooses_graphs(text))

    def instead(self, text: str) -> Asked:
        """Return another question that counts as part of this one."""
        return replace(self, text=text)


class CutShort(QueryError):
    """The server gives only a part of an answer, and the rest cannot be had."""


class Reader:
    """Asks one server, and reads its answers."""

    def __init__(self, wire: Wire, url: str, dialect: Dialect) -> None:
        self._wire, self._url, self._dialect = wire, url, dialect
        self._union: bool | None = (
            False if dialect.hidden else None
        )  # whether the default graph is all graphs together; None: not known yet
        self._most_rows: int | None = None

    @property
    def read(self) -> Callable[[Term], Term]:
        """Turns a term as the server keeps it into what it stands for."""
        return canonical if self._dialect.changes_literals else restored

    @property
    def not_hidden(self) -> str:
        """The filter that leaves out the graphs of the server itself."""
        names = ", ".join(sorted(written(graph) for graph in self._dialect.hidden))
        return text_of("not-hidden.rq", graphs=names).strip() if names else ""

    def _read_lasting(self, term: Term) -> Term:
        """Turn a term into what it stands for; refuse blank nodes that have another label in each answer."""
        if isinstance(term, Blank) and not self._dialect.lasting_blanks:
            raise StoreError(
                f"the store {self._wire.place}: it holds blank nodes, which it calls otherwise in every answer; "
                "load these data through us, which gives them names that last"
            )
        return self.read(term)

    # --- Rows

    def ask(self, asked: Asked) -> bool:
        """Answer an ASK query."""
        if self._dialect.only_plain:
            _, rows, _ = self.first(asked.instead(one_row_of(asked.text)))
            return bool(rows)
        with self._opened(asked, RESULTS) as (pieces, _):
            found = Solutions(pieces)
            if found.truth is None:
                raise BadAnswer("it has no truth value")
            return found.truth

    def first(self, asked: Asked) -> tuple[tuple[str, ...], list[Row], int | None]:
        """Return the columns and rows of a SELECT, and after how many rows the server cut it, if it did."""
        most = asked.bounds.rows
        largest = (asked.bounds.mebibytes or LARGEST_ANSWER) << 20
        rows: list[Row] = []
        with self._opened(asked, RESULTS) as (pieces, cut):
            found = Solutions(_no_more(pieces, largest, asked.name))
            for row in found.rows(self.read):
                rows.append(row)
                if most is not None and len(rows) > most:
                    raise QueryError(f"{asked.name}: the answer has more than {most:,} rows")
        return found.variables, rows, cut

    def rows(self, asked: Asked) -> tuple[tuple[str, ...], list[Row]]:
        """Return the columns of a SELECT and all its rows, in its order."""
        variables, rows, cut = self.first(asked)
        if cut is None:
            return variables, rows
        head, select = parted(asked.text)
        if chooses_graphs(select) or len(rows) < 1:
            raise self._too_long(asked, cut)
        total = self._total(asked, head, select)
        ordered, rows = in_full_order(select, variables), []
        most = asked.bounds.rows
        if most is not None and total > most:
            raise QueryError(f"{asked.name}: the answer has more than {most:,} rows")
        while len(rows) < total:
            part = text_of("page.rq", query=ordered, limit=cut, offset=len(rows))
            _, more, _ = self.first(asked.instead(head + part))
            if not more:
                break
            rows += more
        if len(rows) != total:
            raise self._changed(total, len(rows))
        return variables, rows

    def stream(self, text: str) -> Iterator[Row]:
        """Yield the rows of one of our own questions, no two of which are alike, without holding them."""
        asked, seen = Asked(text), set[int]()
        with self._opened(asked, RESULTS) as (pieces, cut):
            found = Solutions(pieces)
            for row in found.rows(self._read_lasting):
                if cut is not None:
                    seen.add(hash(row))
                yield row
        if cut is None:
            return
        head, select = parted(text)
        total = self._total(asked, head, select)
        ordered = in_full_order(select, found.variables)
        for offset in range(0, total, cut):  # from the beginning: the rows that came first came in no order
            part = head + text_of("page.rq", query=ordered, limit=cut, offset=offset)
            with self._opened(Asked(part), RESULTS) as (pieces, _):
                for row in Solutions(pieces).rows(self._read_lasting):
                    if hash(row) not in seen:
                        seen.add(hash(row))
                        yield row
        if len(seen) != total:
            raise self._changed(total, len(seen))

    def _total(self, asked: Asked, head: str, select: str) -> int:
        return self._number(asked.instead(head + text_of("total.rq", query=select)))

    def _number(self, asked: Asked) -> int:
        _, rows, _ = self.first(asked)
        cell = rows[0][0] if rows and rows[0] else None
        if not isinstance(cell, Literal) or not cell.value.isdigit():
            raise BadAnswer("it does not count its rows")
        return int(cell.value)

    # --- Triples and tables

    def has_more_than(self, count: int) -> bool:
        """Say whether all graphs together have more statements than that; no more than that are counted."""
        text = text_of("count-all.rq", only=self.not_hidden, limit=count + 1)
        return self._number(Asked(self._dialect.prologue + text)) > count

    def triples(self, asked: Asked) -> bytes:
        """Return the answer to a CONSTRUCT or DESCRIBE as N-Triples; one that was cut is an error."""
        largest = (asked.bounds.mebibytes or LARGEST_ANSWER) << 20
        with self._opened(asked, TRIPLES) as (pieces, cut):
            content = b"".join(_no_more(pieces, largest, asked.name))
        cut = cut or self._silent_cut()
        if cut is not None and content.count(b"\n") >= cut:
            raise self._too_long(asked, cut)
        return content

    def _silent_cut(self) -> int | None:
        """Find out after how many rows the server cuts an answer, where it does not always say so."""
        if not self._dialect.cut_header:
            return None
        if self._most_rows is None:
            with self._opened(Asked(self._dialect.prologue + text_of("too-many.rq")), RESULTS) as (_, cut):
                self._most_rows = cut or 0
        return self._most_rows or None

    @contextmanager
    def table(self, text: str) -> Iterator[Iterator[bytes]]:
        """Give the answer to one of our own questions as SPARQL TSV, as it comes."""
        with self._opened(Asked(text), TABLE) as (pieces, _):
            yield pieces

    # --- One request

    @contextmanager
    def _opened(self, asked: Asked, form: str) -> Iterator[tuple[Iterator[bytes], int | None]]:
        """Send a question; give its answer piece by piece, and after how many rows it was cut (None: it was not)."""
        fields: dict[str, str | list[str]] = {"query": asked.text}
        if asked.of_all:
            fields |= self._dialect.union if self._dialect.knows_union else self._all_graphs()
        if self._dialect.timeout and asked.bounds.seconds:
            fields[self._dialect.timeout] = f"{asked.bounds.seconds:g}"
        request = Request(
            "POST",
            self._url,
            form=fields,
            headers={"Accept": form},
            until=asked.until,
            seconds=asked.bounds.seconds,
            name=asked.name,
        )
        with self._wire.stream(request) as (response, pieces):
            said = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
            if said and said != form and not (said == "application/json" and form == RESULTS):
                raise BadAnswer(f"the store {self._wire.place}: it answered in {said[:60]}, not in {form} as asked")
            if _PARTIAL in response.headers:
                raise QueryError(f"{asked.name}: the server ran out of its own time and gave only a part of the answer")
            cut = response.headers.get(self._dialect.cut_header, "") if self._dialect.cut_header else ""
            try:
                yield pieces, int(cut) if cut.isdigit() else None
            except BadAnswer as error:
                message = f"the store {self._wire.place}: its answer cannot be read: {error}"
            else:
                return
        raise BadAnswer(message)

    def _all_graphs(self) -> dict[str, list[str]]:
        """Return the parameters that make all graphs together the default graph, where nothing else does."""
        if self._union is None:
            self._union = self._sees_union()
        if self._union is not False:
            return {}
        found = self.stream(text_of("graphs.rq", pattern="?s ?p ?o", only=self.not_hidden))
        names = [str(name) for (name,) in found if isinstance(name, Iri)] or [_NO_GRAPH]
        if len(names) > _MOST_GRAPHS and self._dialect.hidden:
            return {}  # all graphs together all the same, its own among them
        if len(names) > _MOST_GRAPHS:
            raise StoreError(
                f"the store {self._wire.place}: its default graph is not all graphs together, and it has more than "
                f"{_MOST_GRAPHS:,} graphs; configure the server so (a union default graph)"
            )
        return {"default-graph-uri": names, "named-graph-uri": names}

    def _sees_union(self) -> bool | None:
        """See whether the default graph holds what the named graphs hold; None: there is nothing to see it by."""
        _, rows, _ = self.first(Asked(text_of("some-triples.rq")))
        if not rows:
            return None
        triples = " . ".join(" ".join(written(term) for term in row if term is not None) for row in rows)
        return self.ask(Asked(text_of("has-triple.rq", triples=triples)))

    # --- Errors

    def _too_long(self, asked: Asked, cut: int) -> QueryError:
        return CutShort(
            f"{asked.name}: the server cuts answers after {cut:,} rows and the rest of this one cannot be had; "
            "ask for less at a time (LIMIT, OFFSET), or raise the server's limit (Virtuoso: ResultSetMaxRows)"
        )

    def _changed(self, total: int, found: int) -> StoreError:
        return StoreError(
            f"the store {self._wire.place}: of {total:,} rows {found:,} were read in parts; somebody is writing to it, "
            "or the server cuts answers and keeps no order: try again, or raise its limit (Virtuoso: ResultSetMaxRows)"
        )


def _no_more(pieces: Iterator[bytes], most: int, name: str) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise QueryError(f"{name}: the answer is larger than {most >> 20:,} MiB; ask for less at a time (LIMIT)")
        yield piece
