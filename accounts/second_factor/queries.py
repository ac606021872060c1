"""Which devices people have, and who needs one."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef

from accounts.choices import APPROVER_CAPABILITIES, Capability
from accounts.models import AuthenticatorDevice, EmailDevice, RecoveryDevice, User
from accounts.models.devices import FactorDevice
from accounts.queries import holds

# Those who hold any of these log in with a second factor (ERN-03).
NEED_SECOND_FACTOR = frozenset({*APPROVER_CAPABILITIES, Capability.PLANS_EDIT})
KINDS: tuple[type[FactorDevice], ...] = (AuthenticatorDevice, EmailDevice)


def needs_second_factor(person: User) -> bool:
    """Whether the person has to log in with a second factor. At most one query."""
    return settings.SECOND_FACTOR_FOR_ALL or holds(person, *NEED_SECOND_FACTOR)


def has_second_factor(person: User) -> bool:
    """Whether the person has set up a device. One query."""
    owned = (Exists(kind.objects.filter(user=OuterRef("pk"), confirmed=True)) for kind in KINDS)
    authenticator, email = owned
    return User.objects.filter(authenticator | email, pk=person.pk).exists()


@dataclass(frozen=True)
class Factors:
    """What a person can be asked for."""

    authenticator: AuthenticatorDevice | None
    email: EmailDevice | None
    recovery: RecoveryDevice | None

    @property
    def devices(self) -> list[FactorDevice]:
        return [device for device in (self.authenticator, self.email) if device]


def factors_of(person: User) -> Factors:
    """The devices that the person has set up. Three queries."""
    return Factors(
        AuthenticatorDevice.objects.filter(user=person, confirmed=True).first(),
        EmailDevice.objects.filter(user=person, confirmed=True).first(),
        RecoveryDevice.objects.filter(user=person).first(),
    )


def being_set_up(kind: type[FactorDevice], person: User) -> FactorDevice | None:
    """The device of a kind that the person has begun to set up. One query."""
    return kind.objects.select_related("user").filter(user=person, confirmed=False).first()
