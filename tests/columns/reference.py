"""What columns must say, taken from the records that are read one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.columns.case import Held, read_proposition
from kg.columns.records import Records
from kg.contradiction import Theory
from kg.contradiction.positions import positions, standing
from kg.contradiction.snapshots import build_world, window_of_condition
from kg.logic.tables import Spans
from kg.model import Dossier, Polarity, Proposition, Withdrawal
from kg.rdf import read_dossier
from kg.terms import Iri, Quad, Term, Triple
from kg.times import Span, Window
from kg.values import canonical

Signature = tuple[object, ...]


def dossiers_of(quads: Iterable[Quad]) -> tuple[Dossier, ...]:
    graphs: dict[Iri, list[Triple]] = {}
    for quad in quads:
        if quad.g is not None:
            graphs.setdefault(quad.g, []).append(quad.triple)
    return tuple(read_dossier(graph, graphs[graph]) for graph in sorted(graphs))


def expected(dossiers: Sequence[Dossier], theory: Theory) -> dict[str, object]:
    """Everything that a check is told, by the objects."""
    world = build_world(dossiers, theory)
    stand = standing(claim for dossier in dossiers for claim in dossier.claims)
    held = positions(stand.claims, theory, world.properties)
    return {
        "positions": {
            (
                *(canonical(term) for term in p.proposition.triple),
                p.polarity,
                p.window,
                p.hedged,
                p.condition,
                None if p.condition is None or p.condition.holds is None else window_of_condition(p.condition, world),
            ): frozenset((claim.graph, claim.iri, claim.speaker) for claim in p.claims)
            for p in held
        },
        "claims": {(c.graph, c.iri, c.speaker, c.said_on) for dossier in dossiers for c in dossier.claims},
        "withdrawn": {(w.claim.iri, w.by.iri, w.how) for w in stand.withdrawn},
        "background": dict(world.background),
        "names": {names for names in world.names if names},
        "maybe_same": {pair for pair in world.maybe_same if len(pair) == 2},
    }


def found(records: Records, held: Held) -> dict[str, object]:
    """The same, by the columns."""
    term = records.terms.term
    holders: dict[int, set[tuple[Term, Term, Term]]] = {}
    for row, position in zip(held.tables.rows, held.tables.position, strict=True):
        claim = records.commitments.claim[row]
        one = [
            term(int(column[claim])) for column in (records.claims.graph, records.claims.iri, records.claims.speaker)
        ]
        holders.setdefault(int(position), set()).add(tuple(one))  # type: ignore[arg-type]
    table = held.case.positions
    assert set(holders) == set(range(len(table)))
    facts = held.case.background
    names: dict[int, set[Term]] = {}
    for number, dossier in zip(held.case.names.term, held.case.names.dossier, strict=True):
        names.setdefault(int(dossier), set()).add(term(int(number)))
    claims = records.claims
    how = list(Withdrawal)
    w = records.withdrawals
    signed = {
        (
            *(term(int(column[at])) for column in (table.s, table.p, table.o)),
            Polarity.DENIES if table.denied[at] else Polarity.AFFIRMS,
            window(table.certain, table.possible, at),
            bool(table.hedged[at]),
            condition(records, int(table.condition[at])),
            None if table.condition[at] < 0 else held.case.conditions[int(table.condition[at])].window,
        ): frozenset(holders[at])
        for at in range(len(table))
    }
    assert len(signed) == len(table)
    background = {
        Triple(*(term(int(column[at])) for column in (facts.s, facts.p, facts.o))): window(
            facts.certain, facts.possible, at
        )  # type: ignore[arg-type]
        for at in range(len(facts))
    }
    assert len(background) == len(facts)
    return {
        "positions": signed,
        "claims": {
            tuple(None if n < 0 else term(int(n)) for n in row)
            for row in zip(claims.graph, claims.iri, claims.speaker, claims.said, strict=True)
        },
        "withdrawn": {
            (term(int(claims.iri[a])), term(int(claims.iri[b])), how[c])
            for a, b, c in zip(w.claim, w.by, w.how, strict=True)
        },
        "background": background,
        "names": {frozenset(found) for found in names.values()},
        "maybe_same": {frozenset((term(a), term(b))) for a, b in held.case.maybe_same},
    }


def condition(records: Records, at: int) -> Proposition | None:
    if at < 0:
        return None
    c = records.conditions
    return read_proposition(records.terms, int(c.s[at]), int(c.p[at]), int(c.o[at]), int(c.holds[at]))


def window(certain: Spans, possible: Spans, at: int) -> Window:
    def span(spans: Spans) -> Span | None:
        start, end = int(spans.start[at]), int(spans.end[at])
        return Span(start, end) if start <= end else None

    return Window(span(certain), span(possible))
