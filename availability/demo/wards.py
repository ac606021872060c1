"""The wards of the demonstration: invented, on real sites whose provider runs such services."""

from dataclasses import dataclass

from organisations.choices import SecurityLevel, Sex

LABEL = "24 hours; invented"

# The registration guide's own example, written exactly so (CPMS-23).
EXAMPLE_UNIT, EXAMPLE_UNIT_NAME = "NV201", "Huntercombe Hospital - Maidenhead"
EXAMPLE_WARD = "CAMHS-Kennet-ED"
EXAMPLE_BEDS = 12
EXAMPLE_COLLABORATIVE = "Thames Valley CYPMHS"
# Where the provider's own approvers decide.
MULTI_LEVEL_SITE, MULTI_LEVEL_WARD = "RXAG5", "Gowy"


@dataclass(frozen=True)
class DemoWard:
    """An invented ward at the site with this ODS code."""

    site: str
    name: str
    service_type: str
    sex: Sex = Sex.MIXED
    ages: tuple[int, int | None] = (13, 17)
    security_level: SecurityLevel = SecurityLevel.GENERAL


def secure(site: str, name: str, sex: Sex, level: SecurityLevel) -> DemoWard:
    kind = "adult-low-secure" if level == SecurityLevel.LOW else "adult-medium-secure"
    return DemoWard(site, name, kind, sex, (18, None), level)


def perinatal(site: str, name: str) -> DemoWard:
    return DemoWard(site, name, "mother-and-baby", Sex.FEMALE, (18, None))


def adult_eating_disorders(site: str, name: str) -> DemoWard:
    return DemoWard(site, name, "adult-eating-disorders", Sex.MIXED, (18, None))


WARDS = (
    DemoWard(EXAMPLE_UNIT, EXAMPLE_WARD, "cyp-eating-disorders", ages=(12, 18)),
    DemoWard(EXAMPLE_UNIT, "CAMHS-Thames-GA", "cyp-general-adolescent"),
    DemoWard("NV203", "CAMHS-Dove-PICU", "cyp-picu"),
    DemoWard("R1CA7", "Itchen", "cyp-general-adolescent", ages=(12, 17)),
    DemoWard("RDYMR", "Stour", "cyp-general-adolescent"),
    DemoWard("RX2X4", "Downland", "cyp-general-adolescent", ages=(12, 17)),
    DemoWard("RX4CA", "Coquet", "cyp-learning-disability", ages=(12, 17)),
    DemoWard("RX4CA", "Aln", "cyp-autism", ages=(12, 17)),
    DemoWard(
        "RX4E4",
        "Rede",
        "cyp-medium-secure",
        Sex.MALE,
        (12, 17),
        SecurityLevel.MEDIUM,
    ),
    DemoWard(MULTI_LEVEL_SITE, MULTI_LEVEL_WARD, "cyp-general-adolescent"),
    DemoWard(MULTI_LEVEL_SITE, "Dee", "cyp-picu"),
    DemoWard(
        "RXT05",
        "Cole",
        "cyp-medium-secure",
        Sex.FEMALE,
        (13, 17),
        SecurityLevel.MEDIUM,
    ),
    DemoWard("RV505", "Hawthorn", "cyp-under-13s", ages=(5, 12)),
    DemoWard("RV505", "Rowan", "cyp-picu"),
    DemoWard("RP401", "Bluebell", "cyp-under-13s", ages=(5, 12)),
    DemoWard("8A580", "Aspen", "cyp-eating-disorders", ages=(11, 17)),
    DemoWard("NTN10", "Richmond", "cyp-general-adolescent", ages=(12, 17)),
    DemoWard("NTN23", "Bollin", "cyp-eating-disorders", ages=(11, 17)),
    DemoWard("NMJ22", "Irwell", "cyp-low-secure", Sex.MIXED, (12, 17), SecurityLevel.LOW),
    DemoWard("NMJ23", "Sheaf", "cyp-general-adolescent", Sex.FEMALE, (12, 17)),
    DemoWard("RXV06", "Roch", "cyp-general-adolescent"),
    DemoWard("RWR96", "Colne", "cyp-general-adolescent"),
    DemoWard("RT113", "Granta", "cyp-eating-disorders", ages=(12, 17)),
    DemoWard("RWK46", "Lea", "cyp-general-adolescent", ages=(12, 17)),
    DemoWard("RP1V4", "Nene", "cyp-general-adolescent"),
    DemoWard("RNU33", "Cherwell", "cyp-general-adolescent", ages=(11, 17)),
    DemoWard("RJ866", "Camel", "cyp-general-adolescent"),
    secure("RHARY", "Dearne", Sex.MALE, SecurityLevel.MEDIUM),
    secure("RVN3Q", "Frome", Sex.MALE, SecurityLevel.MEDIUM),
    secure("RWVGA", "Teign", Sex.MALE, SecurityLevel.LOW),
    secure("RWK60", "Hackney Brook", Sex.MALE, SecurityLevel.MEDIUM),
    secure("NMV02", "Foss", Sex.FEMALE, SecurityLevel.MEDIUM),
    secure("RXTD6", "Rea", Sex.MALE, SecurityLevel.MEDIUM),
    secure("RXV06", "Medlock", Sex.FEMALE, SecurityLevel.LOW),
    perinatal("RX4E2", "Wansbeck"),
    perinatal("RXTD3", "Primrose"),
    perinatal("RWV62", "Exe"),
    adult_eating_disorders("RNU33", "Windrush"),
    adult_eating_disorders("RDY32", "Wey"),
    adult_eating_disorders("NTN09", "Ravensbourne"),
)
