"""Files in, files out: dossiers in YAML and every usual RDF syntax, as graphs of plain triples.

Before: a file, a folder or standard input. After: one `GraphSource` for each named graph.
"""

from __future__ import annotations

from kg.formats.dossier_writer import write_dossier
from kg.formats.rdf_syntax import write_graph, write_graphs
from kg.formats.reading import read, read_all, read_text
from kg.formats.source import GraphSource

__all__ = ["GraphSource", "read", "read_all", "read_text", "write_dossier", "write_graph", "write_graphs"]
