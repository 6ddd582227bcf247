"""The command `kg`: its verbs are those of the Python API."""

from __future__ import annotations

import sys

try:
    from kg.cli.main import main
except KeyboardInterrupt:  # Ctrl-C while the modules are still loading
    sys.stderr.write("kg: interrupted\n")
    sys.exit(130)

__all__ = ["main"]
