"""The home page shows exactly the tiles that a person's access opens."""

import re

import pytest
from django.urls import reverse

from accounts.choices import Capability
from accounts.tiles import tiles_for
from tests.factories.accounts import commissioner, grant, helpdesk, person, searcher, ward_editor
from tests.factories.organisations import CollaborativeFactory, ServiceGroupFactory, WardFactory

pytestmark = pytest.mark.django_db


def planner():
    user = person("paula.planner")
    grant(user, Capability.PLANS_EDIT, collaborative=CollaborativeFactory())
    return user


PEOPLE = {
    "searcher": (
        lambda: searcher(ServiceGroupFactory()),
        {"Find a bed", "Directory", "Dashboards", "Exports", "Request access"},
    ),
    "ward editor": (
        lambda: ward_editor(WardFactory()),
        {
            "Find a bed",
            "Directory",
            "Dashboards",
            "Update beds and sessions",
            "Exports",
            "Request access",
        },
    ),
    "commissioner": (
        lambda: commissioner(CollaborativeFactory()),
        {
            "Approvals",
            "Invitations",
            "Plans",
            "Providers",
            "Users",
            "Out-of-date figures",
            "Request access",
        },
    ),
    "helpdesk": (
        helpdesk,
        {
            "Approvals",
            "Invitations",
            "Providers",
            "Users",
            "Out-of-date figures",
            "Helpdesk",
            "Request access",
        },
    ),
    "planner": (
        planner,
        {"Plans", "Request access"},
    ),
}


@pytest.mark.requirement("CPMS-30")
@pytest.mark.parametrize("who", PEOPLE)
def test_the_home_page_has_the_tiles_of_the_access_and_each_opens(client, who):
    make, expected = PEOPLE[who]
    user = make()
    client.force_login(user)
    text = client.get(reverse("home")).content.decode()
    shown = set(re.findall(r'class="nhsuk-card__link"\s+href="[^"]*">([^<]+)<', text))
    assert shown == expected
    for tile in tiles_for(user):
        assert client.get(reverse(tile.url_name), follow=True).status_code == 200
