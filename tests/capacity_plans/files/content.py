"""Versions with any content, as tests of files make them."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import strategies as st

from capacity_plans.choices import TEMPORARY, ChangeKind
from capacity_plans.files.queries import VersionRows
from capacity_plans.models import Assumption, Change, Line
from core.patients import has_nhs_number
from organisations.choices import SecurityLevel, Sex
from organisations.models import ServiceType, Ward

DAYS = st.integers(0, 1800)
TRAPS = ["=1+1", "'=1", "''-2", "@x", "#N/A", "_x000D_", "x005F_", 'He said "no"', "a\r\nb", "1,5"]
TENTHS = {"allow_nan": False, "places": 1}


def texts(most, least=0):
    """What forms keep: no blanks around it, nothing about patients."""
    anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
    either = st.sampled_from(TRAPS) | anything
    return either.map(lambda one: one.strip()[:most].strip()).filter(
        lambda one: len(one) >= least and not has_nhs_number(one)
    )


@st.composite
def contents(draw):
    """Of lines, changes and assumptions, the values that are not about a place."""
    lines = draw(
        st.lists(
            st.tuples(
                st.booleans(),
                texts(120, 1),
                st.booleans(),
                st.integers(0, 10_000),
                texts(250, 1),
                texts(500),
                st.sampled_from(Sex.values),
                st.sampled_from(SecurityLevel.values),
            ),
            max_size=5,
        )
    )
    changes = draw(
        st.lists(
            st.tuples(
                st.integers(0, 9),
                st.integers(0, 9),
                st.lists(DAYS, min_size=2, max_size=2),
                st.sampled_from(ChangeKind.values),
                st.integers(1, 10_000),
                texts(250, 1),
                texts(80),
            ),
            max_size=5,
        )
    )
    assumptions = draw(
        st.lists(
            st.tuples(
                st.sampled_from(Sex.values),
                st.sampled_from(SecurityLevel.values),
                st.none() | st.integers(0, 10**6),
                st.integers(0, 100_000),
                st.decimals(-50, 50, **TENTHS),
                st.decimals(Decimal("0.1"), 5000, **TENTHS),
                st.integers(50, 100),
                st.integers(0, 100),
                texts(250),
            ),
            max_size=3,
            unique_by=lambda one: one[:2],
        )
    )
    itself = draw(
        st.tuples(
            st.integers(2000, 2100),
            st.integers(1, 5),
            st.none() | st.integers(1, 10**8),
            texts(2000),
        )
    )
    return itself, lines, changes, assumptions


def fill(version, content):
    """Make the rows, in the place of those that are there."""
    itself, lines, changes, assumptions = content
    version.first_year, version.years, version.population, version.notes = itself
    version.save()
    version.lines.all().delete()
    version.assumptions.all().delete()
    wards = list(Ward.objects.order_by("pk"))
    kind = ServiceType.objects.get()
    made = []
    for position, (planned, name, at, baseline, difference, notes, sex, level) in enumerate(lines):
        ward = wards.pop() if wards and not planned else None
        where = (
            {"ward": ward, "directory_figure": ward.commissioned_beds}
            if ward
            else {"planned_name": name, "unit": Ward.objects.first().unit if at else None}
        )
        made.append(
            Line.objects.create(
                version=version,
                position=position + 1,
                service_type=kind,
                sex=sex,
                security_level=level,
                baseline=baseline,
                difference=difference,
                notes=notes,
                **where,
            )
        )
    for of, to, days, kind_of, number, reason, reference in changes if made else []:
        line, other = made[of % len(made)], made[to % len(made)]
        if kind_of == ChangeKind.TRANSFER and line == other:
            continue
        on = version.starts_on + timedelta(days=days[0] % (version.years * 365))
        Change.objects.create(
            line=line,
            to_line=other if kind_of == ChangeKind.TRANSFER else None,
            on=on,
            until=on + timedelta(days=days[1]) if kind_of in TEMPORARY else None,
            kind=kind_of,
            number=number,
            reason=reason,
            reference=reference,
        )
    names = (
        *("sex", "security_level", "referrals", "admissions", "yearly_change"),
        *("length_of_stay", "occupancy", "inside_flow", "source"),
    )
    for values in assumptions:
        Assumption.objects.create(
            version=version, service_type=kind, **dict(zip(names, values, strict=True))
        )


def said(version):
    """All that a version says, in no order but that of its lines."""
    version.refresh_from_db()
    rows = VersionRows(version)
    places = {line.pk: number for number, line in enumerate(rows.lines)}
    return (
        (version.first_year, version.years, version.population, version.notes),
        [
            (
                *(one.ward_id, one.unit_id, one.planned_name, one.service_type_id, one.sex),
                *(one.security_level, one.directory_figure, one.baseline, one.difference),
                one.notes,
            )
            for one in rows.lines
        ],
        sorted(
            (
                *(places[one.line_id], one.on, one.kind, one.number, str(one.until)),
                *(places.get(one.to_line_id, -1), one.reason, one.reference),
            )
            for one in rows.changes
        ),
        sorted(
            (
                *(one.service_type_id, one.sex, one.security_level, one.referrals or -1),
                *(one.admissions, one.yearly_change, one.length_of_stay, one.occupancy),
                *(one.inside_flow, one.source),
            )
            for one in rows.assumptions
        ),
    )
