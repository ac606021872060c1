"""The demonstration estate: invented wards and people on the real directory, all from one seed."""

from collections.abc import Iterable
from dataclasses import astuple, fields
from datetime import datetime
from random import Random
from typing import Any

import pghistory
from django.db import connection, transaction
from django.db.models import Model

from accounts.models import User
from availability.choices import EntryOrigin
from availability.conditions import Condition
from availability.days import count_days
from availability.demo.footprints import make_footprints
from availability.demo.further_wards import further_wards
from availability.demo.histories import (
    AGES,
    ENDINGS,
    EXAMPLE_AGE,
    EXAMPLE_ENDING,
    STAYS,
    USUAL_STAY,
    WardPast,
    drawn,
    past,
)
from availability.demo.parts import make_parts
from availability.demo.people import PEOPLE, STAFF, make_people
from availability.demo.requests import make_requests
from availability.demo.saved_searches import make_saved_search
from availability.demo.sessions import make_sessional_wards
from availability.demo.wards import (
    EXAMPLE_BEDS,
    EXAMPLE_COLLABORATIVE,
    EXAMPLE_UNIT,
    EXAMPLE_UNIT_NAME,
    EXAMPLE_WARD,
    LABEL,
    MULTI_LEVEL_SITE,
    WARDS,
)
from availability.models import Bed, BedEntry, WardConfirmation, WardTotals
from core.errors import DomainError
from organisations.choices import ApprovalLevel
from organisations.models import (
    Collaborative,
    CollaborativeMember,
    Feature,
    ServiceType,
    Unit,
    Ward,
)

FIRST_TELEPHONE = 960100
A_YEAR = 365
HAS_FEATURE = 0.45


class DirectoryMissing(DomainError):
    """The sites on which the demonstration stands are not in the directory."""


def is_loaded() -> bool:
    return User.objects.filter(email=PEOPLE[0].email).exists()


def load_estate(*, seed: int, now: datetime, password: str, days: int = A_YEAR) -> None:
    """All of the demonstration, or nothing; the same seed and moment make the same estate.

    `days` is how far back its history goes.
    """
    rng = Random(seed)  # noqa: S311 - a made-up estate, no secret
    now = now.replace(second=0, microsecond=0)
    with transaction.atomic(), pghistory.context(source="load_demo"):
        with connection.cursor() as cursor:
            # A year at once takes longer than any page may.
            cursor.execute("SET LOCAL statement_timeout = 0")
        wards = make_wards(rng)
        make_footprints()
        people = make_people(password, now)
        record(
            [
                (
                    ward,
                    people["ward" if ward.name == EXAMPLE_WARD else STAFF.name],
                    past_of(rng, ward, now, days),
                )
                for ward in wards
            ]
        )
        count_days()
        make_requests(people, wards)
        make_sessional_wards(rng, people[STAFF.name], now)
        make_saved_search(people["searcher"])
        make_parts(people, now)


def past_of(rng: Random, ward: Ward, now: datetime, days: int) -> WardPast:
    example = ward.name == EXAMPLE_WARD
    return past(
        rng,
        beds=ward.commissioned_beds or 0,
        stay=STAYS.get(ward.service_type.code, USUAL_STAY),
        ending=EXAMPLE_ENDING if example else drawn(rng, ENDINGS),
        age=EXAMPLE_AGE if example else drawn(rng, AGES),
        now=now,
        days=days,
    )


def make_wards(rng: Random) -> list[Ward]:
    wanted = [*WARDS, *further_wards(rng)]
    sites = Unit.objects.filter(ods_code__in={ward.site for ward in wanted})
    units = {unit.ods_code: unit for unit in sites.select_related("organisation")}
    types = {kind.code: kind for kind in ServiceType.objects.select_related("group")}
    missing = [ward.site for ward in WARDS if ward.site not in units]
    if missing:
        raise DirectoryMissing(f"The directory lacks the site {missing[0]}. Load it first.")
    example = units[EXAMPLE_UNIT]
    example.name = EXAMPLE_UNIT_NAME
    example.save(update_fields=["name"])
    CollaborativeMember.objects.get_or_create(
        collaborative=Collaborative.objects.get(name=EXAMPLE_COLLABORATIVE),
        organisation_id=example.organisation_id,
        defaults={"source": "Invented for the demonstration"},
    )
    provider = units[MULTI_LEVEL_SITE].organisation
    provider.approval_level = ApprovalLevel.MULTI
    provider.save(update_fields=["approval_level"])
    wards = Ward.objects.bulk_create(
        Ward(
            unit=units[ward.site],
            name=ward.name,
            service_type=types[ward.service_type],
            sex=ward.sex,
            minimum_age=ward.ages[0],
            maximum_age=ward.ages[1],
            security_level=ward.security_level,
            commissioned_beds=EXAMPLE_BEDS if ward.name == EXAMPLE_WARD else rng.randint(8, 16),
            telephone=f"01632 {FIRST_TELEPHONE + number}",
            referral_hours=LABEL,
        )
        for number, ward in enumerate(wanted)
    )
    give_features(rng, wards)
    return wards


def give_features(rng: Random, wards: list[Ward]) -> None:
    """Each ward has some of those that its group may have."""
    features = list(Feature.objects.order_by("position"))
    kept = Ward.features.through
    kept.objects.bulk_create(
        kept(ward_id=ward.pk, feature_id=feature.pk)
        for ward in wards
        for feature in features
        if feature.group_id in (None, ward.service_type.group_id) and rng.random() < HAS_FEATURE
    )


def record(kept: list[tuple[Ward, User, WardPast]]) -> None:
    """Beds, their entries, the confirmations, and totals that say what the entries say."""
    beds = Bed.objects.bulk_create(
        Bed(ward=ward, name=f"Bed {position}", position=position)
        for ward, _, happened in kept
        for position in range(1, len(happened.beds) + 1)
    )
    keepers = [keeper for _, keeper, happened in kept for _ in happened.beds]
    pasts = [changes for _, _, happened in kept for changes in happened.beds]
    # By COPY: a year is some hundred thousand rows.
    columns = ["starts_at", *(one.name for one in fields(Condition)), "origin"]
    copy_in(
        BedEntry,
        ["bed_id", "by_id", *columns],
        (
            (
                bed.pk,
                keeper.pk if change.origin == EntryOrigin.BOARD else None,
                change.at,
                *astuple(change.condition),
                change.origin,
            )
            for bed, keeper, changes in zip(beds, keepers, pasts, strict=True)
            for change in changes
        ),
    )
    copy_in(
        WardConfirmation,
        ["ward_id", "at", "by_id"],
        ((ward.pk, at, keeper.pk) for ward, keeper, past in kept for at in past.confirmed),
    )
    WardTotals.objects.bulk_create(totals(*one) for one in kept)


def copy_in(model: type[Model], columns: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        names = ", ".join(columns)
        with cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def totals(ward: Ward, keeper: User, happened: WardPast) -> WardTotals:
    latest = [changes[-1] for changes in happened.beds]
    found = WardTotals(
        ward=ward,
        confirmed_at=happened.confirmed[-1],
        confirmed_by=keeper,
        changed_at=max(change.at for change in latest),
        next_end_at=min(
            (change.condition.ends_at for change in latest if change.condition.ends_at),
            default=None,
        ),
    )
    for change in latest:
        found.count(change.condition, +1)
    return found
