"""A password that is forgotten, and one that is too old, in the browser."""

import re

import pytest

from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.test_story import mail_to

ADDRESS = "guest@demo.example"


def choose(person, password, button="Save"):
    person.page.get_by_label("What would you like your password to be?").fill(password)
    person.page.get_by_label("Please confirm your password by typing it again").fill(password)
    person.click(button)


@pytest.mark.journey
@pytest.mark.requirement("CT-14", "CQRS-12")
def test_a_forgotten_password_is_replaced_and_an_old_one_too_before_going_on(visitor, site):
    person = visitor(NARROW)
    page = person.page
    person.goto("/login/")
    person.click("Forgotten password?", role="link")
    page.get_by_label("What is your email address?").fill(ADDRESS)
    person.click("Send")
    mail = mail_to(person, ADDRESS, "NECS CPMS Password Reset")
    secret = re.search(r"/password/reset/([^/\s]+)/", mail.inner_text())[1]
    person.goto(f"/password/reset/{secret}/")
    person.check()
    assert secret not in page.url + page.content()
    choose(person, "Kettle-Violin-48")
    person.click("Login")
    person.login(ADDRESS, "Kettle-Violin-48")
    assert person.heading() == "Home"

    site.manage(
        "shell",
        "-c",
        "from datetime import timedelta; from accounts.models import User;"
        f"person = User.objects.get(email='{ADDRESS}');"
        "person.password_changed_at -= timedelta(days=366); person.save()",
    )
    person = visitor(WIDE, scripted=False)
    page = person.page
    person.goto("/search/")
    person.login(ADDRESS, "Kettle-Violin-48")
    person.goto("/search/")
    assert "Your password is more than 365 days old. Choose a new one" in page.content()
    page.get_by_label("What is your current password?").fill("Kettle-Violin-48")
    choose(person, "Kettle-Violin-48")
    assert page.title().startswith("Error: ")
    page.get_by_label("What is your current password?").fill("Kettle-Violin-48")
    choose(person, "Saddle-Tundra-63")
    assert page.url.endswith("/search/")
