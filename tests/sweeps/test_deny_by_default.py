"""What is refused before any view is asked; the rest stands in authorization/table.py."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.middleware import DenyByDefaultMiddleware
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def refused(response):
    return response.status_code == 302 and response.url.startswith("/login/?next=")


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
