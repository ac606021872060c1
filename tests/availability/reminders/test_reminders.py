"""Who is reminded of a ward that nobody has confirmed, and when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.choices import Capability
from availability.models import Bed, WardConfirmation, WardTotals
from availability.services import confirm_ward
from availability.tasks import remind_of_freshness
from notifications.models import Notification, OutgoingMail
from notifications.services import choose_mails
from organisations.choices import ApprovalLevel
from organisations.models import Organisation
from tests.factories.accounts import commissioner, grant, person, ward_editor
from tests.factories.availability import bed_manager, ward_with_beds
from tests.factories.organisations import CollaborativeFactory, RegionFactory, WardFactory
from tests.factories.sessions import ward_with_sessions

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    ward = ward_with_beds(2)
    confirmed(ward, hours=1)
    return ward


@pytest.fixture
def wendy(ward):
    return ward_editor(ward)


@pytest.fixture
def carol(ward):
    return commissioner(CollaborativeFactory(members=[ward.unit.organisation]))


def confirmed(ward, *, hours):
    at = timezone.now() - timedelta(hours=hours, minutes=1)
    WardTotals.objects.filter(ward=ward).update(confirmed_at=at)


def told(user):
    return list(Notification.objects.filter(person=user).values_list("kind", flat=True))


def test_editors_are_reminded_first_and_their_approvers_when_it_is_out_of_date(ward, wendy, carol):
    for hours, of_wendy, of_carol in ((11, 0, 0), (12, 1, 0), (23, 1, 0), (24, 1, 1), (50, 1, 1)):
        confirmed(ward, hours=hours)
        remind_of_freshness()
        remind_of_freshness()
        assert told(wendy) == ["ward_unconfirmed"] * of_wendy
        assert told(carol) == ["wards_out_of_date"] * of_carol


def test_after_a_confirmation_it_begins_anew(ward, wendy):
    confirmed(ward, hours=13)
    remind_of_freshness()
    confirm_ward(ward=ward, by=wendy)
    remind_of_freshness()
    assert len(told(wendy)) == 1
    wait_again(ward)
    assert len(told(wendy)) == 1
    confirmed(ward, hours=13)
    wait_again(ward)
    assert len(told(wendy)) == 2


def test_the_hours_are_those_of_the_service_group(ward, wendy):
    group = ward.service_type.group
    group.warn_after_hours, group.stale_after_hours = 48, 72
    group.save()
    confirmed(ward, hours=47)
    remind_of_freshness()
    assert told(wendy) == []
    confirmed(ward, hours=48)
    remind_of_freshness()
    assert told(wendy) == ["ward_unconfirmed"]


def test_the_mail_leads_to_a_page_with_a_button(client, ward, wendy):
    confirmed(ward, hours=13)
    remind_of_freshness()
    mail = OutgoingMail.objects.get(person=wendy)
    assert f"/wards/{ward.pk}/confirm/" in mail.text
    assert f"/wards/{ward.pk}/confirm/" in mail.html
    page = Notification.objects.get(person=wendy).address
    assert client.get(page).status_code == 302, "to log in"
    client.force_login(wendy)
    assert "Nothing has changed" in client.get(page).content.decode()
    assert not WardConfirmation.objects.exists()


def test_one_message_names_all_wards_and_who_wants_no_mail_gets_none(ward, wendy):
    other = ward_with_beds(1, name="CAMHS-Thames-GAU")
    grant(wendy, Capability.AVAILABILITY_EDIT, ward=other)
    choose_mails(by=wendy, by_mail=False)
    for one in (ward, other):
        confirmed(one, hours=13)
    remind_of_freshness()
    (text,) = Notification.objects.filter(person=wendy).values_list("text", flat=True)
    assert ward.name in text
    assert other.name in text
    assert not OutgoingMail.objects.filter(person=wendy).exists()


def test_the_nearest_editors_are_told(ward, wendy):
    other = ward_with_beds(1, name="CAMHS-Thames-GAU")
    bella = bed_manager(ward)
    for one in (ward, other):
        confirmed(one, hours=13)
    remind_of_freshness()
    (of_bella,) = Notification.objects.filter(person=bella)
    assert ward.name not in of_bella.text
    assert other.name in of_bella.text


def test_nobody_hears_of_wards_without_beds_or_closed_ones_or_with_a_disabled_account(ward, wendy):
    bella = bed_manager(ward)
    empty = WardFactory(name="No beds")
    WardTotals.objects.create(ward=empty)
    retired = ward_with_beds(1, name="Retired")
    Bed.objects.filter(ward=retired).update(retired_at=timezone.now())
    closed = ward_with_beds(1, name="Closed")
    closed.closed_on = timezone.localdate()
    closed.save()
    confirmed(ward, hours=30)
    for one in (empty, retired, closed):
        confirmed(one, hours=30)
        ward_editor(one, f"eddie.{one.pk}")
    wendy.is_active = False
    wendy.save()
    remind_of_freshness()
    assert told(wendy) == []
    assert set(Notification.objects.values_list("person", flat=True)) == {bella.pk}
    (text,) = Notification.objects.values_list("text", flat=True)
    assert ward.name in text
    assert closed.name not in text


def test_a_ward_that_was_never_confirmed_counts_from_its_first_beds(ward, wendy):
    WardTotals.objects.update(confirmed_at=None)
    remind_of_freshness()
    assert told(wendy) == []
    group = ward.service_type.group
    group.warn_after_hours = 0
    group.save()
    remind_of_freshness()
    remind_of_freshness()
    assert told(wendy) == ["ward_unconfirmed"]


def test_approvers_are_those_who_decide_about_the_editors(ward):
    collaborative = CollaborativeFactory(members=[ward.unit.organisation])
    rita = person("rita.regional")
    grant(rita, Capability.APPROVE_REGIONAL, region=RegionFactory())
    confirmed(ward, hours=25)
    remind_of_freshness()
    assert told(rita) == ["wards_out_of_date"]
    carol = commissioner(collaborative)
    confirmed(ward, hours=25)
    wait_again(ward)
    assert (told(carol), len(told(rita))) == (["wards_out_of_date"], 1)
    percy = person("percy.provider")
    grant(percy, Capability.APPROVE_STANDARD, organisation=ward.unit.organisation)
    wait_again(ward)
    assert (told(percy), len(told(carol))) == ([], 2)
    Organisation.objects.update(approval_level=ApprovalLevel.MULTI)
    wait_again(ward)
    assert (told(percy), len(told(carol))) == (["wards_out_of_date"], 2)


def wait_again(ward):
    """The ward was confirmed, and then not for a day."""
    ward.reminders.update(at=timezone.now() - timedelta(hours=26))
    remind_of_freshness()


@pytest.mark.parametrize("number", [2, 12])
def test_reminding_costs_the_same_for_any_number_of_wards(
    ward, wendy, number, django_assert_num_queries
):
    for position in range(number):
        other = ward_with_beds(1, name=f"Ward {position}")
        grant(wendy, Capability.AVAILABILITY_EDIT, ward=other)
        confirmed(other, hours=13)
    with django_assert_num_queries(11):
        remind_of_freshness()


def test_a_sessional_ward_is_one_of_them_and_leads_to_its_sessions():
    ward = ward_with_sessions()
    wendy = ward_editor(ward)
    confirmed(ward, hours=13)
    remind_of_freshness()
    (told_of,) = Notification.objects.filter(person=wendy)
    assert told_of.address == f"/wards/{ward.pk}/sessions/"
    remind_of_freshness()
    assert told(wendy) == ["ward_unconfirmed"]
