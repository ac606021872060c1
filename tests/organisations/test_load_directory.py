"""The directory from its reference files."""

import re
import shutil
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from organisations.loading.directory import SHIPPED, load_directory
from organisations.models import (
    Collaborative,
    CollaborativeMember,
    Organisation,
    OrganisationKind,
    PostcodeLocation,
    Region,
    ServiceGroup,
    ServiceType,
    Unit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped files, with only the postcodes of Maidenhead."""
    for file in SHIPPED.glob("*.csv"):
        shutil.copy(file, tmp_path)
    for name in ("outcodes.csv", "postcode_sectors.csv"):
        head, *rows = (SHIPPED / name).read_text().splitlines(keepends=True)
        kept = [row for row in rows if row.startswith(("SL6", "CF10", "BT1,"))]
        (tmp_path / name).write_text(head + "".join(kept))
    return tmp_path


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) >= 1
    file.write_text(text.replace(old, new, 1))


def load(*options: str) -> dict[str, list[int]]:
    """What the command reports: added, changed, unchanged and not loaded, of each kind."""
    output = StringIO()
    call_command("load_directory", *options, stdout=output)
    lines = re.findall(r"^(\w[\w ]*?)((?: +[\d,]+){4})$", output.getvalue(), re.MULTILINE)
    return {
        kind: [int(number.replace(",", "")) for number in numbers.split()]
        for kind, numbers in lines
    }


def test_whole_directory_loads_and_a_second_load_changes_nothing():
    first = load()
    assert first == {
        "regions": [8, 0, 0, 0],
        "service groups": [4, 0, 0, 0],
        "service types": [16, 0, 0, 0],
        "features": [15, 0, 0, 0],
        "organisation kinds": [10, 0, 0, 0],
        "integrated care boards": [42, 0, 0, 0],
        "providers": [82, 0, 0, 2],
        "units": [239, 0, 0, 116],
        "collaboratives": [16, 0, 0, 0],
        "districts": [350, 0, 0, 0],
        "postcode areas": [3099 + 10846, 0, 0, 0],
    }
    members = CollaborativeMember.objects.count()
    second = load()
    assert second == {kind: [0, 0, counts[0], counts[3]] for kind, counts in first.items()}
    assert CollaborativeMember.objects.count() == members


def test_regions_are_those_of_the_guide_in_its_order(folder):
    load_directory(folder)
    assert [region.name for region in Region.objects.all()] == [
        "East Of England",
        "London",
        "Midlands",
        "North East And Yorkshire",
        "North West",
        "Outside England",
        "South East",
        "South West",
    ]
    assert Region.objects.get(name="Outside England").code == "outside-england"


@pytest.mark.requirement("CPMS-20")
def test_groups_say_what_they_are_open_to(folder):
    load_directory(folder)
    groups = ServiceGroup.objects.values_list("name", "open_to_registration", "open_to_plans")
    assert list(groups) == [
        ("CYPMHS (CAMHS)", True, True),
        ("Adult Secure", False, True),
        ("Perinatal", False, False),
        ("Adult Eating Disorders", False, False),
    ]
    assert ServiceType.objects.get(mhsds_code="309").name == "Psychiatric intensive care (PICU)"


def test_units_belong_to_their_provider_and_region(folder):
    load_directory(folder)
    unit = Unit.objects.get(ods_code="NV201")
    assert unit.organisation.name == "The Huntercombe Group"
    assert unit.region.name == "South East"
    assert (unit.postcode, unit.latitude, unit.longitude) == ("SL6 0PQ", 51.518794, -0.65911)
    assert Organisation.objects.get(ods_code="R1A").region.name == "Midlands"


@pytest.mark.requirement("CT-07")
def test_kinds_of_organisation_are_those_of_the_documents(folder):
    load_directory(folder)
    assert list(OrganisationKind.objects.values_list("code", "asks_as")) == [
        ("nhs_provider", "provider"),
        ("independent_provider", "provider"),
        ("acute_trust", "nhs_body"),
        ("icb", "nhs_body"),
        ("gp_practice", "nhs_body"),
        ("csu", "nhs_body"),
        ("local_authority", "other_body"),
        ("local_resilience_forum", "other_body"),
        ("aggregate_body", "other_body"),
        ("search_only", "other_body"),
    ]
    kinds = dict(Organisation.objects.values_list("ods_code", "kind"))
    assert [kinds[code] for code in ("R1A", "NV2", "QE1")] == [
        "nhs_provider",
        "independent_provider",
        "icb",
    ]


def test_old_sites_closed_providers_and_forgotten_providers(folder):
    load_directory(folder)
    assert not Unit.objects.filter(last_seen__lt="2018-02").exists()
    closed = Organisation.objects.get(ods_code="RTV")
    assert closed.closed_on == date(2021, 5, 31)
    assert not closed.units.exists()
    assert not Organisation.objects.filter(ods_code__in={"RWN", "NVR"}).exists()


def test_collaboratives_have_the_partners_that_their_source_names(folder):
    load_directory(folder)
    found = Collaborative.objects.get(name="Cheshire and Merseyside CYPMHS")
    assert found.lead.ods_code == "RXA"
    codes = found.members.values_list("ods_code", flat=True)
    assert set(codes) == {"RXA", "RBS", "RW4", "NTN", "NMJ"}
    unnamed = Collaborative.objects.get(name="West Midlands Adult Eating Disorders")
    assert unnamed.lead is None
    assert not unnamed.members.exists()


def test_postcodes_outside_england_belong_to_that_region(folder):
    load_directory(folder)
    region = {one.code: one.region.name for one in PostcodeLocation.objects.all()}
    assert region["SL6 0"] == "South East"
    assert region["CF10 1"] == region["BT1"] == "Outside England"


def test_load_follows_the_files_and_keeps_what_the_helpdesk_owns(folder):
    load_directory(folder)
    Unit.objects.filter(ods_code="NV201").update(name="Our name", closed_on=date(2026, 1, 1))
    huntercombe = Organisation.objects.get(ods_code="NV2")
    huntercombe.region = Region.objects.get(name="South East")
    huntercombe.approval_level = "multi"
    huntercombe.closed_on = date(2025, 1, 1)
    huntercombe.save()
    OrganisationKind.objects.filter(code="csu").update(name="Support unit", position=1)
    ServiceGroup.objects.filter(code="perinatal").update(stale_after_hours=48, open_to_plans=True)
    gone = CollaborativeMember.objects.filter(organisation__ods_code="RBS")
    gone.delete()
    edit(folder / "sites.csv", "The Huntercombe Hospital Maidenhead", "Taplow Manor")

    counts = {o.kind: (o.added, o.changed) for o in load_directory(folder)}

    assert counts["units"] == (0, 1)
    assert {kind: count for kind, count in counts.items() if count != (0, 0)} == {"units": (0, 1)}
    unit = Unit.objects.get(ods_code="NV201")
    assert (unit.name, unit.ods_name) == ("Our name", "Taplow Manor")
    assert unit.closed_on == date(2026, 1, 1)
    huntercombe.refresh_from_db()
    assert huntercombe.approval_level == "multi"
    assert huntercombe.region.name == "South East"
    assert huntercombe.closed_on == date(2025, 1, 1)
    perinatal = ServiceGroup.objects.get(code="perinatal")
    assert (perinatal.stale_after_hours, perinatal.open_to_plans) == (48, True)
    assert not gone.all().exists()
    csu = OrganisationKind.objects.get(code="csu")
    assert (csu.name, csu.position) == ("Support unit", 1)


@pytest.mark.requirement("CT-04")
def test_what_has_closed_here_is_not_opened_by_files_that_know_of_it_later(folder):
    load_directory(folder)
    closed = Organisation.objects.filter(ods_code="NV2")
    closed.update(closed_on=date(2025, 1, 1))
    for day in ("", "20991231"):
        row = "The Huntercombe Group,Independent,Independent sector,RO172,,,,,,,,,"
        edit(folder / "providers.csv", f"{row},Y", f"{row}{day},Y")
        load_directory(folder)
        assert closed.get().closed_on == date(2025, 1, 1)
    # A day to come, set by either, moves with the files.
    closed.update(closed_on=date(2098, 1, 1))
    load_directory(folder)
    assert closed.get().closed_on == date(2099, 12, 31)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("sites.csv", "51.518794", "north", "sites.csv, row 345: latitude must be a number"),
        ("sites.csv", "51.518794", "nan", "sites.csv, row 345: latitude must lie between"),
        ("sites.csv", "NV201,", ",", "sites.csv, row 345: site_code is empty"),
        ("sites.csv", "SL6 0PQ", "SL6 0PQ and more", "sites.csv, row 345: postcode: "),
        ("sites.csv", "NV203,", "NV201,", "sites.csv, row 347: NV201 is there twice"),
        ("sites.csv", "NV201,The", "NV201,T\x00he", "sites.csv, row 345: site_name contains"),
        ("sites.csv", ",NV2,", ",NV9,", "sites.csv, row 345: provider_code 'NV9' is not known"),
        ("sites.csv", "site_code", "code", "sites.csv, row 1: the column site_code is missing"),
        ("providers.csv", "20210531", "31/5/2021", "close_date must be a day like 20210531"),
        ("providers.csv", "20210531", "19000101", "close_date lies before open_date"),
        ("providers.csv", "R1A,", 'R1A,"', "providers.csv, row "),
        ("providers.csv", "R1A,", "R1A,,", "row 2: it does not have as many values"),
        ("icbs.csv", "North West", "North Wales", "row 2: nhs_region 'North Wales' is not known"),
        ("provider_collaboratives.csv", "RW4", "ZZ9", "row 2: lead_provider_ods 'ZZ9' is not"),
        ("service_types.csv", "cypmhs", "camhs", "row 2: group 'camhs' is not known"),
        ("service_types.csv", ",1,301", ",one,301", "row 2: position must be a whole number"),
        ("service_groups.csv", ",Y,Y", ",yes,Y", "row 2: open_to_registration must be Y or N"),
        ("organisation_kinds.csv", ",2,provider", ",2,prov", "row 3: asks_as: Value 'prov' is not"),
        ("organisation_kinds.csv", "icb,", "board,", "the kind icb is missing"),
        ("regions.csv", "London", "Midlands", "The database refused the files"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_loaded(folder, file, old, new, message):
    edit(folder / file, old, new)
    with pytest.raises(CommandError, match=re.escape(message)) as refusal:
        load("--folder", str(folder))
    assert str(refusal.value).endswith("Nothing was loaded.")
    assert not Region.objects.exists()
    assert not Organisation.objects.exists()


def test_a_missing_or_foreign_file_is_named(folder):
    (folder / "icbs.csv").unlink()
    with pytest.raises(CommandError, match=r"icbs\.csv is missing"):
        load("--folder", str(folder))
    (folder / "icbs.csv").write_bytes(b"icb_code,ods_name,nhs_region\nQE1,\xff\xfe,London\n")
    with pytest.raises(CommandError, match=r"icbs\.csv is not UTF-8"):
        load("--folder", str(folder))
