import pytest
from django.urls import reverse

from approvals.choices import ItemStatus, Outcome
from approvals.models import Decision
from approvals.organisations.services import merge_organisations
from approvals.services import decide
from tests.factories.accounts import UserFactory, commissioner, helpdesk, person
from tests.factories.approvals import YES, YES_ON_PAGE, submitted_items
from tests.factories.organisations import CollaborativeFactory, OrganisationFactory, WardFactory

pytestmark = pytest.mark.django_db
APPROVE = {"outcome": "approved", **YES_ON_PAGE}


@pytest.fixture
def carol(carol, client):
    client.force_login(carol)
    return carol


def page_of(item):
    return reverse("approvals:item", args=[item.pk])


def text_of(response):
    return response.content.decode()


def test_queue_lists_what_i_may_decide_and_nothing_else(client, items, carol):
    elsewhere = WardFactory(unit__ods_code="X1", unit__organisation__ods_code="X", name="Far ward")
    submitted_items(person=person("nora.north"), ward=elsewhere)
    text = text_of(client.get(reverse("approvals:queue")))
    assert "2 requests waiting" in text
    assert "CAMHS-Kennet-ED" in text
    assert "Nora North" not in text


def test_own_requests_are_not_in_the_own_queue(client, carol, ward):
    # So that they wait at the right that she holds too.
    colin = commissioner(CollaborativeFactory(), "colin.commissioner")
    view, _ = submitted_items(person=carol, ward=ward)
    assert "Nothing is waiting" in text_of(client.get(reverse("approvals:queue")))
    assert client.get(page_of(view)).status_code == 404
    assert colin.notifications.exists()
    assert not carol.notifications.exists()
    client.force_login(colin)
    assert "Carol Commissioner" in text_of(client.get(reverse("approvals:queue")))


def test_a_reason_that_is_hidden_stops_no_approval(client, items):
    response = client.post(page_of(items[0]), {**APPROVE, "reason": "x" * 600})
    assert response.status_code == 302
    assert items[0].decisions.get().reason == ""


def test_an_nhs_number_in_a_reason_is_refused(client, items):
    reason = "Not for 943 476 5919"
    response = client.post(page_of(items[0]), {"outcome": "rejected", "reason": reason})
    assert "Remove the NHS number" in text_of(response)
    assert not items[0].decisions.exists()


@pytest.mark.requirement("CQRS-11")
def test_approve_then_confirm(client, items):
    response = client.post(page_of(items[0]), APPROVE, follow=True)
    assert response.redirect_chain == [(reverse("approvals:queue"), 302)]
    assert "You have approved the request of Richard Test1" in text_of(response)
    items[0].refresh_from_db()
    assert items[0].status == ItemStatus.APPROVED


def test_reject_without_reason_is_an_error_at_the_reason(client, items):
    response = client.post(page_of(items[0]), {"outcome": "rejected", "reason": ""})
    text = text_of(response)
    assert "Enter a reason for rejecting the request" in text
    assert 'href="#id_reason"' in text
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ({}, ""),
        ({"outcome": "maybe", "reason": "Kept text"}, "Kept text"),
        ({"outcome": "rejected", "reason": "NUL \0 byte"}, "byte"),
        ({"outcome": "rejected", "reason": "x" * 501}, "x" * 501),
    ],
)
def test_bad_input_is_answered_at_the_field_kept_and_changes_nothing(client, items, data, kept):
    response = client.post(page_of(items[0]), data)
    assert response.status_code == 200
    assert "There is a problem" in text_of(response)
    assert kept in text_of(response)
    assert not Decision.objects.exists()


def test_extra_fields_decide_nothing_else(client, items):
    client.post(page_of(items[0]), {**APPROVE, "item": items[1].pk, "by": 1})
    assert Decision.objects.get().item == items[0]


def test_decided_meanwhile_says_by_whom_and_when(client, items, ward):
    colin = commissioner(CollaborativeFactory(), "colin.commissioner")
    decide(item=items[0], outcome=Outcome.APPROVED, by=colin, answers=YES)
    response = client.post(page_of(items[0]), {"outcome": "rejected", "reason": "Mine"})
    assert response.status_code == 409
    assert "Approved by Colin Commissioner at" in text_of(response)
    shown = text_of(client.get(page_of(items[0])))
    assert "by Colin Commissioner (Commissioner approver, Thames Valley CYPMHS)" in shown
    assert '<form method="post"' not in shown.split("What is asked for")[1]


def test_a_double_click_decides_once(client, items):
    client.post(page_of(items[0]), APPROVE)
    assert client.post(page_of(items[0]), APPROVE).status_code == 409
    assert Decision.objects.count() == 1


def test_items_of_others_look_as_if_they_did_not_exist(client, carol):
    far = WardFactory(unit__ods_code="X1", unit__organisation__ods_code="X", name="Far ward")
    foreign = submitted_items(person=person("nora.north"), ward=far)[1]
    for pk in (foreign.pk, 10**12):
        for response in (
            client.get(reverse("approvals:item", args=[pk])),
            client.post(reverse("approvals:item", args=[pk]), APPROVE),
        ):
            assert response.status_code == 404
            assert "Far ward" not in text_of(response)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("who", ["nobody", "plain", "other approver"])
def test_only_approvers_reach_the_pages(client, items, who):
    users = {"plain": lambda: UserFactory(email="plain@trust.example"), "other approver": helpdesk}
    client.logout()
    if who != "nobody":
        client.force_login(users[who]())
    expected = {"nobody": 302, "plain": 403, "other approver": 404}[who]
    assert client.get(page_of(items[0])).status_code == expected
    assert client.post(page_of(items[0]), APPROVE).status_code == expected
    assert not Decision.objects.exists()


def test_detail_shows_what_the_person_holds(client, items, carol):
    decide(item=items[0], outcome=Outcome.APPROVED, by=carol, answers=YES)
    text = text_of(client.get(page_of(items[1])))
    held = text.split("What they have already")[1]
    assert "Availability viewer: CYPMHS (CAMHS)" in held


def test_detail_asks_a_fixed_number_of_queries(client, items, django_assert_num_queries):
    client.get(page_of(items[1]))  # that somebody looks is recorded once an hour
    with django_assert_num_queries(17):
        client.get(page_of(items[1]))


def test_who_holds_nothing_sees_why_it_was_declined(client, items, carol):
    for item in items:
        decide(item=item, outcome=Outcome.REJECTED, by=carol, reason="Unknown person")
    client.force_login(items[0].person)
    text = text_of(client.get(reverse("home")))
    assert text.count("Declined") >= 2
    assert "Unknown person" in text


def test_a_refusal_says_why(client):
    client.force_login(UserFactory())
    assert "Only approvers can open this page." in text_of(client.get(reverse("approvals:queue")))


@pytest.mark.requirement("CT-04")
def test_who_saw_what_a_merger_has_changed_since_is_asked_to_look_again(client, items):
    """Alone, and with others."""
    pages = [page_of(items[0]), reverse("approvals:together") + f"?item={items[1].pk}"]
    seen = [client.get(page).context["form"]["seen"].value() for page in pages]
    successor = OrganisationFactory(ods_code="RNU", ods_name="OXFORD", name="Oxford Health")
    merge_organisations(
        organisation=items[0].request.organisation, successor=successor, by=helpdesk()
    )
    for page, before, item in zip(pages, seen, items, strict=True):
        sent = {**APPROVE, "item": item.pk}
        again = client.post(page, {**sent, "seen": before})
        assert "This has changed since you opened it" in text_of(again)
        assert "Oxford Health" in text_of(again)
        assert not Decision.objects.filter(item=item).exists()
        client.post(page, {**sent, "seen": again.context["form"]["seen"].value()})
        assert Decision.objects.filter(item=item).exists()
