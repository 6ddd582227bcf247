"""Stores on SPARQL 1.1 servers: Oxigraph, Fuseki, Virtuoso, or any other that keeps to the standard."""

from __future__ import annotations

from kg.store.remote.store import RemoteStore

__all__ = ["RemoteStore"]
