"""The questions of an invitation (CQRS-05): e-mail, names, organisation, role, review."""

from datetime import date, datetime, time, timedelta
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from accounts.choices import Capability
from accounts.fields import AddressField, NameField
from accounts.forms import AsksAboutAddress, page_helper
from accounts.models import Grant
from accounts.queries import role_explanations
from approvals.coverage import Wanted
from approvals.invitations.inviter import Inviter
from approvals.invitations.queries import invited_already
from approvals.invitations.services import INVITED, Invited
from core.steps import Answers, Step, StepForm, Wizard
from crispy_nhsuk.dates import DateField
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup, Question, SecondaryButton
from organisations.forms import DirectoryField


class InviteForm(StepForm):
    """One page of questions with "Next", and "Previous" unless it is the first."""

    first = False

    def __init__(self, *args: Any, inviter: Inviter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inviter = inviter
        buttons = [Button("Next")]
        if not self.first:
            buttons.append(SecondaryButton("Previous", name="previous", value="yes"))
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(*self.fields, ButtonGroup(*buttons))


class EmailForm(AsksAboutAddress, InviteForm):
    """Whom to invite: somebody without an account; who has one is not told apart here."""

    first = True

    address = AddressField(
        label="What is the email address of the person that you would like to invite?",
        help_text="Invitation can be sent to a new user only. Who has an account already gets an "
        "email that asks them to log in and request access",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the email address of the person"},
    )

    def clean(self) -> None:
        kept = self.answers.get("email", {}).get("address", "")
        self.ask_about_address("address", kept=kept, button="Next")


class TheirName(NameField):
    """A name of somebody else."""

    whose = "their"


class NamesForm(InviteForm):
    """The names that the email greets; the person can change them."""

    first_name = TheirName(
        what="first name",
        label="What is their first name?",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    surname = TheirName(
        what="surname",
        label="What is their surname?",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class OrganisationForm(InviteForm):
    """Where they work: one of the inviter's organisations; helpdesk: any, or none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.answers.get("names", {}).get("first_name") or "the person"
        label = f"Which organisation do you want to invite {name} to?"
        if self.inviter.is_helpdesk:
            self.fields["organisation"] = DirectoryField(
                label=label,
                help_text="Enter a part of its name, its ODS code or a postcode. Leave this empty "
                "for somebody whose organisation is not in the directory",
                asks_as=None,
                find_url=reverse_lazy("onboarding:request_find", args=["organisations"]),
                unlisted=False,
                required=False,
            )
        else:
            choices = [(str(one.pk), one.name) for one in self.inviter.organisations]
            self.fields["organisation"] = forms.ChoiceField(
                label=label,
                choices=choices,
                widget=forms.RadioSelect,
                error_messages={
                    "required": "Select the organisation",
                    "invalid_choice": "Select one of these organisations",
                },
            )
            if len(choices) == 1:
                self.fields["organisation"].initial = choices[0][0]
        self.helper.layout.insert(0, Question("organisation"))

    def clean(self) -> None:
        address = self.answers.get("email", {}).get("address", "")
        if not self.errors and invited_already(address, number(self.cleaned_data["organisation"])):
            self.add_error("organisation", INVITED)


class RoleForm(InviteForm):
    """What they may do from the first day; a role for each capability that can be offered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered_by(self.inviter, self.answers)
        explanations = role_explanations()
        buttons = self.helper.layout.pop()
        self.roles = [
            capability
            for capability in Capability
            if any(one.capability == capability for one in self.offered)
        ]
        for capability in self.roles:
            self.fields[capability.value] = forms.MultipleChoiceField(
                label=capability.label,
                help_text=explanations[capability],
                choices=[
                    (value_of(one), str(one.scope))
                    for one in self.offered
                    if one.capability == capability
                ],
                widget=forms.CheckboxSelectMultiple(attrs={"class": "nhsuk-checkboxes--small"}),
                required=False,
                error_messages={"invalid_choice": "Select from the list"},
            )
            self.helper.layout.append(Question(capability.value, size="m"))
        self.fields["ends_on"] = DateField(
            what="last day of the access",
            label="Last day of the access (optional)",
            help_text="For guests and people on a short contract. For example, 31 3 2027",
            required=False,
        )
        self.helper.layout.append(Question("ends_on", size="m"))
        self.helper.layout.append(buttons)

    def clean_ends_on(self) -> date | None:
        day: date | None = self.cleaned_data["ends_on"]
        if day and day < timezone.localdate():
            raise ValidationError("The last day of the access must be today or later")
        if day and day > timezone.localdate() + timedelta(days=3660):
            raise ValidationError("The last day of the access must be within 10 years")
        return day

    def clean(self) -> None:
        if not self.errors and not any(self.cleaned_data.get(role.value) for role in self.roles):
            self.add_error(
                self.roles[0].value if self.roles else None,
                "Select at least one role"
                if self.roles
                else "You cannot offer anything at this organisation. Choose another one",
            )


class SendForm(forms.Form):
    """Sends the invitation from its review."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NHSFormHelper()
        self.helper.layout = Layout(
            ButtonGroup(Button("Send"), SecondaryButton("Previous", name="previous", value="yes"))
        )


class RegistrationLinkForm(AsksAboutAddress, forms.Form):
    """To whom the way to register is mailed, in the name of which collaborative (CQRS-22)."""

    right = forms.ChoiceField(
        label="Who is it from?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select who it is from",
            "invalid_choice": "Select one of these",
        },
    )
    address = AddressField(
        label="What is the email address of the provider?",
        help_text="They get an email that asks them to register, and how. It gives no access",
        error_messages={"required": "Enter the email address of the provider"},
    )

    def __init__(self, data: Any = None, *, inviter: Inviter) -> None:
        super().__init__(data)
        self.rights: dict[str, Grant] = {
            str(right.pk): right
            for right in inviter.rights
            if right.capability != Capability.APPROVE_STANDARD
        }
        choices = [(key, right.describe()) for key, right in self.rights.items()]
        self.fields["right"].choices = choices  # type: ignore[attr-defined]
        self.fields["right"].initial = choices[0][0] if len(choices) == 1 else None
        self.helper = page_helper(
            "right",
            "address",
            button="Send",
            cancel_to=reverse("approvals:invitations"),
        )

    def clean(self) -> None:
        self.ask_about_address("address", kept="", button="Send")


STEPS = (
    Step("email", "User", EmailForm),
    Step("names", "User details", NamesForm),
    Step("organisation", "User organisation", OrganisationForm, hangs_on=("email",)),
    Step("role", "User role", RoleForm, hangs_on=("organisation",)),
)


def wizard_of(inviter: Inviter) -> Wizard:
    return Wizard(*STEPS, inviter=inviter)


def number(value: Any) -> int | None:
    return int(value) if value else None


def value_of(wanted: Wanted) -> str:
    """E.g. 'ward:12'."""
    return f"{wanted.scope_field}:{wanted.scope.pk}"


def offered_by(inviter: Inviter, answers: Answers) -> list[Wanted]:
    """What may be offered at the organisation that was answered."""
    key = number(answers.get("organisation", {}).get("organisation"))
    return list(inviter.offers(inviter.organisation(key)))


def invited_of(inviter: Inviter, answers: Answers) -> Invited:
    """Who is invited, from complete answers; a place inside another that is offered is left out."""
    organisation = inviter.organisation(number(answers["organisation"]["organisation"]))
    chosen = [
        one
        for one in inviter.offers(organisation)
        if value_of(one) in answers["role"].get(one.capability, [])
    ]
    ends_on = answers["role"]["ends_on"]
    return Invited(
        address=answers["email"]["address"],
        first_name=answers["names"]["first_name"],
        surname=answers["names"]["surname"],
        organisation=organisation,
        wanted=tuple(without_what_is_covered(chosen)),
        valid_until=end_of(date.fromisoformat(ends_on)) if ends_on else None,
    )


def without_what_is_covered(chosen: list[Wanted]) -> list[Wanted]:
    return [
        one for one in chosen if not one.covered_by([other for other in chosen if other != one])
    ]


def end_of(day: date) -> datetime:
    """The moment when a day is over."""
    midnight = datetime.combine(day + timedelta(days=1), time.min)
    return timezone.make_aware(midnight)
