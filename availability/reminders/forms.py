"""What the list of wards whose figures are out of date is narrowed to."""

from datetime import timedelta
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, ButtonGroup
from organisations.models import Region, ServiceGroup, Ward

LONGEST_NAME = 100
NEVER = "never"


class OutOfDateForm(forms.Form):
    """Filters; what is empty does not matter."""

    region = forms.ModelChoiceField(
        Region.objects.none(),
        label="Region",
        empty_label="All regions",
        required=False,
        error_messages={"invalid_choice": "Choose from the list"},
    )
    group = forms.ModelChoiceField(
        ServiceGroup.objects.none(),
        label="Service group",
        empty_label="All service groups",
        required=False,
        error_messages={"invalid_choice": "Choose from the list"},
    )
    age = forms.ChoiceField(
        label="Last confirmed",
        choices=[
            ("", "At any time"),
            ("2", "More than 2 days ago"),
            ("7", "More than 7 days ago"),
            (NEVER, "Never"),
        ],
        required=False,
        error_messages={"invalid_choice": "Choose from the list"},
    )
    name = forms.CharField(
        label="Provider, unit or ward",
        help_text="A part of its name",
        max_length=LONGEST_NAME,
        required=False,
        error_messages={"max_length": "Enter %(limit_value)d characters or fewer"},
    )

    def __init__(self, *args: Any, wards: QuerySet[Ward], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wards = wards.order_by().select_related(None)
        regions = Region.objects.filter(pk__in=wards.values("unit__region"))
        groups = ServiceGroup.objects.filter(pk__in=wards.values("service_type__group"))
        self.fields["region"].queryset = regions  # type: ignore[attr-defined]
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        self.helper = NHSFormHelper()
        self.helper.form_method = "get"
        self.helper.disable_csrf = True
        self.helper.layout = Layout("region", "group", "age", "name", ButtonGroup(Button("Show")))

    def narrowed(self, wards: QuerySet[Ward]) -> QuerySet[Ward]:
        """Those of the wards that fit; only once the form is valid."""
        asked = self.cleaned_data
        if asked["region"]:
            wards = wards.filter(unit__region=asked["region"])
        if asked["group"]:
            wards = wards.filter(service_type__group=asked["group"])
        if asked["age"] == NEVER:
            wards = wards.filter(totals__confirmed_at=None)
        elif asked["age"]:
            since = timezone.now() - timedelta(days=int(asked["age"]))
            older = Q(totals__confirmed_at=None) | Q(totals__confirmed_at__lt=since)
            wards = wards.filter(older)
        for word in asked["name"].split():
            wards = wards.filter(
                Q(name__icontains=word)
                | Q(unit__name__icontains=word)
                | Q(unit__organisation__name__icontains=word)
            )
        return wards
