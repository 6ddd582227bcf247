# Remove some statements of a graph: a server that removes many at once holds all of them in memory.

DELETE { GRAPH $graph { ?s ?p ?o } }
WHERE { SELECT ?s ?p ?o WHERE { GRAPH $graph { ?s ?p ?o } } LIMIT $most }
