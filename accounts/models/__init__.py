from accounts.models.access import AccessScope, Grant, Role
from accounts.models.consents import Consent
from accounts.models.links import Link
from accounts.models.people import User
from accounts.models.registrations import Registration

__all__ = ["AccessScope", "Consent", "Grant", "Link", "Registration", "Role", "User"]
