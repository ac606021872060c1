"""What people of the demonstration have asked for: waiting, late, approved, declined, withdrawn."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F

from accounts.choices import Capability
from accounts.models import User
from approvals.choices import OrganisationType, Outcome
from approvals.diligence import Answers
from approvals.models import AccessRequest, Item, Stage
from approvals.moving import withdraw
from approvals.services import Applicant, Ask, decide, submit_request
from organisations.models import Ward


@dataclass(frozen=True)
class DemoRequest:
    """Somebody invented, who cannot log in, and what became of their request.

    `ago` is how long ago it was sent; `outcome` is empty while it waits.
    """

    name: str
    first_name: str
    surname: str
    job_title: str
    ago: timedelta
    edits: bool = False
    outcome: str = ""
    reason: str = ""


REQUESTS = (
    DemoRequest("mina.osei", "Mina", "Osei", "Bed manager", timedelta(minutes=40), edits=True),
    DemoRequest("jack.tully", "Jack", "Tully", "Duty social worker", timedelta(hours=5)),
    DemoRequest("lena.brandt", "Lena", "Brandt", "Consultant psychiatrist", timedelta(days=1)),
    DemoRequest(
        "priya.nair",
        "Priya",
        "Nair",
        "Ward manager",
        timedelta(days=9),
        edits=True,
        outcome=Outcome.APPROVED,
    ),
    DemoRequest(
        "colm.byrne",
        "Colm",
        "Byrne",
        "Agency nurse",
        timedelta(days=6),
        edits=True,
        outcome=Outcome.REJECTED,
        reason="You no longer work on this ward. Ask your new organisation.",
    ),
    DemoRequest(
        "tom.asher", "Tom", "Asher", "Case manager", timedelta(days=4), outcome="withdrawn"
    ),
)
ALL_YES = Answers(is_member=True, address_fits=True, level_fits=True)


def make_requests(people: dict[str, User], ward: Ward) -> None:
    """Send and answer the requests of the people, all of whom work where the ward is."""
    for wanted in REQUESTS:
        send(wanted, people[wanted.name], ward, decider=people["commissioner"])


def send(wanted: DemoRequest, person: User, ward: Ward, *, decider: User) -> None:
    group = ward.service_type.group
    asks = [Ask(Capability.AVAILABILITY_VIEW, group, group)]
    if wanted.edits:
        asks.append(Ask(Capability.AVAILABILITY_EDIT, ward, group))
    request = submit_request(
        by=person,
        applicant=Applicant(OrganisationType.PROVIDER, ward.unit.organisation),
        asks=asks,
    )
    for item in request.items.all():
        if wanted.outcome == "withdrawn":
            withdraw(item=item, by=person)
        elif wanted.outcome:
            decide(
                item=item, outcome=wanted.outcome, by=decider, reason=wanted.reason, answers=ALL_YES
            )
    # Written now, they were sent then.
    AccessRequest.objects.filter(pk=request.pk).update(submitted_at=F("submitted_at") - wanted.ago)
    items = Item.objects.filter(request=request)
    items.update(submitted_at=F("submitted_at") - wanted.ago)
    Stage.objects.filter(item__in=items).update(
        opened_at=F("opened_at") - wanted.ago, due_at=F("due_at") - wanted.ago
    )
