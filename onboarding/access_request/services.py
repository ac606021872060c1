"""Writes of the access request: keeping a draft, sending it."""

from django.db import transaction
from django.forms import Form

from accounts.choices import Capability
from accounts.models import User
from approvals.choices import OrganisationType
from approvals.models import AccessRequest
from approvals.services import Ask, submit_request
from core.errors import Conflict, DomainError
from onboarding.access_request.places import MOST_PLACES, chosen_places, places_still_open
from onboarding.access_request.steps import wizard
from onboarding.models import AccessRequestDraft
from onboarding.steps import Answers, Step
from organisations.models import Organisation, ServiceGroup, Ward


def locked_draft(person: User) -> AccessRequestDraft:
    """The person's draft, held until the end, so that two tabs lose nothing of each other."""
    AccessRequestDraft.objects.get_or_create(person=person)
    return AccessRequestDraft.objects.select_for_update().get(person=person)


@transaction.atomic
def keep_answers(*, by: User, step: Step, form: Form) -> AccessRequestDraft:
    """Keep the answers of a valid form."""
    draft = locked_draft(by)
    draft.answers = wizard.keep(draft.answers, step, form)
    draft.save()
    return draft


@transaction.atomic
def keep_as_typed(*, by: User, step: Step, form: Form) -> None:
    """Keep what was typed, valid or not, when somebody goes back."""
    draft = locked_draft(by)
    draft.answers = wizard.keep_as_typed(draft.answers, step, form)
    draft.save()


@transaction.atomic
def change_places(*, by: User, add: str | None, remove: str | None) -> None:
    """Add one place to those chosen, or take one away; DomainError if it cannot be chosen."""
    draft = locked_draft(by)
    if "availability" not in draft.answers:
        raise DomainError("Answer the questions before this one first.")
    # What has closed meanwhile goes with the next change.
    kept = places_still_open(draft.answers.get("places", {}).get("places", []))
    places = [place.value for place in kept if place.value not in (add, remove)]
    if add is not None:
        places += [place.value for place in chosen_places([add])]
    if len(places) > MOST_PLACES:
        raise DomainError(f"Add no more than {MOST_PLACES} organisations, units and wards.")
    draft.answers["places"] = {"places": places}
    if not places:
        del draft.answers["places"]
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
    if not wizard.complete(draft.answers):
        raise DomainError("Some questions are not answered yet. Answer them before you register.")
    provider = Organisation.objects.get(pk=draft.answers["organisation"]["provider"])
    request = submit_request(
        by=by,
        organisation_type=OrganisationType.PROVIDER,
        provider=provider,
        asks=asks(draft.answers),
    )
    draft.delete()
    return request


def asks(answers: Answers) -> list[Ask]:
    """What complete answers ask for: search in each group (CPMS-22), and each place to edit."""
    groups = list(ServiceGroup.objects.filter(pk__in=answers["availability"]["service_groups"]))
    wanted = [Ask(Capability.AVAILABILITY_VIEW, "service_group", group, group) for group in groups]
    for chosen in chosen_places(answers.get("places", {}).get("places", [])):
        place = chosen.place
        group = place.service_type.group if isinstance(place, Ward) else groups[0]
        wanted.append(Ask(Capability.AVAILABILITY_EDIT, chosen.kind, place, group))
    return wanted
