"""Stores of named graphs: one protocol, and the embedded Oxigraph behind it."""

from __future__ import annotations

from kg.store.oxigraph import OxigraphStore, is_store
from kg.store.protocol import Answer, Rows, Store

__all__ = ["Answer", "OxigraphStore", "Rows", "Store", "is_store"]
