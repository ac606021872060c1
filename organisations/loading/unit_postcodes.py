"""Unit postcodes ('SL6 0PQ') beside the shipped sectors and outcodes, batch by batch."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import connection, transaction
from pyproj import Transformer

from organisations.loading.postcode_files import PostcodeFile, Rejected, UnitPostcode
from organisations.loading.rows import BadFile
from organisations.models import Region

BATCH = 10_000
ENGLAND, OUTSIDE_ENGLAND = "England", "outside-england"
# Codes of ONS for the regions of NHS England, those of two before their borders moved in 2022 too.
REGIONS = {
    "E40000003": "Y56",
    "E40000005": "Y59",
    "E40000006": "Y58",
    "E40000007": "Y61",
    "E40000010": "Y62",
    "E40000011": "Y60",
    "E40000012": "Y63",
    "E40000013": "Y61",
    "E40000014": "Y62",
}

MAKE = """
    CREATE TEMPORARY TABLE unit_postcodes_read (
        code varchar(8) PRIMARY KEY, latitude double precision, longitude double precision,
        country varchar(30), region_id bigint, district text
    )
"""
FILL = """
    COPY unit_postcodes_read (code, latitude, longitude, country, region_id, district) FROM STDIN
"""
# A district that the directory does not know is that of the sector or outcode.
# In the order of codes, so that two loads at once wait for each other rather than lock up.
# xmax is 0 in a row that this statement made.
MERGE = """
    WITH written AS (
        INSERT INTO organisations_postcodelocation AS known
               (code, latitude, longitude, country, region_id, district_id)
        SELECT read.code, read.latitude, read.longitude, read.country,
               coalesce(read.region_id, sector.region_id, outcode.region_id),
               coalesce(district.code, sector.district_id, outcode.district_id)
          FROM unit_postcodes_read read
          LEFT JOIN organisations_postcodelocation sector
                 ON sector.code = left(read.code, -2)
          LEFT JOIN organisations_postcodelocation outcode
                 ON outcode.code = split_part(read.code, ' ', 1)
          LEFT JOIN organisations_district district
                 ON district.code = read.district
         ORDER BY read.code
            ON CONFLICT (code) DO UPDATE
           SET latitude = excluded.latitude, longitude = excluded.longitude,
               country = excluded.country, region_id = excluded.region_id,
               district_id = excluded.district_id
         WHERE (known.latitude, known.longitude, known.country, known.region_id, known.district_id)
               IS DISTINCT FROM
               (excluded.latitude, excluded.longitude, excluded.country, excluded.region_id,
                excluded.district_id)
        RETURNING xmax = 0 AS added
    )
    SELECT count(*) FILTER (WHERE added), count(*) FILTER (WHERE NOT added) FROM written
"""


@dataclass
class Loaded:
    """What has come of the lines so far; what is counted as added or changed is committed."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    no_longer_used: int = 0
    rejected: Counter[str] = field(default_factory=Counter)


def load_file(
    file: PostcodeFile,
    loaded: Loaded,
    *,
    reject: Callable[[Rejected], object],
    advance: Callable[[int], object],
) -> None:
    """Bring in every line of a file, in batches of one transaction each; counts into `loaded`.

    Stopped and run again, it finds as they are those that it brought in before. Of a postcode that
    stands twice the last counts. `advance` is told bytes. BadFile without the directory's regions.
    """
    regions = known_regions()
    batch: dict[str, UnitPostcode] = {}
    for size, line in file.lines():
        advance(size)
        match line:
            case UnitPostcode():
                batch[line.code] = line
            case Rejected():
                loaded.rejected[line.reason] += 1
                reject(line)
            case None:
                loaded.no_longer_used += 1
        if len(batch) >= BATCH:
            write(batch.values(), file.layout.on_grid, regions, loaded)
            batch.clear()
    if batch:
        write(batch.values(), file.layout.on_grid, regions, loaded)


def known_regions() -> dict[str, int]:
    ids = dict(Region.objects.values_list("code", "id"))
    try:
        return {
            OUTSIDE_ENGLAND: ids[OUTSIDE_ENGLAND],
            **{of_ons: ids[code] for of_ons, code in REGIONS.items()},
        }
    except KeyError:
        raise BadFile("The regions are missing: run load_directory first.") from None


def write(
    batch: Iterable[UnitPostcode], on_grid: bool, regions: dict[str, int], loaded: Loaded
) -> None:
    """What names no region of ours takes that of its sector or outcode."""
    rows = list(batch)
    norths, easts = [row.north for row in rows], [row.east for row in rows]
    if on_grid:
        # Six decimals are a tenth of a metre; the conversion itself is right to some metres.
        to_degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
        longitudes, latitudes = to_degrees.transform(easts, norths)
        norths, easts = ([round(value, 6) for value in side] for side in (latitudes, longitudes))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MAKE)
        with cursor.copy(FILL) as copy:
            for row, latitude, longitude in zip(rows, norths, easts, strict=True):
                region = row.region if row.country == ENGLAND else OUTSIDE_ENGLAND
                copy.write_row(
                    (
                        *(row.code, latitude, longitude, row.country),
                        *(regions.get(region), row.district),
                    )
                )
        cursor.execute(MERGE)
        added, changed = cursor.fetchone()
        cursor.execute("DROP TABLE unit_postcodes_read")
    loaded.added += added
    loaded.changed += changed
    loaded.unchanged += len(rows) - added - changed
