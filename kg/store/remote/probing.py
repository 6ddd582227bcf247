"""Find out what kind of server an address is, and where it takes queries, updates and graphs.

Only the address is asked, and the paths below it where the known servers take queries; the question is `ASK {}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from kg.errors import StoreError
from kg.store.remote.addresses import Address, joined
from kg.store.remote.answers import BadAnswer, Solutions
from kg.store.remote.dialects import GENERIC, Dialect, recognised
from kg.store.remote.texts import text_of
from kg.store.remote.wire import Refused, Request, Wire
from kg.store.remote.writing import Ports

RESULTS = "application/sparql-results+json"
_TAILS = ("", "query", "sparql")
_MOST = 1 << 20
_NOT_HERE = frozenset({400, 404, 405, 406, 410, 415, 500, 501})


@dataclass(frozen=True, slots=True)
class Found:
    """What a probe found: where the ports are, and how the server is talked to."""

    ports: Ports
    dialect: Dialect


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one address answered: whether it takes queries, and what the server calls itself."""

    answers: bool
    server: str


def probe(wire: Wire, address: Address) -> Found:
    """Find the ports of a server; raise `StoreError` if nothing there takes queries."""
    if address.query is not None:
        seen = _asked(wire, address.query)
        if not seen.answers:
            raise StoreError(f"the store {wire.place}: query= names no place that takes SPARQL queries")
        return Found(Ports(address.query, address.update, address.gsp), recognised(seen.server))
    for tail in _TAILS:
        url = joined(address.url, tail)
        seen = _asked(wire, url)
        dialect = recognised(seen.server)
        if dialect is not GENERIC:
            return _known(wire, address, dialect)
        if seen.answers:
            return Found(Ports(url, address.update or _update_beside(url), address.gsp), GENERIC)
    tried = ", ".join(joined(address.url, tail) for tail in _TAILS)
    raise StoreError(
        f"the store {wire.place}: no SPARQL queries are taken at {tried}; name the place with ?query= (and ?update=)"
    )


def _known(wire: Wire, address: Address, dialect: Dialect) -> Found:
    """Return the ports of a server of a known kind, after one question at its port for queries."""
    root = _root(address.url, dialect)
    paths = {"query": dialect.query, "update": dialect.update, "gsp": dialect.gsp}
    if wire.has_credentials:
        paths |= dialect.signed
    query = joined(root, paths["query"])
    if not _asked(wire, query).answers:
        raise StoreError(
            f"the store {wire.place}: {dialect.name} takes no queries at {query}; is the name of the data set missing?"
        )
    ports = Ports(query, address.update or joined(root, paths["update"]), address.gsp or joined(root, paths["gsp"]))
    return Found(ports, dialect)


def _root(url: str, dialect: Dialect) -> str:
    """Take the path of a port off an address that names one.

    >>> from kg.store.remote.dialects import OXIGRAPH
    >>> _root("http://h:7878/query", OXIGRAPH)
    'http://h:7878'
    """
    ends = {dialect.query, dialect.update, dialect.gsp, *dialect.signed.values()}
    parts = urlsplit(url)
    head, _, last = parts.path.rpartition("/")
    return parts._replace(path=head).geturl() if last in ends else url


def _update_beside(query: str) -> str:
    """Guess where a server takes updates that takes queries at an address."""
    parts = urlsplit(query)
    head, _, last = parts.path.rpartition("/")
    return parts._replace(path=f"{head}/update").geturl() if last == "query" else query


def _asked(wire: Wire, url: str) -> _Seen:
    """Ask one address the harmless question; faults other than "nothing here" are raised."""
    request = Request("POST", url, form={"query": text_of("probe.rq").strip()}, headers={"Accept": RESULTS})
    try:
        response = wire.send(request, most=_MOST)
    except Refused as refused:
        if refused.status not in _NOT_HERE and recognised(refused.server) is GENERIC:
            raise
        if refused.status in (401, 403):
            raise
        return _Seen(answers=False, server=refused.server)
    try:
        Solutions([response.content])
    except BadAnswer:
        return _Seen(answers=False, server=response.headers.get("Server", ""))
    return _Seen(answers=True, server=response.headers.get("Server", ""))
