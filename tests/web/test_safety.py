"""Whoever asks, and whatever for: only our own names, only our own pages, nothing of the machine, nothing to run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from kg.web import safety
from kg.web.safety import Guarded
from kg.web.settings import Settings
from kg.web.state import State
from tests.conftest import CASE, ROOT
from tests.web.served import BASE, client_of, raw, state_of

# --- Names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1:8010", "localhost", "LOCALHOST:1", "[::1]:8010", "10.1.2.3:80"])
def test_our_own_names_are_answered_to(client: TestClient, host: str) -> None:
    assert client.get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8010", "evil.example:8010", "", "a@localhost",
     "localhost/..", "localhost:x", "[::1", "localhost evil", "evil.example#localhost"],
)  # fmt: skip
def test_a_page_of_another_site_cannot_pass_this_server_off_as_its_own(client: TestClient, host: str) -> None:
    for path in ("/", "/health", "/assets/explorer.css", "/sparql", "/events"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 421, path
        assert "Host" in answer.text and "evil" not in answer.text


def test_the_name_in_base_is_ours() -> None:
    state = state_of(CASE, base="https://talks.example/")
    client = client_of(state)
    assert client.get("/health", headers={"Host": "talks.example"}).status_code == 200
    assert client.get("/health", headers={"Host": "other.example"}).status_code == 421


def test_a_request_names_one_host() -> None:
    settings = Settings()
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b"localhost"), (b"host", b"evil")]}
    assert Guarded(PlainTextResponse(""), settings)._refused(scope) is not None
    assert Guarded(PlainTextResponse(""), settings)._refused({**scope, "headers": []}) is not None
    assert Guarded(PlainTextResponse(""), settings)._refused({**scope, "headers": [(b"host", b"localhost")]}) is None


# --- Other sites --------------------------------------------------------------------------------------


def test_other_sites_may_link_here_and_nothing_else(client: TestClient) -> None:
    def asked(mode: str, site: str = "cross-site") -> int:
        return client.get("/health", headers={"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}).status_code

    assert asked("navigate") == 200
    assert asked("no-cors") == asked("cors") == 403
    assert asked("cors", "same-origin") == asked("navigate", "none") == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"},
     {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}],
)  # fmt: skip
def test_other_sites_may_send_nothing(client: TestClient, method: str, headers: dict[str, str]) -> None:
    assert client.request(method, "/sparql", headers=headers).status_code == 403
    assert client.request(method, "/update", headers=headers).status_code == 403


def test_our_own_pages_may_send(client: TestClient) -> None:
    own = {"Origin": BASE, "Sec-Fetch-Site": "same-origin"}
    assert client.post("/sparql", data={"query": "ASK {}"}, headers=own).status_code == 200
    assert client.post("/sparql", data={"query": "ASK {}"}).status_code == 200  # no browser


# --- Headers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/index.json", 200), ("/index.md", 200), ("/index.ttl", 200), ("/assets/explorer.css", 200),
     ("/health", 200), ("/no-such-page", 404), ("/a%00b", 400), ("/actors/", 308), ("/sparql", 200)],
)  # fmt: skip
def test_every_answer_has_the_headers(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status
    for name, value in safety.HEADERS.items():
        assert answer.headers.get(name) == value, name
    assert "server" not in answer.headers
    assert "x-powered-by" not in answer.headers
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy and "*" not in policy and "data:" not in policy


def test_a_drawing_by_itself_runs_nothing(client: TestClient, state: State) -> None:
    conflict = state.explorer.catalog.conflict_ids(100)[0]
    answer = client.get(f"/dispute/{conflict}.svg")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
    policy = answer.headers["content-security-policy"]
    assert "script" not in policy and "default-src 'none'" in policy and "sandbox" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "text/html; charset=utf-8"), ("/index.md", "text/markdown; charset=utf-8"),
     ("/index.json", "application/json"), ("/index.ttl", "text/turtle; charset=utf-8")],
)  # fmt: skip
def test_every_form_says_what_it_is(client: TestClient, path: str, kind: str) -> None:
    assert client.get(path).headers["content-type"] == kind


# --- Paths --------------------------------------------------------------------------------------------

ODD_PATHS = [
    "/../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/assets/../../app.py", "/assets/..%2f..%2fpage.py",
    "/assets/%2e%2e/%2e%2e/page.py", "/assets/%2fetc%2fpasswd", "/assets//etc/passwd", "/assets/..\\..\\page.py",
    "/assets/..%5c..%5cpage.py", "/assets/explorer.css%00.js", "/assets/", "/assets/.", "/actor/..", "/actor/%2e%2e",
    "/actor/%2e%2e%2f%2e%2e", "/document/..%2f..%2f..%2fetc%2fpasswd", "/actor/file:%2f%2f%2fetc%2fpasswd", "//", "///",
    "//evil.example/", "/actor//x", "/%", "/%zz", "/%ff%fe", "/a%0d%0aSet-Cookie:%20a=b", "/actor/" + "x" * 7_000,
    "/" + "a/" * 2_000, "/actor/%F0%9F%8E%A3", "/%E2%80%AE", "/<script>alert(1)</script>",
    "/actor/<script>alert(1)</script>", "/thing/%3Cscript%3Ealert(1)%3C%2Fscript%3E.json", "/actor/{{7*7}}", "/.env",
    "/.git/config", "/nothing.svg", "/actors.exe", "/sparql.json.ttl",
]  # fmt: skip


@pytest.mark.parametrize("path", ODD_PATHS)
def test_no_path_leads_anywhere_else(state: State, path: str) -> None:
    answer = raw(state, path)
    assert answer.status in (308, 400, 404, 414), answer.text[:300]
    assert "root:" not in answer.text and "import " not in answer.text
    assert "<script>alert" not in answer.text
    assert str(ROOT) not in answer.text and "site-packages" not in answer.text and "Traceback" not in answer.text
    assert "set-cookie" not in answer.headers
    if answer.status == 308:
        assert answer.headers["location"].startswith("/") and not answer.headers["location"].startswith("//")


def test_a_path_that_is_too_long_is_said_to_be(state: State) -> None:
    assert raw(state, "/actor/" + "x" * 9_000).status == 414
    assert raw(state, "/search?q=" + "x" * 70_000).status == 414


@pytest.mark.parametrize(
    "query",
    ["page=-1", "page=0", "page=99999999999999999999", "page=1e9", "page=%F0%9F%8E%A3", "page=1;page=2", "=", "&&&", "a",
     "actor=%3Cscript%3Ealert(1)%3C/script%3E", "actor=../../etc", "kind=%27%22", "verdict=lie", "month=2019-99",
     "issue=http://e/x", "order=sideways", "page=2&page=3", "page=" + "9" * 5_000, "x=" + "y" * 60_000, "actor=%0d%0aX: y"],
)  # fmt: skip
def test_no_query_breaks_a_page(client: TestClient, query: str) -> None:
    for path in ("/", "/disputes", "/actors", "/claims", "/timeline", "/search", "/accounts", "/documents"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code in (200, 308, 400, 404), (path, answer.status_code)
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize("query", ["a=%00", "a=%ff", "%00=1", "&".join(f"a{n}=1" for n in range(300))])
def test_a_query_that_is_no_text_is_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/?{query}").status_code == 400


# --- Methods and sizes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "NONSENSE"])
@pytest.mark.parametrize("path", ["/", "/actors", "/assets/explorer.css", "/health"])
def test_pages_are_only_read(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_a_body_is_bounded_whether_it_says_its_length_or_not(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.post("/sparql", content=b"x", headers={"Content-Length": "99999999999"}).status_code == 413
    monkeypatch.setattr(safety, "LARGEST_BODY", 1_000)

    def parts() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 100

    answer = client.post("/sparql", content=parts(), headers={"Content-Type": "application/sparql-query"})
    assert answer.status_code == 413


# --- Faults --------------------------------------------------------------------------------------------


def test_a_fault_tells_nothing_but_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("SECRET in /home/ann/somewhere")

    app = Guarded(broken, Settings())
    answer = TestClient(app, base_url=BASE).get("/")
    assert answer.status_code == 500
    assert "SECRET" not in answer.text and "/work" not in answer.text and "RuntimeError" not in answer.text
    log = capsys.readouterr().err
    number = log.split("fault ")[1].split()[0]
    assert number in answer.text and "SECRET in /home/ann/somewhere" in log
    assert answer.headers["content-security-policy"] == safety.POLICY


def test_a_fault_of_a_page_tells_nothing_either(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("SECRET")

    monkeypatch.setattr("kg.web.pages.page_at", broken)
    for path in ("/", "/actors.json"):
        answer = client.get(path)
        assert answer.status_code == 500 and "SECRET" not in answer.text and "ValueError" not in answer.text
    assert "SECRET" in capsys.readouterr().err


def test_web_sockets_are_not_spoken(client: TestClient) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/"):
        pass
