"""Every bad file of the corpus gives exactly the errors written beside it, all at once and in place."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import BadInput
from kg.formats import read

CORPUS = Path(__file__).parent.parent / "malformed"
FILES = sorted(path for path in CORPUS.iterdir() if path.suffix != ".errors")


def errors(path: Path) -> str:
    """Return the errors of a file, one a line, with its bare name."""
    with pytest.raises(BadInput) as caught:
        read(path)
    return "".join(f"{fault}\n" for fault in caught.value.faults).replace(str(path), path.name)


def test_there_is_a_corpus() -> None:
    assert len(FILES) > 50
    assert {path.name for path in CORPUS.glob("*.errors")} == {f"{path.name}.errors" for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_malformed_file_gives_its_errors(path: Path) -> None:
    assert errors(path) == path.with_name(f"{path.name}.errors").read_text(encoding="utf-8")
