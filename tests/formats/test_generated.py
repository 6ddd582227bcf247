"""The files made from the ontology are up to date, and say of a dossier what the reader says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from kg.errors import BadInput
from kg.formats import read, read_text, write_dossier
from kg.formats.claims import RECORD_PROPERTIES
from kg.formats.generate import generated, main
from kg.formats.lexicon import shipped
from kg.formats.schema import build
from kg.rdf import read_dossier
from kg.resources import folder, ontology_file
from kg.vocab import NEG

HERE = Path(__file__).parent
GOOD = [HERE / "small.yaml", *sorted(folder("examples").rglob("*.yaml"))]
SCHEMA = jsonschema.Draft202012Validator(build(shipped()))


def loaded(text: str) -> Any:
    """Load YAML as an editor does: by the core schema of YAML 1.2, in which dates are text."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)
    return yaml.load(text)


@pytest.mark.parametrize("name", sorted(generated(shipped())))
def test_the_file_is_up_to_date_with_the_ontology(name: str) -> None:
    text = ontology_file(name).read_text(encoding="utf-8")
    assert text == generated(shipped())[name], "run: make schema"


def test_generating_writes_the_files(tmp_path: Path) -> None:
    main(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"context.jsonld", "dossier.schema.json"}


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(build(shipped()))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_dossiers_fit_the_schema(path: Path) -> None:
    assert [error.message for error in SCHEMA.iter_errors(loaded(path.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_written_dossiers_fit_the_schema(path: Path) -> None:
    (source,) = read(path)
    text = write_dossier(read_dossier(source.graph, source.triples))
    assert [error.message for error in SCHEMA.iter_errors(loaded(text))] == []


@pytest.mark.parametrize(
    "body",
    [
        "peeple: {}",
        "people: {ann: {nmae: x}}",
        "people: {Ann Bell: {name: x}}",
        "people: {ann: {type: Offical}}",
        "groups: {g: {plural: 'true'}}",
        "unnamed: {u: {minSize: two}}",
        "names: maybe",
        "claims: {c: {on: 2019, affirms: [a, is, Held]}}",
        "claims: {c: {by: a, affirms: [a, is, Held]}}",
        "claims: {c: {by: a, on: 2019}}",
        "claims: {c: {by: a, on: 2019, affirms: [a, is]}}",
        "claims: {c: {by: a, on: 2019, affirms: [a, is, Held], certainty: sure}}",
        "claims: {c: {by: a, on: 2019, affirms: [a, is, Held], mention: {exact: x}}}",
        "claims: {c: {by: a, on: 2019, affirms: [a, is, Held], sertainty: possible}}",
    ],
)
def test_what_the_schema_refuses_the_reader_refuses(body: str) -> None:
    text = f"dossier: https://example.org/x\n{body}\n"
    assert list(SCHEMA.iter_errors(loaded(text)))
    with pytest.raises(BadInput):
        read_text(text, format="yaml")


def test_every_key_of_an_entry_is_explained() -> None:
    entry = build(shipped())["$defs"]["entry"]["properties"]
    unexplained = [key for key, shape in entry.items() if not shape.get("description")]
    assert set(unexplained) <= {"name", "altName"}, "give the property a skos:definition"


def test_every_property_of_a_claim_has_a_place_in_the_form() -> None:
    words = shipped()
    of_claims = {prop.iri for prop in words.properties.values() if NEG.Claim in prop.domains}
    assert of_claims - RECORD_PROPERTIES - {p.iri for p in words.properties.values() if p.of_claims} == set()


def test_every_section_and_word_is_unique() -> None:
    words = shipped()
    assert len(set(words.sections.values())) == len(words.sections)
    assert len({prop.iri for prop in words.properties.values()}) == len(words.properties)
    assert not set(words.sections) & {"claims", "dossier", "title", "recorder", "recorded", "note", "names", "turtle"}


def test_the_context_knows_every_word() -> None:
    context = json.loads(generated(shipped())["context.jsonld"])["@context"]
    assert set(shipped().properties) <= set(context)
    assert set(shipped().classes) <= set(context)
