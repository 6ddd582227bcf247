"""A bulk load leaves in the store what the ordinary load of the same files leaves there, and says the same faults."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from kg import bulk
from kg.errors import BadInput
from kg.formats import read_all, write_graphs
from kg.graph import KnowledgeGraph, read_ontology
from kg.naming import pattern
from kg.quotes import sha256
from kg.store.oxigraph import OxigraphStore
from kg.terms import Blank, Iri, Literal, Node, Quad, Triple
from kg.vocab import DCTERMS, EDTF, NEG, OA, OWL, PROV, RDF, RDFS, TYPE
from tests.test_validate_large import RICH, good
from tests.worlds import ex

ONTOLOGY = read_ontology()
GRAPHS = (Iri("https://example.org/one"), Iri("https://example.org/two"), None)
NOBODY = Blank("_:nobody")


def nameless(label: str, speaker: Node, about: Node) -> list[Triple]:
    """Return a claim that is a blank node, as is what it says."""
    claim, content = Blank(f"_:{label}"), Blank(f"_:{label}-content")
    return [
        Triple(claim, PROV.wasAttributedTo, speaker),
        Triple(claim, TYPE, NEG.Claim),
        Triple(claim, NEG.saidOn, Literal("2019-01-22", EDTF)),
        Triple(claim, NEG.denies, content),
        Triple(content, RDF.subject, about),
        Triple(content, RDF.predicate, RDFS.subClassOf),
        Triple(content, RDF.object, OWL.Nothing),
    ]


EXPRESSION, PARTS = pattern((NEG.Meeting, NEG.Scheduled), ((NEG.place, ex("oslo")),))
LISTED = Blank("_:union")
RECORDS: dict[str, list[Triple]] = {
    "every kind": [triple for triple in RICH if triple.p != NEG.retracts],
    "nameless": nameless("n1", ex("ann"), ex("talks")),
    "nameless, by nobody": nameless("n2", NOBODY, ex("talks")),
    "the same, said again": nameless("n3", NOBODY, ex("talks")),
    "universal": [*nameless("n4", ex("bob"), EXPRESSION), *sorted(PARTS)],
    "in a list": [
        *nameless("n5", ex("bob"), LISTED),
        Triple(LISTED, OWL.unionOf, Blank("_:l1")),
        Triple(Blank("_:l1"), RDF.first, NEG.Meeting),
        Triple(Blank("_:l1"), RDF.rest, Blank("_:l2")),
        Triple(Blank("_:l2"), RDF.first, ex("odd")),
        Triple(Blank("_:l2"), RDF.rest, RDF.nil),
    ],
    "withdrawn": [
        *good(ex("w1"), ex("wp"), ex("p")),
        *good(ex("w2"), ex("wp"), ex("p")),
        Triple(ex("w2"), NEG.retracts, ex("w1")),
        Triple(ex("w2"), NEG.corrects, Blank("_:n1")),
    ],
    "a dossier": [Triple(ex("home"), TYPE, NEG.Dossier), Triple(ex("home"), DCTERMS.term("title"), Literal("Home"))],
    "letters": [
        Triple(ex("x"), RDFS.label, Literal('say <http://a> "no"\n\ttwice\\ \u00e9 \u2028 \x1f .', language="en"))
    ],
    "a blank thing": [Triple(NOBODY, RDFS.label, Literal("somebody")), Triple(ex("x"), NEG.knows, NOBODY)],
}
ODD = [
    Triple(ex("c1"), NEG.saidOn, Literal("yesterday", EDTF)),
    Triple(ex("c1"), PROV.wasAttributedTo, ex("carl")),
    Triple(ex("c2"), NEG.certainty, ex("maybe")),
    Triple(ex("e"), TYPE, NEG.Meeting),
    Triple(ex("p1"), NEG.holds, Literal("2019-02-30", EDTF)),
]


@st.composite
def dossiers(draw: st.DrawFn) -> list[Quad]:
    """Draw records in some graphs, their statements mixed."""
    names = draw(st.lists(st.sampled_from(sorted(RECORDS)), max_size=5, unique=True))
    quads: list[Quad] = []
    for name in names:
        graph = draw(st.sampled_from(GRAPHS))
        quads += [Quad(*triple, graph) for triple in RECORDS[name]]
    quads += [
        Quad(*triple, draw(st.sampled_from(GRAPHS))) for triple in draw(st.lists(st.sampled_from(ODD), max_size=1))
    ]
    return draw(st.permutations(quads))


def ordinary(paths: Sequence[Path]) -> set[Quad] | tuple[str, ...]:
    """Load in the ordinary way; return what is in the store, or every fault."""
    graph = KnowledgeGraph(OxigraphStore.in_memory())
    try:
        graph.add(read_all(paths))
    except BadInput as error:
        return tuple(str(fault) for fault in error.faults)
    return set(graph.store.quads())


def in_bulk(paths: Sequence[Path], small: int = 0) -> set[Quad] | tuple[str, ...]:
    """Load in bulk, whatever the size; return the same."""
    store = OxigraphStore.in_memory()
    try:
        bulk.load(store, paths, ontology=ONTOLOGY, small=small)
    except BadInput as error:
        return tuple(str(fault) for fault in error.faults)
    return set(store.quads())


def written(quads: list[Quad], folder: Path, syntax: str) -> Path:
    """Write quads line by line as they come, or as a syntax groups them."""
    path = folder / f"file.{syntax}"
    if syntax in ("nq", "nq.gz"):
        text = "".join(write_graphs([quad], "nq") for quad in quads).encode()
        path.write_bytes(gzip.compress(text) if syntax.endswith("gz") else text)
    else:
        path.write_text(write_graphs(quads, syntax), encoding="utf-8")
    return path


@settings(max_examples=max(12, settings().max_examples // 8))
@given(dossiers(), st.sampled_from(["nq", "nq.gz", "trig", "ttl", "nt"]))
def test_a_bulk_load_is_the_ordinary_load(quads: list[Quad], syntax: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(quads, Path(folder), syntax)
        expected = ordinary([path])
        event(f"{syntax}, {'faults' if isinstance(expected, tuple) else 'good'}")
        found = in_bulk([path])
        if isinstance(expected, tuple) and syntax != "nq":  # places in other syntaxes are those of whole statements
            assert isinstance(found, tuple)
            assert sorted(map(without_place, found)) == sorted(map(without_place, expected))
        else:
            assert found == expected


def without_place(fault: str) -> str:
    return fault.split(": ", 1)[1]


def test_of_all_kinds_in_three_graphs(tmp_path: Path) -> None:
    quads = [Quad(*triple, GRAPHS[at % 3]) for at, name in enumerate(sorted(RECORDS)) for triple in RECORDS[name]]
    path = written(quads, tmp_path, "nq")
    expected = ordinary([path])
    assert isinstance(expected, set) and len(expected) > 100
    assert in_bulk([path]) == expected


def test_small_files_and_large_ones_are_one_input(tmp_path: Path) -> None:
    big = [Quad(*triple, GRAPHS[0]) for triple in RECORDS["every kind"]]
    (tmp_path / "sub").mkdir()
    written(big, tmp_path / "sub", "nq")
    written([Quad(*triple, None) for triple in RECORDS["nameless"]], tmp_path / "sub", "ttl")
    written([Quad(*triple, None) for triple in RECORDS["a blank thing"]], tmp_path, "ttl")
    for small in (0, 1_500, 100_000):
        assert in_bulk([tmp_path], small) == ordinary([tmp_path])


def test_faults_of_small_and_large_files_come_together(tmp_path: Path) -> None:
    dossier = (
        "dossier: https://example.org/d\ntitle: D\nclaims:\n  c1: {by: nobody, on: 2019, affirms: [x, is, Cancelled]}\n"
    )
    (tmp_path / "a.yaml").write_text(dossier, encoding="utf-8")
    lines = [write_graphs([Quad(*triple, GRAPHS[0])], "nq") for triple in RECORDS["every kind"]]
    (tmp_path / "b.nq").write_text("".join(lines) + "<e:x> nonsense .\nmore nonsense\n", encoding="utf-8")
    found = in_bulk([tmp_path / "a.yaml", tmp_path / "b.nq"], 500)
    assert isinstance(found, tuple)
    assert any("a.yaml:4" in fault for fault in found)
    assert [f"b.nq:{len(lines) + n}:" in "".join(found) for n in (1, 2)] == [True, True]


def test_a_graph_of_two_files_is_a_fault(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        written([Quad(ex("x"), RDFS.label, Literal(name), GRAPHS[0])], tmp_path / name, "nq")
    found = in_bulk([tmp_path])
    assert isinstance(found, tuple) and "is already in" in found[0]


@pytest.fixture
def quoted(tmp_path: Path) -> Path:
    """Write a document, and claims with quotes of which one does not stand in it."""
    text = b"He said: it is off. She said nothing."
    (tmp_path / "doc.txt").write_bytes(text)
    triples = [
        Triple(ex("doc"), TYPE, NEG.Document),
        Triple(ex("doc"), DCTERMS.term("title"), Literal("Off")),
        Triple(ex("doc"), NEG.text, Literal("doc.txt")),
        Triple(ex("doc"), NEG.sha256, Literal(sha256(text))),
    ]
    for claim, words in (("c1", "it is off"), ("c2", "it is on")):
        mention = ex(f"{claim}/mention/1")
        triples += [
            *good(ex(claim), ex(f"p-{claim}"), ex("p")),
            Triple(ex(claim), NEG.mention, mention),
            Triple(mention, OA.hasSource, ex("doc")),
            Triple(mention, OA.hasSelector, ex(f"{claim}/quote")),
            Triple(ex(f"{claim}/quote"), OA.exact, Literal(words)),
            Triple(mention, NEG.orphaned, Literal("true", Iri("http://www.w3.org/2001/XMLSchema#boolean"))),
        ]
    return written([Quad(*triple, GRAPHS[0]) for triple in triples], tmp_path, "nq")


def test_quotes_are_looked_for_in_the_texts_beside_the_file(quoted: Path) -> None:
    store = OxigraphStore.in_memory()
    loaded = bulk.load(store, [quoted], ontology=ONTOLOGY, small=0)
    assert [(orphan.claim, orphan.reason) for orphan in loaded.orphans] == [(ex("c2"), "the words are not in the text")]
    assert set(store.quads()) == ordinary([quoted])
    marked = {quad.s for quad in store.quads() if quad.p == NEG.orphaned}
    assert marked == {ex("c2/mention/1")}


def test_warnings_are_those_of_the_ordinary_load(tmp_path: Path) -> None:
    triples = [*RECORDS["every kind"], ODD[3], Triple(ex("c1"), NEG.supersedes, ex("gone"))]
    path = written([Quad(*triple, GRAPHS[0]) for triple in triples], tmp_path, "nq")
    graph = KnowledgeGraph(OxigraphStore.in_memory())
    graph.add(read_all([path]))
    loaded = bulk.load(OxigraphStore.in_memory(), [path], ontology=ONTOLOGY, small=0)
    assert len(graph.warnings) == 2
    assert sorted(map(str, loaded.warnings)) == sorted(graph.warnings)


def test_loading_again_replaces(tmp_path: Path) -> None:
    path = written([Quad(*triple, GRAPHS[0]) for triple in RECORDS["a blank thing"]], tmp_path, "nq")
    with OxigraphStore.at(tmp_path / "store") as store:
        for _ in range(2):
            bulk.load(store, [path], ontology=ONTOLOGY, small=0)
        assert set(store.quads()) == ordinary([path])
        path.write_text(write_graphs([Quad(ex("x"), RDFS.label, Literal("new"), GRAPHS[0])], "nq"), encoding="utf-8")
        bulk.load(store, [path], ontology=ONTOLOGY, small=0)
        assert [quad.s for quad in store.quads(GRAPHS[0])] == [ex("x")]


def test_rdf_1_2_and_nameless_graphs_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "new.nq"
    path.write_text("<e:s> <e:p> <<( <e:a> <e:b> <e:c> )>> .\n<e:s> <e:p> <e:o> _:g .\n", encoding="utf-8")
    assert in_bulk([path]) == (
        f"{path}:1:13: a triple inside a triple (RDF 1.2) cannot be loaded; use a neg:Proposition",
        f"{path}:2:13: a graph named by a blank node cannot be loaded; give it an IRI",
    )


def test_the_parser_keeps_what_the_staging_relies_on() -> None:
    """Text is taken apart at single spaces, and by a character that the serialiser escapes."""
    text = b'<e:s>\t<e:p>   "a\x1fb\\u0020"@EN<e:g>.# note\n'
    assert ox.serialize(ox.parse(text, format=ox.RdfFormat.N_QUADS), format=ox.RdfFormat.N_QUADS) in (
        b'<e:s> <e:p> "a\\u001Fb "@EN <e:g> .\n',
        b'<e:s> <e:p> "a\\u001Fb "@en <e:g> .\n',
    )
