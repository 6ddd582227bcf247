"""The SPARQL page, the saved queries and their twins."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from urllib.parse import quote
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from kg.contradiction.check import CheckOptions
from kg.explorer.explorer import Explorer
from kg.explorer.opening import open_explorer
from kg.explorer.page import NotFound
from kg.explorer.pages import sparql as pages
from kg.explorer.rendering import write
from kg.explorer.results import MOST_SHOWN
from kg.explorer.routes import page_at
from kg.explorer.site import Address, FolderSite
from kg.explorer.starters import starters
from kg.graph import KnowledgeGraph
from kg.queries import named_queries
from kg.store.protocol import Bounds
from tests.conftest import CASE
from tests.explorer.conftest import address

Render = Callable[..., str]
TALKS = "https://w3id.org/parley/case/us-china-2019/preparatory-talks"


def at(query: str, **more: str) -> str:
    asked = "".join(f"&{key}={quote(value)}" for key, value in more.items())
    return f"sparql?query={quote(query)}{asked}"


def xml_words(text: str) -> str:
    """Read a drawing as XML, and return the words in it."""
    return " ".join(ElementTree.fromstring(text).itertext())  # noqa: S314  # a drawing of our own


def test_without_a_query_there_is_one_to_begin_with(explorer: Explorer, render: Render) -> None:
    page = render(explorer, "sparql")
    assert "?conflict a neg:Conflict" in page
    assert "Saved queries" in page
    assert 'id="answer"' not in page
    assert all(f"/query/{name}" in page for name in named_queries())


def test_every_question_to_begin_with_has_an_answer(explorer: Explorer) -> None:
    for one in starters(explorer):
        page = page_at(explorer, one.address)
        assert not page.fault, one.query.title
        assert page.values["answer"].rows, one.query.title  # type: ignore[attr-defined]
        assert page.values["view"] == (one.view or "table")


def test_names_link_to_pages_and_values_show_their_type(explorer: Explorer, render: Render) -> None:
    page = render(explorer, at("SELECT ?c ?who ?day { ?c prov:wasAttributedTo ?who ; neg:saidOn ?day }"))
    assert '<a href="/actor/larry-kudlow"><bdi>Larry Kudlow</bdi></a>' in page
    assert '<a href="/claim/kudlow-no-cancellation">' in page
    assert "edtf:EDTF" in page
    conflicts = render(explorer, at("SELECT ?conflict { ?conflict a neg:Conflict }"))
    assert len(re.findall(r'href="/dispute/[a-z2-7]{10}"', conflicts)) == len(explorer.graph.conflicts())
    terms = render(explorer, at("SELECT ?t { ?t a owl:Class FILTER(?t = neg:Held) }"))
    assert "neg:Held" in terms
    assert 'href="/thing/' not in terms


def test_under_a_sense_each_row_has_its_status_and_support(explorer: Explorer, render: Render) -> None:
    page = render(explorer, at("SELECT ?event { ?event a neg:Scheduled }", under="some"))
    assert "in some accounts" in page
    assert "undisputed" in page
    assert "not so if no intermediate meeting" in page
    assert 'href="/claim/briefed-cancelled"' in page
    answer = json.loads(render(explorer, at("SELECT ?event { ?event a neg:Scheduled }", under="some"), "json"))
    assert [row["under"] for row in answer["answers"]] == ["undisputed", "some"]
    assert answer["answers"][0]["causes"]


def test_yes_and_no_are_said_in_words(explorer: Explorer, render: Render) -> None:
    question = f"ASK {{ <{TALKS}> a neg:Cancelled }}"
    assert "Answer: Yes." in render(explorer, at(question, under="some"))
    page = render(explorer, at(question, under="every"))
    assert "Answer: No." in page
    assert "in some accounts only" in page  # and what is left of it
    assert json.loads(render(explorer, at(question, under="some"), "json"))["boolean"] is True
    assert render(explorer, at(question), "csv").split() == ["answer", "no"]


def test_a_mistake_has_its_line_and_a_pointer(explorer: Explorer, render: Render) -> None:
    text = "SELECT ?m {\n  ?m a }"
    page = render(explorer, at(text))
    assert "<strong>Line 2, column 9:</strong>" in page
    assert "  ?m a }\n" in page
    assert f"{' ' * 8}^" in page
    assert page_at(explorer, address(at(text))).fault
    assert json.loads(render(explorer, at(text), "json"))["error"] == {
        "message": "the query cannot be read here",
        "line": 2,
        "column": 9,
    }


@pytest.mark.parametrize(
    ("query", "under", "said"),
    [
        ("SELECT ?m { ?m a ?t FILTER NOT EXISTS { ?m a neg:Held } }", "every", "NOT EXISTS cannot be asked here"),
        ("SELECT (COUNT(?m) AS ?n) { ?m a neg:Meeting }", "some", "counts, sums and other aggregates"),
        ("DELETE WHERE { ?s ?p ?o }", "asserted", "this is an update"),
        ("SELECT * { SERVICE <http://e.example/> { ?s ?p ?o } }", "asserted", "SERVICE is not allowed"),
        ("hello", "asserted", "this is not a SPARQL query"),
        ("ASK {}", "nonsense", "under is asserted"),
    ],
)
def test_refusals_say_why(explorer: Explorer, render: Render, query: str, under: str, said: str) -> None:
    page = render(explorer, at(query, under=under))
    assert said in page
    assert "This could not be answered" in page


def test_what_is_typed_stays_text(explorer: Explorer, render: Render) -> None:
    hostile = '</textarea><script>alert(1)</script>"><img src=x>'
    for place in (
        at(hostile),
        at("ASK {}", under=hostile),
        at("ASK {}", at=hostile, under="some"),
        at("SELECT * { ?s ?p ?o } LIMIT 1", view=hostile),
        f"query/claims-by-speaker?speaker={quote(hostile)}",
        f"query/claims-by-speaker?{quote(hostile)}=x",
    ):
        page = render(explorer, place)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<script>alert" not in render(explorer, place, "md").replace("    </textarea><script>alert", "")


def test_hostile_names_in_answers_stay_text(nasty: Explorer, render: Render) -> None:
    for view in ("table", "graph"):
        query = "SELECT ?s ?o { ?s ?p ?o FILTER(STRSTARTS(STR(?s), 'https://e.example/case/nasty/')) }"
        page = render(nasty, at(query, view=view))
        assert not re.search(r"<(script|img|svg onload)[^>]*(alert|onerror|onload)", page)
        assert "SECRET" not in page
    xml_words(render(nasty, at(query, view="graph"), "svg"))
    assert "SECRET" not in render(nasty, at(query), "csv")


def test_graphs_are_tables_of_triples_and_turtle(explorer: Explorer, render: Render) -> None:
    place = at(f"DESCRIBE <{TALKS}>")
    assert "triples" in render(explorer, place)
    turtle = render(explorer, place, "ttl")
    found = list(ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    assert {quad.subject.value for quad in found} == {TALKS}


def test_twins_hold_the_whole_answer_and_the_page_its_beginning(explorer: Explorer, render: Render) -> None:
    place = at("SELECT ?s ?p ?o { ?s ?p ?o }")
    page = page_at(explorer, address(place))
    total = page.values["answer"].total  # type: ignore[attr-defined]
    assert total > MOST_SHOWN
    assert len(page.values["answer"].rows) == MOST_SHOWN  # type: ignore[attr-defined]
    assert f"The first {MOST_SHOWN:,} of {total:,}" in render(explorer, place)
    assert len(list(csv.reader(io.StringIO(render(explorer, place, "csv"))))) == total + 1
    assert len(json.loads(render(explorer, place, "json"))["results"]["bindings"]) == total


def test_json_is_that_of_the_standard(explorer: Explorer, render: Render) -> None:
    text = render(
        explorer, at("SELECT ?s ?name ?none { ?s rdfs:label ?name OPTIONAL { ?s neg:nothing ?none } }"), "json"
    )
    found = ox.parse_query_results(text, format=ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)
    assert [variable.value for variable in found.variables] == ["s", "name", "none"]
    assert sum(1 for _ in found) > 10
    beside = render(explorer, at("SELECT ?event { ?event a neg:Scheduled }", under="some"), "json")
    read = ox.parse_query_results(beside, format=ox.QueryResultsFormat.JSON)
    assert isinstance(read, ox.QuerySolutions)
    assert len(list(read)) == 2


def test_answers_are_drawn(explorer: Explorer, render: Render) -> None:
    place = at("SELECT ?person ?post { ?person org:hasMembership/neg:post ?post }", view="graph")
    page = render(explorer, place)
    assert "<svg" in page
    assert "Larry Kudlow" in xml_words(render(explorer, place, "svg"))
    dates = at("SELECT ?c ?day { ?c neg:saidOn ?day }", view="timeline")
    assert "wide-only" in render(explorer, dates)
    xml_words(render(explorer, dates, "svg"))
    without = render(explorer, at("SELECT ?c { ?c a neg:Claim }", view="timeline"))
    assert "wide-only" not in without
    assert ">timeline</a>" not in without
    assert page_at(explorer, address(at("SELECT ?c { ?c a neg:Claim }"))).svg is None


def test_a_large_drawing_says_what_it_leaves_out(explorer: Explorer, render: Render) -> None:
    page = render(explorer, at("SELECT ?s ?o { ?s ?p ?o FILTER(ISIRI(?o)) }", view="graph"))
    assert re.search(r"[\d,]+ more things are not drawn", page)


def test_bounds_of_the_explorer_are_those_of_its_pages(render: Render) -> None:
    explorer = open_explorer(KnowledgeGraph.load(CASE))
    explorer.bounds = Bounds(seconds=20, rows=5)
    page = render(explorer, at("SELECT ?s { ?s ?p ?o }"))
    assert "the answer has more than 5 rows" in page
    assert "A query may use 20 seconds, 5 rows" in page


def test_every_saved_query_has_a_page(explorer: Explorer, render: Render) -> None:
    for name, query in named_queries().items():
        page = page_at(explorer, Address.of("query", name))
        required = [one.name for one in query.params if one.required]
        assert not page.fault, name
        assert (page.values["answer"] is None) == bool(required)
        shown = render(explorer, f"query/{name}")
        assert f"/sparql?query={quote('# title', safe='')}"[:15] in shown
        for one in query.params:
            assert f'name="{one.name}"' in shown


def test_parameters_are_put_in_and_the_filled_query_can_be_edited(explorer: Explorer, render: Render) -> None:
    page = page_at(explorer, address("query/claims-by-speaker?speaker=larry-kudlow"))
    speakers = {row.cells[0].ref.text for row in page.values["answer"].rows}  # type: ignore[attr-defined]
    assert speakers == {"Larry Kudlow"}
    edited = page_at(explorer, page.values["edit"])  # type: ignore[arg-type]
    assert edited.values["answer"].total == page.values["answer"].total  # type: ignore[attr-defined]
    wrong = render(explorer, "query/claims-by-speaker?speaker=kudlov")
    assert "did you mean" in wrong
    assert 'value="kudlov"' in wrong


def test_a_name_that_there_is_not_offers_the_nearest(explorer: Explorer) -> None:
    with pytest.raises(NotFound, match='did you mean "claims-by-speaker"'):
        page_at(explorer, Address.of("query", "claims-by-speker"))
    with pytest.raises(NotFound):
        page_at(explorer, Address.of("query"))


def test_in_a_folder_saved_queries_stand_with_their_answers_and_without_forms(explorer: Explorer) -> None:
    known = {*pages.addresses(explorer), Address()}
    for where in sorted(known - {Address()}, key=lambda one: one.path):
        text = write(page_at(explorer, where), explorer, FolderSite(where, known))
        assert "<form" not in text
        assert "<input" not in text
        assert 'href=""' not in text
    one = Address.of("query", "claims-by-speaker")
    assert "Larry Kudlow" in write(page_at(explorer, one), explorer, FolderSite(one, known))


def test_a_large_graph_is_asked_only_for_what_is_recorded(render: Render) -> None:
    graph = KnowledgeGraph.load(CASE, options=CheckOptions(columns_from=3))
    large = open_explorer(graph)
    page = render(large, "sparql")
    assert page.count("disabled") == 3
    assert "neg:Conflict" not in page
    assert "can be had of up to" in render(large, "query/who-contradicts-whom")
    assert "row" in render(large, at("SELECT ?c { ?c a neg:Claim }"))


def test_markdown_holds_the_table(explorer: Explorer, render: Render) -> None:
    text = render(explorer, at("SELECT ?event { ?event a neg:Scheduled }", under="some"), "md")
    assert "| event | holds | because |" in text
    assert "| the preparatory talks | in some accounts |" in text
    assert "attribution-chain" in render(explorer, "queries", "md")
