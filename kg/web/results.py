"""The formats of answers and graphs over HTTP: under which media types they go, and which one is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.store.sparql import Form
from kg.web.negotiation import best
from kg.web.refusals import Refused

Offers = Mapping[str, Sequence[str]]
"""The media types under which each format may be asked for; it is sent as the first of them."""

RESULTS: Offers = {
    "json": ("application/sparql-results+json", "application/json", "text/json"),
    "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
}
"""For the answers of SELECT and ASK."""
GRAPHS: Offers = {
    "ttl": ("text/turtle", "application/x-turtle", "application/turtle"),
    "nt": ("application/n-triples",),
    "rdf": ("application/rdf+xml", "application/xml", "text/xml"),
    "jsonld": ("application/ld+json", "application/json"),
    "trig": ("application/trig",),
    "nq": ("application/n-quads",),
}
"""For the answers of CONSTRUCT and DESCRIBE, and for graphs."""
_BINARY = ("application/sparql-results+json", "application/ld+json")  # JSON is in UTF-8 without saying so
NOT_ACCEPTABLE = 406


def offers_for(form: Form) -> Offers:
    """Return the formats in which a query of a form is answered."""
    return RESULTS if form in (Form.SELECT, Form.ASK) else GRAPHS


def wanted(accept: str, offers: Offers) -> str:
    """Choose a format; raises `Refused` with all that there is."""
    found = best(accept, offers)
    if found is None:
        listed = ", ".join(types[0] for types in offers.values())
        raise Refused(NOT_ACCEPTABLE, f"this can be had as {listed}")
    return found


def content_type(syntax: str, offers: Offers) -> str:
    """Return the header Content-Type of a format.

    >>> content_type("csv", RESULTS), content_type("json", RESULTS)
    ('text/csv; charset=utf-8', 'application/sparql-results+json')
    """
    name = offers[syntax][0]
    return name if name in _BINARY else f"{name}; charset=utf-8"
