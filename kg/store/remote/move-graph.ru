# Put what was loaded under another name in the place of a graph.

MOVE SILENT GRAPH $source TO GRAPH $graph
