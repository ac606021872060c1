"""Each quarter approvers say who still works there; who did not is listed to the next level."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from accounts.choices import Capability
from accounts.models import Disabling, Grant, User
from approvals.people.review import queries, services
from approvals.people.review.models import ReviewAnswer
from approvals.people.review.quarters import this_quarter
from approvals.people.review.tasks import tell_of_review
from core.errors import DomainError
from core.models import AuditEvent
from notifications.models import Notification
from tests.factories.accounts import grant, person, ward_editor
from tests.factories.people import staff

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
FIRST_DAY = datetime(2027, 1, 1, 9, tzinfo=LONDON)


@pytest.fixture
def people():
    """In a quarter whose first day is today, with access since long ago."""
    found = staff()
    Grant.objects.update(valid_from=FIRST_DAY - timedelta(days=400))
    with time_machine.travel(FIRST_DAY, tick=False):
        yield found


def fresh(user):
    return User.objects.get(pk=user.pk)


def a_group(people):
    return people.ward.service_type.group


def names(found):
    return set(found.values_list("first_name", flat=True))


def test_everybody_is_confirmed_by_the_nearest_level(people):
    quarter = this_quarter()
    assert str(quarter) == "January to March 2027"
    grant(person("paula.peer"), Capability.APPROVE_STANDARD, organisation=people.provider)
    Grant.objects.update(valid_from=FIRST_DAY - timedelta(days=400))
    assert names(queries.to_confirm(people.pat, quarter)) == {"Wendy"}
    assert names(queries.to_confirm(people.carol, quarter)) == {"Pat", "Paula"}
    assert names(queries.to_confirm(people.rhona, quarter)) == {"Carol"}
    # Nobody approves for where Otto works.
    assert names(queries.to_confirm(people.helen, quarter)) == {"Rhona", "Otto"}


def test_whom_nobody_below_may_confirm_the_next_level_does_from_the_first_day(people):
    for gone, then in (("pat", "carol"), ("carol", "rhona"), ("rhona", "helen")):
        above = fresh(getattr(people, then))
        assert "Wendy" not in names(queries.to_confirm(above, this_quarter())), then
        Grant.objects.filter(person=getattr(people, gone)).update(revoked_at=FIRST_DAY)
        assert "Wendy" in names(queries.to_confirm(fresh(above), this_quarter())), then


def test_who_works_nowhere_that_is_known_is_confirmed_by_the_helpdesk(people):
    grant(person("nora.nowhere"), Capability.AVAILABILITY_VIEW, service_group=a_group(people))
    Grant.objects.update(valid_from=FIRST_DAY - timedelta(days=400))
    assert "Nora" in names(queries.to_confirm(people.helen, this_quarter()))


def test_who_plans_is_confirmed_by_the_commissioners_approver(people):
    planner = person("pia.planner")
    held = grant(planner, Capability.PLANS_EDIT, collaborative=people.collaborative)
    quarter = this_quarter()
    Grant.objects.filter(pk=held.pk).update(valid_from=FIRST_DAY)
    assert names(queries.to_confirm(people.carol, quarter)) == {"Pat"}
    Grant.objects.filter(pk=held.pk).update(valid_from=FIRST_DAY - timedelta(days=400))
    assert names(queries.to_confirm(people.carol, quarter)) == {"Pat", "Pia"}
    said = services.confirm(person=planner, by=people.carol)
    assert (said.organisation, said.collaborative) == (None, people.collaborative)


def test_still_works_here_is_said_once(client, people):
    client.force_login(people.pat)
    text = client.get("/approvals/review/").content.decode()
    assert "The Huntercombe Group: 0 of 1 answered" in text
    assert "Please answer by 29 January" in text
    address = f"/approvals/review/{people.wendy.pk}/confirm/"
    assert client.get(address).status_code == 405
    page = client.post(address, {"page": "1"}, follow=True)
    assert "The Huntercombe Group: 1 of 1 answered" in page.content.decode()
    assert "Please answer by" not in page.content.decode()
    said = ReviewAnswer.objects.get()
    assert (said.person, said.by, said.works_here) == (people.wendy, people.pat, True)
    assert said.organisation == people.provider
    again = client.post(address, {"page": "\0", "from": "below"}, follow=True)
    assert "was confirmed by Pat Provider at" in again.content.decode()
    assert ReviewAnswer.objects.count() == 1
    assert AuditEvent.objects.filter(event="review.confirmed").count() == 1


def test_a_leaver_is_out_in_two_clicks(client, people):
    client.force_login(people.pat)
    address = f"/approvals/review/{people.wendy.pk}/left/"
    assert address in client.get("/approvals/review/").content.decode()
    assert "Wendy Ward has left" in client.get(address).content.decode()
    assert fresh(people.wendy).is_active
    client.post(address)
    assert not fresh(people.wendy).is_active
    assert Disabling.objects.get().reason == "left"
    assert not ReviewAnswer.objects.get().works_here


@pytest.mark.parametrize("act", ["confirm", "left"])
def test_nobody_answers_for_whom_they_do_not_look_after(client, people, act):
    client.force_login(people.pat)
    for whom in (people.otto, people.pat, people.carol):
        assert client.post(f"/approvals/review/{whom.pk}/{act}/").status_code == 404
    with pytest.raises(DomainError):
        services.confirm(person=people.otto, by=people.pat)
    assert not ReviewAnswer.objects.exists()


def test_who_was_not_confirmed_in_time_is_listed_to_the_next_level(client, people):
    last_day = FIRST_DAY + timedelta(days=27)
    with time_machine.travel(last_day, tick=False):
        assert not queries.from_below(people.carol, this_quarter()).exists()
    with time_machine.travel(last_day + timedelta(days=1), tick=False):
        client.force_login(people.carol)
        assert names(queries.from_below(people.carol, this_quarter())) == {"Wendy"}
        text = client.get("/approvals/review/?from=below").content.decode()
        assert "Not confirmed by their own approvers" in text
        assert "Wendy Ward" in text
        text = client.get("/approvals/review/").content.decode()
        assert "The answers were due by 29 January" in text
        assert "Please answer by" not in text
        services.confirm(person=people.wendy, by=people.carol)
        assert not queries.from_below(people.carol, this_quarter()).exists()


def told(somebody):
    found = Notification.objects.filter(person=somebody, kind="review_due").order_by("pk")
    return list(found.values_list("text", flat=True))


def test_approvers_are_told_reminded_and_the_next_level_told_each_once(people):
    due = "Quarterly review, January to March 2027: confirm whether 1 person still works there."
    for day, of_pat in (
        (0, [due]),
        (3, [due]),
        (14, [due, f"Reminder: {due}"]),
        (20, [due, f"Reminder: {due}"]),
        (28, [due, f"Reminder: {due}", f"Overdue: {due}"]),
        (60, [due, f"Reminder: {due}", f"Overdue: {due}"]),
    ):
        with time_machine.travel(FIRST_DAY + timedelta(days=day), tick=False):
            tell_of_review()
            # The database's clock is the real one.
            Notification.objects.filter(created_at__lt=FIRST_DAY).update(created_at=timezone.now())
        assert told(people.pat) == of_pat, day
    assert told(people.carol)[-1].endswith("1 was not confirmed by their own approvers.")
    assert told(people.wendy) == []


def test_who_has_answered_is_told_nothing(people):
    services.confirm(person=people.wendy, by=people.pat)
    tell_of_review()
    assert told(people.pat) == []
    assert len(told(people.carol)) == 1


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_asks_a_fixed_number_of_queries(client, people, number, django_assert_num_queries):
    for position in range(number):
        ward_editor(people.ward, f"wanda.number{position}")
    Grant.objects.update(valid_from=FIRST_DAY - timedelta(days=400))
    client.force_login(people.pat)
    with django_assert_num_queries(20):
        client.get("/approvals/review/")
