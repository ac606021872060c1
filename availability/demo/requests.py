"""What people of the demonstration have asked for: waiting, late, approved, declined, withdrawn."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Model

from accounts.choices import Capability
from accounts.models import User
from approvals.choices import OrganisationType, Outcome
from approvals.diligence import Answers
from approvals.models import AccessRequest, Item, Stage
from approvals.moving import withdraw
from approvals.services import Applicant, Ask, decide, submit_request
from availability.demo.wards import EXAMPLE_WARD, MULTI_LEVEL_WARD
from organisations.models import Ward


@dataclass(frozen=True)
class DemoRequest:
    """Somebody invented, who cannot log in, and what became of their request.

    `ago` is how long ago it was sent; `ward` is where they work, unless `elsewhere` names an
    organisation that the directory does not list; `outcome` is empty while it waits.
    """

    name: str
    first_name: str
    surname: str
    job_title: str
    ago: timedelta
    asks: tuple[Capability, ...] = (Capability.AVAILABILITY_VIEW,)
    ward: str = EXAMPLE_WARD
    elsewhere: str = ""
    outcome: str = ""
    reason: str = ""


SEARCH_AND_EDIT = (Capability.AVAILABILITY_VIEW, Capability.AVAILABILITY_EDIT)
REQUESTS = (
    DemoRequest("mina.osei", "Mina", "Osei", "Bed manager", timedelta(minutes=40), SEARCH_AND_EDIT),
    DemoRequest("jack.tully", "Jack", "Tully", "Duty social worker", timedelta(hours=5)),
    DemoRequest("lena.brandt", "Lena", "Brandt", "Consultant psychiatrist", timedelta(days=1)),
    DemoRequest(
        "omar.siddiq",
        "Omar",
        "Siddiq",
        "Hospital manager",
        timedelta(hours=3),
        (Capability.APPROVE_STANDARD,),
    ),
    DemoRequest(
        "ella.novak",
        "Ella",
        "Novak",
        "Service planner",
        timedelta(hours=7),
        (Capability.PLANS_VIEW,),
    ),
    DemoRequest(
        "peter.lowe",
        "Peter",
        "Lowe",
        "Ward manager",
        timedelta(hours=2),
        SEARCH_AND_EDIT,
        ward=MULTI_LEVEL_WARD,
    ),
    DemoRequest(
        "june.abara",
        "June",
        "Abara",
        "Duty nurse",
        timedelta(hours=20),
        ward=MULTI_LEVEL_WARD,
    ),
    DemoRequest(
        "nick.fielding",
        "Nick",
        "Fielding",
        "Approved mental health professional",
        timedelta(hours=4),
        elsewhere="Thames Side Council",
    ),
    DemoRequest(
        "priya.nair",
        "Priya",
        "Nair",
        "Ward manager",
        timedelta(days=9),
        asks=SEARCH_AND_EDIT,
        outcome=Outcome.APPROVED,
    ),
    DemoRequest(
        "colm.byrne",
        "Colm",
        "Byrne",
        "Agency nurse",
        timedelta(days=6),
        asks=SEARCH_AND_EDIT,
        outcome=Outcome.REJECTED,
        reason="You no longer work on this ward. Ask your new organisation.",
    ),
    DemoRequest(
        "tom.asher", "Tom", "Asher", "Case manager", timedelta(days=4), outcome="withdrawn"
    ),
)
ALL_YES = Answers(is_member=True, address_fits=True, level_fits=True)


def make_requests(people: dict[str, User], wards: list[Ward]) -> None:
    """Send and answer the requests of the people, who work on these wards."""
    by_name = {ward.name: ward for ward in wards}
    for wanted in REQUESTS:
        send(wanted, people[wanted.name], by_name[wanted.ward], decider=people["commissioner"])


def send(wanted: DemoRequest, person: User, ward: Ward, *, decider: User) -> None:
    group = ward.service_type.group
    provider = ward.unit.organisation
    applicant = Applicant(OrganisationType.PROVIDER, provider)
    if wanted.elsewhere:
        applicant = Applicant(
            OrganisationType.OTHER, organisation_name=wanted.elsewhere, in_nhs=False
        )
    over: dict[Capability, Model] = {
        Capability.AVAILABILITY_VIEW: group,
        Capability.AVAILABILITY_EDIT: ward,
        Capability.PLANS_VIEW: group,
        Capability.APPROVE_STANDARD: provider,
    }
    asks = [Ask(capability, over[capability], group) for capability in wanted.asks]
    request = submit_request(by=person, applicant=applicant, asks=asks)
    for item in request.items.all():
        if wanted.outcome == "withdrawn":
            withdraw(item=item, by=person)
        elif wanted.outcome:
            decide(
                item=item, outcome=wanted.outcome, by=decider, reason=wanted.reason, answers=ALL_YES
            )
    # Written now, they were sent then; they are due when the mails say.
    AccessRequest.objects.filter(pk=request.pk).update(submitted_at=F("submitted_at") - wanted.ago)
    items = Item.objects.filter(request=request)
    items.update(submitted_at=F("submitted_at") - wanted.ago)
    Stage.objects.filter(item__in=items).update(opened_at=F("opened_at") - wanted.ago)
