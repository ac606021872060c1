"""What the answers of the access request say: read here, so that steps and forms agree."""

from accounts.choices import Capability
from approvals.choices import OrganisationType
from approvals.coverage import Standing
from core.steps import Answers
from organisations.models import ServiceGroup


def is_from(answers: Answers, organisation_type: str) -> bool:
    return answers.get("organisation", {}).get("organisation_type") == organisation_type


def wants(answers: Answers, area: str) -> bool:
    """Whether 'availability' or 'plans' is asked for (CPMS-19)."""
    return answers.get("organisation", {}).get(area) == "yes"


def wants_to_edit(answers: Answers) -> bool:
    return wants(answers, "availability") and answers.get("availability", {}).get("edit") == "yes"


def wants_to_approve(answers: Answers) -> bool:
    """Asked of staff of listed providers, and of NHS England."""
    own = "region" if is_from(answers, OrganisationType.NHS_ENGLAND) else "provider"
    listed = own == "region" or provider_id(answers) is not None
    return listed and bool(answers.get(own, {}).get("approver"))


def provider_id(answers: Answers) -> int | None:
    """The provider, unless the directory does not list it."""
    provider = answers.get("provider", {}).get("provider")
    return provider if isinstance(provider, int) else None


def groups_of_places(answers: Answers, standing: Standing) -> list[ServiceGroup]:
    """The service groups whose wards can be asked for: those asked for, held or awaited."""
    asked = answers.get("availability", {}).get("service_groups", [])
    own = [
        access.service_group_id
        for access in (*standing.held, *standing.pending)
        if access.capability == Capability.AVAILABILITY_VIEW
    ]
    return list(ServiceGroup.objects.filter(pk__in=[*asked, *own]))
