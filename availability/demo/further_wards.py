"""Wards beside those that are written down: invented as well, on every site of the directory."""

from collections.abc import Iterator
from random import Random

from availability.demo.wards import (
    WARDS,
    DemoWard,
    adult_eating_disorders,
    perinatal,
    secure,
)
from organisations.choices import AsksAs, SecurityLevel, Sex
from organisations.closing import still_open
from organisations.models import Unit

FURTHER = 270
NAMES = """
    Alder Amber Ash Beech Birch Bracken Bramble Briar Brook Cedar Chestnut Clover Coral Crane
    Curlew Cypress Damson Dale Elder Elm Fern Finch Foxglove Garnet Gorse Hazel Heath Heron Holly
    Iris Ivy Jasmine Jay Juniper Kestrel Larch Lark Laurel Lavender Linden Linnet Magnolia Maple
    Marigold Meadow Merlin Mistle Moss Myrtle Nightingale Oak Olive Orchard Osprey Pine Plover
    Poplar Primula Quince Robin Rosemary Sage Sandpiper Skylark Sorrel Sparrow Spruce Starling
    Swift Sycamore Tamarisk Teasel Thistle Thrush Thyme Tulip Verbena Violet Walnut Willow Wren Yew
""".split()  # noqa: SIM905
# Of a hundred wards how many are for what.
KINDS = {
    "cyp-general-adolescent": 17,
    "cyp-picu": 8,
    "cyp-eating-disorders": 8,
    "cyp-low-secure": 5,
    "cyp-medium-secure": 2,
    "cyp-learning-disability": 3,
    "cyp-autism": 2,
    "cyp-under-13s": 2,
    "adult-low-secure": 19,
    "adult-medium-secure": 14,
    "mother-and-baby": 7,
    "adult-eating-disorders": 13,
}
LEVELS = {
    "cyp-low-secure": SecurityLevel.LOW,
    "cyp-medium-secure": SecurityLevel.MEDIUM,
    "adult-low-secure": SecurityLevel.LOW,
    "adult-medium-secure": SecurityLevel.MEDIUM,
}


def further_wards(rng: Random) -> Iterator[DemoWard]:
    """So many, each with a name that no other ward of its site has."""
    sites = Unit.objects.filter(
        still_open("", "organisation__"), organisation__kind__asks_as=AsksAs.PROVIDER
    )
    codes = list(sites.order_by("ods_code").values_list("ods_code", flat=True))
    taken = {(ward.site, ward.name) for ward in WARDS}
    for number in range(FURTHER):
        site = codes[number % len(codes)] if number < len(codes) else rng.choice(codes)
        name = rng.choice([one for one in NAMES if (site, one) not in taken])
        taken.add((site, name))
        yield ward_of(rng, site, name, rng.choices(list(KINDS), list(KINDS.values()))[0])


def ward_of(rng: Random, site: str, name: str, kind: str) -> DemoWard:
    if kind == "mother-and-baby":
        return perinatal(site, name)
    if kind == "adult-eating-disorders":
        return adult_eating_disorders(site, name)
    if kind.startswith("adult"):
        return secure(site, name, rng.choice((Sex.MALE, Sex.MALE, Sex.FEMALE)), LEVELS[kind])
    sexes = (Sex.MIXED, Sex.MIXED, Sex.MIXED, Sex.FEMALE, Sex.MALE)
    ages = (5, 12) if kind == "cyp-under-13s" else (rng.choice((12, 13)), 17)
    level = LEVELS.get(kind, SecurityLevel.GENERAL)
    return DemoWard(site, name, kind, rng.choice(sexes), ages, level)
