"""Which devices people have, and who needs one."""

from dataclasses import dataclass, replace

from django.conf import settings

from accounts.choices import APPROVER_CAPABILITIES, Capability
from accounts.models import AuthenticatorDevice, EmailDevice, RecoveryDevice, User
from accounts.models.devices import FactorDevice

# Those who hold any of these log in with a second factor (ERN-03).
NEED_SECOND_FACTOR = frozenset({*APPROVER_CAPABILITIES, Capability.PLANS_EDIT})
KINDS: tuple[type[FactorDevice], ...] = (AuthenticatorDevice, EmailDevice)


def needs_second_factor(person: User) -> bool:
    """Whether the person has to log in with a second factor. At most one query."""
    return settings.SECOND_FACTOR_FOR_ALL or bool(person.all_capabilities & NEED_SECOND_FACTOR)


def has_second_factor(person: User) -> bool:
    """Whether the person has set up a device. One query for an authenticator app, else two."""
    return any(kind.objects.filter(user=person, confirmed=True).exists() for kind in KINDS)


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


def factors_to_sign_in_with(person: User) -> Factors:
    """The devices whose codes count beside the password. Four queries at most.

    Who reads somebody's mail can choose the password and read the code that is mailed: of who has
    to log in with a second factor, that would be one factor, not two.
    """
    factors = factors_of(person)
    if factors.email and person.password_by_mail and needs_second_factor(person):
        return replace(factors, email=None)
    return factors


def being_set_up(kind: type[FactorDevice], person: User) -> FactorDevice | None:
    """The device of a kind that the person has begun to set up. One query."""
    return kind.objects.select_related("user").filter(user=person, confirmed=False).first()
