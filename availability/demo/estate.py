"""The demonstration estate: invented wards and people on the real directory, all from one seed."""

from datetime import datetime
from random import Random

import pghistory
from django.db import transaction

from accounts.models import User
from availability.choices import BedState, EntryOrigin
from availability.demo.histories import (
    AGES,
    ENDINGS,
    EXAMPLE_AGE,
    EXAMPLE_ENDING,
    WardDays,
    days,
)
from availability.demo.people import PEOPLE, STAFF, make_people
from availability.demo.requests import make_requests
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
    ServiceType,
    Unit,
    Ward,
)

FIRST_TELEPHONE = 960100


class DirectoryMissing(DomainError):
    """The sites on which the demonstration stands are not in the directory."""


def is_loaded() -> bool:
    return User.objects.filter(email=PEOPLE[0].email).exists()


def load_estate(*, seed: int, now: datetime, password: str) -> None:
    """All of the demonstration, or nothing; the same seed and moment make the same estate."""
    rng = Random(seed)  # noqa: S311 - a made-up estate, no secret
    now = now.replace(second=0, microsecond=0)
    with transaction.atomic(), pghistory.context(source="load_demo"):
        wards = make_wards(rng)
        people = make_people(password, now)
        endings, ages = list(ENDINGS), list(AGES)
        rng.shuffle(endings)
        rng.shuffle(ages)
        keepers, happened = [], []
        for ward in wards:
            example = ward.name == EXAMPLE_WARD
            free, closed = EXAMPLE_ENDING if example else endings.pop()
            keepers.append(people["ward" if example else STAFF.name])
            happened.append(
                days(
                    rng,
                    beds=ward.commissioned_beds or 0,
                    free=free,
                    closed=closed,
                    age=EXAMPLE_AGE if example else ages.pop(),
                    now=now,
                )
            )
        record(list(zip(wards, keepers, happened, strict=True)))
        make_requests(people, wards)


def make_wards(rng: Random) -> list[Ward]:
    units = {
        unit.ods_code: unit
        for unit in Unit.objects.filter(ods_code__in={ward.site for ward in WARDS})
    }
    types = dict(ServiceType.objects.values_list("code", "id"))
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
    return Ward.objects.bulk_create(
        Ward(
            unit=units[ward.site],
            name=ward.name,
            service_type_id=types[ward.service_type],
            sex=ward.sex,
            minimum_age=ward.ages[0],
            maximum_age=ward.ages[1],
            security_level=ward.security_level,
            commissioned_beds=EXAMPLE_BEDS if ward.name == EXAMPLE_WARD else rng.randint(8, 16),
            telephone=f"01632 {FIRST_TELEPHONE + number}",
            referral_hours=LABEL,
        )
        for number, ward in enumerate(WARDS)
    )


def record(kept: list[tuple[Ward, User, WardDays]]) -> None:
    """Beds, their entries, the confirmations, and totals that say what the entries say."""
    beds = iter(
        Bed.objects.bulk_create(
            Bed(ward=ward, name=f"Bed {position}", position=position)
            for ward, _, happened in kept
            for position in range(1, len(happened.beds) + 1)
        )
    )
    BedEntry.objects.bulk_create(
        (
            BedEntry(
                bed=bed,
                starts_at=change.at,
                state=change.state,
                closed_reason=change.reason,
                by=None if number == 0 else keeper,
                origin=EntryOrigin.SETUP if number == 0 else EntryOrigin.BOARD,
            )
            for _, keeper, happened in kept
            for changes, bed in zip(happened.beds, beds, strict=False)
            for number, change in enumerate(changes)
        ),
        batch_size=1000,
    )
    WardConfirmation.objects.bulk_create(
        WardConfirmation(ward=ward, at=at, by=keeper)
        for ward, keeper, happened in kept
        for at in happened.confirmed
    )
    WardTotals.objects.bulk_create(totals(*one) for one in kept)


def totals(ward: Ward, keeper: User, happened: WardDays) -> WardTotals:
    now = [changes[-1].state for changes in happened.beds]
    return WardTotals(
        ward=ward,
        available=now.count(BedState.AVAILABLE),
        occupied=now.count(BedState.OCCUPIED),
        closed=now.count(BedState.CLOSED),
        confirmed_at=happened.confirmed[-1],
        confirmed_by=keeper,
        changed_at=max(changes[-1].at for changes in happened.beds),
    )
