"""Who is inviting, with what they may offer, read once."""

from functools import cached_property

from accounts.models import Grant, User
from accounts.queries import may_administer
from approvals.coverage import Wanted
from approvals.invitations.rules import offers, organisations_to_invite_to, rights_to_invite
from organisations.models import Organisation


class Inviter:
    """A person with their rights to invite; what has been asked once is remembered."""

    def __init__(self, user: User) -> None:
        self.user = user
        self._offers: dict[Organisation | None, dict[Wanted, Grant]] = {}

    @cached_property
    def is_helpdesk(self) -> bool:
        return may_administer(self.user)

    @cached_property
    def rights(self) -> list[Grant]:
        rights = rights_to_invite(self.user)
        return list(rights.select_related(*Grant.SCOPE_RELATIONS).order_by("pk"))

    @cached_property
    def organisations(self) -> list[Organisation]:
        """Where they may invite somebody to; not all of them for the helpdesk."""
        return list(organisations_to_invite_to(self.user))

    def organisation(self, key: int | None) -> Organisation | None:
        """The organisation of that key, with what offering there needs."""
        if key is None:
            return None
        return Organisation.objects.select_related("kind").filter(pk=key).first()

    def offers(self, organisation: Organisation | None) -> dict[Wanted, Grant]:
        """What they may offer somebody there."""
        if organisation not in self._offers:
            self._offers[organisation] = offers(self.rights, organisation)
        return self._offers[organisation]
