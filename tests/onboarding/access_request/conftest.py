"""Richard Test1 at the access request, and a small directory."""

import pytest
from django.test import Client
from django.urls import reverse

from onboarding.models import AccessRequestDraft
from tests.factories.accounts import UserFactory, helpdesk
from tests.factories.organisations import RegionFactory, WardFactory

SUMMARY = "/request-access/check-your-answers/"
START = "/request-access/"


def url(key):
    return reverse("onboarding:request_step", args=[key])


def text_of(response):
    return " ".join(response.content.decode().split())


class Asking:
    """Answers the questions as a browser would."""

    def __init__(self, client):
        self.client = client

    def see(self, key, **query):
        return text_of(self.client.get(url(key), query))

    def answer(self, key, change=False, **data):
        return self.client.post(f"{url(key)}{'?change=1' if change else ''}", data)

    def details(self, organisation_type="provider", availability="yes", plans="no", **more):
        data = {"availability": availability, "plans": plans, **more}
        return self.answer("organisation", organisation_type=organisation_type, **data)

    def provider(self, ward, **more):
        return self.answer("provider", provider=ward.unit.organisation.name, **more)

    def everything(self, ward, *, edit="no", places=(), **details):
        """All of a provider's member of staff, up to the summary."""
        self.details(**details)
        self.provider(ward)
        self.answer("availability", edit=edit)
        for place in places:
            self.add(place)
        if edit == "yes":
            self.answer("places", next="yes")

    def add(self, place):
        return self.answer("places", add=f"{place._meta.model_name}:{place.pk}")

    def summary(self):
        return text_of(self.client.get(SUMMARY))

    def send(self, reason="I work there too"):
        # Asked of who is known already; of anybody else there is no such page.
        self.answer("reason", reason=reason)
        return self.client.post(SUMMARY)

    @property
    def answers(self):
        draft = AccessRequestDraft.objects.first()
        return draft.answers if draft else {}


@pytest.fixture
def ward():
    return WardFactory()


@pytest.fixture
def regions(ward):
    return [RegionFactory(), RegionFactory(code="Y56", name="London", position=3)]


@pytest.fixture
def richard(client):
    richard = UserFactory()
    client.force_login(richard)
    return richard


@pytest.fixture
def asking(client, richard):
    return Asking(client)


@pytest.fixture
def admin_site():
    """The helpdesk changes a service group in the admin: admin_site(group, open_to_plans='on')."""

    def change(group, **ticks):
        helper = Client()
        helper.force_login(helpdesk())
        page = f"/admin/organisations/servicegroup/{group.pk}/change/"
        names = ("code", "name", "position", "warn_after_hours", "stale_after_hours")
        data = {name: getattr(group, name) for name in names}
        response = helper.post(page, {**data, **ticks})
        assert response.status_code == 302, response.content.decode()

    return change
