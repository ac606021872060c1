"""Registering, part 1, as a browser does it: what the tests of the pages share."""

import re

from onboarding.models import RegistrationDraft
from tests.factories.accounts import PASSWORD

NAME = {"first_name": "Richard", "surname": "Test1", "email": "rdjtest1@trust.example"}
WORK = {"job_title": "Technical Lead", "contact_number": "01632 960001", "postcode": "sl60pq"}
SECRET = {"password": PASSWORD, "confirmation": PASSWORD}
TERMS = {"accepted": "on", "communications": "disagree"}
START, SUMMARY = "/register/", "/register/check-your-answers/"
CHECK_EMAIL = "/register/check-your-email/"
AGAIN, CHANGE = "/register/send-again/", "/register/change-address/"


def post(client, step, data, **more):
    return client.post(f"/register/{step}/", {**data, **more})


def fill(client, name=NAME, work=WORK, secret=SECRET, terms=TERMS):
    """Answer every step; leads to the summary."""
    post(client, "name", name)
    post(client, "work", work)
    post(client, "password", secret)
    return post(client, "terms", terms)


def confirm(client):
    return client.post(SUMMARY, {"confirmed": "on", "website": ""})


def register(client, email=NAME["email"], password=PASSWORD, **name):
    """Go through all pages with an address."""
    secret = {"password": password, "confirmation": password}
    fill(client, name={**NAME, "email": email, **name}, secret=secret)
    assert confirm(client)["Location"] == CHECK_EMAIL


def draft():
    return RegistrationDraft.objects.get()


def text_of(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text.replace("&#x27;", "'"))


def labels(response):
    return re.findall(r"<label[^>]*>\s*([^<]+?)\s*</label>", response.content.decode())


def neutral(response, *addresses):
    """A page without what must differ: addresses that were typed, and the tokens of the request."""
    page = response.content.decode()
    for address in addresses:
        page = page.replace(address, "ADDRESS")
    page = re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", page)
    return re.sub(r"[2-9A-Z]{4}-[2-9A-Z]{4}", "REFERENCE", page)
