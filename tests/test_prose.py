"""The English of triples, positions, conflicts and proofs."""

from __future__ import annotations

import pytest

from kg.graph import KnowledgeGraph
from kg.prose import Prose, claim_name
from kg.terms import Iri, Literal, Triple
from kg.vocab import NEG, OWL, RDFS, TYPE
from kg.wording import Wording

CASE = "https://w3id.org/parley/case/us-china-2019/"


def _case(name: str) -> Iri:
    return Iri(CASE + name)


@pytest.mark.parametrize(
    ("triple", "denied", "said"),
    [
        (
            Triple(_case("preparatory-talks"), TYPE, NEG.Cancelled),
            False,
            "the preparatory talks were cancelled",
        ),
        (
            Triple(_case("preparatory-talks"), TYPE, NEG.Cancelled),
            True,
            "the preparatory talks were not cancelled",
        ),
        (Triple(_case("high-level-meeting"), TYPE, NEG.Held), True, "the high-level meeting did not take place"),
        (
            Triple(_case("people-briefed"), NEG.represents, _case("china")),
            True,
            "people briefed on the negotiations do not act for China",
        ),
        (
            Triple(
                _case("march-deadline"), NEG.dueOn, Literal("2019-03-01", Iri("http://id.loc.gov/datatypes/edtf/EDTF"))
            ),
            False,
            "the deadline of 1 March falls on 1 March 2019",
        ),
        (Triple(_case("china"), OWL.sameAs, _case("beijing")), False, "China and Beijing are one and the same"),
    ],
)
def test_sentences(first_case: KnowledgeGraph, triple: Triple, denied: bool, said: str) -> None:
    assert first_case.prose.sentence(triple, denied=denied) == said


def test_a_nested_proposition_is_a_that_clause(first_case: KnowledgeGraph) -> None:
    [position] = [p for p in first_case.check().positions if any(claim_name(c) == "us-allege-forced" for c in p.claims)]
    assert first_case.prose.position(position) == (
        "the US negotiators allege that transfers of technology from foreign companies to Chinese partners are forced"
    )


def test_a_condition_is_said_first(first_case: KnowledgeGraph) -> None:
    [position] = [p for p in first_case.check().positions if p.condition is not None]
    assert first_case.prose.position(position) == (
        "if the deadline of 1 March was missed, then the punitive tariff on Chinese goods has the rate 25 % "
        "(from 1 March 2019 on)"
    )


def test_terms_without_words_still_give_a_sentence() -> None:
    prose = Prose(Wording({}, frozenset(), {}, {}, {}))
    x, y = Iri("http://e/some-thing"), Iri("http://e/other_thing")
    assert prose.sentence(Triple(x, Iri("http://e/likes"), y)) == "some thing: likes other thing"
    assert prose.sentence(Triple(x, TYPE, Iri("http://e/Animal"))) == "some thing is an Animal"
    assert prose.sentence(Triple(x, RDFS.subClassOf, OWL.Nothing)) == "there is no some thing"


def test_names_that_look_like_templates_stay_as_they_are() -> None:
    x, p = Iri("http://e/x"), Iri("http://e/p")
    prose = Prose(Wording({x: "{o} [a|b] {s}"}, frozenset(), {p: "{s} [likes|like] {o}"}, {}, {}))
    assert prose.sentence(Triple(x, p, x)) == "{o} [a|b] {s} likes {o} [a|b] {s}"
    assert prose.sentence(Triple(x, OWL.sameAs, x)) == "{o} [a|b] {s} and {o} [a|b] {s} are one and the same"


def test_titles_say_what_questions_share_once(first_case: KnowledgeGraph) -> None:
    titles = {first_case.prose.title(conflict) for conflict in first_case.conflicts()}
    assert titles == {
        "Were the preparatory talks cancelled?",
        "Were the preparatory talks ever scheduled?",
        "Were the preparatory talks cancelled, or was the offer to travel to Washington declined?",
        "Was the offer to travel to Washington declined, or were the preparatory talks ever scheduled?",
    }


def test_words_of_blame_are_never_used(first_case: KnowledgeGraph) -> None:
    for conflict in first_case.conflicts():
        said = " ".join(
            [
                first_case.prose.because(conflict),
                *(line.text for line in first_case.prose.lines(conflict.proof, conflict.sides)),
            ]
        ).lower()
        assert not {"false", "lie", "lied", "liar", "wrong"} & set(said.replace(".", " ").split())
