"""What covers what, and what is therefore not asked again."""

import pytest
from django.core import mail

from accounts.choices import Capability
from approvals.choices import OrganisationType
from approvals.coverage import Standing, Wanted
from approvals.models import AccessRequest, Item
from approvals.services import Applicant, Ask, submit_request
from core.errors import DomainError
from notifications.models import OutgoingMail
from organisations.models import Ward
from tests.factories.accounts import UserFactory, grant
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    UnitFactory,
    WardFactory,
)

pytestmark = pytest.mark.django_db

EDIT = Capability.AVAILABILITY_EDIT


@pytest.fixture
def richard():
    return UserFactory()


def asks(ward, *scopes):
    return [Ask(EDIT, scope, ward.service_type.group) for scope in scopes]


def submit(person, ward, *scopes, **more):
    applicant = Applicant(OrganisationType.PROVIDER, ward.unit.organisation)
    return submit_request(by=person, applicant=applicant, asks=asks(ward, *scopes), **more)


@pytest.mark.requirement("CPMS-23")
@pytest.mark.parametrize(
    ("held", "wanted", "covered"),
    [
        ("organisation", "organisation", True),
        ("organisation", "unit", True),
        ("organisation", "ward", True),
        ("unit", "organisation", False),
        ("unit", "unit", True),
        ("unit", "ward", True),
        ("ward", "organisation", False),
        ("ward", "unit", False),
        ("ward", "ward", True),
    ],
)
def test_an_organisation_covers_its_units_and_a_unit_its_wards(
    ward, richard, held, wanted, covered
):
    scopes = {"organisation": ward.unit.organisation, "unit": ward.unit, "ward": ward}
    grant(richard, EDIT, **{held: scopes[held]})
    assert bool(Standing(richard).covers(Wanted(EDIT, scopes[wanted]))) is covered


def test_nothing_covers_its_neighbour(ward, richard):
    grant(richard, EDIT, unit=UnitFactory(ods_code="NV202", name="Another hospital"))
    grant(richard, EDIT, ward=WardFactory(name="Thames"))
    assert Standing(richard).covers(Wanted(EDIT, ward)) is None


def test_seeing_a_groups_plans_covers_each_collaboratives_but_not_editing(richard):
    plans = CollaborativeFactory()
    grant(richard, Capability.PLANS_VIEW, service_group=plans.service_group)
    standing = Standing(richard)
    assert standing.covers(Wanted(Capability.PLANS_VIEW, plans))
    assert standing.covers(Wanted(Capability.PLANS_EDIT, plans)) is None


def test_an_ended_grant_covers_nothing(ward, richard):
    ended = grant(richard, EDIT, ward=ward)
    ended.revoked_at = ended.valid_from
    ended.save()
    assert Standing(richard).covers(Wanted(EDIT, ward)) is None


def test_what_is_held_wider_is_not_asked_again(ward, richard):
    grant(richard, EDIT, organisation=ward.unit.organisation)
    with pytest.raises(DomainError, match="You already have"):
        submit(richard, ward, ward)
    assert not AccessRequest.objects.exists()


def test_what_is_pending_wider_is_not_asked_again(ward, richard):
    submit(richard, ward, ward.unit)
    with pytest.raises(DomainError, match="already asked for"):
        submit(richard, ward, ward)


def test_of_what_is_asked_at_once_the_wider_is_enough(ward, richard):
    submit(richard, ward, ward, ward.unit)
    assert [item.scope for item in Item.objects.all()] == [ward.unit]


@pytest.mark.requirement("CT-18")
def test_the_helpdesk_is_mailed_what_is_not_listed(ward, richard):
    submit(richard, ward, ward, not_found="Elm ward, Leeds <b>")
    sent = OutgoingMail.objects.get(kind="not_listed")
    assert sent.address == "helpdesk@demo.example"
    assert "Elm ward, Leeds <b>" in sent.text
    assert "richard.test1@trust.example" in sent.text
    assert "Elm ward, Leeds &lt;b&gt;" in sent.html
    assert not mail.outbox


def test_a_request_for_what_is_not_listed_alone_has_no_items(ward, richard):
    request = submit(richard, ward, not_found="Elm ward, Leeds")
    assert not request.items.exists()


def test_sending_twenty_places_asks_a_fixed_number_of_queries(
    ward, richard, django_assert_num_queries
):
    for number in range(20):
        WardFactory(name=f"Ward {number}")
    wards = list(
        Ward.objects.select_related("unit__organisation__region", "unit__region").order_by("pk")
    )
    CollaborativeFactory(members=[ward.unit.organisation])
    with django_assert_num_queries(21):
        submit(richard, ward, *wards)


def test_organisations_that_closed_are_named(ward, richard):
    closed = OrganisationFactory(ods_code="OLD", name="Old Care", closed_on="2020-01-01")
    with pytest.raises(DomainError, match="Old Care has closed"):
        submit_request(
            by=richard,
            applicant=Applicant(OrganisationType.PROVIDER, closed),
            asks=asks(ward, ward),
        )
