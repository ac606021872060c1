"""What waits, oldest first, narrowed by the address; what was decided; several decided at once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from accounts.leaving import revoke_grants
from approvals.choices import ItemStatus, OrganisationType, Outcome
from approvals.models import Decision, Item, Stage
from approvals.moving import withdraw
from approvals.queue.ages import age_of
from approvals.services import Applicant, Ask, decide, submit_request
from core.models import AuditEvent
from notifications.models import OutgoingMail
from tests.factories.accounts import commissioner, person
from tests.factories.approvals import YES, YES_ON_PAGE, submitted_items
from tests.factories.organisations import CollaborativeFactory, WardFactory

pytestmark = pytest.mark.django_db
QUEUE, TOGETHER = "/approvals/", "/approvals/together/"
APPROVE = {"outcome": "approved", **YES_ON_PAGE}


@pytest.fixture
def carol(carol, client):
    client.force_login(carol)
    return carol


@pytest.fixture
def items(ward, carol):
    """Of Zoë: search and edit; of Adam: the same."""
    return [
        item
        for name in ("zoe.zest", "adam.able")
        for item in submitted_items(person=person(name), ward=ward)
    ]


def text_of(response):
    return response.content.decode()


NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)  # a Wednesday


@pytest.mark.requirement("CT-12")
@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (-24 * 7, "Late by 5 working days"),
        (-49, "Late by 2 working days"),
        (-24, "Late by 1 working day"),
        (-23, "Late by less than 1 working day"),
        (0.5, "Less than 1 hour left"),
        (1, "1 hour left"),
        (3.9, "3 hours left"),
        (9, "Due today"),
        (24, "Due tomorrow"),
        (48, "Due on Friday"),
    ],
)
def test_the_age_is_said_in_words(hours, words):
    assert age_of(NOW + timedelta(hours=hours), NOW).words == words


def test_a_weekend_makes_nothing_later():
    friday = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
    for hours, words in ((66, "less than 1 working day"), (72, "1 working day")):
        assert age_of(friday, friday + timedelta(hours=hours)).words == f"Late by {words}"


@pytest.mark.parametrize(
    ("address", "people"),
    [
        ("", {"Zoe Zest", "Adam Able"}),
        ("?q=zes", {"Zoe Zest"}),
        ("?q=adam.able@trust", {"Adam Able"}),
        ("?q=huntercombe+able", {"Adam Able"}),
        ("?role=availability_edit&q=zoe", {"Zoe Zest"}),
        ("?role=plans_edit", set()),
        ("?late=on", {"Adam Able"}),
        ("?late=on&q=zoe", set()),
    ],
)
def test_the_address_narrows_the_list(client, items, address, people):
    late = Stage.objects.filter(item__in=items[2:])
    late.update(due_at=timezone.now() - timedelta(days=7, hours=1))
    text = text_of(client.get(QUEUE + address))
    assert {name for name in ("Zoe Zest", "Adam Able") if name in text} == people
    assert ("Late by 5 working days" in text) == ("Adam Able" in text)
    assert ("Nothing fits." in text) == (not people)
    # How many wait for the person is said on every page, whatever is shown of them.
    assert "Approvals (4<" in text


def test_a_filter_is_removed_by_its_link(client, items):
    text = text_of(client.get(f"{QUEUE}?q=zes&role=availability_edit&page=7"))
    assert "1 request waiting for your decision fits" in text
    assert f'href="{QUEUE}?role=availability_edit"' in text
    assert f'href="{QUEUE}?q=zes"' in text


def test_organisations_are_offered_where_there_are_several(client, items, collaborative, ward):
    assert 'name="organisation"' not in text_of(client.get(QUEUE))
    other = WardFactory(unit__ods_code="X1", unit__organisation__ods_code="X", name="Other")
    other.unit.organisation.name = "Xanadu Trust"
    other.unit.organisation.save()
    collaborative.members.add(other.unit.organisation)
    submitted_items(person=person("nora.north"), ward=other)
    text = text_of(client.get(f"{QUEUE}?organisation={other.unit.organisation.pk}"))
    assert "Nora North" in text
    assert "Zoe Zest" not in text


@pytest.mark.parametrize(
    "address",
    [
        "?q=%00",
        "?q=" + "x" * 101,
        "?organisation=1%27",
        "?role=x",
        "?kind=" + "9" * 40,
        "?page=x",
        "?person=" + "9" * 40,
        "?person=x",
    ],
)
def test_a_filter_that_is_none_is_answered(client, items, address):
    assert client.get(QUEUE + address).status_code == 200
    assert client.get(reverse("approvals:decided") + address).status_code == 200


@pytest.mark.requirement("CQRS-09")
def test_what_i_or_those_beside_me_decided_stands_newest_first(
    client, items, collaborative, carol, ward
):
    colin = commissioner(collaborative, "colin.commissioner")
    decide(item=items[0], outcome=Outcome.REJECTED, by=colin, reason="Not known")
    decide(item=items[2], outcome=Outcome.APPROVED, by=carol, answers=YES)
    text = text_of(client.get(reverse("approvals:decided")))
    assert text.index("Adam Able") < text.index("Zoe Zest")
    assert "Colin Commissioner" in text
    client.force_login(commissioner(CollaborativeFactory(name="Elsewhere"), "cora.other"))
    assert "Nothing has been decided here yet." in text_of(client.get(reverse("approvals:decided")))


def test_what_i_decided_stays_mine_to_read_when_i_decide_elsewhere(client, items, carol):
    decide(item=items[0], outcome=Outcome.REJECTED, by=carol, reason="Not known")
    revoke_grants(person=carol, by=None, because="Moved to another post")
    commissioner(CollaborativeFactory(name="Elsewhere"), "carol.commissioner")
    assert "Zoe Zest" in text_of(client.get(reverse("approvals:decided")))
    assert client.get(reverse("approvals:item", args=[items[0].pk])).status_code == 200
    assert client.get(reverse("approvals:item", args=[items[1].pk])).status_code == 404


@pytest.mark.parametrize("number", [2, 6])
def test_lists_ask_a_fixed_number_of_queries(
    client, carol, ward, number, django_assert_num_queries
):
    made = [submitted_items(person=person(f"ap.{n}"), ward=ward) for n in range(number)]
    chosen = {"item": [view.pk for view, _ in made]}
    for _, edit in made:
        decide(item=edit, outcome=Outcome.REJECTED, by=carol, reason="Not known")
    with django_assert_num_queries(11):
        client.get(f"{QUEUE}?q=ap&role=availability_view")
    with django_assert_num_queries(11):
        client.get(reverse("approvals:decided"))
    client.get(TOGETHER, chosen)  # that somebody looks is recorded once an hour
    with django_assert_num_queries(11 + number):  # one asks for each whether it was recorded
        client.get(TOGETHER, chosen)


class TestDecidingTogether:
    def test_the_page_lists_each_and_asks_once(self, client, items):
        text = text_of(client.get(TOGETHER, {"item": [items[0].pk, items[2].pk]}))
        assert "zoe.zest@trust.example" in text
        assert "adam.able@trust.example" in text
        assert text.count("Is each of them a current member of the organisation?") == 1
        assert not Decision.objects.exists()

    def test_one_alone_is_one_request(self, client, items):
        text = text_of(client.get(TOGETHER, {"item": items[0].pk}))
        assert "Decide together on 1 request –" in text
        assert "If one is different" not in text

    @pytest.mark.requirement("CQRS-11")
    def test_each_is_decided_by_itself_and_the_page_says_what_became_of_it(
        self, client, items, collaborative, ward
    ):
        approved, meanwhile, withdrawn, closed = items[0], items[2], items[3], items[1]
        colin = commissioner(collaborative, "colin.commissioner")
        decide(item=meanwhile, outcome=Outcome.REJECTED, by=colin, reason="Not known")
        withdraw(item=withdrawn, by=withdrawn.person)
        ward.closed_on = timezone.localdate()
        ward.save()
        mails = OutgoingMail.objects.count()
        chosen = [item.pk for item in (approved, meanwhile, withdrawn, closed)]
        answer = client.post(TOGETHER, {"item": chosen, **APPROVE})
        text = text_of(answer)
        assert "1 of 4 requests decided" in text
        assert "Approved. The person is told." in text
        assert "Decided meanwhile. Declined by Colin Commissioner at" in text
        assert "Withdrawn by Adam Able at" in text
        assert f"{ward} has closed. Reject the request instead." in text
        decision = approved.decisions.get()
        assert (decision.outcome, decision.is_member) == (Outcome.APPROVED, True)
        assert OutgoingMail.objects.count() == mails + 1
        assert AuditEvent.objects.filter(event="item.approved").count() == 1
        closed.refresh_from_db()
        assert closed.status == ItemStatus.SUBMITTED

    def test_sent_twice_it_decides_once(self, client, items):
        sent = {"item": [items[0].pk, items[2].pk], **APPROVE}
        client.post(TOGETHER, sent)
        again = text_of(client.post(TOGETHER, sent))
        assert "2 of 2 requests decided" in again
        assert again.count("Approved by you before.") == 2
        assert Decision.objects.count() == 2

    def test_one_reason_rejects_all(self, client, items):
        chosen = {"item": [items[0].pk, items[2].pk], "outcome": "rejected"}
        page = text_of(client.post(TOGETHER, chosen))
        assert "Enter a reason for rejecting the request" in page
        assert f'name="item" value="{items[2].pk}"' in page
        client.post(TOGETHER, {**chosen, "reason": "Not known here"})
        assert [one.reason for one in Decision.objects.all()] == ["Not known here"] * 2

    def test_who_would_decide_on_others_is_decided_on_alone(self, client, carol, ward):
        provider = ward.unit.organisation
        item = submit_request(
            by=person("pat.provider"),
            applicant=Applicant(OrganisationType.PROVIDER, provider),
            asks=[Ask(Capability.APPROVE_STANDARD, provider)],
        ).items.get()
        assert 'name="item"' not in text_of(client.get(QUEUE))
        answer = client.post(TOGETHER, {"item": item.pk, **APPROVE})
        assert "has to be decided by itself" in text_of(answer)
        assert not Decision.objects.exists()

    def test_what_is_out_of_reach_is_left_out_like_what_does_not_exist(self, client, items):
        far = WardFactory(unit__ods_code="X1", unit__organisation__ods_code="X", name="Far")
        foreign = submitted_items(person=person("nora.north"), ward=far)[0]
        chosen = [foreign.pk, 10**30, "x", "-1", "\0", items[0].pk]
        assert "Nora North" not in text_of(client.get(TOGETHER, {"item": chosen}))
        text = text_of(client.post(TOGETHER, {"item": chosen, **APPROVE}))
        assert "1 of 1 request decided" in text
        assert "(any more): 1 of the 2 requests that you chose" in text
        assert Decision.objects.get().item == items[0]

    @pytest.mark.parametrize("chosen", [[], ["x"], list(range(1, 60))])
    def test_nothing_and_too_much_lead_back(self, client, items, chosen):
        for answer in (
            client.get(TOGETHER, {"item": chosen}, follow=True),
            client.post(TOGETHER, {"item": chosen, **APPROVE}, follow=True),
        ):
            assert answer.redirect_chain == [(QUEUE, 302)]
            assert "to decide together." in text_of(answer)
        assert Item.objects.filter(status=ItemStatus.SUBMITTED).count() == 4
