"""Writes of the access request: keeping a draft, sending it."""

from django.db import transaction
from django.db.models import Model, Q

from accounts.choices import Capability
from accounts.models import User
from approvals.choices import OrganisationType
from approvals.coverage import Standing
from approvals.models import AccessRequest
from approvals.services import Applicant, Ask, submit_request
from core.errors import Conflict, DomainError
from core.steps import Answers, Step, StepForm, storable
from onboarding.access_request.answers import groups_of_places
from onboarding.access_request.chosen import (
    Choosable,
    Chosen,
    added,
    choosable_places,
    choosable_plans,
    chosen_of,
    still_choosable,
)
from onboarding.access_request.forms.approver import name_of, rights_to_ask_for
from onboarding.access_request.forms.organisation import NATIONAL
from onboarding.access_request.steps import wizard_of
from onboarding.models import AccessRequestDraft
from organisations.models import Collaborative, Organisation, Region, ServiceGroup, Unit, Ward


def draft_of(person: User) -> AccessRequestDraft:
    """The person's draft as it stands; before the first answer one that is not in the database.

    What the last request said of where they work is not asked again.
    """
    draft = AccessRequestDraft.objects.filter(person=person).first()
    return draft or AccessRequestDraft(person=person, answers=known_answers(person))


def known_answers(person: User) -> Answers:
    """Where the person works, as their latest request has it."""
    latest = person.access_requests.order_by("-pk").first()
    if latest is None:
        return {}
    answers: Answers = {"organisation": {"organisation_type": latest.organisation_type}}
    named = latest.organisation_id or {"unlisted": latest.organisation_name}
    if latest.organisation_type == OrganisationType.PROVIDER:
        answers["provider"] = {"provider": named, "approver": False}
    elif latest.organisation_type == OrganisationType.NHS_ENGLAND:
        regions = [NATIONAL] if latest.is_national else [one.code for one in latest.regions.all()]
        answers["region"] = {"regions": regions, "approver": False}
    else:
        answers["other"] = {"in_nhs": "yes" if latest.in_nhs else "no"}
        if latest.in_nhs:
            answers["nhs-body"] = {"organisation": named}
        else:
            answers["other-body"] = {
                "organisation": named,
                "contact_address": latest.contact_address,
                "further_contact": latest.further_contact,
            }
    return answers


def locked_list(person: User, key: str) -> AccessRequestDraft:
    """The draft with its list 'places' or 'plans'; DomainError if that is not asked (any more)."""
    draft, wizard = locked_draft(person), wizard_of(person)
    if wizard.step(key) not in wizard.applicable(draft.answers):
        raise DomainError("This question does not apply any more. Look at your other answers.")
    return draft


def locked_draft(person: User) -> AccessRequestDraft:
    """The person's draft, held until the end, so that two tabs lose nothing of each other."""
    AccessRequestDraft.objects.get_or_create(
        person=person, defaults={"answers": draft_of(person).answers}
    )
    return AccessRequestDraft.objects.select_for_update().get(person=person)


@transaction.atomic
def keep_answers(*, by: User, step: Step, form: StepForm) -> AccessRequestDraft:
    """Keep the answers of a valid form."""
    draft = locked_draft(by)
    draft.answers = wizard_of(by).keep(draft.answers, step, form)
    draft.save()
    return draft


@transaction.atomic
def keep_as_typed(*, by: User, step: Step, form: StepForm) -> None:
    """Keep what was typed, valid or not, when somebody goes back."""
    draft = locked_draft(by)
    draft.answers = wizard_of(by).keep_as_typed(draft.answers, step, form)
    draft.save()


LISTS = {"places": choosable_places, "plans": choosable_plans}


def listed(
    draft: AccessRequestDraft, key: str, standing: Standing
) -> tuple[list[Chosen], Choosable]:
    """What the list 'places' or 'plans' of the draft holds that can be asked for today."""
    choosable = LISTS[key](draft.answers, standing)
    return still_choosable(draft.answers.get(key, {}).get(key, []), choosable), choosable


@transaction.atomic
def keep_note(*, by: User, text: str) -> AccessRequestDraft:
    """Keep what the person typed of places that the directory does not list."""
    draft = locked_list(by, "places")
    draft.answers["places"] = {
        "places": [],
        **draft.answers.get("places", {}),
        "not_found": storable(text),
    }
    draft.save()
    return draft


@transaction.atomic
def add_to_list(*, by: User, key: str, value: str) -> str:
    """Add one thing to the list 'places' or 'plans'; gives what to tell about it.

    DomainError if it cannot be asked for, or gives nothing new.
    """
    draft, standing = locked_list(by, key), Standing(by)
    chosen, choosable = listed(draft, key, standing)
    (new,) = chosen_of([value], choosable)
    chosen, note = added(chosen, new, standing)
    keep_list(draft, key, chosen)
    return note


@transaction.atomic
def remove_from_list(*, by: User, key: str, value: str = "") -> str:
    """Take one thing off a list, and with it whatever has closed meanwhile."""
    draft = locked_list(by, key)
    chosen, _ = listed(draft, key, Standing(by))
    keep_list(draft, key, [one for one in chosen if one.value != value])
    return "".join(f"Removed: {one.label}." for one in chosen if one.value == value)


def keep_list(draft: AccessRequestDraft, key: str, chosen: list[Chosen]) -> None:
    others = draft.answers.get(key, {})
    draft.answers[key] = {**others, key: [one.value for one in chosen]}
    draft.save()


@transaction.atomic
def send_request(*, by: User) -> AccessRequest:
    """Send the person's draft and end it.

    Conflict if there is none (it was sent already); DomainError if an answer is open or does not
    hold any more.
    """
    draft = AccessRequestDraft.objects.select_for_update().filter(person=by).first()
    if draft is None:
        raise Conflict("Your request has already been sent.")
    if not wizard_of(by).complete(draft.answers):
        raise DomainError("Some questions are not answered yet. Answer them before you register.")
    request = submit_request(
        by=by,
        applicant=applicant_of(draft.answers),
        asks=asks_of(draft.answers, Standing(by)),
        not_found=draft.answers.get("places", {}).get("not_found", ""),
        reason=draft.answers.get("reason", {}).get("reason", ""),
    )
    draft.delete()
    return request


def asks_nothing_new(draft: AccessRequestDraft) -> bool:
    """Whether answers that are complete but for the reason ask only for what is held or awaited."""
    standing = Standing(draft.person)
    if draft.answers.get("places", {}).get("not_found"):
        return False
    try:
        asks = asks_of(draft.answers, standing)
    except DomainError:
        # Something has closed meanwhile: the summary says so.
        return False
    return all(standing.covers(ask) for ask in asks)


def applicant_of(answers: Answers) -> Applicant:
    """Who asks, from complete answers."""
    organisation_type = answers["organisation"]["organisation_type"]
    if organisation_type == OrganisationType.NHS_ENGLAND:
        codes = answers["region"]["regions"]
        return Applicant(
            organisation_type,
            is_national=NATIONAL in codes,
            regions=tuple(Region.objects.filter(code__in=codes)),
        )
    if organisation_type == OrganisationType.PROVIDER:
        named, details, in_nhs = answers["provider"]["provider"], {}, None
    else:
        in_nhs = answers["other"]["in_nhs"] == "yes"
        details = answers["nhs-body" if in_nhs else "other-body"]
        named = details["organisation"]
    is_listed = isinstance(named, int)
    return Applicant(
        organisation_type,
        organisation=Organisation.objects.get(pk=named) if is_listed else None,
        organisation_name="" if is_listed else named["unlisted"],
        in_nhs=in_nhs,
        contact_address=details.get("contact_address", ""),
        further_contact=details.get("further_contact", ""),
    )


def asks_of(answers: Answers, standing: Standing) -> list[Ask]:
    """What complete answers ask for: search in each group (CPMS-22), each place, plan and right."""
    groups = list(
        ServiceGroup.objects.filter(
            pk__in=answers.get("availability", {}).get("service_groups", [])
        )
    )
    asks = [Ask(Capability.AVAILABILITY_VIEW, group, group) for group in groups]
    if values := answers.get("places", {}).get("places", []):
        places = chosen_of(values, choosable_places(answers, standing))
        routing = routing_groups(places, groups_of_places(answers, standing))
        asks += [Ask(one.capability, one.scope, routing[one.value]) for one in places]
    for plan in chosen_of(
        answers.get("plans", {}).get("plans", []), choosable_plans(answers, standing)
    ):
        asks.append(Ask(plan.capability, plan.scope, group_of(plan.scope)))
    rights = answers.get("approver", {}).get("rights", [])
    for right in rights_to_ask_for(answers) if rights else []:
        if name_of(right) in rights:
            asks.append(Ask(right.capability, right.scope, group_of(right.scope)))
    return asks


def routing_groups(places: list[Chosen], groups: list[ServiceGroup]) -> dict[str, ServiceGroup]:
    """Of the groups, in their order, the first in which each place has a ward: 1 query."""
    of_place: dict[Model, set[int]] = {}
    wards = Ward.objects.filter(
        Q(pk__in=[one.scope.pk for one in places if isinstance(one.scope, Ward)])
        | Q(unit__in=[one.scope for one in places if isinstance(one.scope, Unit)])
        | Q(
            unit__organisation__in=[
                one.scope for one in places if isinstance(one.scope, Organisation)
            ]
        )
    )
    for ward in wards.select_related("unit__organisation", "service_type"):
        for scope in (ward, ward.unit, ward.unit.organisation):
            of_place.setdefault(scope, set()).add(ward.service_type.group_id)
    return {
        one.value: next(group for group in groups if group.pk in of_place[one.scope])
        for one in places
    }


def group_of(scope: Model) -> ServiceGroup | None:
    """The service group that a plan, or a collaborative, is of."""
    if isinstance(scope, Collaborative):
        return scope.service_group
    return scope if isinstance(scope, ServiceGroup) else None
