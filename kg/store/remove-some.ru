# Remove some of the statements of one graph: large graphs lose theirs in several transactions of bounded size.
#
# Only for a copy of the store that nobody sees yet. Kept beside the code, not in queries/: it is no question.

DELETE { GRAPH $graph { ?s ?p ?o } }
WHERE { { SELECT ?s ?p ?o WHERE { GRAPH $graph { ?s ?p ?o } } LIMIT $most } }
