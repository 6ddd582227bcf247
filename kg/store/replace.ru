# Remove some quads and add others, as one transaction.
#
# The quads are not written here: the functions <parley:...> hand them over by their number, as terms of the
# store, so that nothing has to be escaped and blank nodes keep their names. Kept beside the code, not in queries/,
# because only the embedded store can run it.

DELETE { GRAPH ?g { ?s ?p ?o } }
WHERE {
  VALUES ?row { $removed }
  BIND(<parley:old-graph_name>(?row) AS ?g)
  BIND(<parley:old-subject>(?row) AS ?s)
  BIND(<parley:old-predicate>(?row) AS ?p)
  BIND(<parley:old-object>(?row) AS ?o)
} ;

INSERT { GRAPH ?g { ?s ?p ?o } }
WHERE {
  VALUES ?row { $added }
  BIND(<parley:new-graph_name>(?row) AS ?g)
  BIND(<parley:new-subject>(?row) AS ?s)
  BIND(<parley:new-predicate>(?row) AS ?p)
  BIND(<parley:new-object>(?row) AS ?o)
}
