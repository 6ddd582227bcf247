"""Class expressions have names by content, and patterns read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.naming import DEEPEST_EXPRESSION, Structures, TooLarge, by_subject, pattern, read_pattern
from kg.terms import Blank, Iri, Literal, Triple
from kg.vocab import NEG, OWL, RDF, TYPE

classes = st.lists(st.sampled_from([NEG.Meeting, NEG.Scheduled, NEG.Held]), min_size=1, max_size=4)
where = st.lists(
    st.tuples(
        st.sampled_from([NEG.place, NEG.involves]),
        st.sampled_from([Iri("e:x"), Literal("x"), Blank("_:b"), Literal("2019", NEG.Quantity)]),
    ),
    max_size=3,
)


@given(classes, where)
def test_a_pattern_reads_back(cls: list[Iri], restrictions: list[tuple[Iri, Iri | Literal]]) -> None:
    node, triples = pattern(cls, restrictions)
    if len(cls) == 1 and not restrictions:
        assert (node, triples) == (cls[0], frozenset())
        return
    found = read_pattern(node, by_subject(triples))
    assert found is not None
    assert (set(found[0]), set(found[1])) == (set(cls), set(restrictions))


@given(classes, where, st.randoms())
def test_order_means_nothing(cls: list[Iri], restrictions: list[tuple[Iri, Iri | Literal]], chance: object) -> None:
    node, triples = pattern(cls, restrictions)
    chance.shuffle(cls)  # type: ignore[attr-defined] - a random.Random
    chance.shuffle(restrictions)  # type: ignore[attr-defined]
    assert pattern(cls, restrictions) == (node, triples)


def test_a_name_does_not_change_when_it_is_given_again() -> None:
    node, triples = pattern([NEG.Meeting, NEG.Held], [(NEG.place, Iri("e:x"))])
    structures = Structures(by_subject(triples))
    assert structures.name(node) == node
    assert structures.triples == triples


def test_a_richer_class_expression_is_not_a_pattern() -> None:
    facts = {Blank("_:a"): [(OWL.complementOf, NEG.Held)]}
    assert read_pattern(Blank("_:a"), facts) is None


def test_a_thing_without_a_name_is_never_merged_by_its_looks() -> None:
    facts = by_subject([Triple(Blank("_:a"), TYPE, NEG.Person), Triple(Blank("_:b"), TYPE, NEG.Person)])
    structures = Structures(facts)
    assert structures.name(Blank("_:a")) == Blank("_:a")
    assert structures.triples == set()


def test_a_very_deep_expression_is_refused() -> None:
    deep = [Triple(Blank(f"_:n{i}"), OWL.complementOf, Blank(f"_:n{i + 1}")) for i in range(DEEPEST_EXPRESSION + 50)]
    facts = by_subject([*deep, Triple(Blank(f"_:n{DEEPEST_EXPRESSION + 50}"), OWL.complementOf, NEG.Held)])
    with pytest.raises(TooLarge):
        Structures(facts).name(Blank("_:n0"))


def test_a_long_list_is_no_problem() -> None:
    cells = [Triple(Blank(f"_:l{i}"), RDF.first, Iri(f"e:x{i}")) for i in range(3000)]
    rests = [Triple(Blank(f"_:l{i}"), RDF.rest, Blank(f"_:l{i + 1}") if i < 2999 else RDF.nil) for i in range(3000)]
    facts = by_subject([*cells, *rests, Triple(Blank("_:t"), OWL.oneOf, Blank("_:l0"))])
    structures = Structures(facts)
    structures.name(Blank("_:t"))
    assert len([t for t in structures.triples if t.p == RDF.first]) == 3000
