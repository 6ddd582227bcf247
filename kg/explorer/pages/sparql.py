"""The SPARQL page, the list of saved queries, and a page for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from kg.errors import ParleyError, did_you_mean
from kg.explorer import markdown
from kg.explorer.answering import ASSERTED
from kg.explorer.explorer import Explorer
from kg.explorer.maker import Maker
from kg.explorer.outcome import Outcome, ask, question_of
from kg.explorer.page import Json, NotFound, Page, Ref, ShownQuery
from kg.explorer.result_drawings import date_column, network_drawing, result_dates, result_network
from kg.explorer.result_files import answer_csv, answer_json
from kg.explorer.results import MOST_SHOWN, Shown, shown, triples_of
from kg.explorer.site import Address
from kg.explorer.starters import starters
from kg.queries import NamedQuery, named_queries, prepare
from kg.store import sparql
from kg.store.protocol import Bounds
from kg.terms import Triple
from kg.views.page import clean
from kg.views.timeline import timeline_figure, timeline_svg, timeline_table

SPARQL, QUERY, QUERIES, COMPLETE = "sparql", "query", "queries", "complete"
TABLE, GRAPH, TIMELINE = "table", "graph", "timeline"
_SECTION = SPARQL
_STYLES = ("sparql.css",)
_SCRIPTS = ("sparql.js",)

SENSES_IN_WORDS: Mapping[str, tuple[str, str]] = {
    ASSERTED: ("As recorded", "who said what, what the recorder states, and the disputes found"),
    "undisputed": ("Undisputed", "what follows from what nobody contradicts"),
    "every": ("In every account", "what follows however the contradictions are settled"),
    "some": ("In some account", "what follows in at least one account"),
}
"""What a question is asked of: its name, and what that means."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """An answer drawn: SVG for the page and for its twin, and what is not in it."""

    figure: Markup | str
    svg: str
    note: str
    rows: tuple[object, ...] = ()


def sparql_page(explorer: Explorer, address: Address) -> Page:
    """Make the page with the editor and, if something was asked, the answer."""
    question = question_of(address)
    outcome = ask(explorer, question) if question.text.strip() else None
    first = starters(explorer)
    return _page(
        explorer,
        address,
        outcome,
        title="SPARQL",
        template="sparql.html.j2",
        values={
            "question": question,
            "text": question.text or first[0].text,
            "starters": first,
            "saved": _saved(),
            "senses": SENSES_IN_WORDS,
            "bounds": bounds_in_words(explorer.bounds),
            "sparql": Address.of(SPARQL),
            "queries": Address.of(QUERIES),
            "complete": Address.of(COMPLETE),
        },
        about={"query": question.text},
    )


def queries_page(_explorer: Explorer, address: Address) -> Page:
    """Make the list of saved queries."""
    saved = _saved()
    return Page(
        address=address,
        title="Saved queries",
        template="queries.html.j2",
        values={"saved": saved, "sparql": Address.of(SPARQL)},
        data=lambda: {"queries": [_about(query) for query, _ in saved]},
        triples=tuple,
        markdown=lambda: markdown.render("queries.md.j2", saved=[query for query, _ in saved]),
        section=_SECTION,
        trail=(Ref("SPARQL", Address.of(SPARQL)),),
        styles=_STYLES,
    )


def query_page(explorer: Explorer, address: Address) -> Page:
    """Make the page of one saved query: what it answers, its parameters, its text and its answer."""
    name = address.parts[1] if len(address.parts) > 1 else ""
    queries = named_queries()
    if name not in queries or len(address.parts) > 2:
        raise NotFound(f'no query is called "{name}"{did_you_mean(name, queries)}')
    query = queries[name]
    question = question_of(address, name)
    given = dict(question.params)
    missing = [one for one in query.params if one.required and one.name not in given]
    outcome = None if missing else ask(explorer, question)
    text = _with_params(explorer, query, given)
    return _page(
        explorer,
        address,
        outcome,
        title=query.title,
        template="query.html.j2",
        values={
            "query": query,
            "given": given,
            "missing": missing,
            "duties": [(one.name, one.meaning) for one in query.params],
            "here": Address.of(QUERY, name),
            "edit": Address.of(SPARQL, query=text),
            "complete": Address.of(COMPLETE),
        },
        about=_about(query),
        trail=(Ref("SPARQL", Address.of(SPARQL)), Ref("Saved queries", Address.of(QUERIES))),
        queries=(ShownQuery(query.title, text, name),),
    )


MAKERS: Mapping[str, Maker] = {SPARQL: sparql_page, QUERIES: queries_page, QUERY: query_page}


def addresses(_explorer: Explorer) -> Iterator[Address]:
    """Yield the addresses of the pages that a published folder holds: every saved query, asked without parameters."""
    yield Address.of(SPARQL)
    yield Address.of(QUERIES)
    for name in named_queries():
        yield Address.of(QUERY, name)


def _saved() -> tuple[tuple[NamedQuery, Ref], ...]:
    return tuple((query, Ref(query.title, Address.of(QUERY, name))) for name, query in named_queries().items())


def _page(
    explorer: Explorer,
    address: Address,
    outcome: Outcome | None,
    *,
    title: str,
    template: str,
    values: Mapping[str, object],
    about: Json,
    trail: tuple[Ref, ...] = (),
    queries: tuple[ShownQuery, ...] = (),
) -> Page:
    """Make a page with or without an answer on it."""
    answered = outcome.answered if outcome is not None else None
    mistake = outcome.mistake if outcome is not None else None
    answer = None if answered is None else shown(explorer, answered)
    view, views = _views(address, outcome)
    drawing = _drawing(explorer, outcome, view, title)

    def data() -> Json:
        if outcome is None or answered is None:
            return {**about, **({"error": _mistake_json(outcome)} if mistake is not None else {})}
        return {**about, **answer_json(outcome.question, answered)}

    def triples() -> Iterable[Triple]:
        return () if answered is None else triples_of(explorer, answered)

    asked = queries[0].text if queries else (outcome.question.text if outcome is not None else "")
    return Page(
        address=address,
        title=title,
        template=template,
        values={
            **values,
            "answer": answer,
            "mistake": mistake,
            "view": view,
            "views": views,
            "drawing": drawing,
            "most": MOST_SHOWN,
            "large": explorer.graph.is_large,
        },
        data=data,
        triples=triples,
        markdown=lambda: _markdown(title, asked, answer, mistake),
        svg=None if drawing is None else lambda: drawing.svg,
        csv=None if answered is None else lambda: answer_csv(answered),
        section=_SECTION,
        trail=trail,
        queries=queries,
        styles=_STYLES,
        scripts=_SCRIPTS,
        fault="" if mistake is None else mistake.message,
    )


def _views(address: Address, outcome: Outcome | None) -> tuple[str, tuple[tuple[str, Address], ...]]:
    """Return which view is shown, and the views that this answer has, with their addresses."""
    if outcome is None or outcome.answered is None or isinstance(outcome.answered.answer, bool):
        return TABLE, ()
    names = [TABLE, GRAPH, *([TIMELINE] if date_column(outcome.answered) is not None else [])]
    wanted = address.get("view")
    view = wanted if wanted in names else TABLE
    return view, tuple((name, address.changed(view="" if name == TABLE else name)) for name in names)


def _drawing(explorer: Explorer, outcome: Outcome | None, view: str, title: str) -> Drawing | None:
    if outcome is None or outcome.answered is None or view == TABLE:
        return None
    if view == GRAPH:
        network, left_out = result_network(explorer, outcome.answered)
        note = f"{left_out:,} more things are not drawn." if left_out else ""
        inside, alone = (network_drawing(network, title, standalone=one) for one in (False, True))
        return Drawing(inside, alone, note)
    rows, left_out = result_dates(explorer, outcome.answered)
    note = f"{left_out:,} more dates are not drawn." if left_out else ""
    return Drawing(
        timeline_figure(rows, title=title), timeline_svg(rows, title=title), note, tuple(timeline_table(rows))
    )


def _with_params(explorer: Explorer, query: NamedQuery, given: Mapping[str, str]) -> str:
    """Write a saved query with its parameters put in; as it is, if they cannot be."""
    try:
        bindings = prepare(query, given, explorer.graph.resolve)
        return sparql.bind(query.text, bindings, query.name).text
    except ParleyError:
        return query.text


def _about(query: NamedQuery) -> Json:
    return {
        "name": query.name,
        "title": query.title,
        "question": query.answers,
        "parameters": [
            {"name": one.name, "kind": one.kind.value, "meaning": one.meaning, "required": one.required}
            for one in query.params
        ],
        "text": query.text,
    }


def _mistake_json(outcome: Outcome | None) -> Json:
    mistake = None if outcome is None else outcome.mistake
    if mistake is None:
        return {}
    placed = {"line": mistake.line, "column": mistake.column} if mistake.line else {}
    return {"message": mistake.message, **placed}


def _markdown(title: str, text: str, answer: Shown | None, mistake: object) -> str:
    # An indented block is code whatever stands in it, so a query cannot pass for markup.
    code = Markup("\n".join(f"    {clean(line)}" for line in text.splitlines()))  # noqa: S704  # see above
    return markdown.render("answer.md.j2", title=title, code=code, answer=answer, mistake=mistake, most=MOST_SHOWN)


def bounds_in_words(bounds: Bounds) -> str:
    """Say how much a query may use.

    >>> bounds_in_words(Bounds(10, 1024, 10_000))
    '10 seconds, 1,024 MiB of memory, 10,000 rows'
    """
    parts = (
        f"{bounds.seconds:g} seconds" if bounds.seconds is not None else "",
        f"{bounds.mebibytes:,} MiB of memory" if bounds.mebibytes is not None else "",
        f"{bounds.rows:,} rows" if bounds.rows is not None else "",
    )
    return ", ".join(part for part in parts if part)
