"""What a store must look for so that no conflict is missed: a plan from the compiled rules. Knows no store.

    kinds of statements in the store + theory -> rows of the compiled rules -> witnesses -> goals and demands

A conflict is a property of its positions and what they are judged by, and whatever is added takes none away. So
conflicts may be looked for group by group: the conflicts of the whole are the minimal ones among those of groups of
which each conflict lies in one, with the background it rests on (docs/scale.md). Nothing here has to be exact; a group
may only never be too small.
"""

from kg.contradiction.pushed.grounding import OWN_RECORD, Kind, Row, Rows, ground
from kg.contradiction.pushed.groups import Fetch, Group, Links, gather
from kg.contradiction.pushed.plan import Goal, Plan, Side, plan_of
from kg.contradiction.pushed.witnesses import Place

__all__ = [
    "OWN_RECORD",
    "Fetch",
    "Goal",
    "Group",
    "Kind",
    "Links",
    "Place",
    "Plan",
    "Row",
    "Rows",
    "Side",
    "gather",
    "ground",
    "plan_of",
]
