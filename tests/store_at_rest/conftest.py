"""What the tests of stores on disk share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg.store import OxigraphStore
from kg.terms import Iri, Quad

G, H, K = Iri("http://e/g"), Iri("http://e/h"), Iri("http://e/k")
Writer = Callable[[str, str, int], Path]


def lines(graph: str, version: str, count: int) -> Iterator[str]:
    """Yield N-Quads; the first two share a blank node, and one is spelled otherwise than the engine keeps it."""
    yield f"_:b <http://e/is> _:c <{graph}> .\n_:b <http://e/knows> <http://e/x> <{graph}> .\n"
    yield f'<http://e/n> <http://e/number> "007"^^<http://www.w3.org/2001/XMLSchema#integer> <{graph}> .\n'
    for n in range(count - 3):
        yield f'<http://e/{n}> <http://e/v> "{version}" <{graph}> .\n'


def content(store: OxigraphStore, graph: Iri | None = None) -> set[Quad]:
    return set(store.quads(graph))


def versions(store: OxigraphStore, graph: Iri) -> list[str]:
    """Return the versions that a graph of `lines` is made of, one for each statement that has one."""
    return [quad.o.value for quad in store.quads(graph) if quad.p == Iri("http://e/v")]  # type: ignore[union-attr]  # a literal


@pytest.fixture
def written(tmp_path: Path) -> Writer:
    """Write a file of N-Quads: a graph, a version, and how many statements."""

    def write(graph: str, version: str, count: int) -> Path:
        file = tmp_path / f"{graph.rpartition('/')[2]}-{version}-{count}.nq"
        file.write_text("".join(lines(graph, version, count)), encoding="utf-8")
        return file

    return write


@pytest.fixture(params=["memory", "folder"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OxigraphStore]:
    with OxigraphStore.in_memory() if request.param == "memory" else OxigraphStore.at(tmp_path / "st") as opened:
        yield opened
