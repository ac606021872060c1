"""The details of a ward as values that can be shown, sent along and compared."""

from dataclasses import dataclass
from typing import Any

from organisations.choices import SecurityLevel, Sex, WardKind
from organisations.models import Feature, ServiceType, Ward

# Of what each is called; of a service type and the features the ids.
LABELS = {
    "name": "Name",
    "service_type": "Service type",
    "kind": "Kind",
    "commissioned_beds": "Commissioned beds",
    "sessions_a_day": "Sessions a day",
    "sex": "Sex accepted",
    "minimum_age": "Youngest age",
    "maximum_age": "Oldest age",
    "security_level": "Security",
    "features": "Features",
    "telephone": "Telephone",
    "email": "Email address",
    "referral_hours": "Hours",
    "referral_instructions": "How to refer",
}
COLUMNS = tuple(name for name in LABELS if name not in ("service_type", "features"))
Details = dict[str, Any]


def details_of(ward: Ward) -> Details:
    """What the ward's details are: 1 query."""
    return {
        **{name: getattr(ward, name) for name in COLUMNS},
        "service_type": ward.service_type_id,
        "features": sorted(ward.features.values_list("pk", flat=True)),
    }


def put_into(ward: Ward, details: Details) -> None:
    """Give a ward the details, but for the features, which are rows of their own."""
    for name in COLUMNS:
        setattr(ward, name, details[name])
    ward.service_type_id = details["service_type"]


@dataclass(frozen=True)
class Names:
    """What service types and features are called: 2 queries."""

    types: dict[int, ServiceType]
    features: dict[int, Feature]

    @classmethod
    def read(cls) -> "Names":
        types = ServiceType.objects.select_related("group").in_bulk()
        return cls(types, {one.pk: one for one in Feature.objects.select_related("group")})

    def say(self, name: str, value: Any) -> str:
        """One detail in words; 'None' is said of what is empty."""
        if name == "service_type":
            found = self.types.get(value)
            return f"{found.group.name}: {found.name}" if found else "None"
        if name == "features":
            known = [self.features[key].name for key in value if key in self.features]
            return ", ".join(known) or "None"
        choices = {"sex": Sex, "kind": WardKind, "security_level": SecurityLevel}.get(name)
        if choices and value in choices.values:
            return str(choices(value).label)
        return "None" if value is None or value == "" else str(value)

    def changes(self, before: Details, after: Details) -> list[tuple[str, str, str]]:
        """What differs: label, what it was, what it is."""
        return [
            (label, self.say(name, before[name]), self.say(name, after[name]))
            for name, label in LABELS.items()
            if before[name] != after[name]
        ]
