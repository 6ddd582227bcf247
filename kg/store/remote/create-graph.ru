# Make a graph that has no triples yet.

CREATE SILENT GRAPH $graph
