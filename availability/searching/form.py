"""The form of the search; its template draws it from `drawn`, not field by field."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from availability.fields import whole_number
from availability.searching.choices import Lists, lists_for
from availability.searching.criteria import RADII, Chosen, Criteria, Source
from availability.words import day, plural
from core.errors import DomainError
from crispy_nhsuk.dates import DateField, DateInput
from organisations.choices import SecurityLevel, Sex
from organisations.postcodes import LONGEST_INPUT, Place, resolve

OLDEST, MOST_BEDS = 120, 20
# How far ahead a date may lie: what is recorded of beds reaches no further.
LONGEST_AHEAD = timedelta(days=366)
# Drawn inside "More filters", which is open when one of them is used.
RARE = (
    "security",
    "beds",
    "by",
    "features",
    "region",
    "collaborative",
    "fresh",
    "preparing",
)


def choice(label: str, named: str, *choices: tuple[str, str]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=choices,
        error_messages={"invalid_choice": f"Choose {named} from the list"},
    )


class SearchForm(forms.Form):
    """What a person looks for; valid data are turned into `criteria`."""

    postcode = forms.CharField(
        label="Postcode",
        max_length=LONGEST_INPUT,
        error_messages={
            "required": "Enter a postcode, like SL6 0PQ",
            "max_length": "Enter a full UK postcode, like SL6 0PQ",
        },
    )
    radius = choice(
        "Distance",
        "a distance",
        ("", "Any distance"),
        *((str(miles), f"Within {miles} miles") for miles in RADII),
    )
    service_group = choice("Service group", "a service group")
    service_type = choice("Service type", "a service type")
    sex = forms.ChoiceField(
        label="Sex of the patient",
        required=False,
        choices=[("", "Any"), (Sex.FEMALE.value, "Female"), (Sex.MALE.value, "Male")],
        error_messages={"invalid_choice": "Choose any, female or male"},
    )
    age = whole_number(
        "Age of the patient",
        0,
        OLDEST,
        wrong=f"Enter the age in years, from 0 to {OLDEST}",
        required=False,
    )
    full = forms.BooleanField(label="Include wards with no free bed", required=False)
    security = choice(
        "Security level",
        "a security level",
        ("", "Any"),
        *((str(value), str(label)) for value, label in SecurityLevel.choices),
    )
    beds = whole_number(
        "Number of beds",
        1,
        MOST_BEDS,
        wrong=f"Enter how many beds you need, from 1 to {MOST_BEDS}",
        required=False,
    )
    by = DateField(label="Available by", what="date", required=False)
    features = forms.MultipleChoiceField(
        label="The ward has or accepts",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose features from the list"},
    )
    region = choice("Region", "a region")
    collaborative = choice("Provider collaborative", "a provider collaborative")
    fresh = forms.BooleanField(label="Only wards with up-to-date figures", required=False)
    preparing = forms.BooleanField(label="Count beds that are being prepared", required=False)

    def __init__(self, data: QueryDict, *, user: Any, begins: bool = False) -> None:
        """`begins`: nothing is asked yet, so the one group of interest is (ERN-06)."""
        super().__init__(data)
        self.query = data
        self.lists: Lists = self.lists_of(user)
        if begins and len(self.lists.of_interest) == 1:
            data["service_group"] = next(iter(self.lists.of_interest))
        self.offer("service_group", self.lists.groups)
        self.offer("service_type", self.lists.types)
        self.offer("region", self.lists.regions)
        self.offer("collaborative", self.lists.collaboratives)
        features = [(one.code, one.name) for one in self.lists.features.values()]
        self.fields["features"].choices = features  # type: ignore[attr-defined]
        if len(self.lists.groups) < 2:
            # Of one group there is nothing to choose.
            del self.fields["service_group"]

    def offer(self, name: str, rows: dict[str, Chosen]) -> None:
        choices = [("", "Any"), *((code, one.name) for code, one in rows.items())]
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def lists_of(self, user: Any) -> Lists:
        return lists_for(user)

    def place_of(self, postcode: str) -> Place:
        return resolve(postcode, allow_outcode=True)

    def clean_postcode(self) -> Place:
        try:
            return self.place_of(self.cleaned_data["postcode"])
        except DomainError as error:
            raise ValidationError(str(error)) from error

    def clean_by(self) -> Any:
        by = self.cleaned_data["by"]
        today = timezone.localdate()
        if by and by < today:
            raise ValidationError("Enter a date that is today or later")
        if by and by > today + LONGEST_AHEAD:
            raise ValidationError("Enter a date within the next year")
        return by

    def group_in_use(self) -> str:
        """The code of the one service group that is asked for; '' if it is not one."""
        groups = self.lists.groups
        if len(groups) == 1:
            return next(iter(groups))
        chosen = self.query.get("service_group", "")
        if chosen in groups:
            return str(chosen)
        of_type = self.lists.types.get(self.query.get("service_type", ""))
        return of_type.group if of_type else ""

    def in_use(self) -> list[tuple[Source, str]]:
        """The filters that the person chose, each in words; only once the form is valid."""
        asked = self.criteria
        words: dict[str, str] = {
            "radius": f"Within {asked.radius} miles" if asked.radius else "",
            "service_group": str(asked.service_group or ""),
            "service_type": str(asked.service_type or ""),
            "sex": dict(Sex.choices).get(asked.sex, ""),
            "age": "" if asked.age is None else f"Age {asked.age}",
            "full": "Include wards with no free bed" if asked.include_full else "",
            "security": (
                "" if asked.security is None else str(SecurityLevel(asked.security).label)
            ),
            "beds": plural(asked.beds, "bed") if asked.beds else "",
            "by": f"Available by {day(asked.by)}" if asked.by else "",
            "region": str(asked.region or ""),
            "collaborative": str(asked.collaborative or ""),
            "fresh": "Up-to-date figures" if asked.fresh_only else "",
            "preparing": "Beds being prepared" if asked.with_preparing else "",
        }
        used: list[tuple[Source, str]] = [((name, ""), text) for name, text in words.items()]
        used += [(("features", one.code), one.name) for one in asked.features]
        return [(source, text) for source, text in used if text]

    @property
    def criteria(self) -> Criteria:
        """What to look for; only once the form is valid."""
        found, lists = self.cleaned_data, self.lists
        return Criteria(
            place=found["postcode"],
            radius=number_of(found["radius"]),
            service_group=lists.groups.get(found.get("service_group", "")),
            service_type=lists.types.get(found["service_type"]),
            sex=found["sex"],
            age=found["age"],
            security=number_of(found["security"]),
            beds=found["beds"],
            by=found["by"],
            with_preparing=found["preparing"],
            features=tuple(lists.features[code] for code in dict.fromkeys(found["features"])),
            region=lists.regions.get(found["region"]),
            collaborative=lists.collaboratives.get(found["collaborative"]),
            fresh_only=found["fresh"],
            include_full=found["full"],
        )

    def asked(self, *without: Source) -> list[tuple[str, str]]:
        """The parts of the address that say what is asked, but for some filters."""
        return [
            (part, value)
            for name in self.fields
            for part in inputs_of(name)
            for value in self.typed(part)
            if value and (name, "") not in without and (name, value) not in without
        ]

    def typed(self, part: str) -> list[str]:
        """What stands in an input; of several values in one that holds one, the last."""
        return self.query.getlist(part) if part == "features" else [self.query.get(part) or ""]

    def address(self, *without: Source, name: str = "search", page: int = 1, **changes: str) -> str:
        """The address of the same search with something else; `name` is that of its page."""
        parts = [part for part in self.asked(*without) if part[0] not in changes]
        parts += changes.items()
        if page > 1:
            parts.append(("page", str(page)))
        return f"{reverse(f'availability:{name}')}?{urlencode(parts)}"


def inputs_of(name: str) -> list[str]:
    """A date is asked for in three inputs."""
    return [f"{name}_{part}" for part in DateInput.PARTS] if name == "by" else [name]


def number_of(text: str) -> int | None:
    return int(text) if text else None
