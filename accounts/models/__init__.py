from accounts.models.access import AccessScope, Grant, Role
from accounts.models.links import Link
from accounts.models.people import User

__all__ = ["AccessScope", "Grant", "Link", "Role", "User"]
