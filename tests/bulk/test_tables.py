"""Tables load in bulk as they load in the ordinary way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bulk.test_equal import in_bulk, ordinary

CSV = """id,speaker,said,act,subject,predicate,object,holds,quote,document
c1,https://example.org/ann,2019-01-22,affirms,https://example.org/m,is,Cancelled,2019-01-22,,
c2,https://example.org/bob,2019-01,denies,https://example.org/m,is,Cancelled,2019-01-22,,
"""
RECORDS = """{"dossier": "https://example.org/d", "title": "Talks"}
{"people": {"ann": {"name": "Ann"}, "bob": {"name": "Bob"}}}
{"events": {"m": {"type": "Meeting", "name": "The meeting"}}}
{"claims": {"c1": {"by": "ann", "on": "2019-01-22", "affirms": ["m", "is", "Cancelled"]}}}
{"claims": {"c2": {"by": "bob", "on": "2019-01-23", "denies": ["m", "is", "Cancelled"]}}}
"""


@pytest.mark.parametrize(("name", "text"), [("claims.csv", CSV), ("claims.ndjson", RECORDS)])
def test_a_table_is_what_it_is_in_the_ordinary_way(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    expected = ordinary([path])
    assert isinstance(expected, set), expected
    assert len(expected) > 10
    assert in_bulk([path]) == expected


@pytest.mark.parametrize(("name", "text"), [("claims.csv", CSV), ("claims.ndjson", RECORDS)])
def test_so_are_its_faults(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text.replace("2019-01-22", "2019-02-30"), encoding="utf-8")
    expected = ordinary([path])
    assert isinstance(expected, tuple)
    assert in_bulk([path]) == expected
