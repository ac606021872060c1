"""A person's own details and preferences, which they alone change; the audit names the fields."""

import pytest

from accounts.models import User
from core.models import AuditEvent
from tests.factories.accounts import person, searcher
from tests.factories.organisations import (
    PostcodeLocationFactory,
    ServiceGroupFactory,
    ServiceTypeFactory,
)

pytestmark = pytest.mark.django_db

DETAILS = {
    "first_name": "Richard",
    "surname": "O'Neill-Test1",
    "job_title": "Technical lead",
    "contact_number": "01632 960001",
    "work_postcode": "SL6 0PQ",
}


@pytest.fixture
def richard(client):
    PostcodeLocationFactory()
    richard = person("richard.test1")
    client.force_login(richard)
    return richard


@pytest.mark.requirement("CQRS-13")
def test_details_change_and_the_audit_names_the_fields_not_the_values(client, richard):
    response = client.post("/your-account/details/", DETAILS)
    assert response.status_code == 302
    richard.refresh_from_db()
    assert {name: getattr(richard, name) for name in DETAILS} == DETAILS
    event = AuditEvent.objects.get(event="person.details_changed")
    assert event.details == {"fields": ["contact_number", "job_title", "surname"]}
    # The same again changes nothing, and says nothing.
    client.post("/your-account/details/", DETAILS)
    assert AuditEvent.objects.filter(event="person.details_changed").count() == 1


@pytest.mark.requirement("CQRS-13")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", ""),
        ("surname", "S" * 81),
        ("surname", "www.bad.example"),
        ("job_title", "Nurse of 943 476 5919"),
        ("job_title", "J" * 121),
        ("job_title", "A\0B"),
        ("contact_number", "call me"),
        ("work_postcode", "nowhere"),
    ],
)
def test_what_registration_refuses_is_refused_here_too(client, richard, field, value):
    response = client.post("/your-account/details/", {**DETAILS, field: value})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    richard.refresh_from_db()
    assert richard.surname == "Test1"


def test_nothing_is_changed_that_the_form_does_not_show(client, richard):
    client.post("/your-account/details/", {**DETAILS, "email": "a@b.example", "kind": "generic"})
    richard.refresh_from_db()
    assert (richard.email, richard.kind) == ("richard.test1@trust.example", "personal")


@pytest.mark.requirement("ERN-06")
def test_preferences_are_kept_and_their_names_recorded(client, richard):
    group = ServiceGroupFactory()
    typed = {
        "professional_role": "other",
        "other_role": "Bed finder",
        "groups_of_interest": [group.pk],
    }
    assert client.post("/your-account/preferences/", typed).status_code == 302
    richard.refresh_from_db()
    assert (richard.professional_role, richard.other_role) == ("other", "Bed finder")
    assert list(richard.groups_of_interest.all()) == [group]
    event = AuditEvent.objects.get(event="person.preferences_changed")
    assert event.details == {"fields": ["groups_of_interest", "other_role", "professional_role"]}
    # What was typed beside "Other" goes with it.
    client.post("/your-account/preferences/", {**typed, "professional_role": "nurse"})
    richard.refresh_from_db()
    assert (richard.professional_role, richard.other_role) == ("nurse", "")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"professional_role": "other", "other_role": ""}, "other_role"),
        ({"professional_role": "wizard"}, "professional_role"),
        ({"groups_of_interest": ["999999999999999999999"]}, "groups_of_interest"),
        ({"groups_of_interest": ["\0"]}, "groups_of_interest"),
    ],
)
def test_a_preference_that_is_none_is_refused_at_its_field(client, richard, values, field):
    response = client.post("/your-account/preferences/", values)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert not User.objects.exclude(professional_role="").exists()


@pytest.mark.requirement("ERN-06")
def test_a_search_begins_with_the_one_group_of_interest(client):
    PostcodeLocationFactory()
    group = ServiceTypeFactory().group
    other = ServiceGroupFactory(code="perinatal", name="Perinatal", position=2)
    ServiceTypeFactory(group=other, code="mother-and-baby", name="Mother and baby")
    sam = searcher(group)
    searcher(other)
    client.force_login(sam)
    assert not client.get("/search/").context["form"]["service_group"].value()
    sam.groups_of_interest.add(group)
    assert client.get("/search/").context["form"]["service_group"].value() == group.code
    # What the address says counts.
    found = client.get("/search/?postcode=SL6+0PQ&service_group=")
    assert found.context["form"]["service_group"].value() == ""


@pytest.mark.requirement("CQRS-13")
def test_the_profile_has_the_sections_of_the_document(client, richard, django_assert_num_queries):
    with django_assert_num_queries(13):
        html = client.get("/your-account/").content.decode()
    for heading in (
        "User details",
        "Available roles",
        "Request access",
        "Notification settings",
        "Disable account",
    ):
        assert f">{heading}</h2>" in html
