"""Pure reasoning: rules over triples of numbers, with labels that say what each fact rests on.

Nothing here knows RDF files, claims or journalism. Terms are opaque integers, an assumption is a
bit, time is a pair of numbers.
"""
