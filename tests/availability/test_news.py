"""Who is told when wards open and close."""

from datetime import date

import pytest

from availability.models import KnownWard
from availability.news import tell_of_wards
from notifications.models import Notification, OutgoingMail
from notifications.services import choose_mails
from tests.factories.accounts import person, searcher
from tests.factories.organisations import ServiceGroupFactory, ServiceTypeFactory, WardFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("ERN-06")]


@pytest.fixture
def ward():
    return WardFactory()


@pytest.fixture(autouse=True)
def an_older_ward(ward):
    """Known since long, so that the news are not the first."""
    KnownWard.objects.create(ward=WardFactory(unit=ward.unit, name="Older"))


@pytest.fixture
def sam(ward):
    """Somebody who searches in the ward's group, and chose it."""
    group = ward.service_type.group
    user = searcher(group)
    user.groups_of_interest.add(group)
    return user


def told(user) -> list[str]:
    return list(
        Notification.objects.filter(person=user).order_by("pk").values_list("text", flat=True)
    )


def test_a_ward_that_opens_and_one_that_closes_are_told_once_each(ward, sam):
    for _ in range(2):
        tell_of_wards()
    place = f"{ward.name} ({ward.unit.name}, The Huntercombe Group)"
    assert told(sam) == [f"1 ward opened: {place}."]
    assert Notification.objects.get().address == "/search/"
    ward.closed_on = date(2024, 1, 1)
    ward.save()
    for _ in range(2):
        tell_of_wards()
    assert told(sam)[1:] == [f"1 ward closed: {place}."]
    mails = OutgoingMail.objects.filter(kind="wards_changed")
    assert [mail.address for mail in mails] == [sam.email] * 2
    for text in (mails[0].text, mails[0].html):
        assert f"{ward.name}, {ward.unit.name}, The Huntercombe Group" in text


def test_a_ward_of_a_unit_that_closes_has_closed(ward, sam):
    KnownWard.objects.create(ward=ward)
    ward.unit.closed_on = date(2024, 1, 1)
    ward.unit.save()
    tell_of_wards()
    assert told(sam)[0].startswith("2 wards closed: ")


def test_nobody_hears_who_may_not_search_or_did_not_choose_and_mails_can_be_switched_off(ward, sam):
    group = ward.service_type.group
    other = ServiceGroupFactory(code="perinatal", name="Perinatal", position=3)
    without_right = person("will.waits")
    without_right.groups_of_interest.add(group)
    chose_another = searcher(group, "olga.other")
    chose_another.groups_of_interest.add(other)
    elsewhere = searcher(other, "eve.elsewhere")
    elsewhere.groups_of_interest.add(group, other)
    disabled = searcher(group, "dan.disabled")
    disabled.groups_of_interest.add(group)
    disabled.is_active = False
    disabled.save()
    choose_mails(by=sam, by_mail=False)
    tell_of_wards()
    assert {one.person for one in Notification.objects.all()} == {sam}
    assert not OutgoingMail.objects.exists()


def test_a_load_of_many_wards_is_one_notification_and_as_many_queries_as_one(
    ward, sam, django_assert_num_queries
):
    perinatal = ServiceGroupFactory(code="perinatal", name="Perinatal", position=3)
    kind = ServiceTypeFactory(code="mbu", name="Mother and baby", group=perinatal, position=1)
    tell_of_wards()
    for number in range(30):
        WardFactory(unit=ward.unit, name=f"New {number:02}")
        WardFactory(unit=ward.unit, name=f"Baby {number:02}", service_type=kind)
    with django_assert_num_queries(QUERIES):
        tell_of_wards()
    second = told(sam)[1]
    assert second.startswith("30 wards opened: New 00 (")
    assert "New 01" in second
    assert second.endswith(") and others.")
    assert "Baby" not in second + OutgoingMail.objects.latest("pk").text
    WardFactory(unit=ward.unit, name="One more")
    with django_assert_num_queries(QUERIES):
        tell_of_wards()


def test_what_there_is_at_first_is_no_news(ward, sam):
    KnownWard.objects.all().delete()
    tell_of_wards()
    assert told(sam) == []
    assert KnownWard.objects.count() == 2


# The lock, whether it is the first time, what opened and closed, one write, two of who reads it,
# three of telling them, and two of the transaction inside the test's
QUERIES = 12
