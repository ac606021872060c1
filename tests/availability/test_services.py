"""Changing beds and confirming wards."""

import pytest
from django.db import ProgrammingError, connection, transaction

from availability.choices import BedState, ClosedReason
from availability.models import Bed, BedEntry, WardConfirmation
from availability.services import add_beds, change_bed, confirm_ward
from core.errors import Conflict, DomainError
from core.models import AuditEvent
from tests.factories.accounts import helpdesk, person, searcher, ward_editor
from tests.factories.availability import change, newest, ward_with_beds
from tests.factories.organisations import WardFactory

pytestmark = pytest.mark.django_db


def counts(ward):
    totals = ward.totals
    totals.refresh_from_db()
    return totals.available, totals.occupied, totals.closed


@pytest.fixture
def wendy(ward):
    return ward_editor(ward)


@pytest.mark.requirement("CPMS-01")
def test_a_change_is_a_new_entry_of_that_bed_alone(ward, wendy):
    first, second, _ = ward.beds.all()
    before = newest(first)
    entry = change(first, BedState.AVAILABLE, by=wendy)
    assert newest(first) == entry
    assert (entry.state, entry.by, entry.closed_reason) == (BedState.AVAILABLE, wendy, "")
    assert entry.starts_at > before.starts_at
    assert [e.state for e in first.entries.order_by("starts_at")] == ["occupied", "available"]
    assert newest(second).state == BedState.OCCUPIED


def test_a_change_moves_the_totals_and_is_audited(ward, wendy):
    bed = ward.beds.first()
    entry = change(bed, BedState.AVAILABLE, by=wendy)
    assert counts(ward) == (1, 2, 0)
    assert ward.totals.changed_at == entry.starts_at
    event = AuditEvent.objects.get(event="bed.changed")
    assert (event.actor, event.target) == (wendy, f"availability.bed:{bed.pk}")
    assert event.details == {"was": "occupied", "state": "available", "closed_reason": ""}


def test_a_closed_bed_has_a_reason(ward, wendy):
    bed = ward.beds.first()
    for reason in ("", "no such reason", "\x00"):
        with pytest.raises(DomainError, match="why"):
            change(bed, BedState.CLOSED, closed_reason=reason, by=wendy)
    change(bed, BedState.CLOSED, closed_reason=ClosedReason.STAFFING, by=wendy)
    assert newest(bed).closed_reason == ClosedReason.STAFFING
    assert counts(ward) == (0, 2, 1)


def test_another_reason_is_another_entry(ward, wendy):
    bed = ward.beds.first()
    change(bed, BedState.CLOSED, closed_reason=ClosedReason.STAFFING, by=wendy)
    change(bed, BedState.CLOSED, closed_reason=ClosedReason.ACUITY, by=wendy)
    assert bed.entries.count() == 3
    assert counts(ward) == (0, 2, 1)


def test_only_a_closed_bed_has_a_reason(ward, wendy):
    with pytest.raises(DomainError):
        change(ward.beds.first(), BedState.AVAILABLE, closed_reason=ClosedReason.ACUITY, by=wendy)


def test_a_repeat_changes_nothing_even_from_an_old_page(ward, wendy):
    bed = ward.beds.first()
    seen = newest(bed).pk
    first = change_bed(bed=bed, state=BedState.AVAILABLE, seen_entry=seen, by=wendy)
    again = change_bed(bed=bed, state=BedState.AVAILABLE, seen_entry=seen, by=wendy)
    assert again == first
    assert bed.entries.count() == 2
    assert counts(ward) == (1, 2, 0)
    assert AuditEvent.objects.filter(event="bed.changed").count() == 1


def test_a_change_on_what_one_has_not_seen_is_a_conflict(ward, wendy):
    bed = ward.beds.first()
    seen = newest(bed).pk
    colleague = ward_editor(ward, "walter.ward")
    change(bed, BedState.AVAILABLE, by=colleague)
    with pytest.raises(Conflict) as refusal:
        change_bed(
            bed=bed,
            state=BedState.CLOSED,
            closed_reason=ClosedReason.STAFFING,
            seen_entry=seen,
            by=wendy,
        )
    assert "Bed 1 was changed to Available by Walter Ward (availability editor) at " in str(
        refusal.value
    )
    assert newest(bed).state == BedState.AVAILABLE
    assert counts(ward) == (1, 2, 0)


def test_a_conflict_with_oneself_says_so(ward, wendy):
    bed = ward.beds.first()
    seen = newest(bed).pk
    change(bed, BedState.AVAILABLE, by=wendy)
    change(bed, BedState.OCCUPIED, by=wendy)
    with pytest.raises(Conflict, match="by you at"):
        change_bed(bed=bed, state=BedState.AVAILABLE, seen_entry=seen, by=wendy)


def test_only_editors_of_the_ward_change_its_beds(ward):
    elsewhere = ward_with_beds(name="CAMHS-Thames-GAU")
    stranger = ward_editor(elsewhere, "walter.ward")
    for by in (stranger, searcher(ward.service_type.group), person("nora.nobody")):
        with pytest.raises(DomainError, match="cannot update"):
            change(ward.beds.first(), BedState.AVAILABLE, by=by)
        with pytest.raises(DomainError, match="cannot update"):
            confirm_ward(ward=ward, by=by)
        with pytest.raises(DomainError, match="cannot update"):
            add_beds(ward=ward, number=1, by=by)
    assert counts(ward) == (0, 3, 0)


def test_a_bed_out_of_use_does_not_change(ward, wendy):
    bed = ward.beds.first()
    seen = newest(bed).pk
    Bed.objects.filter(pk=bed.pk).update(retired_at="2026-01-01T00:00Z")
    with pytest.raises(DomainError, match="no longer in use"):
        change_bed(bed=bed, state=BedState.AVAILABLE, seen_entry=seen, by=wendy)


def test_the_newest_entry_is_the_newest_although_the_clock_stepped_back(ward, wendy):
    bed = ward.beds.first()
    ahead = BedEntry.objects.create(
        bed=bed, state=BedState.OCCUPIED, origin="board", starts_at="2100-01-01T00:00Z"
    )
    entry = change(bed, BedState.AVAILABLE, by=wendy)
    ahead.refresh_from_db()
    assert entry.starts_at > ahead.starts_at
    assert newest(bed) == entry


def test_changing_a_bed_does_not_confirm_the_ward(ward, wendy):
    change(ward.beds.first(), BedState.AVAILABLE, by=wendy)
    ward.totals.refresh_from_db()
    assert ward.totals.confirmed_at is None


def test_nothing_has_changed_is_recorded_for_the_whole_ward(ward, wendy):
    totals = confirm_ward(ward=ward, by=wendy)
    confirmation = WardConfirmation.objects.get()
    assert (confirmation.ward, confirmation.by) == (ward, wendy)
    assert totals.confirmed_at == confirmation.at
    ward.totals.refresh_from_db()
    assert (ward.totals.confirmed_at, ward.totals.confirmed_by) == (confirmation.at, wendy)
    assert AuditEvent.objects.get(event="ward.confirmed").target == f"organisations.ward:{ward.pk}"
    assert BedEntry.objects.count() == 3


def test_a_double_click_confirms_once(ward, wendy):
    confirm_ward(ward=ward, by=wendy)
    confirm_ward(ward=ward, by=wendy)
    assert WardConfirmation.objects.count() == 1


def test_a_second_person_confirms_anew(ward, wendy):
    confirm_ward(ward=ward, by=wendy)
    confirm_ward(ward=ward, by=ward_editor(ward, "walter.ward"))
    assert WardConfirmation.objects.count() == 2


def test_confirming_after_a_change_is_not_a_repeat(ward, wendy):
    confirm_ward(ward=ward, by=wendy)
    change(ward.beds.first(), BedState.AVAILABLE, by=wendy)
    confirm_ward(ward=ward, by=wendy)
    assert WardConfirmation.objects.count() == 2


def test_nobody_confirms_what_they_have_not_seen(ward, wendy):
    seen = max(newest(bed).pk for bed in ward.beds.all())
    change(ward.beds.first(), BedState.AVAILABLE, by=ward_editor(ward, "walter.ward"))
    with pytest.raises(Conflict, match="Bed 1 was changed to Available by Walter Ward"):
        confirm_ward(ward=ward, seen_entry=seen, by=wendy)
    assert not WardConfirmation.objects.exists()


def test_a_ward_without_beds_cannot_be_confirmed():
    ward = WardFactory()
    with pytest.raises(DomainError, match="no beds"):
        confirm_ward(ward=ward, by=ward_editor(ward))


def test_beds_are_added_with_names_and_first_entries():
    ward = WardFactory()
    add_beds(ward=ward, number=2, by=None)
    add_beds(
        ward=ward, number=1, by=helpdesk(), state=BedState.CLOSED, closed_reason="refurbishment"
    )
    assert [(bed.name, newest(bed).state, newest(bed).origin) for bed in ward.beds.all()] == [
        ("Bed 1", "occupied", "setup"),
        ("Bed 2", "occupied", "setup"),
        ("Bed 3", "closed", "setup"),
    ]
    assert counts(ward) == (0, 2, 1)


def test_new_beds_are_never_free_and_come_in_reasonable_numbers():
    ward = WardFactory()
    with pytest.raises(DomainError):
        add_beds(ward=ward, number=1, by=None, state=BedState.AVAILABLE)
    for number in (-1, 0, 201):
        with pytest.raises(DomainError):
            add_beds(ward=ward, number=number, by=None)
    assert not ward.beds.exists()


@pytest.mark.parametrize("table", ["availability_bedentry", "availability_wardconfirmation"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET by_id = NULL", "DELETE FROM {}"])
def test_history_cannot_be_rewritten_by_the_application(ward, wendy, table, statement):
    confirm_ward(ward=ward, by=wendy)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
