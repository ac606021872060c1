"""Postcode areas, and the districts that they lie in, from their reference files."""

import re
from dataclasses import replace
from pathlib import Path

from organisations.loading.regions import region_if_given, regions_by_name
from organisations.loading.rows import read
from organisations.loading.upsert import Outcome, Wanted, bring_in
from organisations.models import District, PostcodeLocation

OUTSIDE_ENGLAND = "outside england"
# What the source says of a district beside its name, e.g. 'Camden London Boro', 'Oadby (B)'
STATUS = re.compile(r"( District| London Boro)?( \(B\))?$")


def districts(folder: Path) -> Outcome:
    """The local authority districts in which outcodes lie."""
    found = {
        row.text("admin_district_code"): Wanted(
            row,
            row.text("admin_district_code"),
            source={"name": STATUS.sub("", row.text("admin_district"))},
        )
        for row in read(folder, "outcodes.csv", ["admin_district_code", "admin_district"])
        if row.text("admin_district_code") and row.text("admin_district")
    }
    return bring_in(District, "code", list(found.values()))


def postcodes(folder: Path) -> Outcome:
    """Outcodes and sectors; what lies outside England belongs to the region of that name.

    A sector lies in the district of its outcode.
    """
    regions = regions_by_name()
    known = set(District.objects.values_list("code", flat=True))
    district_of = {
        row.text("outcode"): row.text("admin_district_code")
        for row in read(folder, "outcodes.csv", ["outcode", "admin_district_code"])
        if row.text("admin_district_code") in known
    }
    wanted = []
    for file, column in [
        ("outcodes.csv", "outcode"),
        ("postcode_sectors.csv", "sector"),
    ]:
        columns = [column, "latitude", "longitude", "country", "nhs_region"]
        for row in read(folder, file, columns):
            region = region_if_given(row, regions)
            if region is None and row.text("country") != "England":
                region = regions[OUTSIDE_ENGLAND]
            wanted.append(
                Wanted(
                    row,
                    row.required(column),
                    source={
                        "latitude": row.number_in("latitude", -90, 90),
                        "longitude": row.number_in("longitude", -180, 180),
                        "country": row.required("country"),
                        "region_id": region,
                        "district_id": district_of.get(row.required(column).split(" ")[0]),
                    },
                )
            )
    return replace(bring_in(PostcodeLocation, "code", wanted), kind="postcode areas")
