"""What the directory says of the wards that a version may have lines for."""

from django.db.models import QuerySet

from capacity_plans.models import Line, Version
from organisations.choices import WardKind
from organisations.closing import is_closed, still_open
from organisations.models import Unit, Ward


def figure_of(ward: Ward) -> int:
    """Its commissioned beds, or sessions a day."""
    beds = ward.commissioned_beds if ward.kind == WardKind.INPATIENT else ward.sessions_a_day
    return beds or 0


def wards_for(version: Version) -> QuerySet[Ward]:
    """The open wards of the collaborative's providers, of its group and the plan's kind.

    They are in the order of the directory, with their places.
    """
    plan = version.plan
    return (
        Ward.objects.filter(
            still_open("", "unit__", "unit__organisation__"),
            unit__organisation__in=plan.collaborative.members.all(),
            service_type__group=plan.collaborative.service_group_id,
            kind=plan.kind,
        )
        .select_related("unit__organisation")
        .order_by("unit__organisation__name", "unit__name", "name", "pk")
    )


def line_of(version: Version, ward: Ward, position: int) -> Line:
    """A line for a ward, unsaved, with what the directory says of it."""
    return Line(
        version=version,
        position=position,
        ward=ward,
        service_type_id=ward.service_type_id,
        sex=ward.sex,
        security_level=ward.security_level,
        directory_figure=figure_of(ward),
        baseline=figure_of(ward),
    )


def units_for(version: Version) -> QuerySet[Unit]:
    """The open units of the collaborative's providers."""
    return Unit.objects.filter(
        still_open("", "organisation__"),
        organisation__in=version.plan.collaborative.members.all(),
    )


def drift_of(line: Line) -> str:
    """What the directory says otherwise than when the line was last saved; '' if nothing.

    Needs the ward with its unit, and the service types of both.
    """
    ward = line.ward
    if ward is None:
        return ""
    if is_closed(ward) or is_closed(ward.unit):
        return "The directory says that this ward is closed"
    figure = figure_of(ward)
    said = []
    if figure != line.directory_figure:
        said.append(f"{figure} instead of {line.directory_figure}")
    if ward.service_type_id != line.service_type_id:
        said.append(f"the service type {ward.service_type}")
    if ward.sex != line.sex:
        said.append(f"the sex {ward.get_sex_display().lower()}")
    if ward.security_level != line.security_level:
        said.append(f"the security level {ward.get_security_level_display().lower()}")
    return f"The directory has changed: it says {', '.join(said)} now" if said else ""
