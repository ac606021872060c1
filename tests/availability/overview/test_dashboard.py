"""The dashboards: figures of each level, now and over time, on the page and in files."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from availability.choices import BedState
from availability.models import WardDay, WardTotals
from availability.models.wards import COUNTED
from availability.overview.dashboard import TABLES, Dashboard
from availability.overview.figures import NETWORK, figures_by
from availability.overview.levels import level_of, slug_of
from tests.availability.overview.crowd import many
from tests.availability.pages import text_of
from tests.factories.accounts import grant, person, searcher
from tests.factories.availability import bed_manager, bed_since, change, ward_with_beds
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    RegionFactory,
    ServiceGroupFactory,
    ServiceTypeFactory,
    UnitFactory,
    WardFactory,
)

pytestmark = pytest.mark.django_db

NATION = "/dashboards/"


def page_of(kind, thing):
    return reverse("availability:dashboard", args=[slug_of(kind, thing.pk)])


def file_of(slug, table, suffix="csv"):
    return reverse("availability:dashboard_file", args=[slug, table, suffix])


def board(user, kind, thing):
    return Dashboard(level_of(user, slug_of(kind, thing.pk)))


def estate(number):
    """So many wards, two to a unit, two units to a provider, in two regions."""
    regions = RegionFactory(), RegionFactory(code="Y56", name="London", position=3)
    types = ServiceTypeFactory(), ServiceTypeFactory(code="cyp-picu", name="PICU", position=2)
    wards = []
    for at in range(number):
        provider = OrganisationFactory(ods_code=f"R{at // 4}", name=f"R {at // 4}", ods_name="R")
        unit = UnitFactory(
            ods_code=f"R{at // 2}1",
            name=f"Unit {at // 2}",
            organisation=provider,
            region=regions[at // 2 % 2],
        )
        wards.append(ward_with_beds(1, unit=unit, name=f"Ward {at}", service_type=types[at % 2]))
    return wards


def past_of(ward, *days, **numbers):
    """What some days ago left."""
    zeros = dict.fromkeys((*COUNTED, "delayed"), 0)
    for ago in days:
        WardDay.objects.create(
            ward=ward, day=timezone.localdate() - timedelta(days=ago), **zeros | numbers
        )


@pytest.mark.requirement("ERN-08")
def test_each_level_is_the_sum_of_what_lies_below(sam):
    wards = estate(8)
    bella = bed_manager(wards[0])
    for at, ward in enumerate(wards):
        grant(bella, Capability.AVAILABILITY_EDIT, ward=ward)
        bed = ward.beds.first()
        if at % 2:
            change(bed, BedState.CLOSED, by=bella, closed_reason="staffing")
        else:
            change(bed, BedState.AVAILABLE, by=bella)
    nation = Dashboard(level_of(sam, "nation"))
    assert (nation.total.wards, nation.total.beds, nation.total.free) == (8, 8, 4)
    regions = {ward.unit.region for ward in wards}
    providers = {ward.unit.organisation for ward in wards}
    units = {ward.unit for ward in wards}
    for kind, things in (
        ("region", regions),
        ("provider", providers),
        ("unit", units),
        ("ward", wards),
    ):
        total = sum((board(sam, kind, one).total for one in things), type(nation.total)())
        assert total == nation.total, kind
    for table in (nation.places, nation.types, nation.freshness):
        *lines, total = [line.cells for line in table.lines]
        assert len(lines) == 2
        summed = [column for column in range(1, len(total)) if "%" not in table.columns[column]]
        assert [sum(line[at] for line in lines) for at in summed] == [total[at] for at in summed]


def test_closures_and_delays_are_those_of_the_beds_now(client, sam):
    ward = ward_with_beds(5, free=1)
    bella = bed_manager(ward)
    one, two, three, *_ = ward.beds.order_by("-position")
    for bed in (one, two):
        change(bed, BedState.CLOSED, by=bella, closed_reason="staffing")
    change(two, BedState.CLOSED, by=bella, closed_reason="acuity")
    change(three, BedState.OCCUPIED, by=bella, delay_reason="18")
    shown = board(sam, "ward", ward)
    assert [line.cells for line in shown.closed.lines] == [
        ["Acuity", 1],
        ["Staffing", 1],
        ["All", shown.total.closed],
    ]
    assert [line.cells for line in shown.delayed.lines] == [
        ["Housing: awaiting supported accommodation", 1],
        ["All", 1],
    ]
    # Two of the three that are not closed have a patient.
    assert shown.total.occupancy == 66.7
    text = text_of(client.get(page_of("ward", ward)))
    assert "66.7% Occupancy" in text or "Occupancy 66.7%" in text
    assert "Housing: awaiting supported accommodation" in text


def test_what_time_has_made_available_counts_so_by_every_key(sam):
    now = timezone.now()
    ward = ward_with_beds(1)
    held = {"due_at": now - timedelta(minutes=1), "held_for": "A", "reference": "B"}
    bed_since(ward, (2, BedState.RESERVED, held), name="Held")
    bed_since(ward, (2, BedState.AVAILABLE, {"due_at": now - timedelta(hours=1)}), name="Later")
    bed_since(ward, (2, BedState.PREPARING, {"due_at": now + timedelta(hours=1)}), name="Not yet")
    # In a collaborative of its group, and in one of another group
    provider = ward.unit.organisation
    network = CollaborativeFactory(members=[provider])
    other = ServiceGroupFactory(code="adult_secure", name="Adult Secure", position=2)
    CollaborativeFactory(name="Thames Secure", service_group=other, members=[provider])
    grant(sam, Capability.AVAILABILITY_VIEW, service_group=other)
    wards = level_of(sam, "nation").wards
    for path, key in (("unit", ward.unit_id), ("service_type", ward.service_type_id)):
        figures = figures_by(wards, path)[key]
        assert (figures.available, figures.reserved, figures.coming) == (2, 0, 0)
        assert (figures.preparing, figures.occupied, figures.free) == (1, 1, 2)
    assert figures_by(wards, NETWORK) == {network.pk: figures}


def test_freshness_goes_by_the_hours_of_the_group(client, sam):
    for hours in (1, 13, 25, None):
        ward = ward_with_beds(1, name=f"Ward {hours}")
        at = hours and timezone.now() - timedelta(hours=hours)
        WardTotals.objects.filter(ward=ward).update(confirmed_at=at)
    total = board(sam, "unit", ward.unit).total
    assert (total.fresh, total.due_soon, total.stale) == (1, 1, 2)
    assert "2 of 4 wards out of date" in text_of(client.get(page_of("unit", ward.unit)))
    stale = text_of(client.get(page_of("ward", ward)))
    assert "Not confirmed yet May be out of date" in stale


def test_over_time_shows_midnights_and_their_averages(client, sam):
    one, two = ward_with_beds(1, name="One"), ward_with_beds(1, name="Two")
    past_of(one, 1, available=1, occupied=7, closed=2, delayed=1)
    past_of(two, 1, available=1, occupied=2, on_leave=1)
    past_of(one, 2, occupied=10)
    past_of(one, 8, 13, 40, occupied=4)
    past_of(one, 400, occupied=99)
    days_ago = [timezone.localdate() - timedelta(days=ago) for ago in (40, 13, 8, 2, 1)]
    months = list(dict.fromkeys(f"{day:%b %Y}" for day in days_ago))
    for days, spans in ((30, 4), (90, 3), (365, len(months))):
        response = client.get(page_of("unit", one.unit), {"days": days})
        table = response.context["board"].days_table
        newest = table.lines[-1].cells[1:]
        if days == 30:
            assert newest == [14, 2, 10, 2, 1, 83.3]
        elif days == 90:
            # Of the two days of this week, the mean
            assert newest == [12, 1, 10, 1, 0.5, 90.9]
        else:
            assert [line.cells[0] for line in table.lines] == months
        assert len(table.lines) == spans
        assert not any(99 in line.cells for line in table.lines)
        assert 'id="beds-chart-description"' in response.content.decode()


@pytest.mark.requirement("ERN-08")
def test_each_table_is_a_file_that_says_the_same(client, sam):
    ward = ward_with_beds(2, free=1, name="=1+1")
    past_of(ward, 1, occupied=2)
    slug = slug_of("unit", ward.unit_id)
    for table in TABLES:
        shown = Dashboard(level_of(sam, slug)).table_of(table)
        rows = [shown.columns, *(line.cells for line in shown.shown)]
        answer = client.get(file_of(slug, table))
        assert f'filename="{slug}-{table}-' in answer["Content-Disposition"]
        lines = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
        text = [[str("" if cell is None else cell) for cell in row] for row in rows]
        assert lines == [["'=1+1" if cell == "=1+1" else cell for cell in row] for row in text]
    answer = client.get(file_of(slug, "places", "xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    assert [cell.value for cell in sheet["A"]] == ["Wards", "'=1+1", "All"]
    shown = Dashboard(level_of(sam, slug)).days_table
    answer = client.get(file_of(slug, "days", "xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        list(row) for row in [shown.columns, *shown.rows]
    ]


def test_a_service_type_narrows_every_figure(client, sam):
    wards = estate(4)
    page = client.get(NATION, {"service_type": "cyp-picu", "days": "90"})
    assert page.context["board"].total.wards == 2
    assert "service_type=cyp-picu&amp;days=90" in page.content.decode()
    file = client.get(f"{file_of('nation', 'places')}?service_type=cyp-picu")
    lines = file.getvalue().decode()
    assert lines.splitlines()[-1].startswith("All,2,2,")
    assert wards


def test_other_groups_are_neither_shown_nor_counted(client, sam):
    shown = ward_with_beds(1, free=1)
    secure = ServiceGroupFactory(code="adult_secure", name="Adult Secure", position=2)
    medium = ServiceTypeFactory(code="medium-secure", name="Medium", group=secure, position=1)
    hidden = ward_with_beds(5, free=5, name="Hidden", service_type=medium)
    past_of(hidden, 1, occupied=5)
    network = CollaborativeFactory(name="Thames Secure", service_group=secure)
    for address in (NATION, page_of("unit", shown.unit)):
        page = client.get(address)
        assert page.context["board"].total.beds == 1
        assert page.context["board"].over_time == []
        assert not {"Hidden", "Medium", "Thames Secure"} & set(text_of(page).split("  "))
        assert "Hidden" not in text_of(page)
    for address in (
        page_of("ward", hidden),
        page_of("collaborative", network),
        file_of(slug_of("ward", hidden.pk), "days"),
        f"{NATION}?service_type=medium-secure",
    ):
        assert client.get(address).status_code == 404, address


def test_what_there_is_not_is_not_found(client, sam):
    for address in (
        f"{NATION}nowhere/",
        f"{NATION}ward-1/",
        f"{NATION}nation/beds.csv",
        f"{NATION}nation/total.csv",
        f"{NATION}nation/places.pdf",
        f"{NATION}ward-99999999999999999999/days.csv",
        f"{NATION}?service_type=%00",
        f"{NATION}?service_type={'x' * 400}",
    ):
        assert client.get(address).status_code == 404, address


def test_who_approves_somewhere_finds_that_first(client):
    ward = ward_with_beds(1)
    network = CollaborativeFactory(members=[ward.unit.organisation])
    carol = searcher(ward.service_type.group, "carol.commissioner")
    grant(carol, Capability.APPROVE_COMMISSIONER, collaborative=network)
    grant(carol, Capability.APPROVE_REGIONAL, region=ward.unit.region)
    client.force_login(carol)
    page = client.get(NATION)
    assert page.context["own"] == [
        (ward.unit.region.name, slug_of("region", ward.unit.region_id)),
        (network.name, slug_of("collaborative", network.pk)),
    ]
    assert f'href="{page_of("collaborative", network)}"' in page.content.decode()


def test_an_empty_place_says_so_and_the_others_are_refused(client, sam):
    unit = UnitFactory()
    assert "There are no wards here" in text_of(client.get(page_of("unit", unit)))
    ward = WardFactory(unit=unit)
    text = text_of(client.get(page_of("ward", ward)))
    assert "No day of this period has been counted yet" in text
    client.force_login(person("nora.nothing"))
    for address in (NATION, page_of("unit", unit), file_of("nation", "days")):
        assert client.get(address).status_code == 403


def test_the_number_of_queries_does_not_grow(client, sam, django_assert_max_num_queries):
    def counted(number):
        ward, network = many(number)
        found = {}
        for name, address in (
            ("nation", NATION),
            ("region", page_of("region", ward.unit.region)),
            ("collaborative", page_of("collaborative", network)),
            ("provider", page_of("provider", ward.unit.organisation)),
            ("unit", page_of("unit", ward.unit)),
            ("ward", page_of("ward", ward)),
            ("file", file_of("nation", "days")),
        ):
            with django_assert_max_num_queries(40) as asked:
                assert client.get(address).status_code == 200
            found[name] = len(asked)
        return found

    few = counted(10)
    assert counted(40) == few
    print(few)
