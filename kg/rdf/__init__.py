"""Records to triples and back: the only package that knows the layout of a dossier's graph."""

from kg.rdf.reading import in_order, mentions, name_claims, read_dossier
from kg.rdf.record import as_edtf, shown
from kg.rdf.writing import (
    TRUE,
    claim_triples,
    dossier_triples,
    mention_node,
    proposition_node,
    proposition_triples,
)

__all__ = [
    "TRUE",
    "as_edtf",
    "claim_triples",
    "dossier_triples",
    "in_order",
    "mention_node",
    "mentions",
    "name_claims",
    "proposition_node",
    "proposition_triples",
    "read_dossier",
    "shown",
]
