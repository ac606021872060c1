"""Secrets of devices are encrypted with keys that are not in the database."""

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def sealer() -> MultiFernet:
    """Seals with the first key of the settings and opens what any of them has sealed."""
    return MultiFernet([Fernet(key) for key in settings.SECOND_FACTOR_KEYS])


def seal(secret: bytes) -> str:
    """The secret as the database may keep it."""
    return sealer().encrypt(secret).decode()


def unseal(sealed: str) -> bytes:
    """The secret. Raises cryptography's InvalidToken if none of the keys has sealed it."""
    return sealer().decrypt(sealed.encode())


def reseal(sealed: str) -> str:
    """The same secret under the first key."""
    return sealer().rotate(sealed.encode()).decode()
