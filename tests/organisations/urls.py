"""The site, and pages that try what people look things up with."""

from typing import Any

from crispy_forms.layout import HTML, Layout
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import RequestContext, Template
from django.urls import path

from cpms.urls import urlpatterns as site
from crispy_nhsuk.helper import NHSFormHelper
from crispy_nhsuk.layout import Button, Question
from organisations.choices import AsksAs
from organisations.forms import DirectoryField
from organisations.queries import find_organisations, find_places

PAGE = """{% extends "base.html" %}{% load crispy_forms_tags %}
{% block title %}Your provider{% endblock %}
{% block head %}{% include "partials/lookup.html" %}{% endblock %}
{% block content %}<h1>Your provider</h1>{% crispy form %}<p id="answer">{{ answer }}</p>
{% endblock %}"""
FIND = '<button class="nhsuk-button" id="find" type="submit">Find</button>'


class ProviderForm(forms.Form):
    provider = DirectoryField(
        asks_as=AsksAs.PROVIDER,
        find_url="/try/find/provider/",
        label="Your provider",
        help_text="Enter a part of its name, its ODS code or the postcode where you work",
    )


class PlaceForm(forms.Form):
    """As a page of its own draws it: an input that only fills a hidden one."""

    q = forms.CharField(
        label="Find a place",
        required=False,
        widget=forms.TextInput(
            attrs={"data-lookup-url": "/try/find/places/", "data-lookup-target": "id_place"}
        ),
    )
    place = forms.CharField(widget=forms.HiddenInput, required=False)


class AddForm(PlaceForm):
    """With one button, which finds what was typed and adds what was chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs |= {
            "data-lookup-button": "find",
            "data-lookup-button-text": "Add",
        }


@login_not_required
def page(request: HttpRequest, form_class: type[forms.Form]) -> HttpResponse:
    form = form_class(request.POST or None)
    form.helper = NHSFormHelper(form)
    button = HTML(FIND) if form_class is AddForm else Button("Next")
    form.helper.layout = Layout(*(Question(name) for name in form.fields), button)
    answer = form.cleaned_data if form.is_valid() else ""
    template = Template(PAGE)
    return HttpResponse(template.render(RequestContext(request, {"form": form, "answer": answer})))


@login_not_required
def find(request: HttpRequest, what: str) -> HttpResponse:
    text = request.GET["q"]
    if text == "broken":
        return HttpResponse("<p>Log in</p>", status=500)
    found = find_places(text) if what == "places" else find_organisations(text, asks_as=what)
    matches = [{"value": one.value, "label": one.label, "detail": one.detail} for one in found]
    return JsonResponse({"matches": matches, "more": found.more})


urlpatterns = [
    path("try/provider/", page, {"form_class": ProviderForm}),
    path("try/place/", page, {"form_class": PlaceForm}),
    path("try/add/", page, {"form_class": AddForm}),
    path("try/find/<slug:what>/", find),
    *site,
]
