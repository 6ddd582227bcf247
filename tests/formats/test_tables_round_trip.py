"""What is written as a table or as records can be read, and says the same as the dossier in YAML."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings

from kg.cli import main
from kg.formats import GraphSource, read, read_text, write_dossier
from kg.formats.lexicon import shipped
from kg.formats.rdf_files import keep_apart
from kg.formats.rdf_syntax import parse_quads
from kg.formats.tables import Block, Source, csv_blocks, ndjson_blocks, write_csv, write_ndjson
from kg.ids import digest
from kg.model import Dossier
from kg.rdf import dossier_triples, read_dossier
from kg.resources import folder
from kg.terms import Iri, Quad
from tests.formats.dossiers import BASE, dossiers

SMALL = Path(__file__).parent / "small.yaml"
CASE = folder("examples") / "us-china-2019"
CASES = [SMALL, *sorted(folder("examples").rglob("*.yaml"))]
GENERATED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def apart(dossier: Dossier) -> Dossier:
    """The dossier as any file gives it: its blank nodes are called after it."""
    return read_dossier(dossier.iri, set(keep_apart(dossier_triples(dossier), digest([dossier.iri], 10))))


def put(where: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (where / name).write_text(text, encoding="utf-8", newline="")


def dossier_of(source: GraphSource) -> Dossier:
    return read_dossier(source.graph, source.triples)


def assert_same(blocks: Sequence[Block], source: GraphSource) -> None:
    """Read by blocks it is the same; but what names a thing before its own address is known is refused."""
    faults = [fault.message for block in blocks for fault in block.faults]
    assert all("has an address of its own" in fault for fault in faults)
    if not faults:
        quads = {quad for block in blocks for quad in parse_quads(block.sure + block.other, "nq", keep_labels=True)}
        assert quads == {Quad(*triple, source.graph) for triple in source.triples}


@GENERATED
@given(dossiers())
def test_any_dossier_survives_a_table(dossier: Dossier) -> None:
    dossier = apart(dossier)
    with TemporaryDirectory() as place:
        put(Path(place), write_csv(dossier, "case.csv").files)
        (source,) = read(Path(place) / "case.csv")
        assert dossier_of(source) == dossier
        blocks = [*csv_blocks(_bytes(place, "case.csv"), _source(place, "case.csv"), shipped(), block=300)]
    assert_same(blocks, source)


@GENERATED
@given(dossiers())
def test_any_dossier_survives_records(dossier: Dossier) -> None:
    dossier = apart(dossier)
    text = "".join(write_ndjson([dossier]))
    (source,) = read_text(text, format="ndjson")
    assert dossier_of(source) == dossier
    given = Source("text", "text")
    blocks = [*ndjson_blocks(io.BytesIO(text.encode()), given, shipped(), block=300)]
    assert_same(blocks, source)


def _bytes(place: str, name: str) -> io.BytesIO:
    return io.BytesIO((Path(place) / name).read_bytes())


def _source(place: str, name: str) -> Source:
    return Source(name, name, Path(place) / name)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_cases_are_the_same_as_table_records_and_yaml(case: Path, tmp_path: Path) -> None:
    (first,) = read(case)
    dossier = dossier_of(first)
    written = write_csv(dossier, "case.csv")
    assert written.beside == 0
    put(tmp_path, written.files)
    put(tmp_path, {"records.ndjson": "".join(write_ndjson([dossier])), "again.yaml": write_dossier(dossier)})
    for text in case.parent.glob("*.txt"):
        (tmp_path / text.name).write_bytes(text.read_bytes())
    for name in ("case.csv", "records.ndjson", "again.yaml"):
        (source,) = read(tmp_path / name)
        assert source.graph == first.graph
        assert dossier_of(source) == dossier
        assert source.orphans == first.orphans
        assert {claim.iri for claim in dossier.claims} <= source.places.keys()


def test_a_claim_that_no_row_can_hold_stands_beside_the_table(tmp_path: Path) -> None:
    (source,) = read_text(
        """
        dossier: https://example.org/case
        claims:
          twice: {by: <e:ann>, on: 2019, denies: [<e:x>, is, Cancelled], mention: [{in: <e:d>}, {in: <e:d>}]}
          once: {by: <e:ann>, on: 2019, denies: [<e:x>, is, Cancelled], mention: {in: <e:d>}}
        """,
        format="yaml",
    )
    written = write_csv(dossier_of(source), "case.csv")
    assert written.beside == 1
    assert "twice" not in written.files["case.csv"]
    put(tmp_path, written.files)
    (again,) = read(tmp_path / "case.csv")
    assert dossier_of(again) == dossier_of(source)


def test_no_cell_is_a_formula_for_a_spreadsheet() -> None:
    (source,) = read_text(
        """
        dossier: https://example.org/case
        claims:
          c1:
            by: <e:ann>
            on: 2019
            affirms: [<e:x>, name, '=HYPERLINK("http://evil.example")']
            reading: "+1"
            mention: {in: <e:d>, exact: "@x", before: "-y", after: "'=z"}
        """,
        format="yaml",
    )
    written = write_csv(dossier_of(source), "case.csv")
    cells = [cell for row in csv.reader(io.StringIO(written.files["case.csv"])) for cell in row]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r") and cell != "+1"]
    (again,) = read_text(written.files["case.csv"], format="csv")
    claim = dossier_of(again).claims[0]
    assert claim.reading == "+1"
    assert claim.mentions[0].quote is not None
    assert (claim.mentions[0].quote.exact, claim.mentions[0].quote.suffix) == ("@x", "'=z")


def test_several_dossiers_follow_each_other_in_one_file_of_records() -> None:
    text = "".join(write_ndjson([Dossier(BASE), Dossier(Iri(f"{BASE}-2"))]))
    assert [source.graph for source in read_text(text, format="ndjson")] == [BASE, f"{BASE}-2"]


def test_writing_a_table_twice_gives_the_same_text() -> None:
    (source,) = read(SMALL)
    first = write_csv(dossier_of(source), "case.csv").files
    assert write_csv(read_dossier(source.graph, [*reversed(source.triples)]), "case.csv").files == first


def test_triples_of_a_dossier_are_each_written_once_in_a_block() -> None:
    text = "id,by,on,act,subject,property,object\nc1,ann,2019,affirms,x,is,Cancelled\n"
    blocks = [*csv_blocks(io.BytesIO(text.encode()), Source("t.csv", "t.csv"), shipped())]
    lines = b"".join(block.sure + block.other for block in blocks).splitlines()
    assert len(lines) == len(set(lines)) == sum(block.quads for block in blocks)


# The metadata are "CSV on the Web"

RDFA = {
    "csvw",
    "dc",
    "dcterms",
    "dcat",
    "foaf",
    "oa",
    "org",
    "owl",
    "prov",
    "rdf",
    "rdfs",
    "schema",
    "skos",
    "time",
    "xsd",
}
"""Prefixes of the initial context; every other common property is an absolute address."""
TABLE = {
    "@context",
    "@id",
    "@type",
    "url",
    "dialect",
    "notes",
    "suppressOutput",
    "tableDirection",
    "tableSchema",
    "transformations",
}
SCHEMA = {"@id", "@type", "columns", "foreignKeys", "primaryKey", "rowTitles"}
COLUMN = {"@id", "@type", "name", "suppressOutput", "titles", "virtual"}
INHERITED = {
    "aboutUrl", "datatype", "default", "lang", "null", "ordered", "propertyUrl", "required", "separator",
    "textDirection", "valueUrl",
}  # fmt: skip
DIALECT = {
    "@id", "@type", "commentPrefix", "delimiter", "doubleQuote", "encoding", "header", "headerRowCount",
    "lineTerminators", "quoteChar", "skipBlankRows", "skipColumns", "skipInitialSpace", "skipRows", "trim",
}  # fmt: skip
DATATYPE = {"@id", "@type", "base", "format", "length", "minLength", "maxLength", "minimum", "maximum"}
BUILT_IN = {
    "string",
    "anyURI",
    "boolean",
    "date",
    "dateTime",
    "integer",
    "decimal",
    "double",
    "normalizedString",
    "any",
}


def only(given: Mapping[str, Any], allowed: set[str]) -> None:
    """Expect the properties of a description, and common properties with a prefix that everybody knows."""
    for key in given.keys() - allowed:
        assert key.partition(":")[0] in RDFA or key.startswith("http"), key


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_metadata_keep_to_the_vocabulary(case: Path) -> None:
    """W3C, Metadata Vocabulary for Tabular Data, sections 5 and 6."""
    (source,) = read(case)
    files = write_csv(dossier_of(source), "case.csv").files
    table = json.loads(files["case.csv-metadata.json"])
    only(table, TABLE)
    assert table["@context"] == ["http://www.w3.org/ns/csvw", {"@language": "en"}]
    assert table["url"] == "case.csv"
    only(table["dialect"], DIALECT)
    schema = table["tableSchema"]
    only(schema, SCHEMA | INHERITED)
    columns = schema["columns"]
    names = [column["name"] for column in columns]
    assert len(set(names)) == len(names)
    assert set(schema["rowTitles"]) <= set(names)
    header = next(csv.reader(io.StringIO(files["case.csv"])))
    assert len(header) == len(columns)
    for title, column in zip(header, columns, strict=True):
        only(column, COLUMN | INHERITED)
        assert re.fullmatch(r"(?:[A-Za-z0-9]|%[0-9A-Fa-f]{2})(?:[A-Za-z0-9_.]|%[0-9A-Fa-f]{2})*", column["name"])
        assert title in column["titles"]
        kind = column["datatype"]
        assert (kind if isinstance(kind, str) else kind["base"]) in BUILT_IN
        if isinstance(kind, dict):
            only(kind, DATATYPE)
            assert not kind.get("@id", "").startswith(("_:", "http://www.w3.org/2001/XMLSchema#"))
            assert "format" not in kind or re.compile(kind["format"])
        assert all(
            name in names for key in ("aboutUrl", "valueUrl") for name in re.findall(r"{(\w+)}", column.get(key, ""))
        )
    rows = [*csv.DictReader(io.StringIO(files["case.csv"]))]
    assert all(row[column["name"]] for row in rows for column in columns if column.get("required"))


def test_an_address_by_template_is_the_thing_of_the_claim() -> None:
    (source,) = read(SMALL)
    dossier = dossier_of(source)
    files = write_csv(dossier, "case.csv").files
    schema = json.loads(files["case.csv-metadata.json"])["tableSchema"]
    speaker = next(column for column in schema["columns"] if column["name"] == "by")
    claims = {claim.iri: claim for claim in dossier.claims}
    for row in csv.DictReader(io.StringIO(files["case.csv"])):
        claim = claims[Iri(schema["aboutUrl"].format(**row))]
        assert speaker["valueUrl"].format(**row) == claim.speaker


def test_export_writes_a_table_with_what_belongs_beside_it(tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["export", str(CASE), "--confidential", "-o", str(tmp_path / "t.csv")])
    assert run.exit_code == 0, run.output
    assert {file.name for file in tmp_path.iterdir()} == {"t.csv", "t.csv-metadata.json", "t.entries.yaml"}
    run = CliRunner().invoke(main, ["export", str(CASE), "--confidential", "-o", str(tmp_path / "t.ndjson")])
    assert run.exit_code == 0, run.output
    assert run.output.startswith("wrote")
    assert len(read(tmp_path / "t.ndjson")) == 1


def test_export_to_standard_output_says_what_it_leaves_out() -> None:
    run = CliRunner().invoke(main, ["export", str(CASE), "--format", "csv"])
    assert run.exit_code == 0
    assert "left out: the dossier's address, its entries" in run.stderr
    assert run.stdout.startswith("id,by,")


def test_a_table_of_several_dossiers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "two.ndjson").write_text(
        "".join(write_ndjson([Dossier(BASE), Dossier(Iri(f"{BASE}-2"))])), encoding="utf-8"
    )
    run = CliRunner().invoke(main, ["export", str(tmp_path), "--format", "csv"])
    assert run.exit_code == 2
    assert "a table holds one dossier, and here are 2; ask for ndjson" in run.output
