"""By whom something was recorded, and in which role that person did it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from accounts.choices import Capability
from accounts.models import Grant, User
from organisations.models import Ward


class Roles:
    """The roles in which people could change a ward, at any moment: one query for all of them."""

    def __init__(self, ward: Ward, people: Iterable[User]) -> None:
        self.ward = ward
        self.held: dict[int, list[Grant]] = defaultdict(list)
        grants = Grant.objects.filter(
            person__in={person.pk for person in people},
            capability__in=(Capability.AVAILABILITY_EDIT, Capability.ADMINISTER),
        )
        for grant in grants:
            self.held[grant.person_id].append(grant)

    def role_of(self, person: User, at: datetime) -> str:
        """E.g. 'Availability editor'; '' if the person could not do it in any role."""
        return next(
            (
                str(Capability(grant.capability).label)
                for grant in self.held[person.pk]
                if in_force(grant, at) and self.covers(grant)
            ),
            "",
        )

    def covers(self, grant: Grant) -> bool:
        return grant.capability == Capability.ADMINISTER or bool(
            grant.ward_id == self.ward.pk
            or grant.unit_id == self.ward.unit_id
            or grant.organisation_id == self.ward.unit.organisation_id
        )


def in_force(grant: Grant, at: datetime) -> bool:
    ends = [moment for moment in (grant.valid_until, grant.revoked_at) if moment]
    return grant.valid_from <= at and all(moment > at for moment in ends)
