"""A searcher asks a ward to hold a bed; its editors answer, or time does."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from accounts.leaving import disable_person
from accounts.retention import anonymise
from availability.choices import BedState
from availability.follow_up.holds.services import (
    accept_hold,
    ask_to_hold,
    decline_hold,
    withdraw_hold,
)
from availability.models import Bed, HoldRequest, WardTotals
from availability.tasks import expire_holds, sweep_follow_up
from core.errors import Conflict, DomainError
from notifications.models import Notification, OutgoingMail
from notifications.services import choose_mails
from tests.availability.pages import text_of
from tests.factories.accounts import grant, helpdesk, person, searcher, ward_editor
from tests.factories.availability import change, newest, ward_with_beds
from tests.factories.organisations import WardFactory

pytestmark = pytest.mark.django_db
NHS_NUMBER = "943 476 5919"


@pytest.fixture
def ward():
    return ward_with_beds(2)


@pytest.fixture
def wendy(ward):
    wendy = ward_editor(ward)
    change(ward.beds.first(), BedState.AVAILABLE, by=wendy)
    return wendy


@pytest.fixture
def sam(ward, wendy):
    return searcher(ward.service_type.group)


@pytest.fixture
def hold(ward, sam):
    return ask(ward, sam)


def ask(ward, sam, **changes):
    asked = {"held_for": "Oxford CAMHS", "hours": 4, "reference": "OX-17", **changes}
    return ask_to_hold(ward=ward, by=sam, **asked)


def later(hold, **length):
    """As if it had been asked so long ago."""
    row = HoldRequest.objects.filter(pk=hold.pk)
    shift = timedelta(**length)
    row.update(asked_at=hold.asked_at - shift, answer_by=hold.answer_by - shift)
    hold.refresh_from_db()
    return hold


def told(person):
    return list(Notification.objects.filter(person=person).values_list("kind", flat=True))


class TestAsking:
    def test_the_editors_of_the_ward_are_told_in_the_service_and_by_mail(self, hold, wendy):
        note = Notification.objects.get(person=wendy)
        assert "Oxford CAMHS asks CAMHS-Kennet-ED to hold a bed until" in note.text
        assert note.address == reverse("availability:answer_hold", args=[hold.pk])
        mail = OutgoingMail.objects.get(address=wendy.email)
        assert "reference OX-17" in mail.text
        assert "Accept or decline by" in mail.text

    def test_who_approves_for_the_provider_is_not_told(self, ward, wendy, sam):
        anna = person("anna.approver")
        grant(anna, Capability.APPROVE_STANDARD, organisation=ward.unit.organisation)
        ask(ward, sam)
        assert (told(wendy), told(anna)) == (["hold_asked"], [])

    def test_who_wants_no_mail_gets_none(self, ward, wendy, sam):
        choose_mails(by=wendy, by_mail=False)
        ask(ward, sam)
        assert told(wendy) == ["hold_asked"]
        assert not OutgoingMail.objects.filter(address=wendy.email).exists()

    def test_the_same_once_more_is_the_same_request(self, ward, sam, hold, wendy):
        assert ask(ward, sam) == hold
        assert told(wendy) == ["hold_asked"]
        assert ask(ward, sam, reference="OX-18") != hold

    @pytest.mark.parametrize("at", ["held_for", "reference", "note"])
    def test_an_nhs_number_is_refused(self, ward, sam, at):
        with pytest.raises(DomainError, match="Remove the NHS number"):
            ask(ward, sam, **{at: NHS_NUMBER})
        assert not HoldRequest.objects.exists()

    @pytest.mark.parametrize("hours", [0, -1, 73, 10**6])
    def test_no_longer_than_three_days(self, ward, sam, hours):
        with pytest.raises(DomainError, match="for how long"):
            ask(ward, sam, hours=hours)

    def test_a_ward_that_nobody_keeps_is_to_be_telephoned(self, sam):
        with pytest.raises(DomainError, match="Telephone it"):
            ask(WardFactory(name="Nobody's"), sam)

    def test_who_may_not_search_the_group_cannot_ask(self, ward, wendy):
        with pytest.raises(DomainError, match="cannot ask"):
            ask(ward, helpdesk())

    def test_ten_may_wait_at_once(self, ward, sam):
        for number in range(10):
            ask(ward, sam, reference=str(number))
        with pytest.raises(DomainError, match="Withdraw one"):
            ask(ward, sam, reference="10")


class TestAnswering:
    def test_accepting_holds_the_bed_that_the_editor_chose(self, ward, wendy, sam, hold):
        bed = ward.beds.first()
        accept_hold(hold=hold, bed=bed, by=wendy)
        entry = newest(bed)
        assert (entry.state, entry.held_for, entry.reference, entry.by) == (
            BedState.RESERVED,
            "Oxford CAMHS",
            "OX-17",
            wendy,
        )
        assert entry.due_at == hold.until
        totals = WardTotals.objects.get(ward=ward)
        assert (totals.available, totals.reserved, totals.next_end_at) == (0, 1, hold.until)
        assert told(sam) == ["hold_answered"]
        assert "holds Bed 1 for Oxford CAMHS" in OutgoingMail.objects.get(address=sam.email).text
        # What waited for the editors waits no more
        assert Notification.objects.get(person=wendy).read_at

    def test_a_bed_that_is_not_free_is_not_held(self, ward, wendy, hold):
        with pytest.raises(Conflict, match="Bed 2 is not free any more: Occupied"):
            accept_hold(hold=hold, bed=ward.beds.last(), by=wendy)
        change(ward.beds.first(), "available", by=wendy, due_at=timezone.now() + timedelta(hours=1))
        with pytest.raises(Conflict, match="not free"):
            accept_hold(hold=hold, bed=ward.beds.first(), by=wendy)
        hold.refresh_from_db()
        assert hold.waits

    def test_a_bed_of_another_ward_is_not_held(self, hold, wendy):
        other = ward_with_beds(1, free=1, name="Other")
        grant(wendy, Capability.AVAILABILITY_EDIT, ward=other)
        with pytest.raises(DomainError, match="Choose a bed of this ward"):
            accept_hold(hold=hold, bed=other.beds.get(), by=wendy)

    def test_declining_needs_a_reason_that_the_searcher_reads(self, wendy, sam, hold):
        with pytest.raises(DomainError, match="Enter why"):
            decline_hold(hold=hold, reason="", by=wendy)
        with pytest.raises(DomainError, match="NHS number"):
            decline_hold(hold=hold, reason=NHS_NUMBER, by=wendy)
        decline_hold(hold=hold, reason="Promised to another team", by=wendy)
        assert "Promised to another team" in Notification.objects.get(person=sam).text

    def test_only_who_updates_the_ward_answers(self, hold, sam, ward):
        outsider = ward_editor(WardFactory(name="Other"), "walter.ward")
        for by in (sam, outsider):
            with pytest.raises(DomainError, match="cannot answer"):
                accept_hold(hold=hold, bed=ward.beds.first(), by=by)
            with pytest.raises(DomainError, match="cannot answer"):
                decline_hold(hold=hold, reason="No", by=by)

    def test_the_same_answer_once_more_changes_nothing(self, ward, wendy, sam, hold):
        bed = ward.beds.first()
        for _ in range(2):
            accept_hold(hold=hold, bed=bed, by=wendy)
        assert told(sam) == ["hold_answered"]
        assert bed.entries.filter(state=BedState.RESERVED).count() == 1

    @pytest.mark.parametrize("ended", ["accepted", "declined", "withdrawn", "expired"])
    def test_what_has_ended_stays_as_it_is(self, ward, wendy, sam, hold, ended):
        bed = ward.beds.first()
        steps = {
            "accepted": lambda: accept_hold(hold=hold, bed=bed, by=wendy),
            "declined": lambda: decline_hold(hold=hold, reason="No staff", by=wendy),
            "withdrawn": lambda: withdraw_hold(hold=hold, by=sam),
            "expired": lambda: (later(hold, hours=2), expire_holds()),
        }
        steps[ended]()
        for to, step in steps.items():
            if to not in (ended, "expired"):
                with pytest.raises(Conflict, match="already closed"):
                    step()
        expire_holds()
        hold.refresh_from_db()
        assert hold.status == ended


class TestTime:
    def test_after_two_hours_everybody_sees_that_nobody_answered(self, ward, wendy, sam, hold):
        assert hold.answer_by - hold.asked_at == timedelta(hours=2)
        later(hold, hours=2)
        assert (hold.status, hold.status_now) == ("asked", "expired")
        with pytest.raises(Conflict, match="not answered in time"):
            accept_hold(hold=hold, bed=ward.beds.first(), by=wendy)
        with pytest.raises(Conflict, match="not answered in time"):
            withdraw_hold(hold=hold, by=sam)
        expire_holds()
        hold.refresh_from_db()
        assert (hold.status, hold.ended_at) == ("expired", hold.answer_by)
        assert told(sam) == ["hold_expired"]
        assert ward.telephone in Notification.objects.get(person=sam).text

    def test_a_shorter_wish_ends_sooner(self, ward, sam):
        hold = ask(ward, sam, hours=1)
        assert hold.answer_by == hold.until

    def test_one_that_ran_out_can_be_asked_again(self, ward, sam, hold):
        later(hold, hours=3)
        assert ask(ward, sam) != hold
        hold.refresh_from_db()
        assert hold.status == "expired"

    def test_who_is_disabled_asks_for_nothing_any_more(self, sam, hold, wendy):
        disable_person(person=sam, by=helpdesk())
        hold.refresh_from_db()
        assert hold.status == "withdrawn"
        assert anonymise(person=sam)
        hold.refresh_from_db()
        assert (hold.reference, hold.note) == ("", "")

    def test_what_ended_long_ago_is_deleted(self, sam, hold, ward):
        withdraw_hold(hold=hold, by=sam)
        waiting = ask(ward, sam)
        past = timezone.now() - timedelta(days=91)
        HoldRequest.objects.filter(pk=hold.pk).update(ended_at=past)
        sweep_follow_up()
        assert list(HoldRequest.objects.all()) == [waiting]


class TestPages:
    def test_from_asking_to_the_answer(self, client, ward, wendy, sam):
        client.force_login(sam)
        page = reverse("availability:ask_to_hold", args=[ward.pk])
        asked = {"held_for": "Oxford CAMHS", "hours": "4", "note": "Call us"}
        response = client.post(page, asked, follow=True)
        assert "The ward has been told." in text_of(response)
        hold = HoldRequest.objects.get()
        client.force_login(wendy)
        board = client.get(reverse("availability:board", args=[ward.pk]))
        assert "Oxford CAMHS asks you to hold a bed" in text_of(board)
        answer = reverse("availability:answer_hold", args=[hold.pk])
        assert answer in board.content.decode()
        shown = client.get(answer)
        assert sam.email in text_of(shown)
        bed = ward.beds.first()
        done = client.post(answer, {"answer": "accept", "bed": bed.pk}, follow=True)
        assert "Bed 1 is held for Oxford CAMHS." in text_of(done)
        assert "asks you to hold" not in text_of(done)
        assert "nothing is left to answer" in text_of(client.get(answer))
        client.force_login(sam)
        mine = text_of(client.get(reverse("availability:hold", args=[hold.pk])))
        assert "The ward holds Bed 1 until" in mine
        assert "Withdraw the request" not in mine
        assert "Accepted" in text_of(client.get(reverse("availability:holds")))

    def test_only_who_asked_withdraws_it(self, hold, wendy):
        with pytest.raises(DomainError, match="Only who asked"):
            withdraw_hold(hold=hold, by=wendy)
        hold.refresh_from_db()
        assert hold.status == "asked"

    def test_a_request_can_be_withdrawn_once(self, client, sam, hold, wendy):
        client.force_login(sam)
        withdraw = reverse("availability:withdraw_hold", args=[hold.pk])
        assert "You withdrew this request." in text_of(client.post(withdraw, follow=True))
        HoldRequest.objects.update(status="declined", reason="No", answered_by=wendy)
        refused = client.post(withdraw)
        assert refused.status_code == 409
        assert "already closed: declined" in text_of(refused)

    @pytest.mark.parametrize(
        ("wrong", "problem"),
        [
            ({"held_for": ""}, "Enter for whom"),
            ({"held_for": "x" * 81}, "80 characters or fewer"),
            ({"held_for": "a\0b"}, "Null characters are not allowed"),
            ({"held_for": NHS_NUMBER}, "Remove the NHS number"),
            ({"reference": "x" * 41}, "40 characters or fewer"),
            ({"note": "x" * 201}, "200 characters or fewer"),
            ({"hours": "9" * 30}, "Choose for how long"),
            ({"hours": "x\0"}, "Choose for how long"),
            ({"hours": ""}, "Choose for how long"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
        self, client, ward, sam, wrong, problem
    ):
        client.force_login(sam)
        asked = {"held_for": "Night team", "hours": "4", "status": "accepted", **wrong}
        response = client.post(reverse("availability:ask_to_hold", args=[ward.pk]), asked)
        assert problem in text_of(response)
        assert not HoldRequest.objects.exists()
        if wrong.get("held_for") is None:
            assert 'value="Night team"' in response.content.decode()

    @pytest.mark.parametrize(
        ("wrong", "problem"),
        [
            ({}, "Choose yes or no"),
            ({"answer": "perhaps"}, "Choose yes or no"),
            ({"answer": "accept"}, "Choose a bed"),
            ({"answer": "accept", "bed": "99999999999999999999"}, "not free any more"),
            ({"answer": "accept", "bed": "x"}, "not free any more"),
            ({"answer": "decline"}, "Enter why no bed can be held"),
            ({"answer": "decline", "reason": "x" * 201}, "200 characters or fewer"),
            ({"answer": "decline", "reason": "a\0b"}, "Null characters"),
        ],
    )
    def test_an_answer_that_is_none_changes_nothing(self, client, wendy, hold, wrong, problem):
        client.force_login(wendy)
        response = client.post(reverse("availability:answer_hold", args=[hold.pk]), wrong)
        assert problem in text_of(response)
        hold.refresh_from_db()
        assert hold.waits

    def test_without_a_free_bed_there_is_only_no(self, client, wendy, hold, ward):
        change(ward.beds.first(), BedState.OCCUPIED, by=wendy)
        client.force_login(wendy)
        page = reverse("availability:answer_hold", args=[hold.pk])
        assert "No bed of this ward is free now" in text_of(client.get(page))
        refused = client.post(page, {"answer": "accept", "bed": Bed.objects.first().pk})
        assert "not free any more" in text_of(refused) or "No bed" in text_of(refused)

    def test_the_number_of_queries_does_not_grow(
        self, client, ward, wendy, sam, hold, django_assert_num_queries
    ):
        client.force_login(wendy)
        page = reverse("availability:answer_hold", args=[hold.pk])
        with django_assert_num_queries(6):
            client.get(page)
        ask(ward, sam, reference="OX-18")
        with django_assert_num_queries(6):
            client.get(page)
        client.force_login(sam)
        for _ in range(2):
            with django_assert_num_queries(6):
                client.get(reverse("availability:holds"))
            ask(ward, sam, reference="OX-19")
