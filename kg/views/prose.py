from kg.prose import *  # noqa: F403  temporary
from kg.prose import ProofLine, Prose, claim_name, is_unnamed_source  # noqa: F401
