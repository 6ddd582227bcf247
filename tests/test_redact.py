"""Nothing confidential gets out: planted secrets are searched for in everything that is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.redact import redact
from kg.terms import Iri, Literal, Triple
from kg.vocab import NEG, PROV, RDFS, TYPE

SECRET = "Wilhelmina Secretkeeper"
DOSSIER = f"""\
dossier: https://example.org/secret
title: A case with a secret
recorder: test
recorded: 2026-01-01
people:
  wilhelmina: {{type: Official, name: {SECRET}, confidential: true, memberships: [{{post: desk}}]}}
  ann: {{type: Official, name: Ann}}
posts:
  desk: {{name: the desk}}
unnamed:
  leaker: {{descriptor: a person close to the talks, identity: wilhelmina, note: "really {SECRET}"}}
events:
  talks: {{type: Meeting, name: the talks, plural: true, participant: [ann, wilhelmina]}}
documents:
  paper: {{title: A paper}}
claims:
  open: {{by: ann, on: 2026-01-01, denies: [talks, is, Cancelled], mention: {{in: paper}}}}
  leak: {{by: leaker, on: 2026-01-01, affirms: [talks, is, Cancelled], note: "call {SECRET}", mention: {{in: paper}}}}
  hidden-claim:
    {{by: ann, on: 2026-01-01, affirms: [talks, is, Held], confidential: true, reading: "{SECRET} heard it", mention: {{in: paper}}}}
"""


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    file = tmp_path / "secret.yaml"
    file.write_text(DOSSIER, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "command",
    [
        ["report", "--format", "md"],
        ["report", "--format", "html"],
        ["network", "--format", "html"],
        ["network", "--format", "svg"],
        ["network", "--format", "graphml"],
        ["network", "--format", "gexf"],
        ["network", "--format", "json"],
        ["timeline", "--format", "html"],
        ["timeline", "--format", "svg"],
        ["export", "--format", "trig"],
        ["export", "--format", "nq"],
        ["export", "--format", "yaml"],
        ["export", "--format", "ndjson"],
    ],
    ids=" ".join,
)
def test_no_export_holds_the_secret(dossier: Path, command: list[str]) -> None:
    verb, *options = command
    result = CliRunner().invoke(main, [verb, str(dossier), *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    if verb in ("report", "export"):
        assert "a person close to the talks" in result.output
    for secret in ("Secretkeeper", "wilhelmina", "hidden-claim", "heard it"):
        assert secret not in result.output


@pytest.mark.parametrize("name", ["claims.csv", "claims.ndjson", "claims.trig"])
def test_no_file_of_an_export_holds_the_secret(dossier: Path, tmp_path: Path, name: str) -> None:
    place = tmp_path / "out"
    CliRunner().invoke(main, ["export", str(dossier), "-o", str(place / name)], catch_exceptions=False)
    written = {file.name: file.read_text(encoding="utf-8") for file in place.iterdir()}
    assert name in written and (len(written) == 3) == name.endswith(".csv")  # with metadata and entries beside it
    assert any("a person close to the talks" in text for text in written.values())
    for secret in ("Secretkeeper", "wilhelmina", "hidden-claim", "heard it"):
        assert not [file for file, text in written.items() if secret in text]


def test_confidential_data_is_there_when_asked_for(dossier: Path) -> None:
    result = CliRunner().invoke(main, ["export", str(dossier), "--confidential"], catch_exceptions=False)
    assert SECRET in result.output


def test_a_confidential_claim_goes_with_its_parts() -> None:
    claim, mention, quote = Iri("e:c"), Iri("e:c/mention/1"), Iri("e:c/mention/1/quote")
    triples = [
        Triple(claim, PROV.wasAttributedTo, Iri("e:ann")),
        Triple(claim, NEG.confidential, Literal("true")),
        Triple(claim, NEG.mention, mention),
        Triple(mention, Iri("http://www.w3.org/ns/oa#hasSelector"), quote),
        Triple(quote, Iri("http://www.w3.org/ns/oa#exact"), Literal("the words")),
        Triple(Iri("e:ann"), RDFS.label, Literal("Ann")),
    ]
    assert redact(triples) == [Triple(Iri("e:ann"), RDFS.label, Literal("Ann"))]


def test_an_unnamed_source_keeps_only_its_description() -> None:
    source = Iri("e:s")
    triples = [
        Triple(source, TYPE, NEG.UnnamedSource),
        Triple(source, NEG.descriptor, Literal("an official")),
        Triple(source, NEG.confidential, Literal("true")),
        Triple(source, RDFS.label, Literal("Bob")),
        Triple(Iri("e:c"), PROV.wasAttributedTo, source),
        Triple(Iri("e:m"), NEG.participant, source),
    ]
    shown = Iri("/confidential-1")
    assert redact(triples) == [
        Triple(shown, TYPE, NEG.UnnamedSource),
        Triple(shown, NEG.descriptor, Literal("an official")),
        Triple(Iri("e:c"), PROV.wasAttributedTo, shown),
    ]
