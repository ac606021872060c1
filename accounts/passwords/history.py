"""A person's last passwords, as hashes."""

from django.conf import settings
from django.contrib.auth.hashers import check_password

from accounts.models import PasswordHistory, User


def was_used(person: User, password: str) -> bool:
    """Whether it is the present password or one of the last ones. One query."""
    earlier = person.earlier_passwords.order_by("-replaced_at", "-pk")
    hashes = earlier.values_list("password_hash", flat=True)[: settings.PASSWORD_HISTORY - 1]
    return any(check_password(password, one) for one in (person.password, *hashes))


def remember_password(person: User) -> None:
    """Keep the present password as one that was used, before it is replaced; forget older ones."""
    if person.has_usable_password():
        PasswordHistory.objects.create(person=person, password_hash=person.password)
    earlier = person.earlier_passwords.order_by("-replaced_at", "-pk")
    kept = earlier.values("pk")[: settings.PASSWORD_HISTORY - 1]
    person.earlier_passwords.exclude(pk__in=kept).delete()
