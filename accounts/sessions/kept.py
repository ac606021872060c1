"""What somebody sent when their session had ended, kept until they can send it again.

It waits in the session of nobody, goes with the session through the login, and is shown to the
person before anything is sent.
"""

import re
from dataclasses import asdict, dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from allauth.core import ratelimit
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.http import escape_leading_slashes, url_has_allowed_host_and_scheme

from accounts.sessions.services import WAS
from accounts.sessions.times import now
from core.patients import has_nhs_number

KEPT = "kept_post"
LARGEST = 64 * 1024  # bytes of all names and values
LASTS = timedelta(hours=1)
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# What a page tells of the state that it showed, and keys of rows: nobody typed or can read them.
STATE = re.compile(r"(seen|shown)(_\w+)?|item|grants|entry|booking|up_to")
TOKEN = "csrfmiddlewaretoken"  # noqa: S105
SECRET = re.compile(r"passw|secret|token|(?<![a-z])(code|codes|otp|pin|proof)(?![a-z])", re.I)


@dataclass(frozen=True)
class KeptPost:
    """`person` is whose session it was, None where that is not known.

    `page` is the page that it was sent from, if known; `is_whole` says that nothing was left out.
    """

    path: str
    fields: list[tuple[str, str]]
    at: int
    person: int | None
    page: str
    is_whole: bool

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What was filled in, with names that people can read."""
        return [
            (in_words(name), value)
            for name, value in self.fields
            if value.strip() and not STATE.fullmatch(name)
        ]


def in_words(name: str) -> str:
    """E.g. 'expected_discharge' as 'Expected discharge'."""
    return re.sub(r"[\W_]+", " ", name).strip().capitalize() or name


def keep(request: HttpRequest) -> bool:
    """Keep what the request sends, in place of what was kept before; False if that cannot be."""
    view = getattr(request.resolver_match, "func", None)
    if request.content_type not in FORMS or getattr(view, "is_not_kept", False):
        return False
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    sent = [(name, value) for name, value in sent if name != TOKEN]
    fields = [field for field in sent if not is_private(*field)]
    if sent and not fields:
        return False
    if sum(len(part.encode("utf-8", "replace")) for field in fields for part in field) > LARGEST:
        return False
    if not ratelimit.consume(request, action="keep_post"):
        return False
    kept = KeptPost(
        path=request.get_full_path(),
        fields=fields,
        at=now(),
        person=request.user.pk or request.session.get(WAS, {}).get("person"),
        page=page_of(request),
        is_whole=fields == sent and not request.FILES,
    )
    request.session[KEPT] = asdict(kept)
    if not request.user.is_authenticated:
        request.session.set_expiry(int(LASTS.total_seconds()))
    return True


def is_private(name: str, value: str) -> bool:
    """Passwords, codes, and whatever may tell who a patient is."""
    return bool(SECRET.search(name)) or has_nhs_number(value) or has_nhs_number(name)


def page_of(request: HttpRequest) -> str:
    """The path of our page that sent the request; empty if it does not say."""
    address = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(address, request.get_host()):
        return ""
    parts = urlsplit(address)
    # Two slashes at the start would name another host.
    return escape_leading_slashes(parts._replace(scheme="", netloc="", fragment="").geturl())


def kept_for(session: SessionBase, person: int | None) -> KeptPost | None:
    """What waits for the person; nothing of others, nor what is older than an hour."""
    data = session.get(KEPT)
    if not data:
        return None
    kept = KeptPost(**{**data, "fields": [(name, value) for name, value in data["fields"]]})
    is_old = now() - kept.at >= LASTS.total_seconds()
    return None if is_old or kept.person not in (None, person) else kept


def forget_unless_for(session: SessionBase, person: int) -> None:
    """Who logs in gets nothing that somebody else typed."""
    if KEPT in session and not kept_for(session, person):
        del session[KEPT]


def forget_if_sent(request: HttpRequest) -> None:
    """It was sent again, or the same was done anew."""
    data = request.session.get(KEPT)
    if data and request.method == "POST" and request.get_full_path() == data["path"]:
        del request.session[KEPT]
