"""The IRIs that the code itself must know.

Only the shape of a record and the logical vocabulary stand here. What the world is made of
(meetings, offers, tariffs) lives in `ontology/` and is never named in Python.
"""

from __future__ import annotations

from kg.terms import XSD, Iri


class Namespace(str):
    """An IRI prefix; `NEG.Claim` and `NEG["Claim"]` give the full IRI."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Iri:
        if name.startswith("__"):
            raise AttributeError(name)
        return Iri(str(self) + name)

    def term(self, name: str) -> Iri:
        """Return the IRI of a name that is not a Python identifier or hides a `str` method."""
        return Iri(str(self) + name)


NEG = Namespace("https://w3id.org/parley/ns#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
XSD_NS = Namespace(XSD)
PROV = Namespace("http://www.w3.org/ns/prov#")
ORG = Namespace("http://www.w3.org/ns/org#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
SCHEMA = Namespace("https://schema.org/")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
OA = Namespace("http://www.w3.org/ns/oa#")
SEM = Namespace("http://semanticweb.cs.vu.nl/2009/11/sem/")
TIME = Namespace("http://www.w3.org/2006/time#")
EDTF_NS = Namespace("http://id.loc.gov/datatypes/edtf/")

EDTF = EDTF_NS.EDTF
TYPE = RDF.type

PREFIXES: dict[str, str] = {
    "neg": NEG,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD_NS,
    "prov": PROV,
    "org": ORG,
    "foaf": FOAF,
    "schema": SCHEMA,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "oa": OA,
    "sem": SEM,
    "time": TIME,
    "edtf": EDTF_NS,
}

ONTOLOGY_GRAPH = Iri("https://w3id.org/parley/ns")
"""The named graph that holds the ontology inside a store."""

COMPUTED_GRAPH = Iri("https://w3id.org/parley/computed")
"""The named graph of what was computed; it exists only in temporary copies, never in a store."""

PROPOSITION_BASE = "https://w3id.org/parley/proposition/"
CLASS_BASE = "https://w3id.org/parley/class/"
CONFLICT_BASE = "https://w3id.org/parley/conflict/"


def shorten(iri: str) -> str:
    """Write an IRI with a well-known prefix where there is one, else in angle brackets.

    >>> shorten("http://www.w3.org/2002/07/owl#Nothing")
    'owl:Nothing'
    """
    for prefix, base in PREFIXES.items():
        if iri.startswith(base) and iri != base:
            return f"{prefix}:{iri[len(base) :]}"
    return f"<{iri}>"
