from accounts.models.access import AccessScope, Grant, Role
from accounts.models.consents import Consent
from accounts.models.devices import (
    AuthenticatorDevice,
    EmailDevice,
    RecoveryCode,
    RecoveryDevice,
    SecondFactorReset,
)
from accounts.models.disabling import Disabling
from accounts.models.links import Link
from accounts.models.passwords import BreachedPassword, PasswordHistory
from accounts.models.people import User
from accounts.models.registrations import Registration

__all__ = [
    "AccessScope",
    "AuthenticatorDevice",
    "BreachedPassword",
    "Consent",
    "Disabling",
    "EmailDevice",
    "Grant",
    "Link",
    "PasswordHistory",
    "RecoveryCode",
    "RecoveryDevice",
    "Registration",
    "Role",
    "SecondFactorReset",
    "User",
]
