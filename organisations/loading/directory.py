"""The whole directory from its reference files: each kind's file, key and fields, in order."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.utils import timezone

from organisations.closing import still_open
from organisations.loading.areas import districts, postcodes
from organisations.loading.partners import INDEPENDENT, Partners
from organisations.loading.regions import region_if_given, regions_by_name
from organisations.loading.rows import BadFile, Row, read
from organisations.loading.upsert import Outcome, Wanted, bring_in
from organisations.models import (
    Collaborative,
    CollaborativeMember,
    Feature,
    Organisation,
    OrganisationKind,
    Region,
    ServiceGroup,
    ServiceType,
    Unit,
)

SHIPPED = Path(__file__).resolve().parent.parent / "data"

# Older sources name many sites that have since closed, moved or been sold.
OLDEST_SOURCE = "2018-02"
# The kinds of what the files name.
NHS, BOARD = "nhs_provider", "icb"


def load_directory(folder: Path = SHIPPED) -> list[Outcome]:
    """Load every file of the folder, all or nothing; BadFile says what is wrong with which row."""
    try:
        with transaction.atomic(), pghistory.context(source="load_directory"):
            return [load(folder) for load in STEPS]
    except IntegrityError as error:
        raise BadFile(f"The database refused the files: {error}") from error


def regions(folder: Path) -> Outcome:
    rows = read(folder, "regions.csv", ["code", "name", "position"])
    return bring_in(
        Region,
        "code",
        [
            Wanted(
                row,
                row.required("code"),
                source={
                    "name": row.required("name"),
                    "position": row.whole("position"),
                },
            )
            for row in rows
        ],
    )


def service_groups(folder: Path) -> Outcome:
    columns = ["code", "name", "position", "open_to_registration", "open_to_plans"]
    return bring_in(
        ServiceGroup,
        "code",
        [
            Wanted(
                row,
                row.required("code"),
                initial={
                    "name": row.required("name"),
                    "position": row.whole("position"),
                    "open_to_registration": row.yes("open_to_registration"),
                    "open_to_plans": row.yes("open_to_plans"),
                },
            )
            for row in read(folder, "service_groups.csv", columns)
        ],
    )


def service_types(folder: Path) -> Outcome:
    groups = dict(ServiceGroup.objects.values_list("code", "id"))
    columns = ["code", "group", "name", "position", "mhsds_code"]
    return bring_in(
        ServiceType,
        "code",
        [
            Wanted(
                row,
                row.required("code"),
                source={
                    "group_id": row.one_of("group", groups),
                    "mhsds_code": row.text("mhsds_code"),
                },
                initial={
                    "name": row.required("name"),
                    "position": row.whole("position"),
                },
            )
            for row in read(folder, "service_types.csv", columns)
        ],
    )


def features(folder: Path) -> Outcome:
    groups = dict(ServiceGroup.objects.values_list("code", "id"))
    return bring_in(
        Feature,
        "code",
        [
            Wanted(
                row,
                row.required("code"),
                initial={
                    "name": row.required("name"),
                    "group_id": row.one_of("group", groups) if row.text("group") else None,
                    "position": row.whole("position"),
                },
            )
            for row in read(folder, "features.csv", ["code", "name", "group", "position"])
        ],
    )


def organisation_kinds(folder: Path) -> Outcome:
    columns = ["code", "name", "position", "asks_as"]
    outcome = bring_in(
        OrganisationKind,
        "code",
        [
            Wanted(
                row,
                row.required("code"),
                initial={
                    "name": row.required("name"),
                    "position": row.whole("position"),
                    "asks_as": row.required("asks_as"),
                },
            )
            for row in read(folder, "organisation_kinds.csv", columns)
        ],
    )
    known = set(OrganisationKind.objects.values_list("code", flat=True))
    for code in (NHS, INDEPENDENT, BOARD):
        if code not in known:
            raise BadFile(f"organisation_kinds.csv: the kind {code} is missing.")
    return outcome


def integrated_care_boards(folder: Path) -> Outcome:
    regions = regions_by_name()
    wanted = [
        Wanted(
            row,
            row.required("icb_code"),
            source={
                "ods_name": row.required("ods_name"),
                "kind_id": BOARD,
                "region_id": row.one_of("nhs_region", regions),
            },
            initial={"name": in_title_case(row.required("ods_name"))},
        )
        for row in read(folder, "icbs.csv", ["icb_code", "ods_name", "nhs_region"])
    ]
    return replace(bring_in(Organisation, "ods_code", wanted), kind="integrated care boards")


def providers(folder: Path) -> Outcome:
    regions = regions_by_name()
    kinds = {
        "nhs": NHS,
        "independent": INDEPENDENT,
    }
    columns = [
        *(
            "ods_code",
            "ods_name",
            "display_name",
            "sector",
            "nhs_region",
            "address1",
            "town",
        ),
        *("postcode", "open_date", "close_date", "in_mhsds_2024"),
    ]
    rows = read(folder, "providers.csv", columns)
    with_recent_sites = {row.text("provider_code") for row in recent_sites(folder)}
    current = [
        row
        for row in rows
        if row.yes("in_mhsds_2024")
        or row.text("close_date")
        or row.text("ods_code") in with_recent_sites
    ]
    # What the helpdesk has closed or merged stays so, though the files say it closes later.
    closed_here = dict(
        Organisation.objects.exclude(still_open("")).values_list("ods_code", "closed_on")
    )
    wanted = []
    for row in current:
        opened = row.day("open_date")
        closed = row.day("close_date")
        if closed is None or closed > timezone.localdate():
            closed = closed_here.get(row.text("ods_code"), closed)
        if opened and closed and closed < opened:
            raise row.wrong("close_date lies before open_date.")
        source: dict[str, Any] = {
            "ods_name": row.required("ods_name"),
            "kind_id": row.one_of("sector", kinds),
            "region_id": region_if_given(row, regions),
            "address": ", ".join(filter(None, [row.text("address1"), row.text("town")])),
            "postcode": row.text("postcode"),
            "opened_on": opened,
            "closed_on": closed,
        }
        initial = {"name": row.required("display_name")}
        wanted.append(Wanted(row, row.required("ods_code"), source, initial))
    outcome = bring_in(Organisation, "ods_code", wanted, left_out=len(rows) - len(current))
    return replace(outcome, kind="providers")


def units(folder: Path) -> Outcome:
    """Sites that a source of 2018 or later still names; new ones only of open providers."""
    regions = regions_by_name()
    all_providers = {
        code.casefold(): pk for pk, code in Organisation.objects.values_list("id", "ods_code")
    }
    open_ids = set(Organisation.objects.filter(still_open("")).values_list("id", flat=True))
    known = set(Unit.objects.values_list("ods_code", flat=True))
    current = [
        row
        for row in recent_sites(folder)
        if row.one_of("provider_code", all_providers) in open_ids or row.text("site_code") in known
    ]
    wanted = [
        Wanted(
            row,
            row.required("site_code"),
            source={
                "ods_name": row.required("site_name"),
                "region_id": region_if_given(row, regions),
                "address": row.text("address1"),
                "town": tidy(row.text("town")),
                "postcode": row.required("postcode"),
                "latitude": row.number_in("latitude", -90, 90),
                "longitude": row.number_in("longitude", -180, 180),
                "last_seen": row.text("last_seen"),
            },
            initial={
                "name": row.required("site_name"),
                "organisation_id": row.one_of("provider_code", all_providers),
            },
        )
        for row in current
    ]
    return bring_in(Unit, "ods_code", wanted, left_out=len(sites(folder)) - len(current))


def collaboratives(folder: Path) -> Outcome:
    """Each with its lead and those partners whom the source names and the directory knows."""
    regions = regions_by_name()
    groups = {name.split(" (")[0].casefold(): pk for pk, name in service_group_names()}
    columns = [
        *(
            "name",
            "brand",
            "service_group",
            "footprint",
            "nhs_region",
            "lead_provider_ods",
        ),
        *("partners_named_in_source", "source"),
    ]
    rows = read(folder, "provider_collaboratives.csv", columns)
    known = set(Collaborative.objects.values_list("name", flat=True))
    partners = Partners()
    wanted = [
        Wanted(
            row,
            row.required("name"),
            source={
                "brand": row.text("brand"),
                "footprint": row.text("footprint"),
                "source": row.text("source"),
            },
            initial={
                "service_group_id": row.one_of("service_group", groups),
                "region_id": row.one_of("nhs_region", regions),
                "lead_id": partners.lead(row),
            },
        )
        for row in rows
    ]
    outcome = bring_in(Collaborative, "name", wanted)
    ids = dict(Collaborative.objects.values_list("name", "id"))
    CollaborativeMember.objects.bulk_create(
        CollaborativeMember(
            collaborative_id=ids[row.text("name")],
            organisation_id=member,
            source=row.text("source"),
        )
        for row in rows
        if row.text("name") not in known
        for member in partners.members(row)
    )
    return outcome


STEPS: tuple[Callable[[Path], Outcome], ...] = (
    regions,
    service_groups,
    service_types,
    features,
    organisation_kinds,
    integrated_care_boards,
    providers,
    units,
    collaboratives,
    districts,
    postcodes,
)


def sites(folder: Path) -> list[Row]:
    columns = [
        *("site_code", "site_name", "provider_code", "address1", "town", "postcode"),
        *("latitude", "longitude", "nhs_region", "last_seen"),
    ]
    return read(folder, "sites.csv", columns)


def recent_sites(folder: Path) -> list[Row]:
    return [row for row in sites(folder) if row.required("last_seen") >= OLDEST_SOURCE]


def service_group_names() -> list[tuple[int, str]]:
    return list(ServiceGroup.objects.values_list("id", "name"))


def tidy(name: str) -> str:
    """A town that the source shouts, in ordinary letters."""
    return name.title() if name.isupper() else name


def in_title_case(name: str) -> str:
    """'NHS LANCASHIRE AND SOUTH CUMBRIA ...' as 'NHS Lancashire and South Cumbria ...'."""
    small = {
        "And": "and",
        "Of": "of",
        "On": "on",
        "The": "the",
        "Upon": "upon",
        "In": "in",
    }
    words = [small.get(word, word) for word in name.title().replace("-On-", "-on-").split()]
    return " ".join(["NHS" if word == "Nhs" else word for word in words])
