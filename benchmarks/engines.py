"""Who takes part in the benchmarks, and what each can and cannot find."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from importlib.metadata import PackageNotFoundError, version


class Reads(Enum):
    """What an engine is given."""

    COLUMNS = "columns"
    TEXT = "text"


class Finds(Enum):
    """What an engine's numbers count."""

    CLAIMS = "sets of claims"
    POSITIONS = "sets of positions, with the claims of each"
    ERRORS = "errors of one day"
    CLOSURE = "closure of one day"
    VERDICT = "yes or no for one day"


@dataclass(frozen=True, slots=True)
class Engine:
    """One contender: module in this package, distribution it stands on, largest size worth trying.

    `fresh` engines change by being used, and are loaded again for each run. `memory_mib` stops one that would take the
    memory of the whole machine. The rest is for the table of abilities.
    """

    name: str
    module: str
    package: str
    reads: Reads
    finds: Finds
    largest: int
    fresh: bool = False
    memory_mib: int | None = None
    three: str = "yes"
    cycles: str = "of three"
    time: str = "exact days"
    rough: str = "no"
    proofs: str = "no"
    accounts: str = "no"
    note: str = ""

    @property
    def version(self) -> str | None:
        """The version of the package, or None where it is not installed."""
        try:
            return version(self.package)
        except PackageNotFoundError:
            return None


_HAND = "six rules, these columns, nothing else"
PARLEY = "Parley"
ENGINES = (
    Engine(PARLEY, "parley_tables", "parley-kg", Reads.COLUMNS, Finds.POSITIONS, 10_000_000, cycles="any length",
           rough="yes", proofs="yes", accounts="yes", note="any OWL 2 RL ontology and rule files"),
    Engine("Parley, reference", "parley_records", "parley-kg", Reads.COLUMNS, Finds.POSITIONS, 10_000,
           cycles="any length", rough="yes", proofs="yes", accounts="yes",
           note="the same semantics as small plain code, one object a claim, proofs and words included"),
    Engine("numba kernel, claims", "bare.numba_kernel", "numba", Reads.COLUMNS, Finds.CLAIMS, 10_000_000, note=_HAND),
    Engine("numba kernel, positions", "bare.numba_kernel", "numba", Reads.COLUMNS, Finds.POSITIONS, 10_000_000,
           note=_HAND),
    Engine("polars joins, claims", "bare.polars_joins", "polars", Reads.COLUMNS, Finds.CLAIMS, 10_000_000,
           note=_HAND),
    Engine("polars joins, positions", "bare.polars_joins", "polars", Reads.COLUMNS, Finds.POSITIONS, 10_000_000,
           note=_HAND),
    Engine("DuckDB SQL, claims", "bare.duckdb_joins", "duckdb", Reads.COLUMNS, Finds.CLAIMS, 10_000_000, note=_HAND),
    Engine("DuckDB SQL, positions", "bare.duckdb_joins", "duckdb", Reads.COLUMNS, Finds.POSITIONS, 10_000_000,
           note=_HAND),
    Engine("numpy merge, claims", "bare.numpy_merge", "numpy", Reads.COLUMNS, Finds.CLAIMS, 10_000_000, note=_HAND),
    Engine("numpy merge, positions", "bare.numpy_merge", "numpy", Reads.COLUMNS, Finds.POSITIONS, 10_000_000,
           note=_HAND),
    Engine("maplib SPARQL", "peers.maplib_sparql", "maplib", Reads.TEXT, Finds.CLAIMS, 1_000_000,
           note="six queries by hand; a query has one length"),
    Engine("Oxigraph SPARQL", "peers.oxigraph_sparql", "pyoxigraph", Reads.TEXT, Finds.CLAIMS, 1_000_000,
           note="six queries by hand; a query has one length"),
    Engine("rdflib SPARQL", "peers.rdflib_sparql", "rdflib", Reads.TEXT, Finds.CLAIMS, 100_000,
           note="six queries by hand, turned to suit its join order"),
    Engine("pySHACL", "peers.pyshacl_shapes", "pyshacl", Reads.TEXT, Finds.CLAIMS, 10_000, three="two of the three",
           note="six `sh:sparql` shapes by hand"),
    Engine("Nemo", "peers.nemo_rules", "nemo-python", Reads.TEXT, Finds.CLAIMS, 1_000_000, fresh=True,
           cycles="any, not the smallest sets", proofs="of a fact (`trace`)",
           note="six Datalog rules by hand; reads its file while it reasons"),
    Engine("clingo", "peers.clingo_rules", "clingo", Reads.TEXT, Finds.CLAIMS, 1_000_000, fresh=True,
           cycles="any, not the smallest sets", accounts="yes, with a few more rules",
           note="six rules by hand; enumerates answer sets"),
    Engine("owlrl", "peers.owlrl_closure", "owlrl", Reads.TEXT, Finds.ERRORS, 100_000, fresh=True, three="no sets",
           cycles="no sets", time="one day at a time", note="counts errors, names no claims"),
    Engine("reasonable", "peers.reasonable_closure", "reasonable", Reads.TEXT, Finds.CLOSURE, 1_000_000, fresh=True,
           memory_mib=6_000, three="no sets", cycles="no sets", time="one day at a time",
           note="closure only: reports no clash"),
    Engine("owlready2 + HermiT", "peers.hermit_day", "owlready2", Reads.TEXT, Finds.VERDICT, 100_000, fresh=True,
           three="yes or no", cycles="beyond OWL 2 DL", time="one day at a time", proofs="no",
           note="all of OWL 2 DL, disjunction included, which no other here reasons with"),
)  # fmt: skip
