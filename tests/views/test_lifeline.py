"""The drawing of a life line: every word on it, whatever it is called, side by side or one below the other."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from kg.views.lifeline import MOST_COLUMNS, NARROW, WIDE, LifeLineDrawing, Mark, Word, lifeline_figure, lifeline_svg
from tests.views.conftest import HOSTILE


def parts(svg: str, name: str) -> list[ElementTree.Element]:
    drawing = ElementTree.fromstring(svg)  # noqa: S314  # our own drawing
    return [one for one in drawing.iter() if name in one.get("class", "").split()]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_stages_words_and_dates_are_drawn(width: float) -> None:
    life = LifeLineDrawing(
        title="The talks",
        stages=("Scheduled", "Cancelled", "Held"),
        contested=frozenset({1}),
        words=(Word(0, "Ann", Mark.FOLLOWS), Word(1, "Ann", Mark.SAID, "2 May"), Word(1, "Bob", Mark.DENIED, "3 May")),
    )
    svg = lifeline_svg(life, width=width)
    texts = "".join(ElementTree.fromstring(svg).itertext())  # noqa: S314
    for expected in ("Scheduled", "Cancelled", "Held", "Ann", "Bob", "2 May", "3 May", "✓", "✗", "⇒ ✓"):
        assert expected in texts
    stations = [one.get("class") for one in parts(svg, "station")]
    assert stations == ["station follows", "station contested", "station silent", "station silent"]


def test_many_stages_run_down_also_on_wide_paper() -> None:
    many = tuple(f"Stage {n}" for n in range(MOST_COLUMNS + 1))
    svg = lifeline_svg(LifeLineDrawing("Many", many, frozenset(), ()))
    assert len({one.get("x") for one in parts(svg, "stage")}) == 1


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_hostile_words_stay_words(words: str, width: float) -> None:
    life = LifeLineDrawing(words, (words, "B"), frozenset({0}), (Word(0, words, Mark.SAID, words),))
    svg = lifeline_svg(life, width=width)
    names = {one.tag.rsplit("}", 1)[-1] for one in ElementTree.fromstring(svg).iter()}  # noqa: S314
    assert names <= {"svg", "title", "style", "text", "line", "circle", "g"}


def test_a_page_gets_both_widths_without_a_style() -> None:
    figure = lifeline_figure(LifeLineDrawing("Talks", ("A",), frozenset(), ()))
    assert figure.count("<svg") == 2 and "<style" not in figure
