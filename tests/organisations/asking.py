"""Forms that ask for an organisation, and how they are answered."""

from django import forms
from django.http import QueryDict

from organisations.choices import AsksAs
from organisations.forms import DirectoryField

CHOOSE = "Choose your organisation from those found"
CONFIRM = "Is this your organisation? If it is, choose Next"
NUMBER = "943 476 5919"


class AskForm(forms.Form):
    provider = DirectoryField(
        asks_as=AsksAs.PROVIDER,
        find_url="/find/",
        label="Your provider",
        help_text="A part of its name",
        error_messages={"required": "Enter your provider"},
    )


class ListedOnlyForm(forms.Form):
    provider = DirectoryField(asks_as=AsksAs.PROVIDER, unlisted=False)


def posted(text, choice=None, found=None, form=AskForm):
    data = QueryDict(mutable=True)
    for name, value in (("", text), ("_choice", choice), ("_found", found)):
        if value is not None:
            data[f"provider{name}"] = value
    return form(data)


def answer(form):
    assert form.is_valid(), form.errors
    return form.cleaned_data["provider"]


def error(form):
    assert not form.is_valid()
    (message,) = form.errors["provider"]
    return message


def options(form):
    """Value, label and hint of each radio, and the value of the one that is chosen."""
    form.is_valid()
    found = form.fields["provider"].widget.found
    assert found
    return [(one.value, one.label, one.hint) for one in found.options], found.chosen


def unlisted(text):
    return ("unlisted", f"My organisation is not listed: use “{text}”", "")
