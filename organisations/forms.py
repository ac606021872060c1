"""Form fields of the directory."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.formats import date_format

from core.patients import refuse_nhs_numbers
from crispy_nhsuk.lookup import Found, FoundOption, LookupInput, sent_text
from organisations.closing import is_closed
from organisations.models import Organisation
from organisations.postcodes import PostcodeError, resolve
from organisations.queries import (
    MOST_FOUND,
    SHORTEST_SEARCH,
    asking_as,
    find_organisations,
    successor_of,
)
from organisations.search_text import search_words

LONGEST_NAME = 200
UNLISTED = "unlisted"


class PostcodeField(forms.CharField):
    """A UK postcode that the directory can place; cleans 'sl60pq' to 'SL6 0PQ'."""

    def __init__(self, *, allow_outcode: bool = False, **kwargs: Any) -> None:
        self.allow_outcode = allow_outcode
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {
            "autocomplete": "postal-code",
            "class": "nhsuk-input--width-10",
        }

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return text
        try:
            return resolve(text, allow_outcode=self.allow_outcode).postcode
        except PostcodeError as error:
            raise ValidationError(str(error), code="postcode") from error


class DirectoryField(forms.Field):
    """One open organisation, found by part of its name, ODS code or postcode (CQRS-07, CT-18).

    Of any kind if `asks_as` is None. Cleans to its id, or to {"unlisted": "the name"} for as long
    as the directory lacks it; takes both again as kept answers, and checks them again. 1 to 7
    queries.
    """

    default_error_messages = {
        "required": "Enter the name of your organisation",
        "too_long": f"Enter no more than {LONGEST_NAME} characters",
        "short": "Enter at least 2 letters",
        "confirm": "Is this your organisation? If it is, choose Next",
        "choose": "Choose your organisation from those found",
        "nothing": "We found nothing for “%(text)s”. Check the spelling, or enter a shorter "
        "part of its name, its ODS code or its postcode",
        "merged": "%(name)s closed on %(day)s. It is now part of %(successor)s",
        "closed": "%(name)s has closed. Choose another",
    }

    def __init__(
        self, *, asks_as: str | None, find_url: Any = None, unlisted: bool = True, **kwargs: Any
    ) -> None:
        self.asks_as, self.find_url, self.unlisted = asks_as, find_url, unlisted
        super().__init__(**{"widget": LookupInput, **kwargs})
        self.widget.shown = shown

    def __deepcopy__(self, memo: dict[int, Any]) -> "DirectoryField":
        copied = super().__deepcopy__(memo)
        copied.widget.found = None
        return copied

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        address = {} if self.find_url is None else {"data-lookup-url": self.find_url}
        return {"maxlength": str(LONGEST_NAME), **address}

    def clean(self, value: Any) -> int | dict[str, str] | None:
        self.widget.found = None
        text, choice, found = parts = typed(value)
        refuse_nhs_numbers("\n".join(parts))
        if isinstance(value, int) and not isinstance(value, bool):
            kept = self.organisation(str(value))
            if kept is None:
                raise self.refusal("choose")
            return self.open_one(kept)
        if not search_words(text):
            if self.required:
                raise self.refusal("required")
            return None
        if len(text) > LONGEST_NAME:
            raise self.refusal("too_long")
        if choice == UNLISTED and found == text and self.unlisted:
            listed = still_open_of(self.named(text))
            return listed[0].pk if len(listed) == 1 else {"unlisted": text}
        chosen = self.organisation(choice) if found == text else None
        return self.open_one(chosen) if chosen else self.settled(text)

    def organisation(self, choice: str) -> Organisation | None:
        """The organisation of a choice such as '5' or 'organisation:5', open or closed."""
        number = choice.removeprefix("organisation:")
        if not (number.isascii() and number.isdigit() and len(number) < 18):
            return None
        return self.organisations().filter(pk=int(number)).first()

    def organisations(self) -> "QuerySet[Organisation]":
        return Organisation.objects.filter(asking_as(self.asks_as)).select_related("successor")

    def named(self, text: str) -> list[Organisation]:
        """Those of exactly that code or name, open or closed."""
        exact = self.organisations().filter(Q(ods_code__iexact=text) | Q(name__iexact=text))
        return list(exact[: MOST_FOUND + 1])

    def settled(self, text: str) -> int:
        """The one organisation of that code or name; otherwise the person chooses."""
        named = self.named(text)
        still = still_open_of(named)
        if len(still) == 1:
            return still[0].pk
        if len(named) == 1:
            return self.open_one(named[0])
        if len(search_words(text)) < SHORTEST_SEARCH:
            raise self.refusal("short")
        matches = find_organisations(text, asks_as=self.asks_as)
        options = [FoundOption(str(match.id), match.label, match.detail) for match in matches]
        more = "There are more. Enter more of the name to find yours." if matches.more else ""
        if not options:
            self.offer("If your organisation is not listed", [], text)
            raise self.refusal("nothing", text=text)
        self.offer("Choose your organisation", options, text, hint=more)
        raise self.refusal("confirm" if len(options) == 1 else "choose")

    def open_one(self, organisation: Organisation) -> int:
        """Its id; if it has closed, the one that it is part of now is offered."""
        closed_on = organisation.closed_on
        if closed_on is None or not is_closed(organisation):
            return organisation.pk
        successor = successor_of(organisation)
        if successor is None or self.asks_as not in (None, successor.kind.asks_as):
            raise self.refusal("closed", name=organisation.name)
        option = FoundOption(str(successor.pk), successor.name, f"ODS code {successor.ods_code}")
        self.offer("Choose your organisation", [option], organisation.name)
        raise self.refusal(
            "merged",
            name=organisation.name,
            day=date_format(closed_on, "j F Y"),
            successor=successor.name,
        )

    def offer(self, legend: str, options: list[FoundOption], text: str, *, hint: str = "") -> None:
        """Show radios below the input; a single organisation is chosen already, to be confirmed."""
        chosen = options[0].value if len(options) == 1 else ""
        if self.unlisted:
            label = f"My organisation is not listed: use “{text}”"
            options = [*options, FoundOption(UNLISTED, label)]
        if options:
            self.widget.found = Found(legend, options, chosen, hint, has_divider=self.unlisted)

    def refusal(self, code: str, **params: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params or None)


def typed(value: Any) -> tuple[str, str, str]:
    """Text, choice and the text that the choice is for, of a value that is typed or unlisted."""
    if isinstance(value, str):
        value = {"text": value}
    if not isinstance(value, dict):
        return "", "", ""
    if isinstance(name := value.get("unlisted"), str):
        return one_line(name), UNLISTED, one_line(name)
    text, choice, found = (sent_text(value.get(key)) for key in ("text", "choice", "found"))
    return one_line(text), choice, one_line(found)


def one_line(text: str) -> str:
    return " ".join(sent_text(text).split())


def shown(value: Any) -> tuple[str, str]:
    """Text and choice with which the input shows a value: an organisation's by its name."""
    if isinstance(value, int) and not isinstance(value, bool):
        if not 0 < value < 10**18:
            return "", ""
        organisation = Organisation.objects.filter(pk=value).first()
        return (organisation.name, str(value)) if organisation else ("", "")
    text, choice, found = typed(value)
    return text, choice if found == text else ""


def still_open_of(organisations: list[Organisation]) -> list[Organisation]:
    return [one for one in organisations if not is_closed(one)]
