"""'What I can access, and who approved it', what waits, and what was asked for before."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.choices import Capability
from accounts.models import Grant
from approvals.choices import ItemStatus
from approvals.services import decide
from core.models import AuditEvent
from tests.factories.accounts import commissioner, grant, person
from tests.factories.approvals import YES, submitted_items
from tests.factories.organisations import CollaborativeFactory, ServiceGroupFactory, WardFactory

pytestmark = pytest.mark.django_db

MINE = "/your-account/access/"


@pytest.fixture
def richard(client):
    richard = person("richard.test1")
    client.force_login(richard)
    return richard


@pytest.fixture
def items(richard):
    """Search in CYPMHS, and editing a ward; the commissioner decides both."""
    return submitted_items(richard, WardFactory())


@pytest.fixture
def carol(items):
    provider = items[0].request.organisation
    carol = commissioner(CollaborativeFactory(members=[provider]))
    for item in items:
        item.stages.update(**carol.grants.get().scope_columns)
    return carol


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.requirement("CQRS-13")
def test_it_says_who_approved_each_access_and_what_was_declined(client, richard, items, carol):
    view, edit = items
    decide(item=view, outcome="approved", by=carol, answers=YES)
    decide(item=edit, outcome="rejected", by=carol, reason="Not on this ward")
    other = ServiceGroupFactory(code="perinatal", name="Perinatal", position=2)
    grant(richard, Capability.AVAILABILITY_VIEW, service_group=other)
    page = text_of(client.get(MINE))
    assert "Approved by: Commissioner approver, Thames Valley CYPMHS" in page
    assert "Set up by the service" in page
    assert "Reason: Not on this ward" in page
    assert "Carol" not in page


def test_what_was_taken_away_or_ran_out_is_told_to_who_had_it_and_to_who_decides_anew(
    client, richard, items, carol
):
    ended = grant(
        richard,
        Capability.AVAILABILITY_VIEW,
        service_group=ServiceGroupFactory(code="perinatal", name="Perinatal", position=2),
    )
    Grant.objects.filter(pk=ended.pk).update(
        revoked_at=timezone.now(), revoked_because="Works on another ward"
    )
    old = grant(richard, Capability.AVAILABILITY_EDIT, ward=WardFactory(name="Old ward"))
    Grant.objects.filter(pk=old.pk).update(valid_until=timezone.now() - timedelta(days=1))
    told = text_of(client.get(MINE))
    client.force_login(carol)
    for page in (told, text_of(client.get(f"/approvals/{items[0].pk}/"))):
        assert "taken away on" in page
        assert "“Works on another ward”" in page
        assert "Old ward: ended on" in page


def test_who_had_access_before_comes_home_and_not_to_a_first_request(client):
    leaver = person("leah.leaver")
    ended = grant(leaver, Capability.AVAILABILITY_VIEW, service_group=ServiceGroupFactory())
    Grant.objects.filter(pk=ended.pk).update(revoked_at=timezone.now())
    client.force_login(leaver)
    assert f'href="{MINE}"' in text_of(client.get("/home/"))


@pytest.mark.requirement("CQRS-14")
def test_what_waits_is_withdrawn_by_a_button_and_a_question(client, items):
    view, edit = items
    page = f"{MINE}{edit.pk}/withdraw/"
    assert f'href="{page}"' in client.get(MINE).content.decode()
    assert "Withdraw your request" in text_of(client.get(page))
    edit.refresh_from_db()
    assert edit.status == ItemStatus.SUBMITTED
    assert "You have withdrawn your request" in text_of(client.post(page, follow=True))
    edit.refresh_from_db()
    view.refresh_from_db()
    assert (view.status, edit.status) == (ItemStatus.SUBMITTED, ItemStatus.WITHDRAWN)
    assert AuditEvent.objects.filter(event="item.withdrawn").count() == 1
    again = text_of(client.post(page, follow=True))
    assert "You have withdrawn" not in again


def test_nobody_withdraws_for_another(client, items):
    client.force_login(person("olga.other"))
    for page in (f"{MINE}{items[0].pk}/withdraw/", f"{MINE}{2**63 + 7}/withdraw/"):
        assert client.post(page).status_code == 404
    items[0].refresh_from_db()
    assert items[0].status == ItemStatus.SUBMITTED


@pytest.mark.parametrize("more", [0, 3])
def test_the_queries_do_not_grow(client, richard, items, carol, more, django_assert_num_queries):
    for number in range(more):
        group = ServiceGroupFactory(code=f"g{number}", name=f"Group {number}", position=9 + number)
        grant(richard, Capability.AVAILABILITY_VIEW, service_group=group)
    decide(item=items[0], outcome="approved", by=carol, answers=YES)
    with django_assert_num_queries(13):
        client.get(MINE)
