"""Accepting against withdrawing, and against the end of the inviter's right, on real PostgreSQL."""

import pytest

from accounts.leaving import revoke_grants
from accounts.links import DeadLink
from accounts.models import Grant, User
from approvals.invitations.accepting import accept_invitations
from approvals.invitations.services import send_invitation, withdraw_invitation
from core.errors import Conflict
from tests.counts import LONG, often
from tests.factories.accounts import helpdesk
from tests.factories.invitations import (
    DETAILS,
    PASSWORD,
    jessica,
    mailed_token,
    multi_level,
    provider_approver,
    viewer,
)
from tests.factories.organisations import WardFactory
from tests.races import at_once

ROUNDS = often(400)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("CQRS-05")]


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def accept(token):
    try:
        return accept_invitations(token=token, password=PASSWORD, communications=False, **DETAILS)
    except DeadLink:
        return None


def test_of_accepting_twice_and_withdrawing_one_wins(settings):
    settings.INVITATIONS_A_DAY = ROUNDS
    ward = WardFactory()
    own = multi_level(ward)
    amina = provider_approver(own)
    won = set()
    for number in range(ROUNDS):
        address = f"j{number}@trust.example"
        invitation = send_invitation(invited=jessica(own, viewer(ward), address=address), by=amina)
        token = mailed_token(address)

        def act(position, token=token, invitation=invitation):
            if position < 2:
                return accept(token)
            try:
                withdraw_invitation(invitation=invitation, by=amina)
            except Conflict:
                return None
            return "withdrawn"

        first, second, third = at_once(act, 3)
        assert [first, second, third].count(None) == 2, f"round {number}"
        invitation.refresh_from_db()
        accepted = first or second
        assert invitation.status == ("accepted" if accepted else "withdrawn")
        assert User.objects.filter(email=address).count() == bool(accepted)
        assert Grant.objects.filter(person__email=address).count() == bool(accepted)
        won.add(invitation.status)
    assert won == {"accepted", "withdrawn"} or not LONG


def test_while_the_right_ends_it_is_given_or_asked_for_never_both_or_neither():
    ward = WardFactory()
    own = multi_level(ward)
    helen = helpdesk()
    for number in range(ROUNDS):
        address = f"j{number}@trust.example"
        inviter = provider_approver(own, f"inviter.{number}")
        invitation = send_invitation(
            invited=jessica(own, viewer(ward), address=address), by=inviter
        )
        token = mailed_token(address)

        def act(position, token=token, inviter=inviter):
            if position:
                return revoke_grants(person=inviter, by=helen, because="Moved")
            return accept(token)

        user, _ = at_once(act, 2)
        invitation.refresh_from_db()
        given = Grant.objects.filter(person=user).first()
        assert bool(given) != bool(invitation.request_id), f"round {number}"
