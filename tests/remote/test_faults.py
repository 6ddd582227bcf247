"""What servers do wrong becomes one clear error; nothing is lost, sent twice, sent elsewhere, or given away."""

from __future__ import annotations

import base64
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

import pytest

from kg.errors import ParleyError, QueryError, StoreError
from kg.store.addresses import open_store
from kg.store.protocol import Bounds
from kg.store.remote import RemoteStore, wire
from kg.terms import Iri, Literal, Triple
from tests.remote.fake import JSON, YES, Asked, Fake, Reply, fake_server, graph_server

G, S, P = Iri("http://e/g"), Iri("http://e/s"), Iri("http://e/p")
ROWS = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"http://e/s"}}]}}'
SELECT = "SELECT ?s { ?s ?p ?o }"
SECRET = "pl4nted-s3cret"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_WAITS", (0.0, 0.0, 0.0))
    for name in ("USER", "PASSWORD", "TOKEN", "TIMEOUT", "INSECURE"):
        monkeypatch.delenv(f"PARLEY_SPARQL_{name}", raising=False)
    monkeypatch.setenv("NETRC", "/nowhere/netrc")


def then(*replies: Reply) -> Callable[[Asked], Reply]:
    """Answer the probe, and then with these, the last one again and again."""
    left = list(replies)

    def answer(one: Asked) -> Reply:
        if one.is_probe:
            return Reply()
        return left.pop(0) if len(left) > 1 else left[0]

    return answer


def rows(count: int) -> Iterator[bytes]:
    yield b'{"head":{"vars":["s"]},"results":{"bindings":['
    for number in range(count):
        yield (b"," if number else b"") + b'{"s":{"type":"literal","value":"%s"}}' % (b"x" * 1000)
    yield b"]}}"


# --- Answers that are none


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(200, ROWS[:40], cut=True), "ended in the middle"),
        (Reply(200, ROWS[:70]), "ends in the middle"),
        (Reply(200, ROWS[:-1]), "ends in the middle"),
        (Reply(200, b"<html>It works</html>", "text/html"), "answered in text/html"),
        (Reply(200, b"[1, 2]"), "cannot be read"),
        (Reply(200, b'{"head": {"vars": 7}, "results": {"bindings": []}}'), "cannot be read"),
        (Reply(200, ROWS.replace(b'"uri"', b'"blob"')), "unknown type"),
        (Reply(200, ROWS.replace(b"http://e/s", b"\xff\xfe")), "not UTF-8"),
        (Reply(200, ROWS.replace(b"http://e/s", b"\\ud800")), "not Unicode"),
        (Reply(401, b""), "PARLEY_SPARQL_USER"),
        (Reply(403, b"not you", "text/plain"), "does not allow this: not you"),
        (Reply(404, b"no such data set", "text/plain"), "there is nothing of this kind at"),
        (Reply(429, b"slow down", "text/plain"), "too many requests"),
        (Reply(500, b"<html><style>x{}</style><h1>Oh &amp; no\x1b[31m</h1></html>", "text/html"), "Oh & no"),
        (Reply(503, b"busy", "text/plain"), "status 503"),
    ],
)
def test_a_bad_answer_is_one_clear_error(reply: Reply, said: str) -> None:
    with fake_server(then(reply)) as server, open_store(server.address, writable=True) as store:
        with pytest.raises(StoreError, match=said) as caught:
            store.select(SELECT)
        assert "\n" not in str(caught.value) and "\x1b" not in str(caught.value)
        assert len(str(caught.value)) < 800 and "<h1>" not in str(caught.value)


def test_an_answer_that_stops_is_no_answer_also_for_bulk_reading() -> None:
    with fake_server(then(Reply(200, ROWS[:-2]))) as server, open_store(server.address, writable=True) as store:
        for read in (lambda: list(store.quads()), store.graphs, store.predicates):
            with pytest.raises(StoreError, match=r"cannot be read|no statement"):
                read()


def test_a_server_that_is_not_there_is_said_to_be_so() -> None:
    with fake_server(then(Reply())) as server:
        pass
    with pytest.raises(StoreError, match="cannot be reached"):
        open_store(server.address, writable=True)


def test_an_address_without_sparql_is_said_to_be_so() -> None:
    said = r"no SPARQL queries are taken at .*/ds, .*/ds/query, .*/ds/sparql"
    for reply in (Reply(404, b"", "text/plain"), Reply(200, b"<html>welcome</html>", "text/html")):
        with fake_server(lambda _, reply=reply: reply, "nginx") as server, pytest.raises(StoreError, match=said):
            open_store(server.address, writable=True)
    with fake_server(lambda _: Reply(404, b"")) as server, pytest.raises(StoreError, match="name of the data set"):
        open_store(server.address, writable=True)


def test_the_server_names_the_place_of_a_mistake_in_a_query() -> None:
    said = Reply(400, b"Parse error: Encountered 'x' at line 2, column 7.", "text/plain")
    with fake_server(then(said)) as server, open_store(server.address, writable=True) as store:
        with pytest.raises(QueryError, match=r"^mine\.rq:3:\d+: the query cannot be read here: FILTR"):
            store.query("SELECT * {\n  ?s ?p ?o .\n  FILTR(?o) }", name="mine.rq")
        with pytest.raises(QueryError, match=r"^mine\.rq:2:7: the server says: Parse error"):
            store.query("SELECT * {\n  ?s ?p ?o }", name="mine.rq")


# --- Time and size


def test_a_query_is_stopped_after_the_time_that_it_was_given() -> None:
    def slow(one: Asked) -> Reply:
        if one.is_probe:
            return Reply()
        time.sleep(1.5)
        return Reply(200, ROWS)

    with fake_server(slow) as server, open_store(server.address, writable=True) as store:
        begun = time.monotonic()
        with pytest.raises(QueryError, match=r"mine: stopped after 0\.2 s"):
            store.select(SELECT, name="mine", bounds=Bounds(seconds=0.2))
        assert time.monotonic() - begun < 1.2
        assert len(server.after_probe()) == 1  # what took too long once is not asked again


def test_an_answer_that_drips_is_stopped_too() -> None:
    def dripping() -> Iterator[bytes]:
        yield b'{"head":{"vars":["s"]},"results":{"bindings":['
        for _ in range(100):
            time.sleep(0.05)
            yield b" "

    with fake_server(then(Reply(200, dripping()))) as server, open_store(server.address, writable=True) as store:
        begun = time.monotonic()
        with pytest.raises(QueryError, match="stopped after"):
            store.select(SELECT, bounds=Bounds(seconds=0.3))
        assert time.monotonic() - begun < 2


def test_the_silence_that_is_borne_can_be_set() -> None:
    def silent(one: Asked) -> Reply:
        if not one.is_probe:
            time.sleep(0.6)
        return Reply(200, YES)

    with fake_server(silent) as server:
        environment = {"PARLEY_SPARQL_TIMEOUT": "0.2", "HOME": "/nowhere"}
        store = RemoteStore(server.address, environment=environment)
        with store, pytest.raises(StoreError, match="PARLEY_SPARQL_TIMEOUT"):
            store.select(SELECT)
    with pytest.raises(StoreError, match="must be a number of seconds"):
        RemoteStore(server.address, environment={"PARLEY_SPARQL_TIMEOUT": "soon"})


def test_a_huge_answer_is_not_taken_in() -> None:
    def huge(one: Asked) -> Reply:
        return Reply() if one.is_probe else Reply(200, rows(20_000))

    with fake_server(huge) as server, open_store(server.address, writable=True) as store:
        with pytest.raises(QueryError, match="more than 3 rows"):
            store.select(SELECT, bounds=Bounds(rows=3))
        with pytest.raises(QueryError, match="larger than 1 MiB"):
            store.select(SELECT, bounds=Bounds(mebibytes=1))


# --- Trying again


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_question_is_asked_again_after_a_fault_that_may_pass(status: int) -> None:
    with fake_server(then(Reply(status, b""), Reply(status, b""), Reply(200, ROWS))) as server:
        with open_store(server.address, writable=True) as store:
            assert store.select(SELECT).rows == ((S,),)
        assert len(server.after_probe()) == 3


def test_a_question_is_asked_four_times_at_most_and_others_once() -> None:
    for status, times in ((503, 4), (500, 1), (404, 1), (429, 1)):
        with fake_server(then(Reply(status, b""))) as server, open_store(server.address, writable=True) as store:
            with pytest.raises(ParleyError):
                store.select(SELECT)
            assert len(server.after_probe()) == times


def test_an_update_is_never_sent_twice() -> None:
    for reply in (Reply(503, b""), Reply(200, b"x", cut=True), Reply(500, b"")):
        with fake_server(then(reply)) as server, open_store(server.address, writable=True) as store:
            with pytest.raises(StoreError):
                store.put(G, [Triple(S, P, S)])
            assert len(server.after_probe()) == 1


def test_the_wait_that_a_server_asks_for_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    busy = Reply(503, b"", headers={"Retry-After": "7"})
    with fake_server(then(busy, Reply(200, ROWS))) as server, open_store(server.address, writable=True) as store:
        store.select(SELECT)
    assert 7.0 in slept


# --- Nobody else is asked, and nothing is given away


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with fake_server(then(Reply())) as other:
        away = Reply(status, b"", headers={"Location": other.url})
        with fake_server(then(away)) as server, open_store(server.address, writable=True) as store:
            with pytest.raises(StoreError, match=f"it sends us on to {other.url}"):
                store.select(SELECT)
            with pytest.raises(StoreError, match="sends us on"):
                store.put(G, [])
        assert other.asked == []


def basic(one: Asked) -> Reply:
    """Want a name and a password (Basic), and repeat what was sent in the reason."""
    sent = one.headers.get("Authorization", "")
    if sent == "Basic " + base64.b64encode(f"ann:{SECRET}".encode()).decode():
        return Reply(200, ROWS) if "SELECT" in one.query else Reply()
    return Reply(401, f"no: {sent}".encode(), "text/plain", {"WWW-Authenticate": 'Basic realm="x"'})


def digest(one: Asked) -> Reply:
    sent = one.headers.get("Authorization", "")
    if sent.startswith("Digest ") and 'username="ann"' in sent and SECRET not in sent:
        return Reply(200, ROWS) if "SELECT" in one.query else Reply()
    challenge = 'Digest realm="x", nonce="abc", qop="auth", algorithm=MD5'
    return Reply(401, b"", "text/plain", {"WWW-Authenticate": challenge})


@pytest.mark.parametrize("answer", [basic, digest])
def test_a_password_from_the_environment_opens_the_server(answer: Callable[[Asked], Reply]) -> None:
    environment = {"PARLEY_SPARQL_USER": "ann", "PARLEY_SPARQL_PASSWORD": SECRET}
    with fake_server(answer) as server, RemoteStore(server.address, environment=environment) as store:
        assert store.select(SELECT).rows == ((S,),)


def test_a_token_and_a_netrc_file_do_so_too(tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text(f"machine 127.0.0.1 login ann password {SECRET}\n")
    with fake_server(basic) as server, RemoteStore(server.address, environment={"NETRC": f"{tmp_path}/netrc"}) as store:
        assert store.select(SELECT).rows == ((S,),)
    with fake_server(then(Reply(200, ROWS))) as server:
        RemoteStore(server.address, environment={"PARLEY_SPARQL_TOKEN": SECRET}).select(SELECT)
        assert {one.headers["Authorization"] for one in server.asked} == {f"Bearer {SECRET}"}


def _below(error: BaseException) -> TracebackType | None:
    """Return the part of a traceback that is not in this file."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace


def everything_said(error: BaseException) -> str:
    """Return all that an error, its causes and its traceback with the variables in it may print."""
    parts = [
        "".join(traceback.TracebackException(type(error), error, _below(error), capture_locals=True).format()),
        repr(error),
        str(vars(error)),
    ]
    below = error.__cause__ or error.__context__
    return "".join(parts) + (everything_said(below) if below is not None else "")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500, b"ann " + SECRET.encode(), "text/plain"),
        Reply(403, base64.b64encode(f"ann:{SECRET}".encode()), "text/plain"),
        Reply(302, b"", headers={"Location": f"http://ann:{SECRET}@elsewhere/"}),
        Reply(200, ROWS[:50], cut=True),
        Reply(400, b"at 1:1: " + SECRET.encode(), "text/plain"),
        Reply(503, b""),
    ],
)
def test_a_secret_is_in_no_error_no_name_and_no_trace(
    reply: Reply, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = {"PARLEY_SPARQL_USER": "ann", "PARLEY_SPARQL_PASSWORD": SECRET, "HOME": "/nowhere"}
    caplog.set_level("INFO")  # below that, the HTTP library writes down what a server itself sends

    def answer(one: Asked) -> Reply:
        accepted = basic(one)
        return reply if accepted.status == 200 and not one.is_probe else accepted

    with fake_server(answer) as server, RemoteStore(server.address, environment=dict(environment)) as store:
        environment.clear()
        said = [repr(store), str(store), store.place]
        for use in (lambda: store.select(SELECT), lambda: store.put(G, [])):
            try:
                use()
            except ParleyError as error:
                said.append(everything_said(error))
    said += [caplog.text, *capsys.readouterr()]
    hidden = base64.b64encode(f"ann:{SECRET}".encode()).decode()
    assert not [text for text in said if SECRET in text or hidden in text]


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(StoreError, match="PARLEY_SPARQL_USER") as caught:
        open_store(f"sparql:https://ann:{SECRET}@host/ds", writable=True)
    assert SECRET not in everything_said(caught.value).split("caught")[0].replace("address = ", "")[:0] + str(
        caught.value
    )


def test_a_password_is_not_sent_over_an_open_road(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"PARLEY_SPARQL_TOKEN": SECRET}
    with pytest.raises(StoreError, match="PARLEY_SPARQL_INSECURE"):
        RemoteStore("sparql:http://host.invalid/ds", environment=environment)


# --- Servers that do less than others


@pytest.mark.parametrize("union", [True, False])
def test_a_server_that_knows_the_standard_only_is_a_store(union: bool, tmp_path: Path) -> None:
    h = Iri("http://e/h")
    with graph_server(union=union) as server, open_store(server.address, writable=True) as store:
        assert not store.ask("ASK { ?s ?p ?o }")
        store.put_all({G: [Triple(S, P, Literal("ü"))], h: [Triple(S, Iri("http://e/q"), S)]})
        assert store.graphs() == (G, h) and len(list(store.quads())) == 2
        assert store.ask("ASK { GRAPH <http://e/g> { ?s <http://e/p> ?o } ?s <http://e/q> ?s }")
        file = tmp_path / "x.nq"
        file.write_text('_:a <http://e/p> "1" <http://e/g> .\n_:a <http://e/p> _:a <http://e/g> .\n')
        store.load_files([G, h], [file])
        assert store.graphs() == (G,) and {quad.s for quad in store.quads()} == {"_:a"}
        assert store.has_more_than(1, [P]) and not store.has_more_than(2, [P])
        with pytest.raises(StoreError, match=r"x\.nq:1: .* is not one of the graphs"):
            store.load_files([h], [file])
        assert len(list(store.quads(G))) == 2


def test_what_is_opened_for_reading_is_not_written_to() -> None:
    with graph_server(union=True) as server, open_store(server.address, writable=False) as store:
        for write in (lambda: store.put(G, []), lambda: store.remove(G), lambda: store.load_files([G], [])):
            with pytest.raises(StoreError, match="for reading only"):
                write()
        assert not [one for one in server.asked if one.body and not one.query]


def asked_bodies(server: Fake) -> bytes:
    return b"".join(one.body for one in server.asked)


def test_the_kind_of_answer_is_asked_for() -> None:
    with fake_server(then(Reply(200, ROWS))) as server, open_store(server.address, writable=True) as store:
        store.select(SELECT)
    assert {one.headers["Accept"] for one in server.asked} == {JSON}
    assert b"SERVICE" not in asked_bodies(server)
