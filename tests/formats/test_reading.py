"""Files, folders and standard input; which graph they become, and where things stand in them."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import BadInput
from kg.formats import read, read_all, read_text, reading, write_graph
from kg.formats.lexicon import lexicon, shipped
from kg.formats.rdf_syntax import parse_graph
from kg.formats.reading import sniff
from kg.resources import ontology_file
from kg.terms import Blank, Iri
from kg.vocab import NEG, TYPE

SMALL = Path(__file__).parent / "small.yaml"
PREFIX = "@prefix neg: <https://w3id.org/parley/ns#> . @prefix ex: <http://example.org/> .\n"


def faults(path: str | Path, **options: str) -> list[str]:
    with pytest.raises(BadInput) as caught:
        read(path, **options)
    return [str(fault) for fault in caught.value.faults]


def test_a_yaml_file_is_one_graph_named_by_its_address() -> None:
    (source,) = read(SMALL)
    assert source.graph == "https://example.org/harbour"
    assert source.file == str(SMALL)
    assert source.orphans == ()


def test_entries_and_claims_know_their_place() -> None:
    (source,) = read(SMALL)
    lines = SMALL.read_text(encoding="utf-8").splitlines()
    for name in ("ada-quill", "company-called-off", "storm"):
        iri = (
            Iri(f"https://example.org/harbour/{name}") if name != "storm" else Iri("https://example.org/weather/storm")
        )
        line, column = source.places[iri]
        assert lines[line - 1][column - 1 :].startswith(name)
    assert source.places[Iri("https://example.org/harbour/ada-quill/memberships/2")][0] > 0


def test_a_folder_is_read_all_the_way_down_in_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.ttl").write_text(PREFIX + "ex:s ex:p ex:o .")
    (tmp_path / "a.yaml").write_text("dossier: https://example.org/a\n")
    (tmp_path / "README.md").write_text("# dossier: not data\n")
    (tmp_path / "package.json").write_text('{"name": "not data"}')
    (tmp_path / ".hidden.ttl").write_text("not Turtle")
    (tmp_path / "c.json").write_text('{"@id": "http://example.org/s", "http://example.org/p": 1}')
    assert [source.graph for source in read(tmp_path)] == [
        "https://example.org/a",
        "https://w3id.org/parley/file/b/two.ttl",
        "https://w3id.org/parley/file/c.json",
    ]


def test_a_folder_without_data_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing")
    (message,) = faults(tmp_path)
    assert "there is no dossier in this folder" in message


def test_a_missing_file_is_a_fault_with_the_nearest_name() -> None:
    (message,) = faults(SMALL.with_name("smal.yaml"))
    assert message.endswith('there is no such file or folder; did you mean "small.yaml"?')


def test_the_faults_of_all_files_come_together(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("title: x\n")
    (tmp_path / "b.ttl").write_text("x")
    assert [message.split(":")[0][-6:] for message in faults(tmp_path)] == ["a.yaml", "/b.ttl"]


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ("# c\ntitle: x\ndossier: https://example.org/x\n", "yaml"),
        ('{"@id": "http://e/x"}', "jsonld"),
        ('[{"@id": "http://e/x"}]', "jsonld"),
        ('{"@id": ', "jsonld"),
        ("[] a <http://e/C> .", "trig"),
        ("@prefix e: <http://e/> . e:a e:b e:c .", "trig"),
        ("<http://e/g> { <http://e/a> <http://e/b> 1 }", "trig"),
        ('# c\n<http://e/a> <http://e/b> "x" <http://e/g> .\n', "nq"),
        ('_:a <http://e/b> "x" . # c', "nq"),
    ],
)
def test_a_text_without_a_name_is_sniffed(text: str, syntax: str) -> None:
    assert sniff(text) == syntax


@pytest.mark.parametrize("format_name", [None, "turtle", "ttl", ".TTL", "trig"])
def test_standard_input(monkeypatch: pytest.MonkeyPatch, format_name: str | None) -> None:
    class Stdin:
        buffer = io.BytesIO(PREFIX.encode() + b"ex:s ex:p ex:o .")

    monkeypatch.setattr(sys, "stdin", Stdin)
    (source,) = read("-", format=format_name)
    assert (source.file, source.graph) == ("<stdin>", "https://w3id.org/parley/file/stdin")


def test_an_unknown_format_is_refused_with_the_nearest_one() -> None:
    assert faults(SMALL, format="turtel") == ['turtel: unknown format "turtel"; did you mean "turtle"?']


def test_default_graph_triples_go_to_the_dossier_that_they_declare() -> None:
    (source,) = read_text(PREFIX + "ex:d a neg:Dossier . ex:s ex:p ex:o .", format="ttl")
    assert source.graph == "http://example.org/d"


def test_without_a_declaration_the_graph_is_named_by_the_file_not_by_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "june talks.ttl"
    path.write_text(PREFIX + "<#s> ex:p <o> .")
    (source,) = read(path)
    assert source.graph == "https://w3id.org/parley/file/june%20talks.ttl"
    assert str(tmp_path) not in "".join(map(str, source.triples))
    (triple,) = source.triples
    assert triple.s == f"{source.graph}#s"


def test_named_graphs_are_kept_apart() -> None:
    sources = read_text(PREFIX + "ex:g { ex:s ex:p ex:o } ex:h { ex:s ex:p 1 . ex:s ex:p 2 }", format="trig")
    assert {source.graph: len(source.triples) for source in sources} == {
        "http://example.org/g": 1,
        "http://example.org/h": 2,
    }


def test_blank_nodes_of_two_files_are_never_one(tmp_path: Path) -> None:
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text(PREFIX + "_:x ex:p [] .")
    one, two = read(tmp_path)
    blanks = [{t for triple in source.triples for t in triple if isinstance(t, Blank)} for source in (one, two)]
    assert len(blanks[0]) == len(blanks[1]) == 2
    assert not blanks[0] & blanks[1]


def test_blank_nodes_get_the_same_label_every_time() -> None:
    text = PREFIX + "[] ex:p [ ex:q ( 1 2 ) ] ."
    assert read_text(text, format="ttl") == read_text(text, format="ttl")


def test_files_called_alike_in_two_folders_stay_two_graphs(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "june.ttl").write_text(PREFIX + f"ex:{name} ex:p ex:o .")
    sources = read_all([tmp_path / "a" / "june.ttl", tmp_path / "b" / "june.ttl"])
    assert [source.graph.rsplit("file/", 1)[1] for source in sources] == ["a/june.ttl", "b/june.ttl"]


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(PREFIX + "ex:s ex:p ex:o .")
    assert len(read_all([tmp_path / "a.ttl", tmp_path])) == 1


def test_a_graph_in_two_files_is_a_fault_because_one_would_be_lost(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("dossier: https://example.org/d\n")
    (tmp_path / "b.ttl").write_text(PREFIX + "<https://example.org/d> a neg:Dossier .")
    (message,) = faults(tmp_path)
    assert "b.ttl:2:1: the dossier https://example.org/d is already in" in message


def test_subjects_of_turtle_know_their_place() -> None:
    text = (
        PREFIX
        + """
# ex:no ex:no ex:no .
ex:a.b ex:p "ex:x . ex:y ex:z 1", '''
ex:no ex:p ex:q .
''', 1.5, (ex:no) , [ ex:p ex:no ] ;
    ex:q ex:no .
  <http://example.org/c> ex:p 1. _:d ex:p "a\\"b" .
PREFIX p: <http://other.example/>
p:e\\-f ex:p ex:o .
GRAPH ex:g { ex:h ex:p ex:o }
"""
    )
    sources = read_text(text, format="trig")
    places = {str(node): place for source in sources for node, place in source.places.items()}
    named = {name.rsplit("/", 1)[-1]: place for name, place in places.items() if not name.startswith("_:")}
    assert named == {"a.b": (4, 1), "c": (8, 3), "e-f": (10, 1), "h": (11, 14)}


def test_json_ld_may_use_the_shipped_context() -> None:
    (source,) = read_text(
        """{"@context": "https://w3id.org/parley/context.jsonld", "id": "http://e/c", "type": "neg:Claim",
            "speaker": "http://e/ann", "attribution": "OnRecord",
            "affirms": {"subject": "http://e/m", "predicate": "rdf:type", "object": "Cancelled"}}""",
        format="jsonld",
    )
    assert {(t.p, t.o) for t in source.triples} >= {(NEG.attribution, NEG.OnRecord), (TYPE, NEG.Claim)}


def test_a_json_ld_context_is_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket", lambda *_: pytest.fail("the network was used"))
    nested = (
        '{"@context": {"x": {"@id": "http://e/x", "@context": "https://elsewhere.example/c"}}, "@id": "http://e/s"}'
    )
    for text in ('{"@context": ["https://elsewhere.example/c"]}', nested):
        with pytest.raises(BadInput, match="would have to be fetched, which is never done"):
            read_text(text, format="jsonld")


def test_files_that_no_person_typed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_FILE", 100)
    with pytest.raises(BadInput, match="larger than"):
        read(SMALL)


def test_a_byte_order_mark_and_windows_line_ends_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + b"dossier: https://example.org/x\r\ntitle: y\r\n")
    assert read(path)[0].graph == "https://example.org/x"


def test_a_file_that_may_not_be_read_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text("")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    assert "cannot be read" in faults(path)[0]


def test_rdf_xml_is_read_with_the_short_entities_of_ontology_editors() -> None:
    text = """<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [ <!ENTITY e "http://e/"> ]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">
  <e:C rdf:about="&e;x"/>
</rdf:RDF>"""
    (source,) = read_text(text)
    assert source.triples == ((Iri("http://e/x"), TYPE, Iri("http://e/C")),)


def test_an_empty_rdf_file_is_no_graph() -> None:
    assert read_text("", format="ttl") == []


def test_a_user_s_ontology_gives_new_words() -> None:
    extra = """@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix neg: <https://w3id.org/parley/ns#> .
        @prefix sea: <https://sea.example/> .
        sea:Ship a owl:Class ; neg:key "Ship" ; neg:section "ships" .
        @prefix schema: <https://schema.org/> . @prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
        sea:sails a owl:DatatypeProperty ; neg:key "sails" ; schema:rangeIncludes edtf:EDTF .
    """
    words = lexicon([*parse_graph(ontology_file().read_bytes(), "ttl", "o"), *parse_graph(extra.encode(), "ttl", "x")])
    text = "dossier: https://example.org/x\nships:\n  ark: {sails: 2019-01}\n"
    (source,) = read_text(text, lexicon=words)
    assert any(triple.o == "https://sea.example/Ship" for triple in source.triples)
    with pytest.raises(BadInput, match="unknown section"):
        read_text(text, lexicon=shipped())


def test_written_turtle_reads_back_as_the_same_graph(tmp_path: Path) -> None:
    (source,) = read(SMALL)
    path = tmp_path / "small.ttl"
    path.write_text(write_graph(source.triples, "ttl"), encoding="utf-8")
    assert read(path)[0].graph == source.graph


TURTLE = PREFIX + 'ex:a a neg:Claim ; ex:p "x"@en , [ ex:q ( 1 2.5 true ) ] ; neg:saidOn "2019" .\nex:b ex:p ex:c .\n'


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_no_damage_to_turtle_makes_the_reader_fail_otherwise_than_by_faults(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(TURTLE)))
    junk = data.draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=6))
    text = TURTLE[:at] + junk + TURTLE[at + data.draw(st.integers(0, 8)) :]
    try:
        for source in read_text(text, format="trig", file="x.trig"):
            lines = text.split("\n")
            assert all(1 <= line <= len(lines) for line, _ in source.places.values())
    except BadInput as error:
        assert error.faults
