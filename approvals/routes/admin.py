"""The routing table in the helpdesk's admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from approvals.choices import ApproverKind
from approvals.models import Route
from approvals.routes.gaps import gaps
from approvals.routes.rules import refusal_of, sensible_for
from core.audit import record

STEPS = ("first", "second", "third")


class RouteForm(ModelForm):
    """Who decides first, who if nobody is there, and so on; the helpdesk always comes last."""

    first = forms.ChoiceField(label="First", required=False)
    second = forms.ChoiceField(label="If nobody is there", required=False)
    third = forms.ChoiceField(label="If nobody is there either", required=False)

    class Meta:
        model = Route
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        route = self.instance
        # What stands there now is shown, even if it could not be chosen today.
        kinds = [*sensible_for(route.capability, route.asker), *map(ApproverKind, route.approvers)]
        choices = [
            ("", "The helpdesk"),
            *((kind.value, kind.label) for kind in dict.fromkeys(kinds)),
        ]
        for position, name in enumerate(STEPS):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            self.fields[name].initial = "".join(route.approvers[position : position + 1])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = [cleaned.get(name, "") for name in STEPS]
        approvers = [kind for kind in chosen if kind]
        if chosen[: len(approvers)] != approvers:
            raise ValidationError("The helpdesk is always the last: name nobody after it.")
        route = self.instance
        if refusal := refusal_of(route.capability, route.asker, approvers):
            raise ValidationError(refusal)
        route.approvers = approvers
        return cleaned


@admin.register(Route)
class RouteAdmin(admin.ModelAdmin):
    """Who decides what: each cell of the table can be changed, none added or deleted."""

    form = RouteForm
    list_display = ("capability", "asker", "who_decides")
    list_filter = ("capability", "asker")
    list_per_page = 100
    readonly_fields = ("capability", "asker")
    fields = ("capability", "asker", *STEPS)
    ordering = ("pk",)

    @admin.display(description="who decides")
    def who_decides(self, route: Route) -> str:
        return route.in_words

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.gaps))
        return [path("without-approver/", view, name="approvals_route_gaps"), *super().get_urls()]

    def gaps(self, request: HttpRequest) -> HttpResponse:
        """The organisations without an approver (CT-04)."""
        context = {
            **self.admin_site.each_context(request),
            "title": "Organisations without an approver",
            "opts": self.opts,
            "gaps": gaps(),
        }
        return render(request, "admin/approvals/route/gaps.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Route | None = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Route, form: "ModelForm[Any]", change: bool
    ) -> None:
        was = Route.objects.get(pk=obj.pk).in_words
        super().save_model(request, obj, form, change)
        record(
            "route.changed",
            by=request.user,  # type: ignore[arg-type]
            target=obj,
            was=was,
            to=obj.in_words,
        )
