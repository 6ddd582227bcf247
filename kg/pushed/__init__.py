"""The check where the data is: the store looks for what could clash, and only that is brought here and judged.

store -> kinds of statements -> plan -> candidates, found by the store -> groups -> exact check -> what is disputed
"""

from kg.pushed.asking import Asking
from kg.pushed.extracting import Disputed, Pushing, disputed

__all__ = ["Asking", "Disputed", "Pushing", "disputed"]
