"""The explorer over HTTP, and a SPARQL 1.1 Protocol endpoint beside it."""
