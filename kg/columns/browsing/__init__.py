"""Columns to look around in: which conflicts, claims and things belong to what, for pages over a million claims.

Everything is numbers: a conflict is its place in the ranking, a claim its row, a thing the number of its term.
"""
