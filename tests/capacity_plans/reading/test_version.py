"""The page of a version: its figures, pictures and rows."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Capability
from capacity_plans.figures import Figures, financial_year, months_from
from capacity_plans.models import Version
from capacity_plans.reading.pictures import GapChart, projection_chart
from capacity_plans.reading.queries import names_of, rows_of
from capacity_plans.reading.tables import spans_of
from organisations.models import ServiceType, Ward
from tests.factories.accounts import grant, person
from tests.factories.availability import bed_manager, ward_with_beds
from tests.factories.availability import change as change_bed
from tests.factories.organisations import WardFactory
from tests.factories.plans import assumption, change, decided, draft, line, plan

pytestmark = pytest.mark.django_db

TAGS = re.compile(r"<[^>]+>")


@pytest.fixture
def ash():
    """Ash, with 12 beds, in the draft of a plan."""
    return line(draft(population=1_200_000), WardFactory(name="Ash"))


@pytest.fixture
def page_of(client, ash):
    user = person("paula.planner")
    grant(user, Capability.PLANS_EDIT, collaborative=ash.version.plan.collaborative)
    client.force_login(user)

    def page(version=ash.version, query=""):
        answer = client.get(reverse("plans:version", args=[version.pk]) + query)
        assert answer.status_code == 200
        return answer.content.decode()

    return page


def row(page, name, table="by-line"):
    """The cells of a row of a table, of the first year that is shown."""
    of_table = page.split(f'id="{table}-')[1].split("</table>")[0]
    found = re.search(rf'<th scope="row">{re.escape(name)}.*?</tr>', of_table, re.S)
    return [TAGS.sub("", cell) for cell in re.findall(r"<td>(.*?)</td>", found[0])]


@pytest.mark.requirement("CPMS-03")
def test_a_version_shows_what_follows_from_its_rows(page_of, ash):
    change(ash, date(2026, 6, 10), 3)
    assumption(ash.version, ash, admissions=146, length_of_stay=Decimal(30), occupancy=80)
    page = page_of(query="?year=2026")
    assert row(page, "Ash") == ["12", "12", "12", *["15"] * 10]
    assert row(page, "Needed", "by-type") == ["15.0"] * 12
    assert row(page, "Gap", "by-type")[:3] == ["−3.0", "−3.0", "0.0"]
    assert row(page, "Occupancy", "by-type")[2] == "80.0%"
    assert row(page, "Beds per 100,000 people", "by-type")[0] == "1.0"
    assert "Business case agreed" in page
    assert "Increase: 3" in page


@pytest.mark.parametrize(
    ("asked", "today", "first", "months"),
    [
        ("", date(2027, 11, 20), date(2027, 4, 1), 12),
        ("2026", date(2027, 11, 20), date(2026, 4, 1), 12),
        ("", date(2031, 1, 1), date(2026, 4, 1), 12),
        ("2040\0", date(2026, 11, 20), date(2026, 4, 1), 12),
        ("all", date(2026, 11, 20), date(2026, 4, 1), 36),
    ],
)
def test_the_year_of_today_is_shown_unless_another_is_chosen(asked, today, first, months):
    spans = spans_of(months_from(date(2026, 4, 1), 36), asked, today)
    assert (spans[0].months[0], sum(len(span.months) for span in spans)) == (first, months)


def test_all_years_are_shown_one_below_the_other_if_wanted(page_of, ash):
    change(ash, date(2027, 6, 10), 3)
    page = page_of(query="?year=all")
    tables = re.findall(r'id="by-line-(\d+)".*?</table>', page, re.S)
    assert tables == ["2026", "2027", "2028"]
    assert row(page, "Ash") == ["12"] * 13
    assert row(page.split('id="by-line-2026"')[1], "Ash") == ["12"] * 3 + ["15"] * 10
    assert page_of(query="?year=%00").count('id="by-line-') == 1


def test_a_line_below_zero_is_named_with_its_day(page_of, ash):
    change(ash, date(2026, 9, 1), 20, "decrease")
    page = page_of()
    assert "Ash: below zero on 1 September 2026" in page


def test_the_pictures_say_in_words_what_they_show(page_of, ash):
    assumption(ash.version, ash, admissions=146, length_of_stay=Decimal(30), occupancy=80)
    page = page_of()
    assert "Planned: 12 at first, 12 at last, between 12 and 12." in page
    assert "Eating disorders, mixed: 3.0 missing." in page
    assert "style=" not in page


def test_a_version_without_lines_says_what_to_do(page_of):
    assert "has no lines yet" in page_of(draft(plan(kind="sessional")))


def test_gaps_of_all_are_the_sum_of_the_gaps_that_are_known(page_of, ash):
    beech = line(ash.version, WardFactory(name="Beech", sex="female", commissioned_beds=20))
    assert beech.baseline == 20
    assumption(ash.version, ash, admissions=146, length_of_stay=Decimal(30), occupancy=80)
    page = page_of()
    total = page.split(">All<")[1].split("</table>")[0]
    assert "−3.0" in total
    assert "+17" not in total


def of_this_year(ash):
    """A draft in whose first year is today, in place of Ash's."""
    ash.version.delete()
    return draft(ash.version.plan, first_year=financial_year(timezone.localdate()))


def test_what_is_kept_of_an_approved_version_is_called_as_today(page_of, ash):
    version = decided(ash.version)
    assert "Ash" in page_of(version)
    Ward.objects.filter(pk=ash.ward_id).update(name="Cedar")
    ServiceType.objects.filter(pk=ash.service_type_id).update(name="Day and night care")
    page = page_of(version)
    assert "Ash" not in page
    assert "Cedar" in page
    assert "Day and night care, mixed" in page


def test_what_is_open_now_is_never_kept(page_of, ash):
    this_year = of_this_year(ash)
    ward = ward_with_beds(3, name="Beech", commissioned_beds=3)
    line(this_year, ward)
    version = decided(this_year)
    assert "Open now: 3 at first" in page_of(version)
    change_bed(ward.beds.first(), "closed", by=bed_manager(ward), closed_reason="staffing")
    assert "Open now: 2 at first" in page_of(version)


def test_a_draft_is_drawn_anew_each_time(page_of, ash):
    assert "Increase: 3" not in page_of()
    change(ash, date(2026, 6, 10), 3)
    assert "Increase: 3" in page_of()


def test_what_people_wrote_is_shown_as_they_wrote_it(page_of, ash):
    change(ash, date(2026, 6, 10), 3, reason="<b>New</b> wing", reference="A & B")
    Version.objects.filter(pk=ash.version_id).update(notes="First <i>line</i>\n\nSecond & last")
    Ward.objects.filter(pk=ash.ward_id).update(name="Ash <small>")
    page = page_of(Version.objects.get(pk=ash.version_id))
    assert "&lt;b&gt;New&lt;/b&gt; wing" in page
    assert "A &amp; B" in page
    assert "<p>First &lt;i&gt;line&lt;/i&gt;</p>\n\n<p>Second &amp; last</p>" in page
    assert "Ash &lt;small&gt;" in page
    assert not {"<b>", "<i>", "<small>"} & set(re.findall("<[a-z]+>", page))


@pytest.mark.parametrize("number", [1, 6])
def test_the_number_of_queries_does_not_grow(page_of, ash, number, django_assert_num_queries):
    version = of_this_year(ash)
    for at in range(number):
        more = line(version, WardFactory(name=f"Ward {at}", sex="male"))
        change(more, version.starts_on + timedelta(days=at))
    assumption(version, more)
    with django_assert_num_queries(11):
        page_of(version)
    version = decided(version)
    with django_assert_num_queries(12):
        page_of(version)
    with django_assert_num_queries(9):
        page_of(version)


@pytest.mark.parametrize(("most", "marks"), [(7, ["0", "4", "8"]), (45, ["0", "25", "50"])])
def test_a_picture_of_beds_is_marked_at_whole_numbers(most, marks):
    months = [date(2026, 4, 1)]
    chart = projection_chart(months, Figures((most,)), most, "Beds", live=None, now=None)
    assert [words for _, words in chart.marks_beside] == marks


def test_pictures_have_what_is_planned_needed_open_and_at_first_and_which_way_a_gap_goes():
    months = [date(2026, 4, 1), date(2026, 5, 1)]
    total = Figures((10, 12), requirement=(Decimal(11), Decimal("11.5")))
    chart = projection_chart(months, total, 9, "Beds", live=8, now=1)
    assert {one.name: tuple(one.values) for one in chart.series} == {
        "Planned": (10, 12),
        "Needed": (11, 11.5),
        "Baseline": (9, 9),
        "Open now": (None, 8),
    }
    gaps = GapChart("gap", "Gap", [("Short", Decimal(-2)), ("Over", Decimal(1))])
    short, over = gaps.bars
    assert (short.is_missing, over.is_missing) == (True, False)
    assert short.x + short.width == over.x == gaps.zero
    assert short.width == 2 * over.width


def test_a_line_that_is_written_while_the_page_is_read_is_left_to_the_next_look():
    version = draft()
    ash = line(version)
    change(ash, date(2026, 7, 1))
    known = names_of(version)
    beech = line(version, WardFactory(name="Beech"))
    change(ash, date(2026, 8, 1), 1, "transfer", to_line=beech)
    change(beech, date(2026, 9, 1))
    rows = rows_of(version, known.lines)
    assert rows.lines == [ash]
    assert [one.on.month for one in rows.changes] == [7]
