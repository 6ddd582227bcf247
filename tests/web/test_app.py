"""Addresses, forms, what may be kept, and what is said when there is no page."""

from __future__ import annotations

import json
import threading
import time

import pytest
from starlette.testclient import TestClient

from kg.errors import BoundReached
from kg.explorer import routes
from kg.explorer.page import Moved, Page
from kg.explorer.site import Address
from kg.web import workers
from kg.web.asked import BadRequest, asked
from kg.web.state import State
from kg.web.workers import Busy, Work, Workers
from tests.conftest import CASE
from tests.web.served import client_of, state_of

FORMS = ("html", "json", "ttl", "md", "svg", "csv")


# --- What is asked for ---------------------------------------------------------------------------------


def test_a_slash_in_a_name_stays_in_it() -> None:
    found = asked(b"/thing/http%3A%2F%2Fe%2Fx%20y", b"", FORMS)
    assert found.address.parts == ("thing", "http://e/x y")


def test_the_end_of_a_path_names_a_form_unless_its_dot_is_encoded() -> None:
    twin = asked(b"/thing/note.md", b"", FORMS)
    assert (twin.address.parts, twin.form) == (("thing", "note"), "md")
    assert twin.other is not None and twin.other.parts == ("thing", "note.md")
    page = asked(b"/thing/note%2Emd", b"", FORMS)
    assert (page.address.parts, page.form) == (("thing", "note.md"), "")
    assert asked(b"/thing/note%2Emd.json", b"", FORMS).address.parts == ("thing", "note.md")


def test_what_was_not_filled_in_is_not_asked() -> None:
    assert asked(b"/disputes", b"actor=&kind=x&page=2&page=3", FORMS).address.query == (("kind", "x"), ("page", "3"))


@pytest.mark.parametrize("path", [b"/a%00", b"/%ff", b"/a%0Ab", b"/" + b"x" * 10_000])
def test_what_cannot_be_a_name_is_refused(path: bytes) -> None:
    with pytest.raises(BadRequest):
        asked(path, b"", FORMS)


# --- Pages and twins -------------------------------------------------------------------------------------


def test_the_home_page_and_its_twins(client: TestClient) -> None:
    assert "<h1" in client.get("/").text
    assert client.get("/index.json").json()
    assert "@prefix" in client.get("/index.ttl").text
    assert client.get("/index.md").text.startswith("#")
    moved = client.get("/index?page=2")
    assert (moved.status_code, moved.headers["location"]) == (308, "/?page=2")


def test_a_form_can_be_asked_for_by_its_media_type(client: TestClient) -> None:
    def kind(accept: str) -> str:
        return client.get("/actor/larry-kudlow", headers={"Accept": accept}).headers["content-type"].partition(";")[0]

    assert kind("text/turtle") == "text/turtle"
    assert kind("application/json") == "application/json"
    assert kind("text/turtle;q=0.5, text/html") == "text/html"
    assert kind("*/*") == "text/html"
    assert client.get("/actor/larry-kudlow", headers={"Accept": "text/turtle"}).headers["vary"].lower().count("accept")
    refused = client.get("/actor/larry-kudlow", headers={"Accept": "image/png"})
    assert refused.status_code == 406 and "text/turtle" in refused.text


def test_the_end_of_the_path_wins_over_what_is_accepted(client: TestClient) -> None:
    answer = client.get("/actor/larry-kudlow.ttl", headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/turtle")


def test_a_page_without_such_a_twin_says_which_it_has(client: TestClient) -> None:
    answer = client.get("/actors.svg", headers={"Accept": "text/html"})
    assert answer.status_code == 404 and ".json" in answer.text


def test_a_slash_at_the_end_is_taken_away(client: TestClient) -> None:
    moved = client.get("/actors/?page=1")
    assert (moved.status_code, moved.headers["location"]) == (308, "/actors?page=1")


def test_a_page_that_moved_keeps_query_and_form(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def moved(*_: object) -> Page:
        raise Moved(Address.of("dispute", "abcdef"))

    monkeypatch.setattr("kg.web.pages.page_at", moved)
    answer = client.get("/dispute/abc.json?account=2")
    assert (answer.status_code, answer.headers["location"]) == (308, "/dispute/abcdef.json?account=2")
    assert answer.headers["cache-control"] == "no-cache"


def test_a_page_that_is_not_there_offers_the_nearest(client: TestClient) -> None:
    answer = client.get("/actr", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "actor" in answer.text and "/search?q=actr" in answer.text
    assert client.get("/actr", headers={"Accept": "application/json"}).json()["status"] == 404
    assert client.get("/actr.json").headers["content-type"] == "application/problem+json"
    assert client.get("/actr", headers={"Accept": "text/plain"}).headers["content-type"].startswith("text/plain")


def test_a_question_that_cannot_be_asked_is_a_bad_request(client: TestClient) -> None:
    answer = client.get("/sparql?query=SELECT", headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert answer.headers["cache-control"] == "no-store"


def test_head_says_what_get_would(client: TestClient) -> None:
    for path in ("/", "/index.json", "/health", "/assets/explorer.css"):
        asked_for, given = client.head(path), client.get(path)
        assert asked_for.status_code == given.status_code == 200
        assert asked_for.text == ""
        assert asked_for.headers["content-type"] == given.headers["content-type"]


# --- Keeping ----------------------------------------------------------------------------------------------


def test_a_page_that_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/actors")
    again = client.get("/actors", headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.text) == (304, "")
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get("/actors?page=1", headers={"If-None-Match": first.headers["etag"]}).status_code == 200
    as_json = client.get("/actors", headers={"Accept": "application/json", "If-None-Match": first.headers["etag"]})
    assert as_json.status_code == 200
    assert first.headers["cache-control"] == "private, no-cache"


def test_a_page_is_sent_again_after_a_change_of_the_data() -> None:
    state = state_of(CASE)
    client = client_of(state)
    tag = client.get("/actors").headers["etag"]
    state.read_again()
    answer = client.get("/actors", headers={"If-None-Match": tag})
    assert answer.status_code == 200 and answer.headers["etag"] != tag


def test_assets_are_kept_by_their_content(client: TestClient) -> None:
    plain = client.get("/assets/explorer.css", headers={"Accept-Encoding": "identity"})
    assert plain.headers["etag"].startswith('"') and "content-encoding" not in plain.headers
    packed = client.get("/assets/explorer.css", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip" and packed.content == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]
    again = client.get(
        "/assets/explorer.css", headers={"Accept-Encoding": "identity", "If-None-Match": plain.headers["etag"]}
    )
    assert again.status_code == 304
    linked = client.get("/").text.split('href="/assets/explorer.css')[1].split('"')[0]
    assert "immutable" in client.get(f"/assets/explorer.css{linked}").headers["cache-control"]
    assert "immutable" not in client.get("/assets/explorer.css?v=other").headers["cache-control"]


def test_everything_that_a_page_needs_is_there(client: TestClient) -> None:
    from kg.explorer.rendering import assets

    for name in assets():
        assert client.get(f"/assets/{name}").status_code == 200, name


def test_long_pages_are_packed(client: TestClient) -> None:
    assert client.get("/", headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"
    assert "content-encoding" not in client.get("/", headers={"Accept-Encoding": "identity"}).headers


# --- At one time -------------------------------------------------------------------------------------------


def test_a_slow_question_leaves_threads_for_pages(client: TestClient, state: State) -> None:
    import anyio

    async def run() -> float:
        hall = Workers()
        free = threading.Event()
        async with anyio.create_task_group() as group:
            for _ in range(Work.ASKING.value):
                group.start_soon(hall.run, Work.ASKING, lambda: free.wait(10))
            await anyio.sleep(0.1)
            began = time.perf_counter()
            assert await hall.run(Work.MAKING, lambda: 7) == 7
            took = time.perf_counter() - began
            free.set()
        return took

    assert anyio.run(run) < 1


def test_nobody_waits_for_ever() -> None:
    import anyio

    async def run() -> None:
        hall = Workers(longest_wait=0.2)
        free = threading.Event()
        async with anyio.create_task_group() as group:
            for _ in range(Work.MAKING.value):
                group.start_soon(hall.run, Work.MAKING, lambda: free.wait(10))
            await anyio.sleep(0.1)
            with pytest.raises(Busy):
                await hall.run(Work.MAKING, lambda: 7)
            free.set()

    anyio.run(run)


def test_a_server_that_is_too_busy_says_so(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy(*_: object) -> None:
        raise workers.Busy

    monkeypatch.setattr(state.workers, "run", busy)
    answer = client_of(state).get("/")
    assert answer.status_code == 503 and answer.headers["retry-after"]


def test_while_the_data_is_being_checked_that_is_said(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "ready", threading.Event())
    client = client_of(state)
    answer = client.get("/")
    assert answer.status_code == 503 and 'http-equiv="refresh"' in answer.text and answer.headers["retry-after"] == "2"
    assert client.get("/sparql?query=ASK{}").status_code == 503
    assert client.get("/health").status_code == 503
    assert client.get("/assets/explorer.css").status_code == 200


def test_names_are_completed(client: TestClient) -> None:
    found = client.get("/complete?text=kudl").json()
    assert any("Kudlow" in json.dumps(one) for one in found["completions"])


def test_a_page_that_takes_too_long_is_not_said_to_be_missing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_explorer: object, _address: Address) -> Page:
        raise BoundReached("names.rq: stopped after 10 seconds; ask for less", "seconds")

    monkeypatch.setitem(routes.MAKERS, "actors", slow)  # type: ignore[index]
    answer = client.get("/actors", headers={"Accept": "text/html"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "stopped after 10 seconds" in answer.text
