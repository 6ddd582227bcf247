"""How SPARQL servers differ, in one place: where their ports are, and what each does otherwise than the others.

Facts, each seen on the server itself (Oxigraph 0.5.13, Virtuoso 7.2.5) or in its manual (Fuseki):
- Oxigraph: the default graph is empty unless `union-default-graph` is sent; an Update is one transaction; a HEAD for
  a graph that is not there spoils the connection (0.5.13), so no HEAD is ever sent.
- Virtuoso: see also `kg.store.remote.plainness`; the default graph is always the union, its own system graphs included,
  so the graphs that are meant are named with every query (its own way to leave graphs out, `default-graph-exclude`,
  makes it answer wrongly); ASK of a graph that is not among them is true, so it is asked for one row instead; each
  operation of an Update is a transaction of its own; it cuts answers at ResultSetMaxRows (10,000), and says so in a
  header for SELECT only; it forgets graphs without triples; 5,000 terms of VALUES or triples of INSERT DATA are too
  many for it, and as many in a UNION end the server; its TSV leaves out languages and datatypes.
- Fuseki: the default graph is what the data set is configured to; blank nodes have new labels in each answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.store.remote.spelling import GENID
from kg.store.texts import text_in
from kg.terms import Iri

STAGING = GENID.removesuffix("genid/") + "staging/"
"""What the names of graphs begin with that are being loaded and are not to be seen yet."""

QUADS, _GRAPHS = "application/n-quads", "text/turtle"


@dataclass(frozen=True, slots=True)
class Dialect:
    """What must be known of a kind of server to talk to it."""

    name: str
    signature: str = ""
    """What its `Server` header begins with."""
    query: str = ""
    update: str = ""
    gsp: str = ""
    """Paths of its ports behind the address of the data set."""
    signed: Mapping[str, str] = field(default_factory=dict)
    """Other paths of the ports, for those who prove who they are."""
    union: Mapping[str, str] = field(default_factory=dict)
    """Parameters that make all graphs together the default graph."""
    knows_union: bool = False
    """Whether the default graph is sure to be all graphs together, given `union`."""
    prologue: str = ""
    """Text to put before a query."""
    hidden: frozenset[Iri] = frozenset()
    """Graphs of the server itself."""
    one_transaction: bool = False
    """Whether several operations in one Update are done together or not at all."""
    keeps_empty: bool = False
    """Whether a graph without triples is a graph."""
    changes_literals: bool = False
    only_plain: bool = False
    """Whether it answers only plain queries as the standard says."""
    exact_tsv: bool = False
    """Whether its TSV can be handed on as it is."""
    lasting_blanks: bool = False
    """Whether a blank node has the same label in every answer."""
    upload: str = ""
    """The form in which its Graph Store Protocol is sent much: quads of many graphs, or triples of one; else Update."""
    upload_params: Mapping[str, str] = field(default_factory=dict)
    update_bytes: int = 4 << 20
    """How much text one Update may have; more is staged."""
    cut_header: str = ""
    """The header by which it says that an answer is not whole, and after how many rows."""
    most_values: int | None = None
    functions: tuple[str, ...] = ()
    """Prefixes of functions that reach out of the store."""
    timeout: str = ""
    """The parameter that takes how many seconds a query may run."""


def _text(file: str) -> str:
    return " ".join(text_in(Path(__file__).with_name(file)).split()) + " "


OXIGRAPH = Dialect(
    "Oxigraph",
    signature="Oxigraph",
    query="query",
    update="update",
    gsp="store",
    union={"union-default-graph": "true"},
    knows_union=True,
    one_transaction=True,
    keeps_empty=True,
    exact_tsv=True,
    lasting_blanks=True,
    upload=QUADS,
    upload_params={"no_transaction": ""},
)
VIRTUOSO = Dialect(
    "Virtuoso",
    signature="Virtuoso",
    query="sparql",
    update="sparql",
    gsp="sparql-graph-crud",
    signed={"query": "sparql-auth", "update": "sparql-auth", "gsp": "sparql-graph-crud-auth"},
    prologue=_text("virtuoso-prologue.rq"),
    hidden=frozenset(
        Iri(name)
        for name in (
            "http://www.openlinksw.com/schemas/virtrdf#",
            "http://www.w3.org/ns/ldp#",
            "http://localuriqaserver/sparql",
            "http://www.w3.org/2002/07/owl#",
            "urn:activitystreams-owl:map",
            "urn:core:services:sparql",
        )
    ),
    changes_literals=True,
    only_plain=True,
    lasting_blanks=True,
    upload=_GRAPHS,
    update_bytes=0,
    cut_header="X-SPARQL-MaxRows",
    most_values=500,
    functions=("bif", "sql"),
)
FUSEKI = Dialect(
    "Fuseki",
    signature="Apache Jena Fuseki",
    query="query",
    update="update",
    gsp="data",
    one_transaction=True,
    upload=_GRAPHS,
    timeout="timeout",
)
GENERIC = Dialect("a SPARQL 1.1 server")

DIALECTS = (OXIGRAPH, VIRTUOSO, FUSEKI)


def recognised(server: str) -> Dialect:
    """Return the dialect of a server from its `Server` header.

    >>> recognised("Virtuoso/07.20.3229 (Linux)").name, recognised("nginx").name
    ('Virtuoso', 'a SPARQL 1.1 server')
    """
    return next((one for one in DIALECTS if server.startswith(one.signature)), GENERIC)
