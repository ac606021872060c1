"""Finding organisations, units and wards in a directory of national size.

python -m cpms.local.testing -- python -m bench.directory

fills the empty database that it is given, and prints a table of times and a line of JSON.
"""

import json
import random
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import connections, transaction

from bench.serving import explain, statements
from organisations.choices import AsksAs
from organisations.models import (
    Organisation,
    OrganisationKind,
    PostcodeLocation,
    ServiceType,
    Unit,
    Ward,
)
from organisations.queries import find_organisations, find_places

SIZES = {"organisations": 5_000, "units": 20_000, "wards": 60_000}
PROVIDERS_IN_100 = 20
RUNS = 15
SEED = 1

SURNAMES = """
    Ashdown Bramley Calder Danesbury Elmfield Fernhill Greenacre Hollins Ivydale Juniper Kennet
    Larkfield Meadow Northcote Oakwood Priory Quayside Rowan Sycamore Thornbury Underhill Vale
    Warneford Yarrow Beech Cedar Dale Heath Lodge Moor
""".split()  # noqa: SIM905
TOWNS = """
    Avonbury Birchester Colnebridge Derwenton Eastmoor Fulbourne Garston Hexley Ilkstone Kelham
    Langport Mallow Newbridge Otterham Penfield Radlow Selwick Tarnside Upminster Westbourne
""".split()  # noqa: SIM905
WARD_ENDS = ["ward", "unit", "house", "suite", "PICU", "CAMHS"]


def fill(sizes: dict[str, int] = SIZES, seed: int = SEED) -> None:
    """Add invented organisations, units and wards to a directory that has its code lists.

    In bulk and in one transaction, through the triggers that keep history and search text.
    """
    chance = random.Random(seed)  # noqa: S311
    kinds = list(OrganisationKind.objects.values_list("pk", "asks_as"))
    providers = [pk for pk, asks_as in kinds if asks_as == "provider"]
    others = [pk for pk, asks_as in kinds if asks_as != "provider"]
    types = list(ServiceType.objects.all())
    sectors = list(PostcodeLocation.objects.filter(code__contains=" ", country="England"))

    def postcode(sector: Any) -> str:
        return sector.code + "".join(chance.choices("ABDEFGHJLNPQRSTUWXYZ", k=2))

    def name(*ends: str) -> str:
        return f"{chance.choice(SURNAMES)} {chance.choice(TOWNS)} {chance.choice(ends)}"

    def closing() -> str | None:
        return "2020-01-01" if chance.random() < 0.05 else None

    with transaction.atomic():
        organisations = []
        for number in range(sizes["organisations"]):
            is_provider = number % 100 < PROVIDERS_IN_100
            ends = ("NHS Foundation Trust", "Healthcare", "Care Group")
            own = name(*ends) if is_provider else name("Surgery", "Medical Centre", "Council")
            organisations.append(
                Organisation(
                    ods_code=f"B{number:05}",
                    ods_name=own.upper(),
                    name=own,
                    kind_id=chance.choice(providers if is_provider else others),
                    postcode=postcode(chance.choice(sectors)),
                )
            )
        Organisation.objects.bulk_create(organisations, batch_size=2_000)
        chosen = [one for one in organisations if int(one.ods_code[1:]) % 100 < PROVIDERS_IN_100]
        units = []
        for number in range(sizes["units"]):
            sector = chance.choice(sectors)
            own = name("Hospital", "Hospital", "Centre", "Clinic")
            units.append(
                Unit(
                    organisation=chosen[number % len(chosen)],
                    ods_code=f"BU{number:06}",
                    ods_name=own.upper(),
                    name=own,
                    town=chance.choice(TOWNS),
                    postcode=postcode(sector),
                    latitude=sector.latitude + chance.uniform(-0.01, 0.01),
                    longitude=sector.longitude + chance.uniform(-0.01, 0.01),
                    closed_on=closing(),
                )
            )
        Unit.objects.bulk_create(units, batch_size=2_000)
        wards = (
            Ward(
                unit=units[number % len(units)],
                name=f"{chance.choice(SURNAMES)} {chance.choice(WARD_ENDS)} {number}",
                service_type=chance.choice(types),
                sex="mixed",
                minimum_age=12,
                commissioned_beds=10,
                telephone="01632 960000",
                closed_on=closing(),
            )
            for number in range(sizes["wards"])
        )
        Ward.objects.bulk_create(wards, batch_size=2_000)
        Organisation.objects.filter(pk__in=[one.pk for one in organisations[::25]]).update(
            closed_on="2020-01-01"
        )


def cases() -> dict[str, Callable[[], Any]]:
    """What people type, by what makes it hard."""
    texts = {
        "name": "oakwood kelham",
        "three levels": "picu derwenton healthcare",
        "common word": "hospital",
        "two letters": "ce",
        "number": "59999",
        "slip": "warnefrod",
        "slip in a common word": "hospitol",
        "nothing": "zzzzzz",
        "code": "BU010001",
        "postcode": "SL6 0PQ",
        "half a postcode": "M1",
    }
    found: dict[str, Callable[[], Any]] = {}
    for what, text in texts.items():
        found[f"places: {what}"] = partial(find_places, text)
    for asks_as in (AsksAs.PROVIDER, AsksAs.NHS_BODY):
        for what, text in texts.items():
            found[f"{asks_as.value}: {what}"] = partial(find_organisations, text, asks_as=asks_as)
    return found


def measure(run: Callable[[], Any]) -> dict[str, Any]:
    """Median milliseconds, queries, and tables that a plan reads from end to end."""
    with statements() as asked:
        found = run()
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        run()
        times.append((time.perf_counter() - started) * 1000)
    read_whole: set[str] = set()
    database = 0.0
    for sql, params in asked:
        plan = explain(sql, params)
        database += plan["Planning Time"] + plan["Execution Time"]
        read_whole |= set(tables_read_whole(plan["Plan"]))
    return {
        "ms": round(statistics.median(times), 1),
        "worst_ms": round(max(times), 1),
        "database_ms": round(database, 1),
        "queries": len(asked),
        "found": len(found),
        "reads_whole": sorted(read_whole),
    }


def tables_read_whole(plan: dict[str, Any]) -> Iterator[str]:
    """The big tables that a plan goes through row by row."""
    big = ("organisations_organisation", "organisations_unit", "organisations_ward")
    if plan["Node Type"] == "Seq Scan" and plan["Relation Name"] in big:
        yield plan["Relation Name"].removeprefix("organisations_")
    for inner in plan.get("Plans", ()):
        yield from tables_read_whole(inner)


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("load_directory", stdout=StringIO())
    started = time.perf_counter()
    fill()
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"Filled in {time.perf_counter() - started:.0f} s: {SIZES}")
    results = {name: measure(run) for name, run in cases().items()}
    heads = ("ms", "worst_ms", "database_ms", "queries", "found")
    print(f"{'':34}" + "".join(f"{head:>13}" for head in heads) + "  reads whole")
    for name, result in results.items():
        columns = "".join(f"{result[head]:>13}" for head in heads)
        print(f"{name:34}{columns}  {', '.join(result['reads_whole'])}")
    print(json.dumps(results))


if __name__ == "__main__":
    main()
