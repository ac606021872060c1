"""Closing and merging organisations, with what follows shown before it is done."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.reauthentication.proof import require_proof
from approvals.organisations import services
from approvals.organisations.forms import CloseForm, MergeForm
from approvals.organisations.queries import what_closing_does, what_merging_does
from approvals.organisations.rules import already_closed, may_merge_into
from core.errors import DomainError
from organisations.admin import OrganisationAdmin
from organisations.models import Organisation

# Organisations that a search for the successor lists.
MOST_FOUND = 20

admin.site.unregister(Organisation)


@admin.register(Organisation)
class ClosingOrganisationAdmin(OrganisationAdmin):
    """The directory's page, with the ways to close an organisation and to merge it."""

    def get_urls(self) -> list[URLPattern]:
        own = [("close", self.close), ("merge", self.merge), ("keep_open", self.keep_open)]
        return [
            *(
                path(
                    f"<int:pk>/{name.replace('_', '-')}/",
                    self.admin_site.admin_view(view),
                    name=f"organisations_organisation_{name}",
                )
                for name, view in own
            ),
            *super().get_urls(),
        ]

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Close it today, or on a day to come."""
        organisation = self.organisation(pk)
        sent = request.POST if request.method == "POST" else None
        form = CloseForm(sent, organisation=organisation)
        if request.method == "POST" and form.is_valid():
            return self.do(
                request,
                organisation,
                "close an organisation",
                lambda by: services.close_organisation(
                    organisation=organisation, on=form.cleaned_data["on"], by=by
                ),
                f"{organisation} closes on {date_format(form.cleaned_data['on'])}.",
            )
        refusal = already_closed(organisation)
        context = {
            "form": form,
            "refusal": refusal,
            "parts": [] if refusal else what_closing_does(organisation),
        }
        return self.page(request, organisation, f"Close {organisation}", "close.html", context)

    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Search the successor, look at what follows, confirm."""
        organisation = self.organisation(pk)
        sent = request.POST if request.method == "POST" else request.GET
        form = MergeForm(sent if "successor" in sent or request.method == "POST" else None)
        successor = form.cleaned_data["successor"] if form.is_bound and form.is_valid() else None
        refusal = already_closed(organisation)
        if not refusal and successor:
            refusal = may_merge_into(organisation, successor)
        if request.method == "POST" and successor:
            return self.do(
                request,
                organisation,
                "merge organisations",
                lambda by: services.merge_organisations(
                    organisation=organisation, successor=successor, by=by
                ),
                f"{organisation} is now part of {successor}.",
            )
        text = request.GET.get("q", "")
        context = {
            "form": form,
            "refusal": refusal,
            "successor": successor,
            "parts": what_merging_does(organisation, successor)
            if successor and not refusal
            else [],
            "text": text,
            "found": self.successors(request, organisation, text),
        }
        return self.page(request, organisation, f"Merge {organisation}", "merge.html", context)

    def keep_open(self, request: HttpRequest, pk: int) -> HttpResponse:
        """It does not close on the day that was set."""
        return require_POST(self.do_keep_open)(request, pk)

    def do_keep_open(self, request: HttpRequest, pk: int) -> HttpResponse:
        organisation = self.organisation(pk)
        return self.do(
            request,
            organisation,
            "keep an organisation open",
            lambda by: services.keep_open(organisation=organisation, by=by),
            f"{organisation} stays open.",
        )

    def organisation(self, pk: int) -> Organisation:
        return get_object_or_404(Organisation.objects.select_related("successor"), pk=pk)

    def successors(
        self, request: HttpRequest, organisation: Organisation, text: str
    ) -> list[Organisation]:
        """Organisations that the text finds, without the closed ones and this one."""
        if not text.strip():
            return []
        every = Organisation.objects.exclude(pk=organisation.pk).order_by("name")
        found, _ = self.get_search_results(request, every, text)
        return [one for one in found[:MOST_FOUND] if not already_closed(one)]

    def do(
        self,
        request: HttpRequest,
        organisation: Organisation,
        about: str,
        verb: Callable[[User], object],
        done: str,
    ) -> HttpResponse:
        """Let who has proven to be themselves do it, and go back to the organisation."""
        page = reverse("admin:organisations_organisation_change", args=[organisation.pk])
        require_proof(request, about=about, back_to=page)
        try:
            verb(cast(User, request.user))
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, done)
        return redirect(page)

    def page(
        self,
        request: HttpRequest,
        organisation: Organisation,
        title: str,
        template: str,
        context: dict[str, Any],
    ) -> HttpResponse:
        whole = {
            **self.admin_site.each_context(request),
            "title": title,
            "organisation": organisation,
            "opts": self.opts,
            **context,
        }
        return render(request, f"admin/organisations/organisation/{template}", whole)
