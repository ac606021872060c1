"""The directory in the helpdesk's admin."""

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEvent
from organisations import models
from organisations.choices import AsksAs
from organisations.queries import find_organisations
from tests.factories.accounts import helpdesk, person
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    PostcodeLocationFactory,
    UnitFactory,
    WardFactory,
)

pytestmark = pytest.mark.django_db

KINDS = [
    models.Region,
    models.ServiceGroup,
    models.ServiceType,
    models.OrganisationKind,
    models.Organisation,
    models.Unit,
    models.Ward,
    models.Collaborative,
    models.PostcodeLocation,
]


@pytest.fixture
def ward():
    PostcodeLocationFactory()
    ward = WardFactory()
    CollaborativeFactory(members=[ward.unit.organisation])
    return ward


@pytest.fixture
def helper(client):
    user = helpdesk()
    client.force_login(user)
    return user


def page(kind, name, *args):
    return reverse(f"admin:organisations_{kind._meta.model_name}_{name}", args=args)


@pytest.mark.parametrize("kind", KINDS)
def test_lists_open_and_can_be_searched(client, helper, ward, kind):
    assert client.get(page(kind, "changelist")).status_code == 200
    assert client.get(page(kind, "changelist"), {"q": "sl6"}).status_code == 200
    thing = kind.objects.first()
    assert client.get(page(kind, "change", thing.pk)).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_can_be_deleted(client, helper, ward, kind):
    thing = kind.objects.first()
    assert client.post(page(kind, "delete", thing.pk), {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [thing.pk], "post": "yes"}
    client.post(page(kind, "changelist"), action)
    assert kind.objects.filter(pk=thing.pk).exists()


@pytest.mark.parametrize("kind", KINDS)
def test_others_than_the_helpdesk_are_refused(client, ward, kind):
    client.force_login(person("sam.searcher"))
    assert client.get(page(kind, "changelist")).status_code == 403


def test_lists_take_the_same_queries_however_long(client, helper, ward, django_assert_num_queries):
    def count(kind):
        with django_assert_num_queries(100, exact=False) as captured:
            client.get(page(kind, "changelist"))
        return len(captured)

    before = [count(kind) for kind in (models.Unit, models.Ward)]
    for number in range(5):
        other = OrganisationFactory(ods_code=f"X{number}", ods_name="X", name=f"X {number}")
        WardFactory(unit=UnitFactory(ods_code=f"X{number}01", organisation=other))
    assert [count(kind) for kind in (models.Unit, models.Ward)] == before


SEARCHES = {
    models.Organisation: ["hunterc", "GROUP the", "nv2", "sl6 0pq", "SL6", "hu"],
    models.Unit: ["hunterc", "Maidenhead", "hospital group", "nv201", "sl6 0PQ", "ma"],
    models.Ward: ["kennet", "Kennet-ED", "maidenhead kennet", "NV201", "group ken", "ke"],
}


def listed(client, kind, text):
    """What the list and the field that chooses one of it answer."""
    of = models.Ward if kind is models.Unit else models.Unit
    field = "unit" if kind is models.Unit else "organisation"
    response = client.get(page(kind, "changelist"), {"q": text})
    found = [row.pk for row in response.context["cl"].result_list]
    if kind is not models.Ward:
        sent = {"app_label": "organisations", "model_name": of._meta.model_name}
        answer = client.get(
            reverse("admin:autocomplete"), sent | {"field_name": field, "term": text}
        )
        assert [int(one["id"]) for one in answer.json()["results"]] == found
    return found


@pytest.mark.parametrize("kind", SEARCHES)
def test_lists_are_searched_by_the_words_of_any_name_by_code_and_postcode(
    client, helper, ward, kind
):
    organisation = ward.unit.organisation
    organisation.postcode = "SL6 0PQ"
    organisation.save()
    other = OrganisationFactory(ods_code="RNU", ods_name="OXFORD", name="Oxford Health")
    away = UnitFactory(
        ods_code="RNU01",
        ods_name="WARNEFORD",
        name="Warneford",
        organisation=other,
        town="Oxford",
        postcode="OX3 7JX",
    )
    WardFactory(unit=away, name="Highfield")
    thing = {models.Organisation: organisation, models.Unit: ward.unit, models.Ward: ward}[kind]
    for text in SEARCHES[kind]:
        assert listed(client, kind, text) == [thing.pk], text
    assert len(listed(client, kind, "")) == len(listed(client, kind, " ")) == 2
    for text in ("zz", "-", "k", "x" * 101, "%"):
        assert listed(client, kind, text) == [], text
    assert client.get(page(kind, "changelist"), {"q": "a\0"}).status_code == 200
    field = {"app_label": "organisations", "model_name": "ward", "field_name": "unit"}
    hostile = client.get(reverse("admin:autocomplete"), field | {"term": "\0"})
    assert hostile.status_code == 200


def fields_of(response):
    form = response.context["adminform"].form
    return {name: "" if form[name].value() is None else form[name].value() for name in form.fields}


def test_a_change_keeps_what_the_source_says_and_is_audited(client, helper, ward):
    unit = ward.unit
    address = page(models.Unit, "change", unit.pk)
    sent = fields_of(client.get(address)) | {
        "name": "Taplow Manor",
        "ods_code": "HACK",
        "ods_name": "x",
    }
    assert client.post(address, sent).status_code == 302
    unit.refresh_from_db()
    assert unit.name == "Taplow Manor"
    assert (unit.ods_code, unit.ods_name) == ("NV201", "The Huntercombe Hospital Maidenhead")
    event = AuditEvent.objects.get(event="directory.changed")
    assert (event.actor, event.target) == (helper, f"organisations.unit:{unit.pk}")
    assert event.details == {"fields": ["name"]}


def test_nothing_new_on_a_closed_organisation_is_said_at_the_form(client, helper, ward):
    organisation = ward.unit.organisation
    organisation.closed_on = timezone.localdate()
    organisation.save()
    address = page(models.Ward, "add")
    sent = {
        "unit": ward.unit_id,
        "name": "New",
        "service_type": ward.service_type_id,
        "kind": "inpatient",
        "sex": "mixed",
        "minimum_age": 12,
        "security_level": 0,
        "commissioned_beds": 5,
        "telephone": "01632 960999",
    }
    response = client.post(address, sent)
    assert response.status_code == 200
    assert "is closed: nothing new can be added to it" in response.content.decode()
    assert models.Ward.objects.count() == 1


def test_a_new_member_of_a_collaborative_is_audited(client, helper, ward):
    collaborative = models.Collaborative.objects.get()
    other = OrganisationFactory(ods_code="RNU", ods_name="OXFORD", name="Oxford Health")
    address = page(models.Collaborative, "change", collaborative.pk)
    own = models.CollaborativeMember.objects.get()
    sent = fields_of(client.get(address)) | {
        "collaborativemember_set-TOTAL_FORMS": 2,
        "collaborativemember_set-INITIAL_FORMS": 1,
        "collaborativemember_set-0-id": own.pk,
        "collaborativemember_set-0-collaborative": collaborative.pk,
        "collaborativemember_set-0-organisation": own.organisation_id,
        "collaborativemember_set-1-collaborative": collaborative.pk,
        "collaborativemember_set-1-organisation": other.pk,
    }
    assert client.post(address, sent).status_code == 302
    assert collaborative.members.count() == 2
    event = AuditEvent.objects.get(event="directory.members_changed")
    assert event.details == {"members": sorted([own.organisation_id, other.pk])}


def test_every_model_of_the_directory_is_registered():
    assert [kind for kind in KINDS if not admin.site.is_registered(kind)] == []


@pytest.mark.requirement("CT-07")
def test_the_helpdesk_adds_a_kind_and_an_organisation_of_it_that_people_then_find(client, helper):
    kind = {"code": "prison", "name": "Prison", "position": 11, "asks_as": AsksAs.OTHER_BODY}
    assert client.post(page(models.OrganisationKind, "add"), kind).status_code == 302
    organisation = {
        "ods_code": "RD1",
        "ods_name": "HMP ELSEWHERE",
        "name": "HMP Elsewhere",
        "kind": "prison",
        "postcode": "sl60pq",
        "approval_level": "single",
    }
    assert client.post(page(models.Organisation, "add"), organisation).status_code == 302
    found = find_organisations("elsewhere", asks_as=AsksAs.OTHER_BODY)
    assert [(match.label, match.detail) for match in found] == [
        ("HMP Elsewhere", "Prison, ODS code RD1, SL6 0PQ")
    ]
    refused = client.post(page(models.Organisation, "add"), organisation | {"postcode": "x"})
    assert "Enter a full UK postcode" in refused.content.decode()
    assert find_organisations("elsewhere", asks_as=AsksAs.NHS_BODY) == []


@pytest.mark.requirement("CT-07")
def test_a_kind_is_renamed_and_moved_but_keeps_what_its_people_ask_as(client, helper, ward):
    kind = ward.unit.organisation.kind
    sent = {"code": "x", "name": "Private provider", "position": 7, "asks_as": AsksAs.NHS_BODY}
    address = page(models.OrganisationKind, "change", kind.pk)
    assert client.post(address, sent).status_code == 302
    kind = models.OrganisationKind.objects.get()
    assert (kind.pk, kind.name, kind.position, kind.asks_as) == (
        "independent_provider",
        "Private provider",
        7,
        AsksAs.PROVIDER,
    )
