from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.db.models import Q, QuerySet

from accounts.choices import Capability
from accounts.models import User
from approvals.kinds import kinds
from approvals.models import Item
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button
from organisations.models import Organisation

# More words than these narrow no list further.
MOST_WORDS = 6


class FilterForm(forms.Form):
    """Narrows a list of what awaits a decision, or was decided; valid data give `criteria`."""

    q = forms.CharField(
        label="Name, email address or organisation",
        max_length=100,
        required=False,
        error_messages={"max_length": "Enter %(limit_value)d characters or fewer"},
    )
    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        error_messages={"invalid_choice": "Choose a kind from the list"},
    )
    role = forms.ChoiceField(
        label="Role asked for",
        required=False,
        choices=[("", "Any"), *((one.value, one.label) for one in Capability)],
        error_messages={"invalid_choice": "Choose a role from the list"},
    )
    organisation = forms.ChoiceField(
        label="Organisation",
        required=False,
        error_messages={"invalid_choice": "Nothing from there is in this list. Choose another"},
    )
    late = forms.BooleanField(label="Only what is late", required=False)
    # The address of what tells of several things that one person asks for
    person = forms.IntegerField(required=False, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, items: QuerySet[Item], may_be_late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        found = Organisation.objects.filter(pk__in=items.values("request__organisation"))
        self.organisations = {
            str(key): name for key, name in found.order_by("name").values_list("pk", "name")
        }
        self.set_choices("organisation", self.organisations)
        self.set_choices("kind", {one.code: one.label for one in kinds()})
        if not may_be_late:
            del self.fields["late"]
        self.helper = NHSFormHelper()
        self.helper.form_method = "get"
        shown = [field.name for field in self.visible_fields()]
        self.helper.layout = Layout(*shown, Button("Show"))

    def clean_person(self) -> User | None:
        """Who asks; None, and so everybody, if nothing of theirs is in the list."""
        key = self.cleaned_data["person"]
        return key and User.objects.filter(pk=key, pk__in=self.items.values("person")).first()

    def set_choices(self, name: str, choices: dict[str, str]) -> None:
        """What can be chosen; of one there is nothing to choose."""
        if len(choices) < 2:
            del self.fields[name]
        else:
            self.fields[name].choices = [("", "Any"), *choices.items()]  # type: ignore[attr-defined]

    def in_use(self) -> list[tuple[str, str]]:
        """The filters that are chosen, by name, each in words; only once the form is valid."""
        chosen = self.cleaned_data
        found = []
        for name in self.fields:
            if chosen[name] is True:
                found.append((name, str(self.fields[name].label)))
            elif chosen[name]:
                choices = dict(getattr(self.fields[name], "choices", ()))
                found.append((name, str(choices.get(chosen[name], f"“{chosen[name]}”"))))
        return found

    @property
    def criteria(self) -> Q:
        """Which items fit; only once the form is valid."""
        chosen = self.cleaned_data
        fits = Q()
        for word in chosen["q"].split()[:MOST_WORDS]:
            fits &= (
                Q(person__first_name__icontains=word)
                | Q(person__surname__icontains=word)
                | Q(person__email__icontains=word)
                | Q(request__organisation__name__icontains=word)
                | Q(request__organisation_name__icontains=word)
                | Q(collaborative__name__icontains=word)
            )
        for name, column in (
            ("kind", "kind"),
            ("role", "capability"),
            ("organisation", "request__organisation"),
            ("person", "person"),
        ):
            if chosen.get(name):
                fits &= Q(**{column: chosen[name]})
        return fits
