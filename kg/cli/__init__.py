"""The command `kg`: its verbs are those of the Python API."""

from __future__ import annotations

from kg.cli.main import main

__all__ = ["main"]
