"""Tables of claims: the small way and the large way read the same quads, and say the same faults in the same words."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import BadInput
from kg.formats import read, read_text
from kg.formats.lexicon import shipped
from kg.formats.packed import unpacked
from kg.formats.rdf_files import keep_apart
from kg.formats.rdf_syntax import parse_quads
from kg.formats.reading import sniff
from kg.formats.tables import Source, csv_blocks, ndjson_blocks, read_csv, read_ndjson
from kg.formats.tables.splitting import BadTable, Chunk, chunks, columns, split
from kg.graph import read_ontology
from kg.ids import digest
from kg.rdf import dossier_triples, read_dossier
from kg.terms import Iri, Quad
from kg.validate import validate

HEAD = "id,by,on,act,subject,property,object"
PLAIN = f"{HEAD}\nc1,ann,2019-01-22,affirms,talks,is,Cancelled\n"
YAML = """
dossier: https://example.org/case
people: {ann: {name: Ann}, bob: {name: Bob}}
events: {talks: {type: Meeting, name: the talks}}
"""


def in_blocks(text: str, source: Source, syntax: str = "csv", block: int = 80) -> tuple[set[Quad], set[str]]:
    blocks_of = {"csv": csv_blocks, "ndjson": ndjson_blocks}[syntax]
    blocks = [*blocks_of(io.BytesIO(text.encode()), source, shipped(), block=block)]
    quads = {quad for b in blocks for quad in parse_quads(b.sure + b.other, "nq", keep_labels=True)}
    return quads, {str(fault) for b in blocks for fault in b.faults}


def at_once(text: str, source: Source, syntax: str = "csv") -> tuple[set[Quad], set[str]]:
    if syntax == "csv":
        one, faults = read_csv(text.encode(), source, shipped())
        found = [] if one is None else [one]
    else:
        found, faults = read_ndjson(text.encode(), source, shipped())
    dossiers = [read.dossier for read in found]
    quads = {Quad(*triple, d.iri) for d in dossiers for triple in keep_apart(dossier_triples(d), digest([d.iri], 10))}
    return quads, {str(fault) for fault in faults}


def both(text: str, name: str = "t.csv", path: Path | None = None) -> set[Quad]:
    """Read a text in both ways, and return what both give."""
    source, syntax = Source(name, name, path), "ndjson" if name.endswith("ndjson") else "csv"
    large, small = in_blocks(text, source, syntax), at_once(text, source, syntax)
    assert large[1] == small[1] == set()
    assert large[0] == small[0]
    return large[0]


def faults_of(text: str, name: str = "t.csv", path: Path | None = None) -> set[str]:
    source, syntax = Source(name, name, path), "ndjson" if name.endswith("ndjson") else "csv"
    large, small = in_blocks(text, source, syntax)[1], at_once(text, source, syntax)[1]
    assert large == small != set()
    return large


# What a table says


def test_a_row_says_what_the_dossier_says() -> None:
    (table,) = read_text(
        "id,speaker,capacity,said on,act,subject,predicate,object,holds,document,quote,via,if,retracts,reliability\n"
        'c1,ann,chief,2019-01-22,denies,talks,is,Cancelled,2019-01,ft,"said ""no"", twice",cnbc ft,'
        '"[""deal"", ""is"", ""DeadlineMissed""]",c0,B\n',
        format="csv",
        file="case",
    )
    (dossier,) = read_text(
        """
        dossier: https://w3id.org/parley/file/case
        people: {ann: {}, chief: {}}
        events: {talks: {}, deal: {}}
        institutions: {cnbc: {}, ft: {}}
        claims:
          c1:
            by: ann
            as: chief
            on: 2019-01-22
            denies: [talks, is, Cancelled]
            holds: 2019-01
            mention: {in: ft, exact: 'said "no", twice'}
            via: [cnbc, ft]
            if: [deal, is, DeadlineMissed]
            retracts: <https://w3id.org/parley/file/case/c0>
            reliability: B
        """,
        format="yaml",
    )
    assert read_dossier(table.graph, table.triples).claims == read_dossier(dossier.graph, dossier.triples).claims


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace("\n", "\n\n") + ",,,,,,\n",
        PLAIN.replace("c1", " c1 ").replace("ann", '" ann"'),
        PLAIN.replace("id,by,on", "Claim,Said By,DATE"),
        PLAIN.rstrip("\n"),
    ],
    ids=["plain", "mark", "crlf", "semicolons", "tabs", "empty-rows", "spaces", "titles", "no-last-break"],
)
def test_the_habits_of_spreadsheets_change_nothing(text: str) -> None:
    assert both(text) == both(PLAIN)


def test_rows_of_one_claim_are_one_claim() -> None:
    quads = both(
        f"{HEAD},in,exact\n"
        "c1,ann,2019,affirms,talks,is,Cancelled,ft,no\n"
        "c1,ann,,denies,talks,is,Scheduled,ft,no\n"
        "c1,,,,,,,cnbc,never\n"
    )
    claim = read_dossier(next(iter(quads)).g or Iri(""), [quad.triple for quad in quads]).claims[0]
    assert len(claim.commitments) == 2
    assert [mention.quote.exact for mention in claim.mentions if mention.quote] == ["no", "never"]


def test_a_row_without_id_is_named_by_what_it_says() -> None:
    rows = ["ann,2019,affirms,talks,is,Cancelled", "bob,2019,denies,talks,is,Cancelled"]
    head = HEAD.removeprefix("id,")
    assert both("\n".join([head, *rows])) == both("\n".join([head, *reversed(rows)]))
    assert "this row has no id and says what line 2 says" in str(faults_of("\n".join([head, *rows, rows[0]])))


def test_blank_nodes_conditions_and_content_in_json_are_read_the_same_in_both_ways() -> None:
    quads = both(
        f"{HEAD},content,if,note,retracts\n"
        'c1,_:x,2019,affirms,,,,"[""ann"", ""alleges"", [""talks"", ""is"", ""Cancelled""]]",,a note,\n'
        'c2,ann,unknown,affirms,,,,"{""none"": [""Meeting"", ""Scheduled""], ""where"": {""involves"": ""china""}}",'
        '"[""talks"", ""is"", ""Cancelled""]",,c1\n'
    )
    assert len(quads) > 30


def test_an_object_is_what_its_property_or_its_type_says() -> None:
    quads = both(
        f"{HEAD},type,lang\n"
        "c1,ann,2019,affirms,tariff,rate,10 %,,\n"
        "c2,ann,2019,affirms,talks,name, The talks ,,\n"
        "c3,ann,2019,affirms,talks,plural,true,,\n"
        "c4,ann,2019,affirms,talks,http://e.org/p,7,xsd:integer,\n"
        "c5,ann,2019,affirms,talks,http://e.org/p,talks,ref,\n"
        "c6,ann,2019,affirms,talks,name,会谈,,zh\n"
        "c7,ann,2019,affirms,talks,name,null,,\n"
    )
    objects = {str(quad.o) for quad in quads if quad.p.endswith("#object")}
    assert objects == {"10 %", " The talks ", "true", "7", "https://w3id.org/parley/file/t.csv/talks", "会谈", "null"}


# Faults


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("c1,ann,201,affirms,talks,is,Cancelled", 't.csv:2:3: "201" is not a date'),
        ("c1,,2019,affirms,talks,is,Cancelled", 'claim "c1" does not say by whom it was made'),
        ("c1,ann,,affirms,talks,is,Cancelled", 'claim "c1" does not say when it was made'),
        ("c1,ann,2019,afirms,talks,is,Cancelled", 'unknown act "afirms"; did you mean "affirms"?'),
        ("c1,ann,2019,,talks,is,Cancelled", "this row has no act: affirms or denies"),
        ("c1,ann,2019,affirms,talks,,", "this row has no property and no object"),
        ("c1,ann,2019,affirms,talks,is,Canceled", 'unknown class "Canceled"; did you mean "Cancelled"?'),
        ("c1,ann,2019,affirms,talks,ratee,10 %", 'unknown property "ratee"; did you mean "rate"?'),
        ("c1,ann,2019,affirms,talks,rate,lots", '"lots" is not'),
        ("c1,ann,2019,affirms,talks,plural,yes", '"yes" is not true or false; write true'),
        ("c1,Ann Lee,2019,affirms,talks,is,Cancelled", 'unknown actor "Ann Lee"'),
        ("C 1,ann,2019,affirms,talks,is,Cancelled", '"C 1" cannot be an id'),
        ("c1,neg:Nobody,2019,affirms,talks,is,Cancelled", 'unknown actor "neg:Nobody"'),
        ("c1,x:y,2019,affirms,talks,is,Cancelled", 'unknown prefix "x" in "x:y"'),
        ("c1,javascript://e/x,2019,affirms,talks,is,Cancelled", "unknown prefix"),
        ("c1,ann,2019", 'claim "c1" says nothing'),
    ],
)
def test_a_fault_is_said_with_its_line_and_column_as_the_dossier_reader_says_it(row: str, said: str) -> None:
    found = faults_of(f"{HEAD}\n{row}\nc2,bob,2019,denies,talks,is,Cancelled\n")
    assert any(said in fault for fault in found)
    assert all(fault.startswith("t.csv:2:") for fault in found)


def test_every_fault_is_said_at_once_and_none_of_a_good_row() -> None:
    bad = "c{0},ann,20,affirms,talks,is,Nothing\n"
    good = "g{0},ann,2019,affirms,talks,is,Cancelled\n"
    text = f"{HEAD}\n" + "".join(good.format(n) + bad.format(n) for n in range(20))
    assert len(faults_of(text)) == 40


def test_an_id_that_comes_again_is_a_fault_wherever_it_does() -> None:
    rows = [f"c{n},ann,2019,affirms,talks,is,Cancelled" for n in range(30)]
    (fault,) = faults_of("\n".join([HEAD, *rows, rows[3].replace("ann", "bob")]))
    assert fault.startswith("t.csv:32:1: this id is already used in line 5; ids are unique in a dossier")


def test_cells_that_disagree_within_a_claim_are_a_fault() -> None:
    (fault,) = faults_of(f"{PLAIN}c1,bob,,denies,talks,is,Scheduled\n")
    assert fault.startswith('t.csv:3:2: "by" is "bob" here and "ann" in line 2')


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("id,by,speeker,on,content", 'column "speeker"; did you mean "speaker"?'),
        ("id,by,speaker,on,content", '"speaker" is the column "by" a second time; first in column 2'),
        ("id,on,content", 'there is no column "by"'),
        ("id,by,on,,content", "this column has no title"),
        ("id,by,on,reading", "there is no column that says anything"),
        ("", "the table is empty"),
    ],
)
def test_columns_are_known_or_refused(head: str, said: str) -> None:
    assert any(said in fault for fault in faults_of(f"{head}\n"))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('c1,a"nn,2019', "t.csv:2:2: a quote inside a cell is written twice"),
        ('c1,"ann,2019', "t.csv:2:2: this cell begins with a quote that is never closed"),
        ("c1,ann,2019,affirms,talks,is,Cancelled,more", "t.csv:2:8: this row has 8 cells, and the table 7 columns"),
        ("c1,ann\x00,2019", "t.csv:2:1: the character U+0000 cannot stand in a text"),
    ],
)
def test_a_table_that_cannot_be_split_is_refused_with_the_line(rows: str, said: str) -> None:
    (fault,) = faults_of(f"{HEAD}\n{rows}\n")
    assert fault.startswith(said)


def test_what_is_not_utf8_is_said_with_its_line() -> None:
    data = f"{HEAD}\nc1,ann,2019,affirms,talks,name,".encode() + b"caf\xe9\n"
    (block,) = (b for b in csv_blocks(io.BytesIO(data), Source("t.csv", "t.csv"), shipped()) if b.faults)
    assert str(block.faults[0]) == "t.csv:2:1: this is not UTF-8 text; save the file as UTF-8"


def test_reading_stops_after_a_thousand_faults() -> None:
    text = f"{HEAD}\n" + "".join(f"c{n},ann,x,affirms,talks,is,Cancelled\n" for n in range(4_000))
    found = [
        f for b in csv_blocks(io.BytesIO(text.encode()), Source("t", "t"), shipped(), block=9_000) for f in b.faults
    ]
    assert 1_000 < len(found) < 1_500
    assert "reading stopped after" in found[-1].message


WORDS = (
    "a ann talks Cancelled is rate name true 2019 2019-01-22~ 20 affirms denies denis neg:Cancelled neg:Nope _:b ~ '=1"
)
MORE = "on-record certain Ann a/b/1 ref xsd:integer en [] x:y unknown https://example.org/x"
cells = st.sampled_from(["", "10 %", "https://example.org/x y", " ann", 'say "no"\nnow', *WORDS.split(), *MORE.split()])
titles = [*HEAD.split(","), "type", "lang", "holds", "as", "certainty", "attribution", "in", "exact", "via", "reading"]
likely = st.tuples(*[st.just(cell) | cells for cell in ("a", "ann", "2019", "affirms", "talks", "is", "Cancelled")])
extra = st.lists(st.just("") | cells, min_size=len(titles) - 7, max_size=len(titles) - 7).map(tuple)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(likely, extra), min_size=1, max_size=6), st.integers(20, 200))
def test_both_ways_agree_on_any_cells(rows: list[tuple[tuple[str, ...], tuple[str, ...]]], block: int) -> None:
    def written(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    named = [(f"c{n}", *some[1:], *more) for n, (some, more) in enumerate(rows)]
    text = "\n".join(",".join(map(written, row)) for row in (titles, *named))
    source = Source("t.csv", "t.csv")
    large, small = in_blocks(text, source, block=block), at_once(text, source)
    assert large[1] == small[1]
    if not small[1]:
        assert large[0] == small[0]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(["a", '"', '""', ",", "\n", "\r\n", "\r", " ", "é", '"x",y\n', '"a\nb"', "p,q\n"]), max_size=14
    )
)
def test_the_columnar_engine_splits_as_the_tokenizer_does(parts: list[str]) -> None:
    text = "".join(parts)
    try:
        frame = columns(Chunk(text.encode(), 1), ",", ["p", "q", "r"])
    except BadTable as error:
        found: Any = (error.line, str(error))
    else:
        found = [(line, cells) for *cells, line in map(list, frame.rows())]
    try:
        rows = [(line, cells + [""] * (3 - len(cells))) for line, cells in split(text, ",")]
        wanted: Any = rows if all(len(cells) == 3 for _, cells in rows) else None
    except BadTable as error:
        wanted = (error.line, str(error))
    assert wanted is None or found == wanted


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["a,b\n", '"x\ny",z\n', '"""",""\n', "é,b\r\n"]), max_size=30), st.integers(1, 40))
def test_chunks_are_whole_rows_wherever_they_are_cut(rows: list[str], block: int) -> None:
    text = "".join(rows)
    cut = [row for c in chunks(io.BytesIO(text.encode()), block) for row in split(c.data.decode(), ",", c.line)]
    assert cut == [*split(text, ",")]


def test_what_is_sure_is_well_formed_by_the_shapes() -> None:
    text = (
        f"{HEAD},holds,as,attribution,certainty,in,exact,via,reading\n"
        + "".join(
            f"c{n},ann,2019-01-2{n},denies,talks,is,Cancelled,2019-0{n + 1},chief,{word},probable,ft,no {n},cnbc,so\n"
            for n, word in enumerate(["on-record", "on-background", "deep-background", "embargoed", "off-record"])
        )
        + "d1,ann,2019,affirms,tariff,dueOn,2019,,,,,,,,\nd2,ann,2019,affirms,tariff,rate,1 %,,,,,ft,,,\n"
    )
    blocks = [*csv_blocks(io.BytesIO(text.encode()), Source("t.csv", "t.csv"), shipped())]
    sure = [quad.triple for b in blocks for quad in parse_quads(b.sure, "nq")]
    assert {quad.s.rpartition("/")[2] for quad in parse_quads(b"".join(b.sure for b in blocks), "nq")} >= {"c0", "c4"}
    assert not any(s.endswith(("/d1", "/d2")) for s, _, _ in sure)
    assert validate(sure, read_ontology()) == ()


# Metadata and entries beside a table


def described(folder: Path, rows: str, **more: Any) -> Path:
    table = folder / "t.csv"
    table.write_text(rows, encoding="utf-8")
    column = {"suppressOutput": True}
    metadata: dict[str, Any] = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": "t.csv",
        "dc:isPartOf": {"@id": "https://example.org/case"},
        "tableSchema": {
            "columns": [
                {"name": "p1", "titles": ["Quién"], "propertyUrl": "http://www.w3.org/ns/prov#wasAttributedTo"},
                {"name": "id", "titles": "N.º"},
                {"name": "on", "titles": {"es": ["Fecha"]}},
                *({"name": name} for name in ("act", "subject", "property", "object")),
                {"name": "ignored", "titles": "Página"} | column,
            ]
        },
    }
    (folder / "t.csv-metadata.json").write_text(json.dumps(metadata | more), encoding="utf-8")
    return table


SPANISH = "N.º,Página,Fecha,Quién,act,subject,property,object\nc1,7,2019-01-22,ann,affirms,talks,is,Cancelled\n"


def test_metadata_name_the_dossier_and_the_columns_in_any_order(tmp_path: Path) -> None:
    table = described(tmp_path, SPANISH)
    quads = both(SPANISH, path=table)
    assert {quad.g for quad in quads} == {"https://example.org/case"}
    assert Iri("https://example.org/case/ann") in {quad.o for quad in quads}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"dialect": {"header": False}}, "`dialect`: header must be true"),
        ({"dialect": {"delimiter": "|"}}, "`dialect`: the delimiter must be a comma, a semicolon or a tab"),
        ({"dialect": {"encoding": "latin-1"}}, "`dialect`: the encoding must be utf-8"),
        ({"dc:requires": {"@id": "../secret.yaml"}}, "is not the name of a file in the same folder"),
        ({"dc:requires": {"@id": "none.yaml"}}, 'there is no file "none.yaml" beside it'),
        ({"dc:isPartOf": {"@id": "case"}}, '"case" is not an address for a dossier'),
        ({"url": "other.csv"}, 'these metadata are of "other.csv"'),
        ({"tableSchema": {}}, "`tableSchema` lists the `columns`"),
        ({"tableSchema": {"columns": [{"name": "what"}]}}, 'column "what" has no meaning here'),
    ],
)
def test_metadata_that_would_change_the_meaning_are_refused(tmp_path: Path, more: dict[str, Any], said: str) -> None:
    table = described(tmp_path, SPANISH, **more)
    assert any(said in fault for fault in faults_of(SPANISH, path=table))


def test_a_column_that_the_metadata_do_not_know_is_refused(tmp_path: Path) -> None:
    text = SPANISH.replace("Página", "Pagina")
    assert any('no column "Pagina"' in fault for fault in faults_of(text, path=described(tmp_path, text)))


def test_with_entries_beside_it_every_id_must_be_known(tmp_path: Path) -> None:
    (tmp_path / "t.entries.yaml").write_text(YAML, encoding="utf-8")
    more = {"dc:requires": {"@id": "t.entries.yaml"}}
    assert len(both(SPANISH, path=described(tmp_path, SPANISH, **more))) > 15
    text = SPANISH.replace("ann", "anm") + "c2,8,2019,bob,denies,talks,is,Cancelled\n"
    (fault,) = faults_of(text, path=described(tmp_path, text, **more))
    assert fault == 't.csv:2:4: unknown actor "anm"; did you mean "ann"?'


def test_a_fault_of_the_entries_is_said_in_their_own_file(tmp_path: Path) -> None:
    entries = tmp_path / "t.entries.yaml"
    entries.write_text(YAML.replace("name: Bob", "nam: Bob"), encoding="utf-8")
    (fault,) = faults_of(SPANISH, path=described(tmp_path, SPANISH, **{"dc:requires": {"@id": "t.entries.yaml"}}))
    assert fault.startswith(f"{entries}:3:")


def test_a_folder_reads_a_table_with_its_parts_once_and_leaves_other_tables_alone(tmp_path: Path) -> None:
    (tmp_path / "t.entries.yaml").write_text(YAML, encoding="utf-8")
    described(tmp_path, SPANISH, **{"dc:requires": {"@id": "t.entries.yaml"}})
    (tmp_path / "prices.csv").write_text("date,price\n2019,7\n", encoding="utf-8")
    (tmp_path / "more.csv").write_text(PLAIN, encoding="utf-8")
    graphs = {source.graph for source in read(tmp_path)}
    assert graphs == {"https://example.org/case", "https://w3id.org/parley/file/more.csv"}


# Records


RECORDS = """{"dossier": "https://example.org/a", "title": "A"}
{"people": {"ann": {"name": "Ann"}}, "events": {"talks": {"type": "Meeting", "name": "the talks"}}}
{"claims": {"c1": {"by": "ann", "on": "2019-01-22", "affirms": ["talks", "is", "Cancelled"], "holds": "2019"}}}
{"claims": {"c2": {"by": "ann", "on": 2019, "denies": [["talks", "plural", true], ["talks", "is", "Held"]], "retracts": "c1"}}}
"""


def test_records_are_a_dossier_line_by_line() -> None:
    quads = both(RECORDS, "t.ndjson")
    (yaml,) = read_text(
        """
        dossier: https://example.org/a
        title: A
        people: {ann: {name: Ann}}
        events: {talks: {type: Meeting, name: the talks}}
        claims:
          c1: {by: ann, on: 2019-01-22, affirms: [talks, is, Cancelled], holds: 2019}
          c2: {by: ann, on: 2019, denies: [[talks, plural, true], [talks, is, Held]], retracts: c1}
        """,
        format="yaml",
    )
    assert {quad.triple for quad in quads} == set(yaml.triples)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"by": "ann"', '"by": "anm"', 't.ndjson:3:1: unknown actor "anm"; did you mean "ann"?'),
        ('"2019-01-22"', '"20"', 't.ndjson:3:1: "20" is not a date'),
        ('"c2"', '"c1"', "t.ndjson:4:1: this id is already used in line 3"),
        ('"retracts"', '"retract"', 't.ndjson:4:1: unknown key "retract"; did you mean "retracts"?'),
        ('"people"', '"peple"', 't.ndjson:2:1: unknown section "peple"; did you mean "people"?'),
        ('"on": 2019', '"on": 2019, "on": 2018', 't.ndjson:4:1: "on" is here a second time'),
        ('"title": "A"', '"title": "A\\u0000"', "t.ndjson:1:1: the character U+0000 cannot stand in a text"),
        ('"Held"', '"Held', "t.ndjson:4:"),
        ('"people": {', '"people": [{', "t.ndjson:2:"),
        ('"retracts": "c1"', '"retracts": "c9"', 't.ndjson:4:1: unknown claim "c9"'),
        ('{"claims": {"c1"', '["claims", {"c1"', "t.ndjson:3:"),
    ],
)
def test_a_fault_of_a_record_is_said_with_its_line(old: str, new: str, said: str) -> None:
    text = RECORDS.replace(old, new, 1)
    assert text != RECORDS
    source = Source("t.ndjson", "t.ndjson")
    for found in (in_blocks(text, source, "ndjson")[1], at_once(text, source, "ndjson")[1]):
        assert any(fault.startswith(said) for fault in found), found


def test_what_only_claims_speak_of_may_be_described_elsewhere() -> None:
    assert both(RECORDS.splitlines()[2], "t.ndjson")
    assert both("\n".join([RECORDS.splitlines()[0], RECORDS.splitlines()[2]]), "t.ndjson")


def test_an_id_named_before_its_own_address_is_known_is_refused_rather_than_misread() -> None:
    addressed = (
        '{"claims": {"c2": {"by": "ann", "on": "2019", "denies": ["x", "is", "Held"], "iri": "http://e.org/c"}}}'
    )
    naming = '{"claims": {"c3": {"by": "c2", "on": "2019", "denies": ["x", "is", "Held"]}}}'
    source = Source("t.ndjson", "t.ndjson")
    assert (
        in_blocks(f"{addressed}\n{naming}\n", source, "ndjson", 10)[0]
        == at_once(f"{addressed}\n{naming}\n", source, "ndjson")[0]
    )
    (fault,) = in_blocks(f"{naming}\n{addressed}\n", source, "ndjson", 10)[1]
    assert '"c2" has an address of its own and is named by its id before line 2' in fault


def test_a_text_without_a_name_is_known_by_how_it_begins() -> None:
    assert sniff(RECORDS) == "ndjson"
    assert sniff(PLAIN) == "csv"
    assert sniff('{"@context": {}, "@id": "e:x"}') == "jsonld"


# Packed files


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", PLAIN),
        ("t.ndjson", RECORDS),
        ("t.yaml", YAML),
        ("t.ttl", "<e:s> <e:p> 'x' ."),
        ("t.nq", "<e:s> <e:p> <e:o> ."),
    ],
)
def test_any_format_may_be_packed_and_means_the_same(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "packed").mkdir()
    (tmp_path / "plain" / name).write_text(text, encoding="utf-8")
    (tmp_path / "packed" / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
    for plain, packed in ((f"plain/{name}", f"packed/{name}.gz"), ("plain", "packed")):
        one, two = read(tmp_path / plain), read(tmp_path / packed)
        assert [(source.graph, set(source.triples)) for source in one] == [(s.graph, set(s.triples)) for s in two]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (gzip.compress(b"x" * 10_000)[:-9], "this gzip file ends too early; it was cut off"),
        (gzip.compress(bytes(60_000_000)), "this gzip file unpacks to more than 50 MB"),
        (gzip.compress(b"abc")[:-8] + bytes(8), "this gzip file is broken"),
    ],
    ids=["cut", "bomb", "damaged"],
)
def test_a_packed_file_that_is_cut_off_damaged_or_a_bomb_is_refused(data: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "t.yaml.gz"
    file.write_bytes(data)
    with pytest.raises(BadInput, match=said):
        read(file)


def test_several_packed_parts_in_one_file_are_read_one_after_another() -> None:
    assert unpacked(gzip.compress(b"ab") + gzip.compress(b"cd") + bytes(3), "x") == b"abcd"
