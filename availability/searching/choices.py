"""The lists that a search is chosen from, of what one person may search."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from accounts.choices import Capability
from accounts.models import Grant
from accounts.models.people import PERSON
from accounts.queries import Asker, groups_viewable_by
from availability.searching.criteria import Chosen
from core.statements import Statement


@dataclass(frozen=True)
class Lists:
    """By code, in the order in which a form shows them; `of_interest` are codes of groups."""

    groups: dict[str, Chosen]
    types: dict[str, Chosen]
    features: dict[str, Chosen]
    regions: dict[str, Chosen]
    collaboratives: dict[str, Chosen]
    of_interest: frozenset[str]

    @property
    def searchable(self) -> list[int]:
        """The service groups that the person may search, by id."""
        return [group.pk for group in self.groups.values()]

    def types_by_group(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """E.g. [("CYPMHS (CAMHS)", [("picu", "PICU"), ...]), ...]."""
        return [
            (self.groups[group].name, [(one.code, one.name) for one in types])
            for group, types in groupby(self.types.values(), key=lambda found: found.group)
        ]


# One statement, written out: made by the framework it takes longer than it runs.
LISTS = """
    SELECT 'types', t.id, t.code, t.name, g.code, g.name, g.id,
           EXISTS (SELECT FROM accounts_user_groups_of_interest i
                    WHERE i.user_id = %s AND i.servicegroup_id = g.id),
           g.position, t.position
      FROM organisations_servicetype t JOIN organisations_servicegroup g ON g.id = t.group_id
     WHERE g.id IN ({groups})
     UNION ALL
    SELECT 'features', f.id, f.code, f.name, g.code, NULL, NULL, false, 0, f.position
      FROM organisations_feature f LEFT JOIN organisations_servicegroup g ON g.id = f.group_id
     UNION ALL
    SELECT 'regions', id, code, name, NULL, NULL, NULL, false, 0, position
      FROM organisations_region
     UNION ALL
    SELECT 'collaboratives', c.id, c.id::text, c.name, g.code, NULL, NULL, false, g.position, 0
      FROM organisations_collaborative c
      JOIN organisations_servicegroup g ON g.id = c.service_group_id
     ORDER BY 9, 10, 4
"""


def lists_for(user: Any) -> Lists:
    """One query for all of them."""
    return lists_of(lists(user.role_in_use).rows({"person": user.pk}))


@cache
def lists(role_in_use: str) -> Statement:
    """What may be chosen by a `person` with that role in use."""
    groups = Statement.of(groups_viewable_by(Asker(role_in_use)).order_by().values("pk"))
    return Statement(LISTS.format(groups=groups.sql), (PERSON, *groups.params))


def lists_for_each(people: Iterable[int]) -> dict[int, Lists]:
    """Those of several people, by id, for looking up: two queries, however many people."""
    viewed: dict[int, set[int]] = {key: set() for key in people}
    grants = Grant.objects.live().filter(person__in=viewed)
    grants = grants.filter(capability=Capability.AVAILABILITY_VIEW)
    for key, group in grants.values_list("person", "service_group"):
        viewed[key].add(group)
    rows = Statement(
        LISTS.format(groups="SELECT id FROM organisations_servicegroup"), (None,)
    ).rows()
    made = {
        groups: lists_of([row for row in rows if row[0] != "types" or row[6] in groups])
        for groups in set(map(frozenset, viewed.values()))
    }
    return {key: made[frozenset(groups)] for key, groups in viewed.items()}


def lists_of(rows: list[Any]) -> Lists:
    types = [row for row in rows if row[0] == "types"]
    groups = {row[4]: Chosen(row[6], row[4], row[5]) for row in types}
    found: dict[str, dict[str, Chosen]] = {
        name: {} for name in ("types", "features", "regions", "collaboratives")
    }
    for kind, pk, code, name, group, *_ in rows:
        if not group or group in groups:
            found[kind][code] = Chosen(pk, code, name, group or "")
    of_interest = frozenset(row[4] for row in types if row[7])
    return Lists(groups=groups, of_interest=of_interest, **found)
