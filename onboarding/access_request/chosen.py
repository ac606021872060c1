"""What people add to a list: places to update, plans to see or edit. Named as 'ward:12'."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, OuterRef

from accounts.choices import Capability
from approvals.coverage import Standing, Wanted
from core.errors import DomainError
from core.steps import Answers
from onboarding.access_request.answers import groups_of_places
from organisations.choices import AsksAs
from organisations.models import Collaborative, Organisation, ServiceGroup, Unit, Ward
from organisations.queries import (
    Match,
    match_of,
    organisations_of,
    successor_of,
    units_of_providers,
    wards_of,
)

MOST = 40
# Of the own provider's units and wards, shown before anything is looked for.
MOST_OWN = 15

CAPABILITIES = {
    "organisation": Capability.AVAILABILITY_EDIT,
    "unit": Capability.AVAILABILITY_EDIT,
    "ward": Capability.AVAILABILITY_EDIT,
    "service_group": Capability.PLANS_VIEW,
    "collaborative": Capability.PLANS_EDIT,
}

MODELS: dict[str, type[models.Model]] = {
    "organisation": Organisation,
    "unit": Unit,
    "ward": Ward,
    "service_group": ServiceGroup,
    "collaborative": Collaborative,
}

Choosable = Mapping[str, models.QuerySet]


class NotChoosable(DomainError):
    """What was named cannot be asked for, or not any more."""


@dataclass(frozen=True)
class Chosen(Wanted):
    """One access that a person added to a list."""

    @property
    def value(self) -> str:
        return f"{self.scope_field}:{self.scope.pk}"

    @property
    def label(self) -> str:
        """E.g. 'Elysium Healthcare: Kneesworth House: Bourn', 'Adult Secure: View only'."""
        if isinstance(self.scope, ServiceGroup):
            return f"{self.scope}: View only"
        if isinstance(self.scope, Collaborative):
            group = self.scope.service_group
            return f"{group}: View/Edit: {name_in_group(self.scope)}"
        return str(self.scope)


def name_in_group(collaborative: Collaborative) -> str:
    """'Greater Manchester' for 'Greater Manchester Adult Secure', beside its service group."""
    group = collaborative.service_group.name
    name = collaborative.name.removesuffix(f" {group}").removesuffix(f" {group.split(' (')[0]}")
    return name or collaborative.name


def choosable_places(answers: Answers, standing: Standing) -> Choosable:
    """Open wards of the service groups that are asked for or held, and the open units and
    organisations that have one: others there is nothing to update in.
    """
    wards = wards_of([group.pk for group in groups_of_places(answers, standing)]).rows
    units = units_of_providers().rows
    providers = organisations_of(AsksAs.PROVIDER).rows
    return {
        "organisation": providers.filter(Exists(wards.filter(unit__organisation=OuterRef("pk")))),
        "unit": units.filter(Exists(wards.filter(unit=OuterRef("pk")))).select_related(
            "organisation__region", "region"
        ),
        "ward": wards.select_related(
            "unit__organisation__region", "unit__region", "service_type__group"
        ),
    }


def choosable_plans(answers: Answers, standing: Standing) -> Choosable:
    """Service groups that are open to plans, and their collaboratives."""
    return {
        "service_group": ServiceGroup.objects.filter(open_to_plans=True),
        "collaborative": Collaborative.objects.filter(
            service_group__open_to_plans=True
        ).select_related("service_group", "region"),
    }


def chosen_of(values: Iterable[str], choosable: Choosable) -> list[Chosen]:
    """What 'kind:id' values name, in their order: 1 query a kind. NotChoosable if one is nothing
    that can be asked for today.
    """
    wanted = list(values)
    found = still_choosable(wanted, choosable)
    if len(found) < len(wanted):
        raise NotChoosable("Choose from the list. Something that you chose may have closed.")
    return found


def still_choosable(values: Iterable[str], choosable: Choosable) -> list[Chosen]:
    """Those of 'kind:id' values that can be asked for today; NotChoosable if one is malformed."""
    wanted = []
    for value in values:
        kind, _, number = value.partition(":")
        if not (number.isascii() and number.isdigit() and len(number) < 18):
            raise NotChoosable("Choose from the list")
        wanted.append((kind, int(number)))
    found: dict[tuple[str, int], models.Model] = {}
    for kind, rows in choosable.items():
        numbers = [number for wanted_kind, number in wanted if wanted_kind == kind]
        if numbers:
            found |= {(kind, row.pk): row for row in rows.filter(pk__in=numbers)}
    return [Chosen(CAPABILITIES[key[0]], found[key]) for key in wanted if key in found]


def own_places(provider: int | None, choosable: Choosable) -> list[Match]:
    """The person's own provider with its first units and wards, to start with: 3 queries."""
    if provider is None:
        return []
    units = choosable["unit"].filter(organisation=provider).order_by("name", "pk")
    wards = choosable["ward"].filter(unit__organisation=provider)
    found = [
        *choosable["organisation"].filter(pk=provider),
        *units[:MOST_OWN],
        *wards.order_by("unit__name", "name", "pk")[:MOST_OWN],
    ]
    return [match_of(place) for place in found]


def standing_of_matches(
    matches: Iterable[Match], chosen: list[Chosen], choosable: Choosable, standing: Standing
) -> dict[str, str]:
    """What to say of matches that need not be added, by their value: 1 query a kind."""
    said = {match.value: "Nothing to update here" for match in matches}
    for place in still_choosable([match.value for match in matches], choosable):
        if covering := place.covered_by(chosen):
            said[place.value] = "Added" if covering.scope == place.scope else "Included"
        else:
            said[place.value] = standing.says_of(place)
    return said


def what_has_gone(values: Iterable[str], chosen: Iterable[Chosen]) -> str:
    """What to say of kept values that cannot be asked for any more; nothing if there are none."""
    there = {one.value for one in chosen}
    gone = [value.partition(":") for value in values if value not in there]
    said = []
    for kind, model in MODELS.items():
        numbers = [number for of_kind, _, number in gone if of_kind == kind]
        for scope in model._default_manager.filter(pk__in=numbers) if numbers else []:
            organisation = scope if isinstance(scope, Organisation) else organisation_of(scope)
            successor = organisation and successor_of(organisation)
            said.append(
                f"{scope} has closed or cannot be asked for any more, and goes off your list."
                + (f" {organisation} is now part of {successor}." if successor else "")
            )
    return " ".join(said)


def organisation_of(scope: models.Model) -> Organisation | None:
    unit = scope.unit if isinstance(scope, Ward) else scope
    return unit.organisation if isinstance(unit, Unit) else None


def added(chosen: list[Chosen], new: Chosen, standing: Standing) -> tuple[list[Chosen], str]:
    """The list with one more, and what to tell about it; DomainError if it gives nothing new.

    A ward inside a chosen unit, and a unit inside a chosen organisation, is not asked for twice.
    """
    if said := standing.says_of(new):
        covering = standing.covers(new)
        wider = covering and covering.scope != new.scope
        raise DomainError(f"{said}: {covering.scope if wider and covering else new.label}.")
    if covered := new.covered_by(chosen):
        if covered.scope == new.scope:
            raise DomainError(f"You have added this already: {new.label}.")
        raise DomainError(f"{new.label} is part of {covered.label}, which you have added already.")
    inside = [one for one in chosen if one.covered_by([new])]
    if len(chosen) - len(inside) >= MOST:
        raise DomainError(f"You can add no more than {MOST} in one request.")
    note = f"Added: {new.label}."
    if inside:
        note += f" It includes, and so replaces: {'; '.join(one.label for one in inside)}."
    return [*(one for one in chosen if one not in inside), new], note
