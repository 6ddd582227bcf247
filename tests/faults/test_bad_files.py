"""Files from anybody: each fault is said, with its place, and neither the process nor a store comes to harm."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.errors import BadInput, ParleyError
from kg.formats import files, read, read_text
from kg.graph import KnowledgeGraph, read_rules
from kg.queries import query_from_file
from kg.store.oxigraph import OxigraphStore
from tests.conftest import CASE
from tests.faults.listening import Listener, listener

WAIT = 60
RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
THING = '<e:T rdf:about="http://e/a"><e:p>%s</e:p></e:T></rdf:RDF>'


def dangling(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere.yaml")


def circle(path: Path) -> None:
    other = path.with_name("other.yaml")
    other.symlink_to(path)
    path.symlink_to(other)


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


# What lies at `x.yaml`, and what is said of it.
NO_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder": (Path.mkdir, "there is no dossier in this folder"),
    "a pipe that never says anything": (os.mkfifo, "it is a pipe, a device or a socket; give - to read standard input"),
    "a device that never ends": (lambda path: path.symlink_to("/dev/zero"), "it is a pipe, a device or a socket"),
    "a socket": (listening, "it is a pipe, a device or a socket"),
    "a link to nowhere": (dangling, "there is no such file or folder"),
    "a link in a circle": (circle, "there is no such file or folder"),
    "bytes that are no text": (lambda path: path.write_bytes(b"dossier: x\n  \xff"), ":2:3: this is not UTF-8 text"),
    "UTF-16": (lambda path: path.write_text("dossier: https://e/x", encoding="utf-16"), ":1:1: this is not UTF-8"),
    "Latin-1": (lambda path: path.write_text("dossier: é", encoding="latin-1"), ":1:10: this is not UTF-8 text"),
    "NUL bytes": (lambda path: path.write_bytes(b"dossier: x\0\n"), ":1:11: the character U+0000 cannot stand in YAML"),
    "too large a file": (lambda path: path.touch() or os.truncate(path, 50_000_001), "the file is larger than 50 MB"),
}


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds the first case."""
    place = tmp_path_factory.mktemp("stored") / "store"
    assert CliRunner().invoke(main, ["load", str(CASE), "--store", str(place)]).exit_code == 0
    return place


def dump(place: Path) -> set[str]:
    with OxigraphStore.read_only(place) as store:
        return set(map(str, store.quads()))


@contextmanager
def in_time() -> Iterator[None]:
    """Fail where something waits for ever, or reads without end."""

    def too_long(number: int, frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(WAIT)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(("make", "said"), NO_FILES.values(), ids=NO_FILES)
def test_what_is_no_readable_file_is_said(
    make: Callable[[Path], object], said: str, tmp_path: Path, stored: Path
) -> None:
    path = tmp_path / "x.yaml"
    make(path)
    before = dump(stored)
    for command in (["validate", str(path)], ["load", str(path), "--store", str(stored)]):
        with in_time():
            done = CliRunner().invoke(main, command)
        assert done.exit_code == 2 and said in done.stderr and str(path) in done.stderr
    assert dump(stored) == before


def test_a_name_that_is_too_long_is_said() -> None:
    done = CliRunner().invoke(main, ["validate", "x" * 5_000 + ".yaml"])
    assert done.exit_code == 2 and "… (5," in done.stderr and done.stderr.count("\n") == 1


def test_rule_and_query_files_are_read_with_the_same_care(tmp_path: Path) -> None:
    pipe, latin = tmp_path / "pipe.rules", tmp_path / "latin.rq"
    os.mkfifo(pipe)
    latin.write_text("# é\nASK {}", encoding="latin-1")
    with pytest.raises(ParleyError, match="it is a pipe"):
        read_rules([pipe])
    with pytest.raises(ParleyError, match="it is a pipe"):
        query_from_file(pipe)
    with pytest.raises(ParleyError, match=r"latin.rq:1:3: this is not UTF-8 text"):
        query_from_file(latin)
    with pytest.raises(ParleyError, match="there is no such file"):
        query_from_file(tmp_path / "missing.rq")


# --- Lines without end ----------------------------------------------------------------------------

LIMITED = """\
import resource, sys
from kg.cli import main
main.get_command(None, sys.argv[2])  # what the command is made of is not what is measured
pages = int(open("/proc/self/statm").read().split()[0])
most = pages * resource.getpagesize() + int(sys.argv[1]) * 1024 * 1024
resource.setrlimit(resource.RLIMIT_AS, (most, most))
main(sys.argv[2:], prog_name="kg")
"""


def limited(mebibytes: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with so much memory and no more."""
    command = [sys.executable, "-c", LIMITED, str(mebibytes), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=10 * WAIT, check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux only")
def test_a_line_of_a_gigabyte_is_said_and_never_held(tmp_path: Path) -> None:
    path = tmp_path / "long.ttl"
    with path.open("wb") as file:
        file.write(b'@prefix e: <http://e/> .\ne:a e:p "')
        file.truncate(1_000_000_000)  # the rest are zeros, which take no room on disk
    done = limited(40, "check", str(path))
    assert (done.returncode, done.stderr) == (2, f"{path}:2:1: this line is longer than 64 MB\n")


def test_the_number_of_a_line_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LONGEST_LINE", 10)
    monkeypatch.setattr(files, "_BLOCK", 4)
    path = tmp_path / "x.nt"
    for text, line in (("a" * 10 + "\n" + "b" * 10, 0), ("\n\n" + "a" * 11 + "\n", 3), ("abc\n" * 9 + "a" * 11, 10)):
        path.write_text(text, encoding="utf-8")
        if line:
            with pytest.raises(BadInput, match=rf"x.nt:{line}:1: this line is longer"):
                files.file_bytes(path)
        else:
            assert files.file_bytes(path) == text.encode()


# --- What unfolds, and what is nested too deep ----------------------------------------------------

DEPTH = 50_000
DEEP = {
    "ttl lists": "@prefix e: <http://e/> . e:a e:p " + "(" * DEPTH + ")" * DEPTH + " .",
    "ttl blank nodes": "@prefix e: <http://e/> . e:a e:p " + "[ e:p " * DEPTH + "1" + "]" * DEPTH + " .",
    "ttl triples": "@prefix e: <http://e/> . e:a e:p " + "<<( e:a e:p " * DEPTH + "e:o" + " )>>" * DEPTH + " .",
    "ttl triples behind escapes": "@prefix e: <http://e/> . e:a e:p e:b\\#, " + "<<( e:a e:p " * DEPTH + "e:o",
    "ttl reifiers": "@prefix e: <http://e/> . " + "<< " * DEPTH + "e:a e:p e:o" + " >>" * DEPTH + " .",
    "trig": "@prefix e: <http://e/> . e:g { e:a e:p " + "(" * DEPTH,
    "nt": "<e:a><e:p>" + "<<(<e:a><e:p>" * DEPTH + "<e:o>" + ")>>" * DEPTH + ".",
    "nq": "<e:a> <e:p> " + "<<( <e:a> <e:p> " * DEPTH + "<e:o>" + " )>>" * DEPTH + " <e:g> .",
    "jsonld": '{"@id":"e:x","e:p":' + "[" * DEPTH + "]" * DEPTH + "}",
    "jsonld objects": '{"e:p":' * DEPTH + "1" + "}" * DEPTH,
    "jsonld contexts": '{"@context":' + '{"a":{"@id":"e:a","@context":' * DEPTH + "{}" + "}}" * DEPTH + "}",
    "jsonld lists of contexts": '{"@context":' + "[" * DEPTH + "{}" + "]" * DEPTH + ',"@id":"e:x"}',
    "rdf": RDF + "<e:T>\n<e:p>" * DEPTH + "</e:p></e:T>" * DEPTH + "</rdf:RDF>",
    "yaml": "dossier: " + "[" * DEPTH + "]" * DEPTH,
    "yaml mappings": "dossier: " + "{a: " * DEPTH + "}" * DEPTH,
    "yaml blocks": "dossier:\n" + "".join(" " * depth + "a:\n" for depth in range(1, 1_000)),
    "yaml keys": "? " * DEPTH + "a",
}


READ_ALL = """\
import sys
from pathlib import Path
from kg.errors import BadInput
from kg.formats import read
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        print(f"{path.name}: {len(read(path)[0].triples)}", flush=True)
    except BadInput as bad:
        print(f"{path.name}: {bad.faults[0].message}", flush=True)
"""


def test_depth_ends_no_process(tmp_path: Path) -> None:
    for kind, text in DEEP.items():
        (tmp_path / f"{kind}.{kind.split(maxsplit=1)[0]}").write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", READ_ALL, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10 * WAIT, check=False)
    said = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert sorted(said) == sorted(path.name for path in tmp_path.iterdir()), done.stdout[-200:]
    assert (done.returncode, done.stderr) == (0, "")
    for name, message in said.items():
        # Lists and things without names may be as deep as they like.
        assert message.isdigit() == (name in ("ttl lists.ttl", "ttl blank nodes.ttl")), (name, message)


UNFOLDING = {
    "entities of entities": "".join(f'<!ENTITY e{n} "&e{n - 1};&e{n - 1};">' for n in range(1, 30)),
    "entities of escaped entities": "".join(f'<!ENTITY e{n} "&#38;e{n - 1};&#x26;e{n - 1};">' for n in range(1, 30)),
    "a parameter entity": "<!ENTITY % e29 \"<!ENTITY x 'y'>\"> %e29;",
    "a file": '<!ENTITY e29 SYSTEM "file:///etc/passwd">',
    "a public file": '<!ENTITY\ne29\nPUBLIC "x" "file:///etc/passwd">',
}


@pytest.mark.parametrize("declared", UNFOLDING.values(), ids=UNFOLDING)
def test_entities_that_unfold_or_lead_elsewhere_are_refused(declared: str) -> None:
    text = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "lol">{declared}]>' + RDF + THING % "&e29;"
    with pytest.raises(BadInput, match="XML entities may only be short texts"):
        read_text(text, format="rdf")


def test_a_short_entity_is_not_used_to_fill_all_memory() -> None:
    head = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "{"x" * 4_900}">]>' + RDF
    assert len(read_text(head + THING % ("&a;" * 10), format="rdf")[0].triples) == 2
    with pytest.raises(BadInput, match="XML entities unfold to more than 50 MB"):
        read_text(head + THING % ("&a;" * 20_000), format="rdf")


YAML_BOMBS = {
    "aliases": "a: &a [x]\nb: [*a, *a]",
    "merge keys": "a: {<<: {b: c}}",
    "tags": "title: !!python/object/apply:os.system ['touch owned']",
    "binary": "title: !!binary aGVsbG8=",
    "documents": "---\ndossier: https://example.org/y\n" * 1_000,
    "directives": "%YAML 1.1\n---\na: b",
}


@pytest.mark.parametrize("text", YAML_BOMBS.values(), ids=YAML_BOMBS)
def test_yaml_does_no_more_than_it_says(text: str) -> None:
    with pytest.raises(BadInput):
        read_text("dossier: https://example.org/x\n" + text, format="yaml")
    assert not Path("owned").exists()


# --- What lies elsewhere --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outside() -> Iterator[Listener]:
    with listener() as found:
        yield found


CONTEXTS = (
    '"U"', '["U"]', '[{}, ["U"]]', '{"@import": "U"}', '[{"@import": "U"}]',
    '{"a": {"@id": "e:a", "@context": "U"}}', '{"a": {"@id": "e:a", "@context": ["U"]}}',
    '{"a": {"@id": "e:a", "@context": {"b": {"@id": "e:b", "@context": "U"}}}}',
    '{"T": {"@id": "e:T", "@context": {"@propagate": true, "@import": "U"}}}',
    '"/etc/passwd"', '"file:///etc/passwd"', '"context.jsonld"',
)  # fmt: skip


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("document", ['{"@context": C, "@id": "e:x", "@type": "T", "a": {"b": 1}}',
                                      '{"@id": "e:x", "e:p": [{"\\u0040context": C, "a": 1}]}',
                                      '[{"@graph": [{"e:p": {"@value": "x", "@context": C}}]}]'])  # fmt: skip
def test_no_json_ld_context_is_ever_fetched(context: str, document: str, outside: Listener) -> None:
    text = document.replace("C", context).replace("U", outside.address)
    assert json.loads(text)
    with pytest.raises(BadInput, match="would have to be fetched, which is never done; write it into the file"):
        read_text(text, format="jsonld")
    assert outside.visits == []


def test_no_document_type_is_ever_fetched(outside: Listener) -> None:
    text = f'<?xml version="1.0"?><!DOCTYPE r SYSTEM "{outside.address}">' + RDF + THING % "x"
    assert len(read_text(text, format="rdf")) == 1
    assert outside.visits == []


TEXTS = {
    "../../../../../../etc/passwd": "leads out of the folder",
    "/etc/passwd": "must be the name of a file beside the dossier",
    "C:/windows": "must be the name of a file beside the dossier",
    "..\\\\x": "must be the name of a file beside the dossier",
    "out.txt": "is a link out of the folder",
    "folder/out/passwd": "is a link out of the folder",
    "pipe.txt": "is not a file",
    "folder": "is not a file",
    "circle.yaml": "cannot be read: Too many levels of symbolic links",
    "missing.txt": "is not there",
    "x" * 300: "cannot be read: File name too long",
}


@pytest.mark.parametrize(("name", "said"), TEXTS.items(), ids=lambda text: text[:20])
def test_the_text_of_a_document_is_a_file_beside_the_dossier(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "out.txt").symlink_to("/etc/passwd")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "out").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe.txt")
    circle(tmp_path / "circle.yaml")
    path = tmp_path / "x.yaml"
    path.write_text(
        'dossier: https://example.org/x\ndocuments:\n  d: {text: "NAME"}\n'.replace("NAME", name),
        encoding="utf-8",
    )
    with pytest.raises(BadInput, match=said) as caught:
        read(path)
    assert f"{path}:3:" in str(caught.value)


# --- What is printed ------------------------------------------------------------------------------

ODD = "\x1b[2J\x1b]0;owned\x07\u202etxet\u2066\x9b"


def test_nothing_in_a_file_reaches_the_terminal_as_a_command(tmp_path: Path) -> None:
    graph = tmp_path / "x.ttl"
    escaped = "".join(f"\\u{ord(char):04X}" for char in ODD)
    graph.write_text(f'<https://example.org/{"x" * 9}> <urn:p> "{escaped}"^^<http://id.loc.gov/datatypes/edtf/EDTF> .')
    dossier = tmp_path / "y.yaml"
    dossier.write_text(f'dossier: https://example.org/y\n"{"".join(f"{chr(92)}u{ord(c):04x}" for c in ODD)}": 1\n')
    for path in (graph, dossier):
        done = CliRunner().invoke(main, ["validate", str(path)])
        assert done.exit_code == 2 and done.stderr.startswith(str(path))
        assert all(char.isprintable() or char == "\n" for char in done.stderr)
        assert done.stderr.count("\n") == 1


def test_a_message_is_one_line_and_not_endless(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f'dossier: "{"x" * 100_000}\\nsecond line"\n', encoding="utf-8")
    done = CliRunner().invoke(main, ["validate", str(path)])
    assert done.exit_code == 2 and done.stderr.count("\n") == 1 and len(done.stderr) < 2_100


def test_halves_of_characters_are_said() -> None:
    context = '"@context": "https://w3id.org/parley/context.jsonld"'
    for text in (f'{{{context}, "title": "\\ud800"}}', f'{{{context}, "\\udc00": "x"}}', '{"e:p": "\\ud800"}'):
        with pytest.raises(BadInput):
            read_text(text, format="jsonld")
    for syntax in ("yaml", "ttl", "rdf", "jsonld"):
        with pytest.raises(BadInput, match="this is not UTF-8 text"):
            read_text("\ud800", format=syntax)


def test_a_bad_file_loads_nothing_of_the_good_ones(tmp_path: Path, stored: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.ttl"
    good.write_text("dossier: https://example.org/good\ntitle: Good\n", encoding="utf-8")
    bad.write_text(DEEP["ttl triples"], encoding="utf-8")
    before = dump(stored)
    done = CliRunner().invoke(main, ["load", str(good), str(bad), "--store", str(stored)])
    assert done.exit_code == 2 and f"{bad}:1:1: a triple inside a triple" in done.stderr
    assert dump(stored) == before
    assert len(KnowledgeGraph.load(good).dossiers) == 1
