"""The compiled evaluator: a theory run over columns of positions, for millions of them.

    case -> run (vocabulary closed, rules compiled, facts loaded, joined) -> compiled.find -> proving, checking
    live: one position more or less, without looking at the others again

docs/algorithm.md says how it works; `kg.logic` holds the parts that know no claims.
"""
