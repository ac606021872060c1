"""Lines: from the directory, planned, changed, put in order, removed."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from capacity_plans.editing.line_services import save_line
from capacity_plans.editing.services import Seen
from capacity_plans.models import Change, Line
from core.errors import DomainError
from core.models import AuditEvent
from organisations.models import Ward
from tests.availability.pages import text_of
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    UnitFactory,
    WardFactory,
)
from tests.factories.plans import change, draft, line, plan

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"plans:{name}", args=args)


def planned(**fields):
    return {
        "key": uuid4(),
        "planned_name": "Cedar",
        "service_type": Ward.objects.first().service_type_id,
        "sex": "male",
        "security_level": 0,
        "baseline": 0,
        **fields,
    }


def edited(row, **fields):
    return {"revision": row.revision, "baseline": row.baseline, "difference": "", **fields}


@pytest.mark.requirement("CPMS-03")
def test_ticked_wards_become_lines_with_the_commissioned_beds_as_baseline(client, place, paula):
    ticked = {"wards": [place.ash.pk, place.beech.pk]}
    answer = client.post(at("add_wards", place.version.pk), ticked)
    assert answer["Location"] == at("edit", place.version.pk) + "#lines"
    assert [
        (one.ward, one.baseline, one.directory_figure) for one in place.version.lines.all()
    ] == [
        (ward, ward.commissioned_beds, ward.commissioned_beds) for ward in (place.ash, place.beech)
    ]
    client.post(at("add_wards", place.version.pk), ticked)
    assert AuditEvent.objects.filter(event="plan.line_added", actor=paula).count() == 2


def test_only_open_wards_of_members_of_the_group_and_kind_are_offered(client, place, paula):
    elsewhere = UnitFactory(ods_code="NV901", organisation=OrganisationFactory(ods_code="NV9"))
    other = WardFactory(unit=elsewhere)
    WardFactory(unit=place.unit, name="Closed ward", closed_on=date(2020, 1, 1))
    address = at("add_wards", place.version.pk)
    assert "Closed ward" not in text_of(client.get(address))
    answer = client.post(address, {"wards": [other.pk]})
    assert answer.status_code == 400
    assert "Choose from the list" in text_of(answer)
    client.post(address, {"all": "yes"})
    assert {one.ward for one in place.version.lines.all()} == {place.ash, place.beech}
    sessions = draft(plan(place.collaborative, kind="sessional"))
    assert "every open ward" in text_of(client.get(at("add_wards", sessions.pk)))


def test_a_baseline_that_differs_from_the_directory_needs_an_explanation(client, place, paula):
    row = line(place.version, place.ash)
    address, other = at("edit_line", place.version.pk, row.pk), row.baseline + 3
    answer = client.post(address, edited(row, baseline=other))
    assert f"Enter why it is not {row.baseline}" in text_of(answer)
    assert f'value="{other}"' in answer.content.decode(), "what was typed stays"
    with pytest.raises(DomainError, match="Enter why the baseline differs"):
        save_line(line=row, seen=Seen(0), by=paula, baseline=other, difference="", notes="")
    client.post(address, edited(row, baseline=other, difference="Three swing beds"))
    row.refresh_from_db()
    assert (row.baseline, row.difference) == (other, "Three swing beds")
    event = AuditEvent.objects.latest("pk")
    assert (event.event, event.details["was"]) == (
        "plan.line_changed",
        {"baseline": other - 3, "difference": ""},
    )


def test_the_page_says_that_the_directory_has_changed_and_takes_the_new_figure(
    client, place, paula
):
    row = line(place.version, place.ash)
    was = row.baseline
    Ward.objects.filter(pk=place.ash.pk).update(commissioned_beds=was + 2, sex="male")
    address = at("edit_line", place.version.pk, row.pk)
    assert f"it says {was + 2} instead of {was}, the sex male now" in text_of(client.get(address))
    client.post(at("take_directory", place.version.pk, row.pk), {"revision": row.revision})
    row.refresh_from_db()
    assert (row.baseline, row.directory_figure, row.sex) == (was + 2, was + 2, "male")
    assert "The directory has changed" not in text_of(client.get(address))


def test_a_planned_ward_is_added_once_however_often_its_form_is_sent(client, place, paula):
    form = planned(unit=place.unit.pk)
    first, again = (client.post(at("add_planned_ward", place.version.pk), form) for _ in range(2))
    made = place.version.lines.get()
    assert first["Location"] == again["Location"] == at("edit_line", place.version.pk, made.pk)
    assert (made.planned_name, made.unit, made.ward) == ("Cedar", place.unit, None)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"planned_name": ""}, "Enter a name"),
        ({"planned_name": "x" * 121}, "Enter 120 characters or fewer"),
        ({"planned_name": "nul\x00"}, "Null characters are not allowed"),
        ({"planned_name": "Bed of 943 476 5919"}, "Remove the NHS number"),
        ({"baseline": "9" * 5000}, "Enter a number from 0 to 10,000"),
        ({"baseline": "-1"}, "Enter a number from 0 to 10,000"),
        ({"service_type": "999999999"}, "Choose the service type"),
        ({"service_type": "1\x00"}, "Choose the service type"),
        ({"unit": "999999999"}, "Choose a unit"),
        ({"sex": "other"}, "Choose the sex"),
        ({"key": "no key"}, "This page is out of date"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_added(client, place, paula, wrong, said):
    answer = client.post(at("add_planned_ward", place.version.pk), planned(extra="x") | wrong)
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert not place.version.lines.exists()


def test_nothing_but_a_form_that_was_shown_is_saved(client, place, paula):
    row = line(place.version, place.ash)
    for revision in ("", "9" * 400, "\x00", "-1"):
        sent = edited(row, baseline=5, difference="Staffed for five", revision=revision)
        answer = client.post(at("edit_line", place.version.pk, row.pk), sent)
        assert answer.status_code == 400
        assert "This page is out of date" in text_of(answer)
    assert Line.objects.get().revision == 0


def test_a_line_goes_up_and_the_button_keeps_the_keyboard(client, place, paula):
    ash, beech = line(place.version, place.ash), line(place.version, place.beech)
    address = at("order_lines", place.version.pk)
    answer = client.post(address, {"move": f"{beech.pk}-up-1"})
    assert list(place.version.lines.all()) == [beech, ash]
    assert answer["Location"].endswith(f"#line-{beech.pk}-down"), "it can go no further up"
    client.post(address, {"move": f"{beech.pk}-up-1"})
    assert list(place.version.lines.all()) == [beech, ash], "the same press again is none"
    for wrong in ("", "1", f"{2**64}-up-1", "\x00-up-1", f"{ash.pk}-left-1"):
        assert client.post(address, {"move": wrong}).status_code == 302


def test_removing_a_line_names_the_changes_that_go_with_it(client, place, paula):
    ash, beech = line(place.version, place.ash), line(place.version, place.beech)
    change(ash, date(2027, 5, 1), 2, "transfer", to_line=beech)
    change(beech, date(2027, 6, 1), 3, "decrease")
    address = at("remove_line", place.version.pk, beech.pk)
    page = text_of(client.get(address))
    assert "1 May 2027: Transfer of 2 to Beech" in page
    assert "1 June 2027: Decrease, \u22123" in page
    assert client.post(address, {"revision": 0, "changes": 1}).status_code == 409
    assert Line.objects.filter(pk=beech.pk).exists(), "not the changes that were shown"
    ours = Change.objects.filter(line=beech)
    ours.update(revision=1)
    assert client.post(address, {"revision": 0, "changes": 2}).status_code == 409
    assert Line.objects.filter(pk=beech.pk).exists(), "one of them is another by now"
    ours.update(revision=0)
    assert client.post(address, {"revision": 0, "changes": 2}).status_code == 302
    assert list(Line.objects.all()) == [ash]
    assert not Change.objects.exists()
    assert client.post(address, {"revision": 0, "changes": 2}).status_code == 302, "once more"
    assert len(AuditEvent.objects.get(event="plan.line_removed").details["changes"]) == 2


def test_a_version_of_somebody_else_or_that_was_submitted_is_no_page(client, place, paula):
    row = line(place.version, place.ash)
    theirs = line(draft(plan(CollaborativeFactory(name="Elsewhere"))), place.beech)
    assert client.get(at("edit", theirs.version_id)).status_code == 404
    for name, *of in (("edit_line", theirs.pk), ("remove_line", theirs.pk)):
        assert client.get(at(name, place.version.pk, *of)).status_code == 404
    assert client.get(at("edit_line", place.version.pk, row.pk)).status_code == 200


@pytest.mark.parametrize("number", [5, 60])
def test_the_page_asks_the_same_of_few_lines_and_many(
    client, place, paula, number, django_assert_num_queries
):
    for at_ in range(number):
        one = line(place.version, WardFactory(unit=place.unit, name=f"Ward {at_}"))
        change(one, date(2027, 5, 1))
    for name, of, queries in (("edit", (), 9), ("edit_line", (one.pk,), 10)):
        client.get(at(name, place.version.pk, *of))
        with django_assert_num_queries(queries):
            client.get(at(name, place.version.pk, *of))
