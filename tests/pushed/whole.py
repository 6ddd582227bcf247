"""What a check of everything finds, to compare with what is found where the data is."""

from __future__ import annotations

from collections.abc import Iterable

from kg.contradiction import CheckResult, Theory, check
from kg.model import Dossier
from kg.pushed import Disputed, disputed
from kg.rdf import dossier_triples, read_dossier
from kg.store.oxigraph import OxigraphStore
from kg.store.protocol import Store


def store_of(dossiers: Iterable[Dossier]) -> Store:
    store = OxigraphStore.in_memory()
    store.put_all({dossier.iri: list(dossier_triples(dossier)) for dossier in dossiers})
    return store


def dossiers_of(store: Store) -> tuple[Dossier, ...]:
    return tuple(read_dossier(g, (quad.triple for quad in store.quads(g))) for g in store.graphs())


def conflicts(result: CheckResult) -> set[object]:
    """What has to be equal: ids, verdicts, kinds, between whom, the claims on each side, what is taken for one thing."""
    found: set[object] = {
        (
            one.id,
            one.verdict.value,
            one.kinds,
            one.between,
            tuple((side.position.key, tuple(claim.iri for claim in side.claims)) for side in one.sides),
            tuple(sorted(map(str, one.same))),
        )
        for one in result.conflicts
    }
    return found | {(one.id, one.verdict.value, one.speaker) for one in result.changes}


def of_extract(found: Disputed, theory: Theory) -> CheckResult:
    dossiers = [read_dossier(graph, triples) for graph, triples in sorted(found.graphs.items())]
    return check(dossiers, theory).result


def assert_equal(store: Store, theory: Theory, batch: int = 1_000) -> Disputed:
    """Check everything, and check where the data is; return what the second brought."""
    found = disputed(store, theory, batch=batch)
    assert conflicts(of_extract(found, theory)) == conflicts(check(dossiers_of(store), theory).result)
    return found
