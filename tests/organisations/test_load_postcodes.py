"""Unit postcodes from the files of their publishers.

Positions and codes of M1, AB1, JE2 and TW15 are those of ONS and of Ordnance Survey; postcodes in
ZZ and what is wrong on purpose are invented.
"""

import csv
import tracemalloc
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.loading import directory, unit_postcodes
from organisations.models import District, PostcodeLocation, Region
from organisations.postcodes import resolve
from tests.counts import LONG
from tests.factories.organisations import PostcodeLocationFactory
from tests.organisations.test_load_directory import folder as folder  # a fixture

pytestmark = pytest.mark.django_db

# The columns that matter, in the order and by the names of each edition.
ONSPD_2024 = "pcd,pcd2,pcds,dointr,doterm,oseast1m,osnrth1m,osgrdind,nhser,ctry,lat,long"
ONSPD_2026 = "pcd7,pcd8,pcds,dointr,doterm,east1m,north1m,gridind,nhser24cd,ctry25cd,lat,long"
NSPL_2026 = "pcd7,pcd8,pcds,dointr,doterm,east1m,north1m,gridind,nhser24cd,ctry26cd,lat,long"
MANCHESTER = (
    "M1  1AD,M1   1AD,M1 1AD,200303,,383848,0398589,1,E40000010,E92000001,53.483784,-2.244866"
)
ABERDEEN = (
    "AB1 0EU,AB1  0EU,AB1 0EU,198001,,385546,0801467,1,S99999999,S92000003,57.103941,-2.240226"
)
ABERDEEN_ENDED = ABERDEEN.replace("AB1 0EU", "AB1 0BB").replace("198001,", "198001,199606")
JERSEY = "JE2 4WD,JE2  4WD,JE2 4WD,199507,,,,9,L99999999,L93000001,99.999999,0.000000"
ENGLAND = "E92000001"
# The region's code is of no edition: that of the sector counts, or else the outcode's.
UNKNOWN_REGION = MANCHESTER.replace("M1  1AD,M1   1AD,M1 1AD", "ZZ1 1ZZ,ZZ1  1ZZ,ZZ1 1ZZ").replace(
    "E40000010", "E49999999"
)
CODE_POINT = '"M1 1AD",10,383848,398589,"E92000001","E19000002","E18000002","","E08000003",""'
NO_POSITION = '"TW15 9FR",90,0,0,"E92000001","","","","",""'


@pytest.fixture(autouse=True)
def regions():
    directory.regions(directory.SHIPPED)


def region(name: str) -> Region:
    return Region.objects.get(name=name)


@pytest.fixture
def load(tmp_path: Path):
    """Writes the lines, loads them, and gives what is reported; `rejected` holds the rest."""

    def load_lines(*lines: str, name: str = "postcodes.csv") -> dict[str, int]:
        (tmp_path / name).write_text("\n".join(lines) + "\n")
        return load_files(tmp_path / name)

    def load_files(*paths: Path) -> dict[str, int]:
        output = load_lines.output = StringIO()
        rejected = tmp_path / "rejected.csv"
        call_command("load_postcodes", *paths, rejected=rejected, stdout=output)
        rows = csv.reader(rejected.read_text().splitlines())
        load_lines.rejected = [tuple(row[1:]) for row in rows][1:]
        counts = output.getvalue().splitlines()[:5]
        return {line[:24].strip(): int(line[24:].replace(",", "")) for line in counts}

    load_lines.files = load_files
    return load_lines


@pytest.mark.parametrize("header", [ONSPD_2024, ONSPD_2026, NSPL_2026, ONSPD_2026.upper()])
def test_columns_are_found_by_the_names_of_every_edition(load, header):
    counts = load("\ufeff" + header, MANCHESTER, ABERDEEN, ABERDEEN_ENDED)
    assert (counts["added"], counts["no longer in use"], counts["rejected"]) == (2, 1, 0)
    place = resolve("m1 1ad")
    assert (place.precision, place.latitude, place.longitude) == ("unit", 53.483784, -2.244866)
    found = PostcodeLocation.objects.values_list("code", "country", "region__name")
    assert set(found) == {
        ("M1 1AD", "England", "North West"),
        ("AB1 0EU", "Scotland", "Outside England"),
    }


def test_metres_of_the_grid_become_degrees(load):
    PostcodeLocationFactory(code="M1", region=region("North West"))
    assert load(CODE_POINT, NO_POSITION)["added"] == 1
    assert load.rejected == [("2", "TW15 9FR", "no position")]
    place = resolve("M1 1AD")
    # ONS gives both for this postcode; 0.00005° are some five metres.
    assert place.latitude == pytest.approx(53.483784, abs=0.00005)
    assert place.longitude == pytest.approx(-2.244866, abs=0.00005)
    assert place.region_id == region("North West").pk


@pytest.mark.parametrize("names", ["PC,PQ,EA,NO,CY", "Postcode,Quality,Eastings,Northings,CC"])
def test_code_point_open_may_have_a_header(load, names):
    header = names.replace("CY", "Country_code")
    assert load(header, "M1 1AD,10,383848,398589,E92000001")["added"] == 1


def test_the_district_is_the_files_or_that_of_the_area(load):
    trafford = District.objects.create(code="E08000009", name="Trafford")
    District.objects.create(code="E08000003", name="Manchester")
    PostcodeLocationFactory(code="M1", district=trafford)
    load(CODE_POINT)
    assert resolve("M1 1AD").district_name == "Manchester"
    load(f"{ONSPD_2026},lad25cd", f"{MANCHESTER},E08999999")
    assert resolve("M1 1AD").district_name == "Trafford"
    load(f"{ONSPD_2024},oslaua", f"{MANCHESTER},E08000003")
    assert resolve("M1 1AD").district_name == "Manchester"


def test_a_region_that_the_file_does_not_tell_is_that_of_the_area(load):
    PostcodeLocationFactory(code="ZZ1", region=region("South East"))
    load(ONSPD_2026, UNKNOWN_REGION)
    assert resolve("ZZ1 1ZZ").region_id == region("South East").pk
    PostcodeLocationFactory(code="ZZ1 1", region=region("South West"))
    assert load(ONSPD_2026, UNKNOWN_REGION)["changed"] == 1
    assert resolve("ZZ1 1ZZ").region_id == region("South West").pk


@pytest.mark.parametrize(
    ("line", "postcode", "reason"),
    [
        (JERSEY, "JE2 4WD", "no position"),
        (MANCHESTER.replace("M1  1AD", "M1"), "M1", "not a full postcode"),
        (MANCHESTER.replace("M1  1AD", "=1+1"), "'=1+1", "not a full postcode"),
        (MANCHESTER.replace("53.483784", "north"), "M1  1AD", "the position is not a number"),
        (MANCHESTER.replace("53.483784", ""), "M1  1AD", "the position is not a number"),
        (
            MANCHESTER.replace("53.483784", "nan"),
            "M1  1AD",
            "the position lies outside the United Kingdom",
        ),
        (
            MANCHESTER.replace("-2.244866", "-22.44866"),
            "M1  1AD",
            "the position lies outside the United Kingdom",
        ),
        (MANCHESTER.replace("E92000001", "F1"), "M1  1AD", "the country's code is not known"),
        (MANCHESTER + ",more", "", "the line has too few or too many values"),
        (MANCHESTER.replace("200303", '"200303'), "", "the line is not proper CSV"),
        (MANCHESTER.replace("200303", "\udcff"), "", "the line is not UTF-8 text"),
        (MANCHESTER.replace("200303", "\0"), None, None),
    ],
)
def test_a_line_that_gives_no_place_is_rejected_with_its_number_and_reason(
    load, tmp_path, line, postcode, reason
):
    file = tmp_path / "postcodes.csv"
    text = "\n".join([ONSPD_2024, "", line, ABERDEEN])
    file.write_bytes(text.encode(errors="surrogateescape"))
    counts = load.files(file)
    assert load.rejected == ([("3", postcode, reason)] if reason else [])
    assert (counts["added"], counts["rejected"]) == ((1, 1) if reason else (2, 0))


def test_a_line_without_end_is_rejected_and_the_next_ones_are_read(load):
    load(ONSPD_2024, "x" * 100_000, ABERDEEN)
    assert [row[2] for row in load.rejected] == [
        "the line is too long",
        "the line has too few or too many values",
    ]
    assert resolve("AB1 0EU").precision == "unit"


def test_loaded_again_nothing_changes_and_a_new_edition_changes_what_differs(load):
    load(ONSPD_2024, MANCHESTER, ABERDEEN)
    assert load(ONSPD_2024, MANCHESTER, ABERDEEN)["unchanged"] == 2
    counts = load(ONSPD_2024, MANCHESTER, ABERDEEN.replace("57.1", "57.2"))
    assert (counts["added"], counts["changed"], counts["unchanged"]) == (0, 1, 1)
    assert resolve("AB1 0EU").latitude == 57.203941


def test_of_a_postcode_that_stands_twice_the_last_counts(load):
    assert load(ONSPD_2024, ABERDEEN, ABERDEEN.replace("57.1", "57.2"))["added"] == 1
    assert resolve("AB1 0EU").latitude == 57.203941


def test_metres_of_the_irish_grid_are_no_metres_of_ours(load):
    load(CODE_POINT.replace(ENGLAND, "N92000002"))
    assert load.rejected == [("1", "M1 1AD", "the position is on another country's grid")]


def test_several_files_are_loaded_at_once(load, tmp_path):
    for name, line in (("m.csv", CODE_POINT), ("tw.csv", NO_POSITION)):
        (tmp_path / name).write_text(line)
    counts = load.files(tmp_path / "m.csv", tmp_path / "tw.csv")
    assert (counts["added"], counts["rejected"]) == (1, 1)


def invented(count: int) -> list[str]:
    """Lines with as many different postcodes, all of the invented area ZZ."""
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    pairs = [first + second for first in letters for second in letters]
    return [
        f"ZZ{n // 4000} {n // 400 % 10}{pairs[n % 400]},,,,,,,,E40000003,{ENGLAND},{50 + n / 1e6},0"
        for n in range(count)
    ]


def test_stopped_in_between_it_keeps_what_was_written_and_can_be_run_again(
    load, tmp_path, monkeypatch
):
    monkeypatch.setattr(unit_postcodes, "BATCH", 10)
    understood, calls = unit_postcodes.PostcodeFile.lines, []

    def stopped(file):
        for line in understood(file):
            calls.append(line)
            if len(calls) == 26:
                raise KeyboardInterrupt
            yield line

    lines = invented(40)
    with monkeypatch.context() as patch:
        patch.setattr(unit_postcodes.PostcodeFile, "lines", stopped)
        with pytest.raises(CommandError, match="run it again"):
            load(ONSPD_2024, *lines)
    assert load.output.getvalue().split()[:2] == ["added", "20"], "said before it ends"
    assert PostcodeLocation.objects.count() == 20
    counts = load(ONSPD_2024, *lines)
    assert (counts["added"], counts["unchanged"]) == (20, 20)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04rest", "is a ZIP file or a workbook"),
        (b"name,telephone\nSt Ann's,01632 960000\n", "names no column for country, latitude"),
        (b"pcd,lat,long\nM1 1AD,53,-2\n", "names no column for country"),
        (b"\xff\xfe\x00", "is no CSV file of UTF-8 text"),
        (b"", "neither an ONS Postcode Directory nor Code-Point Open"),
        (None, "No such file"),
    ],
)
def test_a_wrong_file_is_refused_before_any_file_is_loaded(load, tmp_path, content, message):
    right, wrong = tmp_path / "right.csv", tmp_path / "wrong.csv"
    right.write_text(CODE_POINT)
    if content is not None:
        wrong.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        load.files(right, wrong)
    assert not PostcodeLocation.objects.exists()


def test_the_directory_comes_first(load):
    region("London").delete()
    with pytest.raises(CommandError, match="run load_directory first"):
        load(CODE_POINT)


def test_the_directory_is_loaded_beside_unit_postcodes_without_reading_them(load, folder):
    directory.load_directory(folder)
    load(CODE_POINT)
    with CaptureQueriesContext(connection) as queries:
        areas = directory.load_directory(folder)[-1]
    assert (areas.added, areas.changed) == (0, 0)
    table = PostcodeLocation._meta.db_table
    [read] = [query["sql"] for query in queries if f'FROM "{table}"' in query["sql"]]
    assert f'WHERE "{table}"."code" IN' in read
    assert resolve("M1 1AD").precision == "unit"
    assert resolve("SL6 0PQ").precision == "sector"


def test_a_large_file_is_loaded_in_constant_memory(tmp_path, monkeypatch):
    batch = unit_postcodes.BATCH if LONG else 500
    monkeypatch.setattr(unit_postcodes, "BATCH", batch)
    peaks = []
    for batches in (2, 20):
        file = tmp_path / f"{batches}.csv"
        with file.open("w") as target:
            target.writelines(f"{line}\n" for line in [ONSPD_2024, *invented(batches * batch)])
        tracemalloc.start()
        call_command("load_postcodes", file, rejected=tmp_path / "rejected.csv", stdout=StringIO())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert PostcodeLocation.objects.count() == 20 * batch
    assert peaks[1] < peaks[0] * 1.2
