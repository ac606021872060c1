"""The helpdesk's pages about a person, a registration and an item, with what it may do there."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse

from accounts.admin import RegistrationAdmin, UserAdmin
from accounts.choices import AccountKind
from accounts.models import Registration, User
from accounts.profile.services import set_kind
from accounts.reauthentication.proof import require_proof
from approvals.choices import ItemStatus
from approvals.helpdesk.person import tables_of, verification_of, way_of
from approvals.helpdesk.rerouting import RerouteForm, other_stages
from approvals.helpdesk.rules import may_resend_link
from approvals.helpdesk.services import reroute_item, resend_registration, resend_verification
from approvals.models import Item, Stage
from core.admin import PersonalAdmin
from core.audit_search import CappedPaginator
from core.confirming import Ask, confirm

# Registrations that a search of people lists too.
MOST_REGISTRATIONS = 10

admin.site.unregister([User, Registration])


@admin.register(User)
class HelpdeskUserAdmin(UserAdmin):
    """A person on one page, with the ways to help them."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/verify/", view(self.resend_link), name="accounts_user_verify"),
            path("<int:pk>/kind/", view(self.change_kind), name="accounts_user_kind"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who registered and has not proven the address is no person yet, and is named beside."""
        text = request.GET.get("q", "").replace("\0", "").strip()
        waiting = Registration.objects.filter(address__icontains=text).order_by("-pk")
        found = waiting[:MOST_REGISTRATIONS] if text else []
        return super().changelist_view(
            request, {**(extra_context or {}), "registrations": found, "sought": text}
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        person = self.get_object(request, object_id)
        context: dict[str, Any] = {**(extra_context or {})}
        if person:
            context["verification"] = verification_of(person)
            context["tables"] = tables_of(person)
            context["can_resend_link"] = may_resend_link(person) is None
        return super().change_view(request, object_id, form_url, context)

    def resend_link(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Mail the link that verifies the address again."""
        person = get_object_or_404(User, pk=pk)
        ask = Ask(
            title="Send a new verification link",
            about=str(person),
            text="A new link goes to this address. The one before it works no more.",
            button="Send the link",
            refusal=may_resend_link(person),
            verb=lambda by: resend_verification(person=person, by=by),
            done=f"A new link is on its way to {person.email}.",
            back=reverse("admin:accounts_user_change", args=[person.pk]),
        )
        return confirm(request, self.admin_site, ask)

    def change_kind(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make the account a shared one, or a person's own again."""
        person = get_object_or_404(User, pk=pk)
        to = AccountKind.PERSONAL if person.is_shared else AccountKind.GENERIC
        page = reverse("admin:accounts_user_change", args=[person.pk])
        text = (
            "It can be given more than search again."
            if person.is_shared
            else (
                "It can only search, and shows what sharing it means at each login. What is done "
                "with it is marked as done by a shared account."
            )
        )

        def verb(by: Any) -> None:
            require_proof(request, about="change what kind of account it is", back_to=page)
            set_kind(person=person, kind=to, by=by)

        ask = Ask(
            title="Make it a person's own" if person.is_shared else "Make it a shared account",
            about=str(person),
            text=text,
            button=f"Change it to: {to.label.lower()}",
            refusal=None,
            verb=verb,
            done=f"{person} is of the kind: {to.label.lower()}.",
            back=page,
        )
        return confirm(request, self.admin_site, ask)


@admin.register(Registration)
class HelpdeskRegistrationAdmin(RegistrationAdmin):
    def get_urls(self) -> list[URLPattern]:
        resend = self.admin_site.admin_view(self.resend)
        own = path("<int:pk>/resend/", resend, name="accounts_registration_resend")
        return [own, *super().get_urls()]

    def resend(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Mail the link of a registration again."""
        registration = get_object_or_404(Registration, pk=pk)
        ask = Ask(
            title="Send a new verification link",
            about=f"{registration.get_full_name()} ({registration.address})",
            text="A new link goes to this address. The one before it works no more.",
            button="Send the link",
            refusal=None,
            verb=lambda by: resend_registration(registration=registration, by=by),
            done=f"A new link is on its way to {registration.address}.",
            back=reverse("admin:accounts_registration_changelist"),
        )
        return confirm(request, self.admin_site, ask)


@admin.register(Item)
class ItemAdmin(PersonalAdmin):
    """What waits for a decision, and what became of it; decided on in the queue alone."""

    list_display = ("person", "asks_for", "status", "submitted_at")
    list_filter = ("status", "capability")
    list_select_related = ("person",)
    search_fields = ("person__email", "person__surname")
    ordering = ("-pk",)
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        """To plan the join of every scope takes longer than to ask for those that there are."""
        return super().get_queryset(request).prefetch_related(*Item.SCOPE_RELATIONS)

    @admin.display(description="asks for")
    def asks_for(self, item: Item) -> str:
        return item.describe()

    def get_urls(self) -> list[URLPattern]:
        reroute = self.admin_site.admin_view(self.reroute)
        own = path("<int:pk>/reroute/", reroute, name="approvals_item_reroute")
        return [own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        item = self.get_object(request, object_id)
        context = {**(extra_context or {}), "tables": [way_of(item)] if item else []}
        return super().change_view(request, object_id, form_url, context)

    def reroute(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send an item that waits to another approver, with a reason."""
        items = Item.objects.select_related("person", *Item.SCOPE_RELATIONS)
        item = get_object_or_404(items, pk=pk)
        waits = item.status == ItemStatus.SUBMITTED
        page = reverse("admin:approvals_item_change", args=[item.pk])

        def verb(by: Any, to: Stage | None, reason: str) -> None:
            require_proof(request, about="send a request to another approver", back_to=page)
            reroute_item(item=item, to=to, reason=reason, by=by)

        ask = Ask(
            title="Send it to another approver",
            about=str(item),
            text="Those who decide there are told, and have their whole time from now on.",
            button="Send it there",
            refusal=None if waits else f"It has ended: {item.get_status_display().lower()}.",
            verb=verb,
            done="It waits there now.",
            back=page,
            form=RerouteForm,
            form_arguments={"stages": other_stages(item) if waits else {}},
        )
        return confirm(request, self.admin_site, ask)
