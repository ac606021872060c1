"""The questions before a decision, and what stands beside them (CT-03)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from approvals.addresses import addresses_at, compare
from approvals.choices import Outcome
from approvals.diligence import Answers
from approvals.models import Decision
from approvals.moving import withdraw
from approvals.services import decide
from core.errors import DomainError
from tests.factories.accounts import UserFactory, commissioner, helpdesk, ward_editor
from tests.factories.approvals import YES, YES_ON_PAGE, submitted_items
from tests.factories.organisations import WardFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def carol(carol, client):
    client.force_login(carol)
    return carol


@pytest.fixture
def item(ward, carol):
    return submitted_items(ward=ward)[0]


def send(client, item, **data):
    response = client.post(reverse("approvals:item", args=[item.pk]), data)
    return response.status_code, response.content.decode()


def page_of(client, item):
    return client.get(reverse("approvals:item", args=[item.pk])).content.decode()


@pytest.mark.requirement("CT-03")
@pytest.mark.parametrize("missing", ["is_member", "address_fits", "level_fits"])
def test_an_approval_answers_each_question(client, item, missing):
    answered = {name: value for name, value in YES_ON_PAGE.items() if name != missing}
    status, text = send(client, item, outcome="approved", **answered)
    assert status == 200
    assert "choose Yes or No" in text
    assert f'href="#id_{missing}' in text
    assert not Decision.objects.exists()


def test_a_form_left_empty_names_all_that_is_missing_at_once_in_the_order_of_the_page(client, item):
    summary = send(client, item)[1].split("nhsuk-error-summary__list")[1].split("</ul>")[0]
    places = [summary.index(f'href="#id_{name}') for name in (*YES_ON_PAGE, "outcome")]
    assert places == sorted(places)


@pytest.mark.requirement("CT-03")
def test_a_no_needs_the_reason_why_it_is_acceptable_and_the_history_shows_it(client, item):
    answers = {**YES_ON_PAGE, "address_fits": "no", "outcome": "approved"}
    assert "Say why a No is acceptable" in send(client, item, **answers)[1]
    assert "Remove the NHS number" in send(client, item, **answers, note="See 943 476 5919")[1]
    assert not Decision.objects.exists()
    assert send(client, item, **answers, note="Seconded from the council")[0] == 302
    history = page_of(client, item).split("History")[1]
    assert "Current member of the organisation: Yes" in history
    assert "Email address aligned to the organisation: No" in history
    assert "Why a No is acceptable: Seconded from the council" in history


def test_a_rejection_needs_no_answers_and_keeps_those_given(client, item):
    send(client, item, outcome="rejected", reason="Left in May", is_member="no", note="x" * 600)
    decision = Decision.objects.get()
    assert (decision.is_member, decision.level_fits, decision.note) == (False, None, "")


@pytest.mark.parametrize("answers", [Answers(), Answers(True, True), Answers(True, False, True)])
def test_the_service_and_the_database_ask_too(item, carol, answers):
    with pytest.raises(DomainError):
        decide(item=item, outcome=Outcome.APPROVED, by=carol, answers=answers)
    with pytest.raises(IntegrityError, match="decision_approval_has_answers"):
        Decision.objects.create(
            item=item,
            stage=item.stages.get(),
            outcome=Outcome.APPROVED,
            terminal=False,
            person=item.person,
            by=carol,
            authority=carol.grants.get(),
            is_member=answers.is_member,
            address_fits=answers.address_fits,
            level_fits=answers.level_fits,
        )


@pytest.mark.requirement("ERN-05")
def test_a_guest_gets_access_until_the_end_of_a_day(client, item):
    day = timezone.localdate() + timedelta(days=30)
    typed = {"until_day": day.day, "until_month": day.month, "until_year": day.year}
    assert send(client, item, outcome="approved", **YES_ON_PAGE, **typed)[0] == 302
    until = timezone.localtime(item.decisions.get().grant.valid_until)
    assert (until.date(), until.hour) == (day, 23)
    assert f"Last day of the access: {day:%-d %B %Y}" in page_of(client, item)


@pytest.mark.parametrize("days", [-1, 0, 800])
def test_the_last_day_is_in_the_future_and_within_two_years(client, item, days):
    day = timezone.localdate() + timedelta(days=days)
    typed = {"until_day": day.day, "until_month": day.month, "until_year": day.year}
    text = send(client, item, outcome="approved", **YES_ON_PAGE, **typed)[1]
    assert "The last day of the access must be" in text
    assert f'value="{day.year}"' in text
    # It is hidden where it counts for nothing.
    assert send(client, item, outcome="rejected", reason="No", **typed)[0] == 302
    assert Decision.objects.get().outcome == Outcome.REJECTED


@pytest.mark.parametrize("wrong", ["maybe", "x" * 5000, "\0"])
def test_a_wrong_answer_is_an_error_at_its_question(client, item, wrong):
    answers = {**YES_ON_PAGE, "outcome": "approved", "level_fits": wrong}
    status, text = send(client, item, **answers)
    assert status == 200
    assert "Choose Yes or No" in text
    assert not Decision.objects.exists()


def test_decided_meanwhile_keeps_what_was_typed(client, item, carol):
    colin = commissioner(carol.grants.get().collaborative, "colin.commissioner")
    decide(item=item, outcome=Outcome.APPROVED, by=colin, answers=YES)
    status, text = send(client, item, outcome="rejected", reason="Mine <b>", is_member="no")
    assert status == 409
    assert "Approved by Colin Commissioner at" in text
    typed = text.split("What you had chosen and typed")[1].split("History")[0]
    assert "Mine &lt;b&gt;" in typed
    assert "Reject" in typed


@pytest.mark.requirement("CQRS-14")
def test_withdrawn_meanwhile_says_by_whom_and_when(client, item):
    withdraw(item=item, by=item.person)
    assert "Withdrawn by Richard Test1 at" in page_of(client, item)
    assert send(client, item, outcome="approved", **YES_ON_PAGE)[0] == 409
    assert not Decision.objects.exists()


def test_the_page_says_what_the_scope_contains_and_why_it_is_asked_for(client, item):
    item.request.reason = "I move to this ward in June"
    item.request.save()
    text = page_of(client, item)
    assert "The whole country: 1 ward." in text
    assert "I move to this ward in June" in text
    assert "To decide: Commissioner approver, Thames Valley CYPMHS" in text


class TestAddress:
    """One colleague at @trust.example, who edits a ward there."""

    @pytest.fixture(autouse=True)
    def wendy(self, ward):
        return ward_editor(ward)

    def compared(self, ward, address, **at):
        provider = ward.unit.organisation
        found = addresses_at([provider])
        return compare(UserFactory(email=address), provider, found)

    def test_the_same_domain_as_colleagues(self, ward):
        found = self.compared(ward, "rita.new@trust.example")
        assert found.words == "1 of 1 colleague with access uses @trust.example."
        assert not found.warnings

    @pytest.mark.requirement("CT-03")
    def test_a_typing_mistake(self, ward):
        found = self.compared(ward, "rita.new@trusst.example")
        assert "nobody uses @trusst.example: @trust.example (1)." in found.words
        assert "It is nearly @trust.example: look for a typing mistake." in found.warnings

    @pytest.mark.requirement("CT-03")
    def test_a_mistake_that_one_colleague_got_in_with_is_one_still(self, ward):
        ward_editor(ward, "tom.typo")
        User.objects.filter(first_name="Tom").update(email="tom@trusst.example")
        for typed, warned in (("trusst", True), ("trust", False)):
            ward_editor(ward, f"other.{typed}")
            found = self.compared(ward, f"rita.new@{typed}.example")
            assert any("look for a typing" in one for one in found.warnings) == warned, typed

    @pytest.mark.requirement("CT-03")
    def test_a_personal_address(self, ward):
        found = self.compared(ward, "rita.new@gmail.com")
        assert "@gmail.com is for personal addresses" in found.warnings[0]

    def test_who_asks_is_not_the_own_colleague_nor_is_who_only_asks(self, ward, wendy):
        other = WardFactory(unit__ods_code="X1", unit__organisation__ods_code="X", name="Far")
        submitted_items(person=UserFactory(email="rita.new@gmail.com"), ward=other)
        provider = other.unit.organisation
        assert "nobody to compare with" in compare(wendy, provider, addresses_at([provider])).words
        assert "nobody to compare with" in compare(helpdesk(), None, {}).words
