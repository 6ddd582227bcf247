"""Stores by what people call them: `memory`, a folder, or the address of a server."""

from __future__ import annotations

from pathlib import Path

from kg.store.oxigraph import OxigraphStore
from kg.store.protocol import Store
from kg.store.remote import RemoteStore
from kg.store.remote.addresses import is_address

MEMORY = "memory"

__all__ = ["MEMORY", "is_address", "open_store"]


def open_store(address: str | Path, *, writable: bool) -> Store:
    """Open the store at an address: `memory`, a folder, or `sparql:https://host/dataset`.

    Raises `StoreError` if there is none, or if it cannot be written to though `writable` asks for that. A folder that
    is called `memory` is written `./memory`.

    >>> open_store("memory", writable=True).place
    'memory'
    """
    if is_address(address):
        return RemoteStore(str(address), writable=writable)
    if str(address) == MEMORY:
        return OxigraphStore.in_memory()
    return OxigraphStore.at(address) if writable else OxigraphStore.read_only(address)
