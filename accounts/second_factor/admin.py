"""The helpdesk resets the two-step login of who has lost their device; two of them are needed."""

from typing import Any, cast

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.models import SecondFactorReset, User
from accounts.reauthentication.proof import require_proof
from accounts.second_factor.forms import ResetForm
from accounts.second_factor.queries import factors_of
from accounts.second_factor.resets import ask_for_reset, confirm_reset
from accounts.second_factor.rules import may_ask_for_reset, may_confirm_reset
from core.admin import PersonalAdmin
from core.errors import DomainError


def two_step_login(person: User) -> str:
    """What the person has set up, and the way to reset it."""
    factors = factors_of(person)
    if not factors.devices:
        return "Not set up"
    return format_html(
        '{}; <a href="{}">reset it for who has lost the device</a>',
        ", ".join(device.label for device in factors.devices),
        reverse("admin:accounts_secondfactorreset_ask", args=[person.pk]),
    )


@admin.register(SecondFactorReset)
class SecondFactorResetAdmin(PersonalAdmin):
    """Resets that were asked for, and the page on which a colleague confirms one."""

    list_display = ("person", "state", "asked_by", "asked_at", "confirmed_by", "confirmed_at")
    list_select_related = ("person", "asked_by", "confirmed_by")
    search_fields = ("person__email", "person__surname")
    ordering = ("-pk",)
    show_full_result_count = False
    fields = (
        "person",
        "note",
        "asked_by",
        "asked_at",
        "expires_at",
        "confirmed_by",
        "confirmed_at",
        "confirm_it",
    )
    readonly_fields = ("confirm_it",)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        # Who looks, for `confirm_it`.
        if obj is not None:
            obj.refusal = may_confirm_reset(cast(User, request.user), obj)
        return super().get_form(request, obj, change, **kwargs)

    @admin.display(description="What is left to do")
    def confirm_it(self, reset: SecondFactorReset) -> str:
        if reset.confirmed_at:
            return "Nothing"
        if refusal := getattr(reset, "refusal", None):
            return str(refusal)
        address = reverse("admin:accounts_secondfactorreset_confirm", args=[reset.pk])
        return format_html(
            '<a class="button" href="{}">Confirm as the second member of the helpdesk</a>', address
        )

    @admin.display(description="State")
    def state(self, reset: SecondFactorReset) -> str:
        if reset.confirmed_at:
            return "Confirmed"
        return "Ran out" if reset.expires_at <= timezone.now() else "Waits to be confirmed"

    def get_urls(self) -> list[URLPattern]:
        of_site = self.admin_site.admin_view
        own = [
            path("ask/<int:person_id>/", of_site(self.ask), name="accounts_secondfactorreset_ask"),
            path(
                "<int:reset_id>/confirm/",
                of_site(self.confirm),
                name="accounts_secondfactorreset_confirm",
            ),
        ]
        return [*own, *super().get_urls()]

    def ask(self, request: HttpRequest, person_id: int) -> HttpResponse:
        """One member of the helpdesk says how they know whom they speak with."""
        by, person = cast(User, request.user), get_object_or_404(User, pk=person_id)
        form = ResetForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            page = reverse("admin:accounts_user_change", args=[person.pk])
            require_proof(request, about="ask for a reset of two-step login", back_to=page)
            try:
                reset = ask_for_reset(person=person, note=form.cleaned_data["note"], by=by)
            except DomainError as refused:
                messages.error(request, str(refused))
                return redirect(page)
            messages.success(request, "Now a colleague of the helpdesk confirms it on this page.")
            return redirect("admin:accounts_secondfactorreset_change", reset.pk)
        refusal = may_ask_for_reset(by, person)
        context = {"person": person, "form": form, "refusal": refusal}
        return self.page(request, "Reset two-step login", "ask.html", context)

    def confirm(self, request: HttpRequest, reset_id: int) -> HttpResponse:
        """Another member of the helpdesk agrees; then the devices are removed."""
        by = cast(User, request.user)
        resets = SecondFactorReset.objects.select_related("person", "asked_by")
        reset = get_object_or_404(resets, pk=reset_id)
        if request.method == "POST":
            page = reverse("admin:accounts_secondfactorreset_change", args=[reset.pk])
            require_proof(request, about="confirm a reset of two-step login", back_to=page)
            try:
                confirm_reset(reset=reset, by=by)
            except DomainError as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(
                    request, f"{reset.person} sets up two-step login anew at the next login."
                )
            return redirect(page)
        context = {"reset": reset, "person": reset.person, "refusal": may_confirm_reset(by, reset)}
        return self.page(request, "Confirm the reset of two-step login", "confirm.html", context)

    def page(
        self, request: HttpRequest, title: str, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        whole = {**self.admin_site.each_context(request), "title": title, **context}
        return render(request, f"admin/accounts/secondfactorreset/{template}", whole)
