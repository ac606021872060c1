from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


def messages_cookie() -> str:
    return f"{settings.COOKIE_PREFIX}messages"


class PrefixedCookieStorage(CookieStorage):
    """Under a name that the browser takes from this host alone, where there is https."""

    @property
    def cookie_name(self) -> str:  # type: ignore[override]
        return messages_cookie()


class MessageStorage(FallbackStorage):
    """In a cookie, since visitors have no session; what is too long for it, in the session."""

    storage_classes = (PrefixedCookieStorage, SessionStorage)
