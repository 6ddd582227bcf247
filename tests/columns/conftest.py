"""How hard the random tests try, as for contradictions: forty graphs by day, more with HYPOTHESIS_PROFILE=nightly."""

from tests.contradiction import conftest as _profiles  # noqa: F401  # loads the profile
