"""How hard the random tests try, as for contradictions."""

from tests.contradiction import conftest as _profiles  # noqa: F401  # loads the profile
