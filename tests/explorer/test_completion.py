"""Names completed while a query is typed."""

from __future__ import annotations

import pytest

from kg.explorer.completion import complete, completion_json
from kg.explorer.explorer import Explorer
from kg.store.sparql import Kind, tokens


def test_terms_are_completed_by_label_and_by_name(explorer: Explorer) -> None:
    for text in ("attributed", "prov:was", "wasAttr", "speaker"):
        found = [one["insert"] for one in complete(explorer, text)]
        assert "prov:wasAttributedTo" in found, text
    one = complete(explorer, "held")[0]
    assert (one["insert"], one["prefix"], one["kind"]) == ("neg:Held", "neg", "class")
    assert one["namespace"] == "https://w3id.org/parley/ns#"


def test_things_are_completed_by_their_names(explorer: Explorer) -> None:
    found = complete(explorer, "larry kud")
    assert found[0]["name"] == "Larry Kudlow"
    assert found[0]["insert"] == f"<{found[0]['iri']}>"
    assert all(one["kind"] not in ("class", "property") for one in complete(explorer, "larry", kind="thing"))


@pytest.mark.parametrize("text", ["", " ", '"', "a" * 10_000, "<script>", "talks } DROP", "\u202e", "ام"])
def test_whatever_is_typed_what_is_inserted_is_one_name(nasty: Explorer, text: str) -> None:
    for one in complete(nasty, text):
        found = list(tokens(one["insert"]))
        assert [token.text for token in found] == [one["insert"]]
        assert found[0].kind in (Kind.IRI, Kind.NAME)
    assert completion_json(nasty, text)["text"] == text


def test_hostile_names_are_found_and_only_so_many_are_given(nasty: Explorer) -> None:
    assert complete(nasty, "Bob")[0]["name"].startswith("Bob <img")
    assert len(complete(nasty, "e", most=3)) <= 3
    assert complete(nasty, "SECRET") == []
