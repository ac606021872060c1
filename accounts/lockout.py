"""Wrong passwords are counted for each address that is typed, known or not (CQRS-20).

The counts are allauth's rate limits, in the database's cache: 5 in 15 minutes (settings).
"""

import math
import time
from datetime import timedelta

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.addresses import AddressError, normalised
from accounts.models import User
from core import audit
from core.models import AuditEvent

SIGN_INS, PROOFS = "login_failed", "proof_failed"
ALLAUTH = "allauth.account"


def key_of(address: str) -> str:
    """What the attempts with an address are counted under, however it is spelt."""
    try:
        return normalised(address)
    except AddressError:
        return address.strip().lower()


def count_attempt(request: HttpRequest, action: str, key: str) -> bool:
    """Count one attempt; False if there were too many already."""
    return bool(ratelimit.consume(request, app=ALLAUTH, action=action, key=key))


def forget_attempts(action: str, key: str) -> None:
    """Start counting anew."""
    for rate in rates_per_key(action):
        cache.delete(cache_key(action, rate, key))


def seconds_locked(action: str, key: str) -> float:
    """How long no attempt is taken any more; 0 if one is."""
    waits = [0.0]
    for rate in rates_per_key(action):
        attempts = cache.get(cache_key(action, rate, key), [])
        if len(attempts) >= rate.amount:
            # The newest stands first; the next is taken when the oldest that counts is forgotten.
            waits.append(attempts[rate.amount - 1] + rate.duration - time.time())
    return max(waits)


def wait_in_words(action: str, key: str) -> str:
    """E.g. '12 minutes', never less than it takes."""
    minutes = max(1, math.ceil(seconds_locked(action, key) / 60))
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def is_locked_out(address: str) -> bool:
    """Whether nobody can log in with the address now."""
    return seconds_locked(SIGN_INS, key_of(address)) > 0


def people_locked_out() -> list[int]:
    """The ids of people who cannot log in now. 1 query, and 1 for each lock-out of late."""
    longest = max(rate.duration for rate in rates_per_key(SIGN_INS))
    lately = AuditEvent.objects.filter(
        event="sign_in.locked_out",
        subject__isnull=False,
        at__gt=timezone.now() - timedelta(seconds=longest),
    )
    people = set(lately.values_list("subject_id", "subject__email"))
    return sorted(key for key, address in people if is_locked_out(address))


@transaction.atomic
def sign_in_failed(*, address: str) -> None:
    """Record a wrong password, and the lock-out that it may lead to.

    An unknown address costs the same steps; of what was typed only a keyed hash is kept.
    """
    key = key_of(address)
    person = User.objects.filter(email=key).first()
    events = ["sign_in.failed", *(["sign_in.locked_out"] if is_locked_out(address) else [])]
    for event in events:
        audit.record(
            event,
            by=None,
            target=person or User(),
            subject=person,
            typed=salted_hmac("accounts.lockout", key).hexdigest()[:16],
        )


@transaction.atomic
def lift_lockout(address: str, *, by: User | None = None) -> None:
    """Whoever owns the address can log in again at once."""
    person = User.objects.filter(email=key_of(address)).first()
    if person and is_locked_out(address):
        audit.record("sign_in.unlocked", by=by, target=person, subject=person)
    forget_attempts(SIGN_INS, key_of(address))
    if person:
        forget_attempts(PROOFS, str(person.pk))


def rates_per_key(action: str) -> list[ratelimit.Rate]:
    return [rate for rate in ratelimit.get_rates(app=ALLAUTH, action=action) if rate.per == "key"]


def cache_key(action: str, rate: ratelimit.Rate, key: str) -> str:
    # A limit by key does not look at the request.
    return ratelimit.get_cache_key(None, app=ALLAUTH, action=action, rate=rate, key=key)
