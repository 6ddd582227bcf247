"""YAML read with places and nothing guessed; written so that any reader of YAML 1.2 gets the same text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from kg.errors import BadInput
from kg.formats import read_text
from kg.formats.yaml_reader import DEEPEST, Listing, Mapping, Text, Tree, read_tree
from kg.formats.yaml_writer import Verbatim, scalar, write_tree

SMALL = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8").replace("text: small.txt, ", "")

_TRAPS = """no|~||2019|../2019|a: b|- x|x #y|a:|...|---|# c|{a}|@x|%x|!x|&a|*a|>|a\tb| a|a |? a|a'b|"|=|<<|a, b|
~5, x|1e5|0x1|12:30:45|it's|http://e/x,y|\x85|\u2028|\ufeff|null|True"""
texts = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    [*_TRAPS.split("|"), "|", "\n", "a\n\nb\n", "x " * 60 + "y"]
)
trees = st.recursive(
    texts, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=15
)


def plain(tree: Tree) -> Any:
    match tree:
        case Text():
            return tree.value
        case Listing():
            return [plain(item) for item in tree.items]
        case Mapping():
            return {key: plain(value) for key, (_, value) in tree.items.items()}


def parsed(text: str) -> Tree:
    faults: list[tuple[int, int, str]] = []
    tree = read_tree(text, lambda *fault: faults.append(fault))
    assert faults == []
    assert tree is not None
    return tree


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(texts, trees, min_size=1, max_size=5))
def test_what_is_written_reads_back_the_same_here_and_elsewhere(tree: dict[str, Any]) -> None:
    text = write_tree(tree)
    assert plain(parsed(text)) == tree
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)
    assert yaml.load(text) == tree


@pytest.mark.parametrize("value", ["no", "15:10", "0x1F", "1_000", "2019-01-22", "true", "=", "on"])
def test_a_scalar_is_the_text_that_stands_there(value: str) -> None:
    assert plain(parsed(f"key: {value}\n")) == {"key": value}


def test_every_value_knows_its_place() -> None:
    tree = parsed("a:\n  - x\n  - {b: y}\n")
    assert isinstance(tree, Mapping)
    listing = tree.get("a")
    assert isinstance(listing, Listing)
    assert [(item.line, item.column) for item in listing.items] == [(2, 5), (3, 5)]


def test_quotes_are_remembered_because_they_say_that_a_text_is_meant() -> None:
    tree = parsed("a: true\nb: 'true'\nc: ~\nd: '~'\n")
    assert isinstance(tree, Mapping)
    values = [value for _, value in tree.items.values()]
    assert [value.quoted for value in values if isinstance(value, Text)] == [False, True, False, True]
    assert [value.is_nothing for value in values if isinstance(value, Text)] == [False, False, True, False]


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_depth_is_limited(opening: str) -> None:
    faults: list[str] = []
    assert read_tree(opening * 5000, lambda _, __, message: faults.append(message)) is None
    assert faults == [f"this is more than {DEEPEST} levels deep"]


def test_numbers_and_truth_values_stand_without_quotes() -> None:
    assert write_tree({"a": Verbatim("true"), "b": "true", "c": Verbatim("12"), "d": "12"}) == (
        'a: true\nb: "true"\nc: 12\nd: "12"\n'
    )


def test_long_texts_are_folded_and_long_lists_broken() -> None:
    written = write_tree({"a": "word " * 40 + "end", "b": [["x" * 60], ["y" * 60]]})
    assert all(len(line) <= 112 for line in written.splitlines())
    assert written.startswith("a: >-\n")


def test_an_apostrophe_needs_no_quotes() -> None:
    assert scalar("the mayor's office") == "the mayor's office"


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_no_damage_to_a_dossier_makes_the_reader_fail_otherwise_than_by_faults(data: st.DataObject) -> None:
    lines = SMALL.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        cut = data.draw(st.integers(0, len(lines[at])))
        junk = data.draw(
            st.text(max_size=6) | st.sampled_from([": ", "- ", "[", "]", "{", "}", "\n", "  ", "~", "''", ","])
        )
        lines[at] = lines[at][:cut] + junk + lines[at][cut + data.draw(st.integers(0, 5)) :]
    text = "".join(lines).encode("utf-8", "replace").decode("utf-8")
    try:
        read_text(text, format="yaml", file="x.yaml")
    except BadInput as error:
        assert all(fault.line >= 0 and fault.message for fault in error.faults)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["dossier", "people", "claims", "events", "prefixes", "turtle", "names"]), trees)
)
def test_no_shape_of_a_dossier_makes_the_reader_fail_otherwise_than_by_faults(tree: dict[str, Any]) -> None:
    try:
        read_text(write_tree({"dossier": "https://example.org/x"} | tree), format="yaml")
    except BadInput as error:
        assert error.faults


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["by", "on", "as", "affirms", "denies", "holds", "if", "via", "mention", "note", "retracts"]),
        trees | st.lists(st.sampled_from(["a", "is", "Held", "place", "rate", "alleges"]), min_size=3, max_size=3),
    )
)
def test_no_shape_of_a_claim_makes_the_reader_fail_otherwise_than_by_faults(record: dict[str, Any]) -> None:
    tree = {"dossier": "https://example.org/x", "people": {"a": {"name": "A"}}, "claims": {"c": record}}
    try:
        read_text(write_tree(tree), format="yaml")
    except BadInput as error:
        assert error.faults
