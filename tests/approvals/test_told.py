"""Who hears of a request: whoever may decide it, and then who asked."""

import pytest

from accounts.choices import Capability
from approvals.choices import Outcome, StageEnd
from approvals.models import Stage
from approvals.moving import move_item, withdraw
from approvals.services import decide
from notifications.models import Notification, OutgoingMail
from notifications.services import choose_mails
from tests.factories.accounts import commissioner, helpdesk, person
from tests.factories.approvals import YES, submitted_items
from tests.factories.organisations import CollaborativeFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("CQRS-09")
def test_approvers_hear_of_a_request_once_and_review_it(client, ward, carol):
    elsewhere = CollaborativeFactory(
        name="Elsewhere", members=[OrganisationFactory(ods_code="NV9", name="Elsewhere")]
    )
    commissioner(elsewhere, "colin.commissioner")
    submitted_items(person=person("asha.patel"), ward=ward)
    told = Notification.objects.get()
    assert (told.person, told.kind) == (carol, "awaits_decision")
    assert "Asha Patel asks for Availability viewer: CYPMHS (CAMHS) and 1 more." in told.text
    mail = OutgoingMail.objects.get()
    assert (mail.address, mail.subject) == (
        carol.email,
        "NECS CPMS Access Request Awaiting Your Decision",
    )
    client.force_login(carol)
    reviewed = client.get(f"/notifications/{told.pk}/", follow=True)
    assert reviewed.status_code == 200
    assert "Asha Patel" in reviewed.content.decode()


@pytest.mark.requirement("CQRS-09")
def test_what_tells_of_several_things_leads_to_them_alone_while_one_waits(client, ward, carol):
    submitted_items(person=person("zoe.zest"), ward=ward)
    items = submitted_items(person=person("asha.patel"), ward=ward)
    told = Notification.objects.get(text__contains="Asha")
    client.force_login(carol)
    page = client.get(f"/notifications/{told.pk}/", follow=True).content.decode()
    assert "2 requests waiting for your decision fit<" in page
    assert "Zoe" not in page
    assert '<details class="nhsuk-details">' in page, "the requests come first, not the form"
    for item in items:
        withdraw(item=item, by=item.person)
    page = client.get(told.address).content.decode()
    assert "2 requests waiting for your decision<" in page
    assert "Zoe" in page


@pytest.mark.requirement("CPMS-29", "CQRS-09", "CQRS-19")
def test_who_asked_hears_of_each_decision_in_the_service_and_by_mail_unless_switched_off(
    ward, carol
):
    asha = person("asha.patel")
    view, edit = submitted_items(person=asha, ward=ward)
    decide(item=view, outcome=Outcome.APPROVED, by=carol, answers=YES)
    choose_mails(by=asha, by_mail=False)
    decide(item=edit, outcome=Outcome.REJECTED, by=carol, reason="Not known here")
    told = Notification.objects.filter(person=asha).order_by("pk")
    assert [one.kind for one in told] == ["access_approved", "access_declined"]
    assert "has been approved" in told[0].text
    assert "has been declined" in told[1].text
    mail = OutgoingMail.objects.get(person=asha)
    assert mail.subject == "NECS CPMS Access Request Approval"
    assert "http://127.0.0.1:8000/login/" in mail.text


def test_what_is_decided_moved_or_withdrawn_is_no_news_to_who_could_decide(ward, carol):
    view, edit = submitted_items(person=person("asha.patel"), ward=ward)
    of_both = Notification.objects.filter(person=carol, read_at__isnull=True)
    decide(item=view, outcome=Outcome.APPROVED, by=carol, answers=YES)
    assert of_both.count() == 1, "one of the two waits still"
    withdraw(item=edit, by=edit.person)
    assert not of_both.exists()


def test_what_waits_elsewhere_is_news_to_who_decides_there(ward, carol):
    item, other = submitted_items(person=person("asha.patel"), ward=ward)
    withdraw(item=other, by=other.person)
    helen = helpdesk()
    move_item(
        item=item,
        way=[Stage(capability=Capability.ADMINISTER)],
        why=StageEnd.REROUTED,
        by=helen,
    )
    unread = Notification.objects.filter(read_at__isnull=True)
    assert [one.person for one in unread] == [helen]
