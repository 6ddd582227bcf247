"""Literals in random worlds: value spaces, ranges, restrictions on values; the engine against the definitions."""

from __future__ import annotations

from hypothesis import assume, event, given
from hypothesis import strategies as st

from kg.contradiction import Verdict
from tests.oracle_bruteforce import expected
from tests.worlds import Case, ClaimNote, affirms, denies

VALUES = st.sampled_from(
    [
        '"7"^^xsd:integer', '"7.0"^^xsd:decimal', '"-7"^^xsd:integer', '"7.5"^^xsd:decimal', '"300"^^xsd:byte',
        '"seven"^^xsd:integer', '"seven"', '"sept"@fr', '"~7"^^neg:Quantity', '"7 %"^^neg:Quantity', "true",
        '"2019-01"^^edtf:EDTF', '"2019-01-22"^^xsd:date', "ex:a",
    ]
)  # fmt: skip
DATATYPES = st.sampled_from(
    ["xsd:integer", "xsd:nonNegativeInteger", "xsd:decimal", "xsd:string", "xsd:boolean", "xsd:date", "rdfs:Literal"]
)
AXIOMS = (
    DATATYPES.map(lambda d: f"ex:p rdfs:range {d} .")
    | DATATYPES.map(lambda d: f"[] owl:onProperty ex:p ; owl:someValuesFrom {d} ; rdfs:subClassOf ex:K .")
    | DATATYPES.map(lambda d: f"ex:K rdfs:subClassOf [ owl:onProperty ex:p ; owl:allValuesFrom {d} ] .")
    | DATATYPES.map(
        lambda d: f"ex:K rdfs:subClassOf [ owl:onProperty ex:p ; owl:allValuesFrom [ owl:complementOf {d} ] ] ."
    )
    | DATATYPES.map(lambda d: f"ex:p rdfs:range [ a rdfs:Datatype ; owl:datatypeComplementOf {d} ] .")
    | st.sampled_from(
        [
            "ex:p a owl:FunctionalProperty .",
            "ex:q rdfs:subPropertyOf ex:p .",
            "ex:q owl:propertyDisjointWith ex:p .",
            "ex:K rdfs:subClassOf [ owl:onProperty ex:p ; owl:cardinality 1 ] .",
            "ex:K rdfs:subClassOf [ owl:onProperty ex:p ; owl:maxQualifiedCardinality 1 ; owl:onClass xsd:decimal ] .",
            "owl:Thing rdfs:subClassOf ex:K . ex:L a owl:Class .",
            "owl:Thing owl:hasKey ( ex:p ) .",
            "[] a owl:AllDisjointClasses ; owl:members ( ex:K ex:L ex:K ) .",
        ]
    )
)
SUBJECTS = st.sampled_from(["ex:x", "ex:y"])
SAID = st.one_of(
    st.builds(lambda s, p, v: (affirms, s, p, v), SUBJECTS, st.sampled_from(["ex:p", "ex:q"]), VALUES),
    st.builds(lambda s, v: (denies, s, "ex:p", v), SUBJECTS, VALUES),
    st.builds(
        lambda f, s, c: (f, s, "a", c), st.sampled_from([affirms, denies]), SUBJECTS, st.sampled_from(["ex:K", "ex:L"])
    ),
    st.builds(
        lambda s, v: (affirms, s, "owl:sameAs", v), SUBJECTS, st.sampled_from(["ex:y", '"7"^^xsd:int', '"8"^^xsd:int'])
    ),
)


@given(st.lists(AXIOMS, max_size=3), st.lists(SAID, min_size=1, max_size=5))
def test_the_conflicts_about_values_are_those_of_the_definition(
    axioms: list[str], said: list[tuple[object, ...]]
) -> None:
    claims: list[ClaimNote] = [act(f"s{n}", *content) for n, (act, *content) in enumerate(said)]  # type: ignore[operator]  # as drawn above
    case = Case(claims, ontology=" ".join(axioms), unique=False)
    assert not case.problems
    wanted = expected(case.world, case.result.positions)
    assume(not wanted.background_clashes)
    event(f"contradictions: {bool(wanted.contradictions)}")
    found = {
        verdict: {frozenset(s.position.index for s in c.sides) for c in case.result.conflicts if c.verdict is verdict}
        for verdict in Verdict
    }
    assert found[Verdict.CONTRADICTION] == wanted.contradictions
    assert found[Verdict.UNDECIDED] == wanted.undecided
