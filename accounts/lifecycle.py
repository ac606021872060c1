"""The life of an account, as a table."""

from django.db import models

from accounts.models import User
from core.lifecycle import Lifecycle, Step


class AccountState(models.TextChoices):
    UNVERIFIED = "unverified", "Unverified"
    ACTIVE = "active", "Active"
    DISABLED = "disabled", "Disabled"
    ANONYMISED = "anonymised", "Anonymised"


ACCOUNT = Lifecycle(
    name="account",
    states=AccountState,
    start=AccountState.UNVERIFIED,
    steps={
        (AccountState.UNVERIFIED, AccountState.ACTIVE): Step(
            "who proves the address", "person.registered"
        ),
        (AccountState.ACTIVE, AccountState.DISABLED): Step(
            "the person, or an approver above them", "account.disabled"
        ),
        (AccountState.DISABLED, AccountState.ACTIVE): Step(
            "an approver above them", "account.enabled"
        ),
        (AccountState.DISABLED, AccountState.ANONYMISED): Step(
            "the service, after the time that data are kept", "person.anonymised"
        ),
    },
)


def state_of(person: User) -> AccountState:
    """How an account stands. An unverified one is no account yet, but a registration."""
    if person.anonymised_at:
        return AccountState.ANONYMISED
    return AccountState.ACTIVE if person.is_active else AccountState.DISABLED
