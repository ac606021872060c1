"""Who asks with a token: the one door for programs, see `accounts.middleware`."""

import hmac

from django.http import HttpRequest, HttpResponse

from accounts.choices import Capability
from accounts.gates import closed_gate
from accounts.models import User
from accounts.models.links import hash_of
from accounts.services import note_use
from availability.exports.answers import problem
from availability.exports.limits import refuse_too_many
from availability.exports.tokens.queries import token_with
from availability.rules import may_search_in_own_name

SCHEME = "bearer"
CHALLENGE = 'Bearer realm="CPMS exports"'


def check_token(request: HttpRequest) -> HttpResponse | None:
    """See `opens_to_tokens`. Whatever is wrong with a token, the answer is the same."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    person = person_of(header)
    if person is None:
        return refusal(request)
    request.user = person
    request.by_token = True  # type: ignore[attr-defined]
    return None


def person_of(header: str) -> User | None:
    """Whose token it is, if it works: for them nothing is open but what searching opens."""
    scheme, _, text = header.partition(" ")
    text = text.strip()
    token = token_with(text) if scheme.lower() == SCHEME and text else None
    if token is None or not hmac.compare_digest(token.token_hash, hash_of(text)):
        return None
    person = token.person
    person.chosen_role = Capability.AVAILABILITY_VIEW
    if may_search_in_own_name(person) or closed_gate(person):
        return None
    note_use(token)
    return person


def refusal(request: HttpRequest) -> HttpResponse:
    return refuse_too_many(request, "wrong_token") or problem(
        request, 401, "This token does not work.", WWW_Authenticate=CHALLENGE
    )
