"""The footer and the pages that it leads to: what they say is what the code does."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from accounts.choices import LinkPurpose
from accounts.models import User
from accounts.services import LIFETIMES, REGISTRATION_LIFETIME
from onboarding.models import RegistrationDraft
from onboarding.registration.drafts import LIFETIME
from tests.factories.accounts import helpdesk, searcher
from tests.factories.organisations import ServiceGroupFactory
from tests.sweeps.addresses import every_address
from tests.sweeps.authorization.lines import EVERYBODY
from tests.sweeps.authorization.table import TABLE

FOOTER = (
    ("Accessibility statement", "/accessibility-statement/"),
    ("Contact us", "/contact-us/"),
    ("Cookies", "/cookies/"),
    ("Privacy policy", "/privacy-policy/"),
    ("Terms and conditions", "/terms-and-conditions/"),
    ("Supported browsers", "/supported-browsers/"),
)
NEWS = ("News about the service", "/terms-of-use/")
TEXT_PAGES = [url for _, url in FOOTER] + ["/help/"]

pytestmark = pytest.mark.django_db


def text_of(client: Client, url: str) -> str:
    """The words of a page's main part, as a person reads them."""
    html = client.get(url).content.decode()
    main = re.search(r"<main.*?</main>", html, re.DOTALL)
    assert main
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main[0])).split())


class TestFooter:
    @pytest.mark.requirement("CPMS-05")
    @pytest.mark.parametrize(("title", "url"), FOOTER)
    def test_leads_to_a_real_page(self, client, title, url):
        assert f'href="{url}">{title}<' in client.get("/").content.decode()
        page = client.get(url)
        assert page.status_code == 200
        assert f"<h1>{title}</h1>" in page.content.decode()
        assert len(text_of(client, url).split()) > 120

    @pytest.mark.requirement("CPMS-05")
    def test_is_on_every_page_that_is_open_to_everyone(self, client):
        pages = {page.name for page in TABLE.values() if page.get == EVERYBODY}
        self.check(client, pages & {address.name for address in every_address()})

    @pytest.mark.requirement("CPMS-05")
    def test_is_on_the_pages_of_who_is_signed_in(self, client):
        client.force_login(searcher(ServiceGroupFactory()))
        self.check(client, {"home", "availability:search", "help", "cookies"})

    @pytest.mark.requirement("CPMS-05")
    def test_is_on_the_pages_of_approvers(self, client):
        client.force_login(helpdesk())
        self.check(client, {"approvals:queue"})

    @pytest.mark.requirement("CPMS-05")
    def test_is_on_a_page_that_does_not_exist(self, client):
        self.check_html(client.get("/nowhere/").content.decode(), "/nowhere/")

    def check(self, client: Client, names: set[str]) -> None:
        reached = {address.name: address.path for address in every_address()}
        for name in names:
            response = client.get(reached[name], follow=True)
            if "html" in response.headers["Content-Type"]:
                self.check_html(response.content.decode(), name)

    def check_html(self, html: str, where: str) -> None:
        footer = re.search(r"<footer.*?</footer>", html, re.DOTALL)
        assert footer, where
        links = re.findall(r'href="([^"]+)">([^<]+)</a>', footer[0])
        signed_in = "/logout/" in html
        expected = [*FOOTER, NEWS] if signed_in else list(FOOTER)
        assert [(title, url) for url, title in links] == expected, where
        assert re.search(r"<p[^>]*>© Crown copyright</p>", footer[0]), where
        assert django_settings.ATTRIBUTION in footer[0], where


@pytest.mark.requirement("CPMS-05")
@pytest.mark.parametrize("url", ["/contact-us/", "/help/", "/accessibility-statement/"])
def test_the_helpdesk_of_the_settings_can_be_reached(client, settings, url):
    settings.HELPDESK_EMAIL = "desk@trust.example"
    settings.HELPDESK_TELEPHONE = "01632 960123"
    settings.HELPDESK_HOURS = "9:00 to 17:00 on Sundays"
    html = client.get(url).content.decode()
    assert 'href="mailto:desk@trust.example"' in html
    assert 'href="tel:01632960123"' in html
    assert "9:00 to 17:00 on Sundays" in html


@pytest.mark.requirement("CPMS-05")
def test_the_helpdesk_has_its_hours():
    assert django_settings.HELPDESK_HOURS == "8:30 to 16:30 Monday to Friday"


@pytest.mark.requirement("CT-16")
@pytest.mark.parametrize(
    "name",
    [
        "contact_us",
        "help",
        "new_link_sent",
        "account_reset_password_done",
        "account_email_verification_sent",
        "onboarding:register_check_email",
    ],
)
def test_the_address_that_mail_comes_from_is_shown(client, settings, name):
    settings.DEFAULT_FROM_EMAIL = "The service <beds@trust.example>"
    if name == "onboarding:register_check_email":
        names = {"first_name": "Zoë", "surname": "O'Neill", "email": "zoe@trust.example"}
        client.post("/register/name/", names)
        RegistrationDraft.objects.update(registered_as="zoe@trust.example")
    text = text_of(client, reverse(name))
    assert "beds@trust.example" in text
    assert "safe senders" in text


def test_the_terms_show_their_version(client, settings):
    settings.TERMS_VERSION = "2027-02-03"
    assert "Version of 3 February 2027" in text_of(client, "/terms-and-conditions/")


@pytest.mark.requirement("CT-15")
def test_the_supported_browsers_are_listed(client):
    text = text_of(client, "/supported-browsers/")
    for browser in ("Microsoft Edge", "Google Chrome", "Mozilla Firefox", "Safari"):
        assert browser in text
    for device in ("Windows computer", "Mac", "iPhone", "iPad", "Android phone or tablet"):
        assert device in text


@pytest.mark.parametrize("url", TEXT_PAGES)
def test_every_link_of_a_text_page_opens(client, url):
    main = re.search(r"<main.*?</main>", client.get(url).content.decode(), re.DOTALL)
    assert main
    links = [link for link in re.findall(r'href="([^"]*)"', main[0]) if link.startswith("/")]
    for link in links:
        # Who is not logged in is led to the login.
        assert client.get(link, follow=True).status_code == 200, link


@pytest.mark.parametrize("url", TEXT_PAGES)
def test_a_text_page_asks_the_database_for_nothing(client, url, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(url)


# Where the privacy policy speaks of what is kept of a person, by field of the account and by model.
# A new field or model of people is red here until the policy says why it is kept.
ACCOUNT = {
    "id": "Your account",
    "password": "your password, as a code from which it cannot be read back",
    "password_changed_at": "when you chose it and when you were reminded of its end",
    "password_by_mail": "whether you chose it through an email",
    "password_reminder": "when you chose it and when you were reminded of its end",
    "last_login": "when you last logged in",
    "email": "your email address",
    "first_name": "your first name",
    "surname": "surname",
    "job_title": "your job title and contact number, if you give them",
    "contact_number": "your job title and contact number, if you give them",
    "terms_version": "which version of the terms of use you accepted, and whether you agreed",
    "communications": "which version of the terms of use you accepted, and whether you agreed",
    "professional_role": "your professional role and the service groups that you work with",
    "other_role": "your professional role and the service groups that you work with",
    "work_postcode": "the postcode of the place where you work",
    "kind": "whether the account is your own or shared",
    "is_active": "whether it is disabled",
    "anonymised_at": "when it was enabled again or made anonymous",
    "joined_at": "when it was made",
}
MODELS = {
    "account.EmailAddress": "your email address",
    "accounts.Consent": "which version of the terms of use you accepted, and whether you agreed",
    "accounts.Disabling": "when, by whom and why",
    "accounts.Grant": "the access that you have or had",
    "accounts.Link": "the links that we emailed to you to verify your address or choose a password",
    "accounts.AuthenticatorDevice": "an authenticator app, whose secret is encrypted",
    "accounts.EmailDevice": "codes by email",
    "accounts.RecoveryDevice": "your recovery codes",
    "accounts.SecondFactorReset": "who of the helpdesk reset your two-step login",
    "accounts.PasswordHistory": "the passwords that you had before, up to 4 of them",
    "socialaccount.SocialAccount": "if you connect a sign-in with another service",
    "usersessions.UserSession": "while you are logged in: that you are, since when",
    "admin.LogEntry": "if you work for the helpdesk, the changes that you make in its pages",
    "approvals.AccessRequest": "the organisation that you say you work for",
    "approvals.Decision": "each decision: who decided",
    "approvals.Invitation": "the invitations that you sent",
    "approvals.InvitationDraft": "an invitation or a list of people that you have begun",
    "approvals.ReviewAnswer": "what an approver answers each quarter",
    "approvals.Item": "what you asked for and when",
    "approvals.LevelChange": "the providers that you switched between single and multi level",
    "availability.BedEntry": "the changes that you make to beds",
    "availability.BedUpload": "a file of beds that you have uploaded and not saved",
    "availability.BedUpkeep": "the changes that you make to beds",
    "availability.Call": "the calls to wards that you note",
    "availability.ExportToken": "the tokens that you make for exports",
    "availability.HoldRequest": "the wards that you ask to hold a bed",
    "availability.IntakeLimit": "the wards that you confirm",
    "availability.SavedSearch": "the searches that you save",
    "availability.SessionEntry": "the changes that you make to beds and sessions",
    "availability.SessionPattern": "the changes that you make to beds and sessions",
    "availability.WardConfirmation": "the wards that you confirm",
    "availability.WardTotals": "the wards that you confirm",
    "capacity_plans.CalendarAddress": "the calendar addresses that you make",
    "capacity_plans.PlanUpload": "a file of a plan that you have uploaded and not saved",
    "capacity_plans.Version": "the versions of plans that you make",
    "core.AuditEvent": "an audit trail of registrations",
    "notifications.Notification": "What we tell you in the service",
    "notifications.OutgoingMail": "Emails that we send you",
    "notifications.Preference": "whether you want notifications by email",
    "onboarding.AccessRequestDraft": "an access request that you have begun and not sent",
}


class TestPrivacyPolicy:
    def test_it_speaks_of_every_field_of_an_account(self, client):
        assert {field.name for field in User._meta.concrete_fields} == set(ACCOUNT)
        text = text_of(client, "/privacy-policy/")
        assert [words for words in ACCOUNT.values() if words not in text] == []

    def test_it_speaks_of_everything_else_that_is_kept_of_people(self, client):
        of_people = {
            model._meta.label
            for model in apps.get_models()
            # pghistory's own models are views of the directory's history.
            if model._meta.app_label != "pghistory"
            and any(field.related_model is User for field in model._meta.concrete_fields)
        }
        assert of_people == set(MODELS)
        text = text_of(client, "/privacy-policy/")
        assert [words for words in MODELS.values() if words not in text] == []

    def test_its_periods_are_those_of_the_code(self, client, settings):
        text = text_of(client, "/privacy-policy/")
        hour = timedelta(hours=1)
        assert f"deleted about {LIFETIME // hour} hours after you began" in text
        assert (
            f"stops working after {LIFETIMES[LinkPurpose.VERIFY_ADDRESS] // hour} hours, or after "
            f"{LIFETIMES[LinkPurpose.RESET_PASSWORD] // hour} hour if it is for a new password"
            in text
        )
        assert f"log in again after {settings.SESSION_COOKIE_AGE // 86400} days" in text
        windows = re.findall(r"/(?:\d+)?[smhd]\b", " ".join(settings.ACCOUNT_RATE_LIMITS.values()))
        assert set(windows) <= {"/m", "/3m", "/15m", "/h", "/d"}
        assert "count for up to 15 minutes" in text
        assert f"up to {settings.PASSWORD_HISTORY - 1} of them" in text
        assert "emails for a new password for up to an hour" in text
        assert "emails to an address that somebody registers for up to 24 hours" in text
        assert f"deleted about {REGISTRATION_LIFETIME.days} days after you sent it" in text
        assert f"deleted {settings.NOTIFICATION_DAYS_READ} days after you read it" in text
        assert f"in any case {settings.NOTIFICATION_DAYS_UNREAD} days after it came" in text
        assert f"disabled for {settings.RETENTION_DAYS} days is made anonymous" in text

    def test_it_names_who_runs_the_service_and_says_what_is_to_be_confirmed(self, client, settings):
        settings.SERVICE_OWNER = "Foo Trust"
        text = text_of(client, "/privacy-policy/")
        assert "Foo Trust runs this service" in text
        assert text.count("by Foo Trust before real use") == 3
