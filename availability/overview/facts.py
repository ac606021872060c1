"""What the directory says of a place beside its figures, as rows of a summary list."""

from collections.abc import Callable
from typing import Any

from availability.overview.levels import Level
from availability.searching.cards import takes_age, takes_sex
from crispy_nhsuk.summary import SummaryRow
from organisations.choices import WardKind
from organisations.models import Collaborative, Organisation, Region, Unit, Ward


def facts_of(level: Level) -> list[SummaryRow]:
    """What is known of a level; what is not is left out. One query of a collaborative or ward."""
    rows = FACTS[level.kind](level.thing)
    return [SummaryRow(key, values) for key, values in rows if any(values)]


Facts = list[tuple[str, list[str]]]


def region_facts(region: Region) -> Facts:
    return [("ODS code", [region.code])]


def collaborative_facts(one: Collaborative) -> Facts:
    return [
        ("Known as", [one.brand]),
        ("Service group", [one.service_group.name]),
        ("Region", [one.region.name]),
        ("Lead provider", [one.lead.name if one.lead else ""]),
        ("Footprint", [one.footprint]),
        ("Natural clinical flow", [", ".join(str(district) for district in one.districts.all())]),
    ]


def provider_facts(one: Organisation) -> Facts:
    return [
        ("ODS code", [one.ods_code]),
        ("Kind", [one.kind.name]),
        ("Region", [one.region.name if one.region else ""]),
        ("Address", [one.address, one.postcode]),
    ]


def unit_facts(one: Unit) -> Facts:
    return [
        ("ODS code", [one.ods_code]),
        ("Provider", [one.organisation.name]),
        ("Region", [one.region.name if one.region else ""]),
        ("Address", [one.address, one.town, one.postcode]),
    ]


def ward_facts(one: Ward) -> Facts:
    has_beds = one.kind == WardKind.INPATIENT
    capacity = str(one.commissioned_beds if has_beds else one.sessions_a_day or "")
    return [
        ("Service type", [one.service_type.name]),
        ("Service group", [one.service_type.group.name]),
        ("Takes", [takes_sex(one, ""), takes_age(one, None)]),
        ("Security", [str(one.get_security_level_display())]),
        ("Commissioned beds" if has_beds else "Sessions a day", [capacity]),
        ("Features", [feature.name for feature in one.features.all()]),
        ("Referrals", [one.referral_hours, one.referral_instructions]),
        ("Address", [one.unit.name, one.unit.address, one.unit.town, one.unit.postcode]),
        ("Region", [one.unit.region.name if one.unit.region else ""]),
    ]


FACTS: dict[str, Callable[[Any], Facts]] = {
    "region": region_facts,
    "collaborative": collaborative_facts,
    "provider": provider_facts,
    "unit": unit_facts,
    "ward": ward_facts,
}
