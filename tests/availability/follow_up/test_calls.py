"""What wards said on the telephone, and the doubt that others read."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from availability.choices import BedState
from availability.follow_up.calls.queries import calls_to
from availability.follow_up.calls.services import note_call
from availability.models import Bed, Call, WardTotals
from availability.services import confirm_ward, lock_totals
from availability.tasks import sweep_follow_up
from core.errors import DomainError
from tests.availability.pages import text_of
from tests.factories.accounts import grant, searcher, ward_editor
from tests.factories.availability import change, ward_with_beds
from tests.factories.organisations import OrganisationFactory, PostcodeLocationFactory

pytestmark = pytest.mark.django_db
NHS_NUMBER = "943 476 5919"


@pytest.fixture
def ward():
    return ward_with_beds(3, free=1)


@pytest.fixture
def sam(ward):
    """Works for another provider."""
    return colleague(ward, "sam.searcher", "ELS")


def colleague(ward, name, code):
    user = searcher(ward.service_type.group, name)
    somewhere = OrganisationFactory(ods_code=code, name=f"Trust {code}", ods_name=f"TRUST {code}")
    grant(user, Capability.AVAILABILITY_EDIT, organisation=somewhere)
    return user


def doubted(ward):
    return WardTotals.objects.get(ward=ward).doubted_at


def test_only_people_of_the_same_organisation_read_it(ward, sam):
    note_call(ward=ward, outcome="other", text="Call after six", by=sam)
    mate, stranger = colleague(ward, "mia.mate", "ELS"), colleague(ward, "sid.stranger", "FAR")
    assert [call.text for call in calls_to(ward, mate)] == ["Call after six"]
    assert not calls_to(ward, stranger)
    # Who works nowhere that is known reads their own alone
    nowhere, other = (
        searcher(ward.service_type.group, name) for name in ("nora.nowhere", "noel.nowhere")
    )
    note_call(ward=ward, outcome="no_answer", by=nowhere)
    assert [call.outcome for call in calls_to(ward, nowhere)] == ["no_answer"]
    assert not calls_to(ward, other)


@pytest.mark.parametrize("outcome", ["no_bed", "not_suitable"])
def test_a_doubt_stands_until_the_ward_confirms_or_changes_a_bed(ward, sam, outcome):
    wendy = ward_editor(ward)
    note_call(ward=ward, outcome=outcome, doubt=True, by=sam)
    assert doubted(ward)
    confirm_ward(ward=ward, by=wendy)
    assert doubted(ward) is None
    note_call(ward=ward, outcome=outcome, text="Again", doubt=True, by=sam)
    assert doubted(ward)
    # In the same minute too
    confirm_ward(ward=ward, by=wendy)
    assert doubted(ward) is None
    note_call(ward=ward, outcome=outcome, text="And again", doubt=True, by=sam)
    change(ward.beds.last(), BedState.ISOLATED, by=wendy)
    assert doubted(ward) is None


def test_what_time_does_answers_no_doubt(ward, sam):
    wendy = ward_editor(ward)
    soon = timezone.now() + timedelta(milliseconds=300)
    change(ward.beds.last(), "reserved", by=wendy, held_for="Team", due_at=soon)
    note_call(ward=ward, outcome="no_bed", doubt=True, by=sam)
    WardTotals.objects.filter(ward=ward).update(next_end_at=timezone.now())
    lock_totals(ward.pk)
    assert doubted(ward)


@pytest.mark.parametrize(
    ("outcome", "doubt"), [("no_bed", False), ("has_bed", True), ("no_answer", True)]
)
def test_what_contradicts_nothing_is_no_doubt(ward, sam, outcome, doubt):
    note_call(ward=ward, outcome=outcome, doubt=doubt, by=sam)
    assert doubted(ward) is None


def test_a_ward_that_shows_no_free_bed_is_not_doubted(ward, sam):
    change(ward.beds.first(), BedState.OCCUPIED, by=ward_editor(ward))
    note_call(ward=ward, outcome="no_bed", doubt=True, by=sam)
    assert doubted(ward) is None


def test_it_is_noted_once_and_kept_for_thirty_days(ward, sam):
    first = note_call(ward=ward, outcome="no_bed", by=sam)
    assert note_call(ward=ward, outcome="no_bed", by=sam) == first
    Call.objects.update(at=timezone.now() - timedelta(days=31))
    assert not calls_to(ward, sam)
    sweep_follow_up()
    assert not Call.objects.exists()


def test_an_nhs_number_or_a_foreign_ward_is_refused(ward, sam):
    with pytest.raises(DomainError, match="NHS number"):
        note_call(ward=ward, outcome="other", text=NHS_NUMBER, by=sam)
    sam.grants.filter(capability=Capability.AVAILABILITY_VIEW).update(revoked_at=timezone.now())
    with pytest.raises(DomainError, match="cannot note"):
        note_call(ward=ward, outcome="other", by=sam)


def test_searchers_and_editors_read_the_doubt_without_a_name(client, ward, sam):
    client.force_login(sam)
    page = reverse("availability:note_call", args=[ward.pk])
    noted = {"outcome": "no_bed", "text": "Full since noon", "doubt": "on"}
    assert "Full since noon" in text_of(client.post(page, noted, follow=True))
    client.force_login(searcher(ward.service_type.group, "sid.stranger"))
    PostcodeLocationFactory()
    found = text_of(client.get(reverse("availability:search")))
    assert re.search(r"A searcher was told at \d\d:\d\d that no bed was free", found)
    assert "Full since noon" not in found
    wendy = ward_editor(ward)
    client.force_login(wendy)
    board = reverse("availability:board", args=[ward.pk])
    assert "A searcher was told at" in text_of(client.get(board))
    confirm_ward(ward=ward, by=wendy)
    assert "A searcher was told at" not in text_of(client.get(board))


def found_by(user):
    client = Client()
    client.force_login(user)
    return text_of(client.get(reverse("availability:search")))


def test_the_card_says_when_ones_own_organisation_telephoned_last(ward, sam):
    PostcodeLocationFactory()
    mate, stranger = colleague(ward, "mia.mate", "ELS"), colleague(ward, "sid.stranger", "FAR")
    nowhere = searcher(ward.service_type.group, "nora.nowhere")
    note_call(ward=ward, outcome="has_bed", by=stranger)
    assert "telephoned" not in found_by(sam)
    note_call(ward=ward, outcome="no_answer", by=sam)
    note_call(ward=ward, outcome="no_bed", text="Full since noon", by=sam)
    Call.objects.filter(outcome="no_answer").update(at=timezone.now() - timedelta(minutes=9))
    assert re.search(r"You telephoned at \d\d:\d\d: no bed is free", found_by(sam))
    said = found_by(mate)
    assert re.search(r"Your organisation telephoned at \d\d:\d\d: no bed is free", said)
    assert "no answer" not in said
    assert re.search(r"You telephoned at \d\d:\d\d: they have a bed", found_by(stranger))
    assert "telephoned" not in found_by(nowhere)
    Call.objects.update(at=timezone.now() - timedelta(days=31))
    assert "telephoned" not in found_by(sam)


def test_the_card_shows_the_words_of_what_is_nothing_usual(ward, sam):
    PostcodeLocationFactory()
    note_call(ward=ward, outcome="other", text="Ring <after> six", by=sam)
    assert re.search(r"You telephoned at \d\d:\d\d: Ring <after> six", found_by(sam))


def test_wards_that_are_compared_say_it_too(client, ward, sam):
    PostcodeLocationFactory()
    other = ward_with_beds(1, name="Other")
    note_call(ward=ward, outcome="not_suitable", by=sam)
    client.force_login(sam)
    page = client.get(reverse("availability:compare"), {"ward": [ward.pk, other.pk]})
    assert "Last call" in text_of(page)
    assert "You telephoned at" in text_of(page)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"outcome": ""}, "Choose what the ward said"),
        ({"outcome": "x\0"}, "Choose what the ward said"),
        ({"text": "x" * 201}, "200 characters or fewer"),
        ({"text": "a\0b"}, "Null characters"),
        ({"text": NHS_NUMBER}, "Remove the NHS number"),
        ({"outcome": "has_bed", "doubt": "on"}, "choose “No bed is free” or “Not suitable"),
    ],
)
def test_what_is_wrong_is_said(client, ward, sam, wrong, problem):
    client.force_login(sam)
    noted = {"outcome": "other", "text": "Busy", "organisation": "1", **wrong}
    page = reverse("availability:note_call", args=[ward.pk])
    assert problem in text_of(client.post(page, noted))
    assert not Call.objects.exists()
    assert Bed.objects.count() == 3
