"""Tables of bed days: what they hold, for whom, and in which files."""

import csv
import re
from datetime import date, timedelta
from io import BytesIO, StringIO
from itertools import pairwise

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from availability.exports import tables
from availability.exports.periods import Quarter, quarters_until
from availability.exports.views import FEEDS
from availability.models import WardDay
from availability.models.wards import COUNTED
from availability.sessions.queries import newest_of_day
from availability.sessions.services import close_day
from tests.factories.accounts import searcher, ward_editor
from tests.factories.organisations import (
    OrganisationFactory,
    ServiceGroupFactory,
    ServiceTypeFactory,
    UnitFactory,
    WardFactory,
)
from tests.factories.sessions import booked, session_at, tomorrow, ward_with_sessions

pytestmark = pytest.mark.django_db

LAST_QUARTER = Quarter.of(timezone.localdate()).before


def counted(ward, day: date, **columns) -> WardDay:
    reasons = {"closed_reasons": {}, "delayed": 0, "delay_reasons": {}}
    return WardDay.objects.create(
        ward=ward, day=day, **{**dict.fromkeys(COUNTED, 0), **reasons, **columns}
    )


@pytest.fixture
def kennet():
    """A ward for eating disorders, on the first two days of the quarter."""
    ward = WardFactory()
    first = LAST_QUARTER.first
    counted(
        ward,
        first,
        occupied=8,
        on_leave=1,
        isolated=1,
        closed=2,
        closed_reasons={"staffing": 2},
        delayed=3,
        delay_reasons={"18": 2, "23": 1},
        can_take=1,
    )
    counted(
        ward,
        first + timedelta(days=1),
        occupied=9,
        available=2,
        closed=1,
        closed_reasons={"acuity": 1},
        delayed=1,
        delay_reasons={"18": 1},
    )
    return ward


@pytest.fixture
def learning(kennet):
    """A ward of the same provider for people with a learning disability, on the second day."""
    kind = ServiceTypeFactory(
        code="cyp-ld", name="Learning disability", mhsds_code="310", position=6
    )
    ward = WardFactory(name="=Thames", service_type=kind)
    counted(ward, LAST_QUARTER.first + timedelta(days=1), occupied=3, available=1)
    return ward


@pytest.fixture
def elsewhere():
    """A secure ward, which who searches for young people does not see."""
    group = ServiceGroupFactory(code="adult_secure", name="Adult Secure", position=2)
    kind = ServiceTypeFactory(
        code="medium-secure", name="Medium secure", group=group, position=1, mhsds_code="207"
    )
    provider = OrganisationFactory(ods_code="NV3", ods_name="THEIR", name="Their provider")
    unit = UnitFactory(ods_code="NV301", ods_name="T", name="Their house", organisation=provider)
    ward = WardFactory(name="Secret", service_type=kind, unit=unit)
    counted(ward, LAST_QUARTER.first + timedelta(days=2), occupied=5)
    return ward


@pytest.fixture
def sam(client, kennet):
    user = searcher(kennet.service_type.group)
    client.force_login(user)
    return user


def address(name: str, **asked: str) -> str:
    period = {"from": str(LAST_QUARTER.first), "to": str(LAST_QUARTER.last)}
    given = {"quarter": str(LAST_QUARTER)} if name == "kh03" else period
    query = "&".join(f"{key}={value}" for key, value in {**given, **asked}.items())
    return f"{reverse(f'availability:export_{name}')}?{query}"


def rows_of(response) -> list[dict[str, str]]:
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def test_kh03_has_the_mean_of_the_days_by_provider_and_sector(client, sam, learning, elsewhere):
    (row,) = rows_of(client.get(address("kh03", format="csv")))
    # Three days were counted somewhere, so that a ward has no beds on a day without a row.
    assert row == {
        "Year": LAST_QUARTER.financial_year,
        "Period end": str(LAST_QUARTER.last),
        "Region code": "",
        "Org code": "NV2",
        "Org name": "The Huntercombe Group",
        "Available total": "8.3",
        "Available mental illness": "7.0",
        "Available learning disabilities": "1.3",
        "Occupied total": "7.0",
        "Occupied mental illness": "6.0",
        "Occupied learning disabilities": "1.0",
        "% occupied total": "84.0",
        "Days counted": "3",
    }


def test_bed_days_are_summed_by_ward_with_the_reasons_of_closures(
    client, sam, learning, elsewhere, django_assert_num_queries
):
    kennet, thames = rows_of(client.get(address("bed_days", format="csv")))
    assert (kennet["Ward"], kennet["MHSDS class"], kennet["Days counted"]) == (
        "CAMHS-Kennet-ED",
        "302",
        "2",
    )
    # Of the site: a provider of many regions has none.
    assert (kennet["Region code"], kennet["Provider code"]) == ("Y59", "NV2")
    figures = ("Bed days", "Available bed days", "Occupied bed days", "Closed bed days")
    assert [kennet[name] for name in figures] == ["24", "21", "18", "3"]
    assert (kennet["Closed: staffing"], kennet["Closed: acuity"]) == ("2", "1")
    assert (kennet["Closed: other"], kennet["Delayed discharge days"]) == ("0", "4")
    # What a spreadsheet would take for a formula is text.
    assert (thames["Ward"], thames["Bed days"]) == ("'=Thames", "4")
    with django_assert_num_queries(1):
        assert len(list(tables.bed_days(sam, LAST_QUARTER.first, LAST_QUARTER.last))) == 2


def test_each_day_of_each_ward_is_a_row_and_none_is_missed_between_batches(
    client, sam, learning, elsewhere, monkeypatch
):
    monkeypatch.setattr(tables, "BATCH", 1)
    rows = rows_of(client.get(address("ward_days", format="csv")))
    first, second = (str(LAST_QUARTER.first + timedelta(days=number)) for number in (0, 1))
    assert [(row["Day"], row["Ward"]) for row in rows] == [
        (first, "CAMHS-Kennet-ED"),
        (second, "CAMHS-Kennet-ED"),
        (second, "'=Thames"),
    ]
    assert (rows[0]["Beds: on leave"], rows[0]["Delayed: 18"], rows[0]["Can take"]) == (
        "1",
        "2",
        "1",
    )
    assert rows[1]["Can take"] == ""


def test_a_closed_ward_is_in_the_tables_of_the_time_when_it_was_open(client, sam, kennet):
    kennet.closed_on = timezone.localdate()
    kennet.save()
    assert len(rows_of(client.get(address("bed_days", format="csv")))) == 1


def test_a_spreadsheet_holds_the_same(client, sam, learning):
    response = client.get(address("bed_days", format="xlsx"))
    assert response["Content-Disposition"].endswith('.xlsx"')
    sheet = load_workbook(BytesIO(response.getvalue())).active
    response.close()
    cells = list(sheet.values)
    assert cells[0] == tables.BED_DAYS_COLUMNS
    assert cells[1][cells[0].index("Bed days")] == 24
    assert cells[2][cells[0].index("Ward")] == "'=Thames"


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(client, sam):
    page = client.get(address("bed_days", format="csv", to="1066-01-01")).content.decode()
    assert "Last day must be the same as or after the first day" in page
    assert 'value="1066"' in page
    for wrong in ("nonsense", "%00", "9" * 400, "2026-02-30"):
        response = client.get(address("bed_days", format="csv", to=wrong))
        assert "Last day must be a real date" in response.content.decode()
    page = client.get(address("bed_days", format="csv", **{"from": "2020-01-01"}))
    assert "366 days or shorter" in page.content.decode()
    for wrong in ("", "x%00", "1066-67-Q1"):
        page = client.get(address("kh03", format="csv", quarter=wrong)).content.decode()
        assert "Choose a quarter" in page
    assert "Choose csv or xlsx" in client.get(address("kh03", format="exe")).content.decode()


def test_a_spreadsheet_that_is_too_big_is_refused_in_words(client, sam, learning, monkeypatch):
    monkeypatch.setattr("availability.exports.views.MOST_IN_SPREADSHEET", 1)
    page = client.get(address("bed_days", format="xlsx")).content.decode()
    assert "Choose CSV, or a shorter period" in page


def test_the_first_page_leads_to_every_table_and_feed(client, sam):
    page = client.get(reverse("availability:exports")).content.decode()
    feeds = re.findall(r'<li>\s*<a href="(/exports/[^"]+)">\w', page)
    assert len(feeds) == len(FEEDS)
    assert [client.get(feed).status_code for feed in feeds] == [200] * len(FEEDS)
    for table in tables.TABLES:
        assert table.url in page
        assert client.get(table.url).status_code == 200


@pytest.mark.parametrize(
    ("day", "name", "first", "last"),
    [
        (date(2026, 4, 1), "2026-27-Q1", date(2026, 4, 1), date(2026, 6, 30)),
        (date(2027, 3, 31), "2026-27-Q4", date(2027, 1, 1), date(2027, 3, 31)),
        (date(2000, 2, 29), "1999-00-Q4", date(2000, 1, 1), date(2000, 3, 31)),
    ],
)
def test_quarters_are_those_of_financial_years(day, name, first, last):
    quarter = Quarter.of(day)
    assert (str(quarter), quarter.first, quarter.last) == (name, first, last)


def test_every_day_of_some_years_lies_in_its_quarter_alone():
    quarters = quarters_until(date(2027, 3, 31), 8)
    assert str(quarters[-1]) == "2025-26-Q1"
    for newer, older in pairwise(quarters):
        assert older.last + timedelta(days=1) == newer.first


def test_sessions_are_told_day_by_day_as_they_are_now(client, sam, kennet, elsewhere, monkeypatch):
    monkeypatch.setattr(tables, "BATCH", 1)
    day = ward_with_sessions((10, 1), (14, 4), unit=kennet.unit)
    theirs = ward_with_sessions(
        (9, 1), unit=elsewhere.unit, service_type=elsewhere.service_type, name="Theirs"
    )
    other = ward_with_sessions((22, 2), unit=kennet.unit, name="Night programme")
    wendy = ward_editor(day)
    booked(session_at(day, 14), by=wendy)
    close_day(
        ward=other,
        day=tomorrow(),
        closed_reason="staffing",
        seen_entry=newest_of_day(other, tomorrow()),
        by=ward_editor(other, "walter.ward"),
    )
    period = {"from": str(tomorrow()), "to": str(tomorrow() + timedelta(days=1))}
    rows = rows_of(client.get(address("sessions", format="csv", **period)))
    told = [
        tuple(row[name] for name in ("Ward", "Day", "Sessions held", "Places", "Booked places"))
        for row in rows
    ]
    after = str(tomorrow() + timedelta(days=1))
    assert told == [
        ("Day programme", str(tomorrow()), "2", "5", "1"),
        ("Night programme", str(tomorrow()), "0", "0", "0"),
        ("Day programme", after, "2", "5", "0"),
        ("Night programme", after, "1", "2", "0"),
    ]
    assert [row["Free places"] for row in rows] == ["4", "0", "5", "2"]
    assert [row["Sessions closed"] for row in rows] == ["0", "1", "0", "0"]
    assert rows[1]["Closed: staffing"] == "1"
    assert rows[0]["Provider code"] == "NV2"
    assert theirs.name not in str(rows)
