"""Whatever way people take through the questions, they end where a straight walk ends."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.choices import Capability
from approvals.coverage import Standing
from onboarding.access_request.services import applicant_of, asks_of
from onboarding.access_request.steps import STEPS, wizard_of
from onboarding.access_request.summary import summary_of
from organisations.models import Collaborative, Region, ServiceGroup, Unit, Ward
from tests.counts import often
from tests.factories.accounts import UserFactory, grant
from tests.factories.organisations import (
    CollaborativeFactory,
    OrganisationFactory,
    RegionFactory,
    ServiceGroupFactory,
    UnitFactory,
    WardFactory,
)

pytestmark = pytest.mark.django_db

YES_OR_NO = st.sampled_from(["yes", "no", "", "perhaps"])
TICK = st.sampled_from(["", "on"])


@pytest.fixture
def richard():
    """Richard, who holds one thing already, and a directory to choose from."""
    ward = WardFactory()
    elsewhere = UnitFactory(
        organisation=OrganisationFactory(ods_code="NV9", name="Active Care"),
        ods_code="NV901",
        name="Elm House",
    )
    WardFactory(unit=elsewhere, name="Oak")
    OrganisationFactory(ods_code="QU9", name="Thames Valley ICB", kind__code="icb")
    RegionFactory(code="Y56", name="London", position=3)
    ServiceGroupFactory(code="perinatal", name="Perinatal", position=3, open_to_registration=True)
    CollaborativeFactory(members=[ward.unit.organisation])
    richard = UserFactory()
    grant(richard, Capability.AVAILABILITY_EDIT, ward=ward)
    return richard


def some_of(values: Any) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from([*values, "nothing:1"]), unique=True, max_size=3)


def named(*names: str) -> st.SearchStrategy[dict[str, str]]:
    """An organisation typed by name, listed or not."""
    unlisted = {"text": "New Care", "choice": "unlisted", "found": "New Care"}
    return st.sampled_from([{"text": name} for name in names] + [unlisted, {"text": ""}])


def typed(name: str, answer: dict[str, str]) -> dict[str, str]:
    return {name: answer["text"]} | {
        f"{name}_{part}": answer[part] for part in ("choice", "found") if part in answer
    }


def data_for(draw: Any, key: str) -> dict[str, Any]:
    """What somebody might send for a step, sensible or not."""
    groups = [str(pk) for pk in ServiceGroup.objects.values_list("pk", flat=True)]
    collaboratives = [
        f"collaborative:{pk}" for pk in Collaborative.objects.values_list("pk", flat=True)
    ]
    match key:
        case "organisation":
            kinds = st.sampled_from(["provider", "nhs_england", "other"])
            return {
                "organisation_type": draw(kinds),
                "availability": draw(YES_OR_NO),
                "plans": draw(YES_OR_NO),
            }
        case "provider":
            name = draw(named("The Huntercombe Group", "Active Care"))
            return {**typed("provider", name), "approver": draw(TICK)}
        case "region":
            codes = [*Region.objects.values_list("code", flat=True), "national"]
            return {"regions": draw(some_of(codes)), "approver": draw(TICK)}
        case "other":
            return {"in_nhs": draw(YES_OR_NO)}
        case "nhs-body":
            return typed("organisation", draw(named("Thames Valley ICB")))
        case "other-body":
            return {
                **typed("organisation", draw(named("A charity"))),
                "contact_address": draw(st.sampled_from(["", "1 High Street"])),
            }
        case "approver":
            regions = [f"region:{pk}" for pk in Region.objects.values_list("pk", flat=True)]
            own = [f"organisation:{unit.organisation_id}" for unit in Unit.objects.all()]
            return {"rights": draw(some_of([*regions, *own, *collaboratives]))}
        case "availability":
            return {"service_groups": draw(some_of(groups)), "edit": draw(YES_OR_NO)}
        case "places":
            units = [f"unit:{pk}" for pk in Unit.objects.values_list("pk", flat=True)]
            wards = [f"ward:{pk}" for pk in Ward.objects.values_list("pk", flat=True)]
            note = st.sampled_from(["", "Elm ward"])
            return {"places": draw(some_of([*units, *wards])), "not_found": draw(note)}
        case "plans":
            views = [f"service_group:{pk}" for pk in groups]
            return {"plans": draw(some_of([*views, *collaboratives]))}
    raise AssertionError(key)


def check(wizard, answers) -> None:
    """Nothing is kept of a question that does not apply."""
    assert answers.keys() <= {step.key for step in wizard.applicable(answers)}


@pytest.mark.requirement("CPMS-09")
@pytest.mark.requirement("CPMS-25")
@settings(
    max_examples=often(300),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_order_ends_where_a_straight_walk_ends(richard, data):
    answers: dict[str, Any] = {}
    for _ in range(data.draw(st.integers(0, 12), label="moves")):
        wizard = wizard_of(richard)
        step = data.draw(st.sampled_from([s for s in STEPS if wizard.may_open(s, answers)]))
        form = wizard.form(step, answers, data_for(data.draw, step.key))
        if data.draw(st.booleans(), label="previous"):
            answers = wizard.keep_as_typed(answers, step, form)
        elif form.is_valid():
            answers = wizard.keep(answers, step, form)
        check(wizard, answers)
    wizard = wizard_of(richard)
    while step := wizard.first_open(answers):
        form = wizard.form(step, answers, sensible(wizard, answers, step))
        assert form.is_valid(), (step.key, form.errors)
        answers = wizard.keep(answers, step, form)
        check(wizard, answers)

    afresh: dict[str, Any] = {}
    asked = []
    while step := wizard.first_open(afresh):
        asked.append(step.key)
        form = wizard.form(step, afresh, answers[step.key])
        assert form.is_valid(), (step.key, form.errors)
        afresh = wizard.keep(afresh, step, form)
    assert afresh == answers
    assert asked == [step.key for step in wizard.applicable(answers)]
    standing = Standing(richard)
    assert summary_of(afresh, standing) == summary_of(answers, standing)
    assert asks_of(afresh, standing) == asks_of(answers, standing)
    assert applicant_of(afresh) == applicant_of(answers)


def sensible(wizard, answers, step) -> dict[str, Any]:
    """A valid answer of each step."""
    group = ServiceGroup.objects.get(code="cypmhs")
    match step.key:
        case "organisation":
            return {"organisation_type": "provider", "availability": "yes", "plans": "no"}
        case "provider":
            return {"provider": "Active Care"}
        case "region":
            return {"regions": ["Y56"]}
        case "other":
            return {"in_nhs": "yes"}
        case "nhs-body":
            return {"organisation": "Thames Valley ICB"}
        case "other-body":
            return {
                **typed("organisation", {"text": "C", "choice": "unlisted", "found": "C"}),
                "contact_address": "1 High Street",
            }
        case "approver":
            offered = wizard.form(step, answers).fields["rights"].choices
            return {"rights": [offered[0][0]]}
        case "availability":
            return {"service_groups": [group.pk], "edit": "no"}
        case "places":
            return {"places": [], "not_found": "Elm ward"}
        case "plans":
            return {"plans": [f"service_group:{group.pk}"]}
        case "reason":
            return {"reason": "I work there too"}
    raise AssertionError(step.key)
