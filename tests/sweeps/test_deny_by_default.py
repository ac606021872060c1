"""Every address refuses who is not signed in and allowed; what is open is listed here."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.middleware import DenyByDefaultMiddleware
from tests.factories.accounts import UserFactory
from tests.sweeps.addresses import every_address

pytestmark = pytest.mark.django_db

# Open to everyone. Add nothing here without a reason that a reviewer accepts.
OPEN = {
    "landing",
    "accessibility_statement",
    "contact_us",
    "cookies",
    "privacy_policy",
    "terms_and_conditions",
    "supported_browsers",
    "help",
    "healthz",
    "readyz",
    "demo_inbox",
    # Creating an account, and proving its address
    "onboarding:register",
    "onboarding:register_step",
    "onboarding:register_summary",
    "onboarding:register_check_email",
    "onboarding:register_send_again",
    "onboarding:register_change_address",
    "verify",
    "verify_link",
    "new_link",
    "new_link_sent",
    # Answer whether one is logged in, and nothing else to who is not
    "session_status",
    "session_extend",
    # Signing in
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
    "second_factor_code",
    "second_factor_email_code",
    "second_factor_recovery_code",
    "second_factor_no_device",
    "account_reset_password",
    "account_reset_password_done",
    "reset_link",
    "choose_password",
    "password_chosen",
    # Signing in through another service, and coming back from it
    "outside_login",
    "outside_callback",
    "outside_outcome",
    "outside_not_now",
}

# Open to everyone who is signed in, whatever they hold.
SIGNED_IN = {
    "home",
    "terms_of_use",
    "your_account",
    "who_looked",
    "change_password",
    "second_factor",
    "second_factor_set_up",
    "second_factor_authenticator",
    "second_factor_email",
    "second_factor_recovery_codes",
    "second_factor_codes_saved",
    "second_factor_remove",
    "outside_identities",
    "outside_connect",
    "outside_disconnect",
    "sessions",
    "end_session",
    "end_other_sessions",
    "continue",
    "account_reauthenticate",
    "onboarding:request_access",
    "onboarding:request_step",
    "onboarding:request_summary",
    "onboarding:request_sent",
    "onboarding:request_find",
    "onboarding:your_requests",
}


def refused(response):
    return response.status_code == 302 and response.url.startswith("/login/?next=")


def answers(client, method, user=None):
    """Each address's name with its answer; signed in anew each time, for one of them logs out."""
    for address in every_address():
        client.logout()
        if user:
            client.force_login(user)
        yield address.name, getattr(client, method)(address.path)


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_but_the_list_is_open_to_who_is_not_signed_in(client, method):
    given = list(answers(client, method))
    assert len(given) > 100
    reached = {name for name, answer in given if not refused(answer)}
    assert reached == OPEN


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_but_the_lists_is_open_to_who_holds_nothing(client, method):
    given = answers(client, method, UserFactory())
    reached = {name for name, answer in given if answer.status_code != 403}
    assert reached == OPEN | SIGNED_IN


class TestMiddleware:
    def answer(self, view, user):
        request = RequestFactory().get("/new/")
        request.user, request.resolver_match = user, None
        request.session = {}
        return DenyByDefaultMiddleware(view).process_view(request, view, (), {})

    def test_a_view_that_names_no_rule_is_open_to_nobody(self):
        def forgotten(request):
            return HttpResponse("secret")

        assert refused(self.answer(forgotten, AnonymousUser()))
        with pytest.raises(PermissionDenied):
            self.answer(forgotten, UserFactory())
