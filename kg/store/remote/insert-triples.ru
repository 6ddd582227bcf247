# Add triples to a graph.

INSERT DATA { GRAPH $graph {
$triples} }
