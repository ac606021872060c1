from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Group
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.lockout import SIGN_INS, is_locked_out, key_of, lift_lockout, wait_in_words
from accounts.models import Grant, Registration, Role, User
from accounts.plain import plain
from accounts.second_factor.admin import two_step_login
from core.admin import PersonalAdmin
from core.audit import record
from core.audit_search import CappedPaginator

# Addresses are proved by their links, rights stand in grants, sessions are their owners'.
admin.site.unregister(EmailAddress)
admin.site.unregister(Group)
# Who owns an identity links it; issuers are configured, and their tokens are not kept.
admin.site.unregister([SocialAccount, SocialApp, SocialToken])
admin.site.unregister(UserSession)


# Letters
SERVED_BY_TRIGRAMS = 3


@admin.register(User)
class UserAdmin(PersonalAdmin):
    def person_shown(self, obj: User) -> User:
        return obj

    list_display = ("email", "first_name", "surname", "kind", "account", "last_login")
    list_filter = ("is_active", "kind")
    search_fields = ("email", "surname__plain__icontains")
    search_help_text = "Part of the email address, or of the surname"
    ordering = ("email",)
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    fields = (
        "email",
        "first_name",
        "surname",
        "job_title",
        "contact_number",
        "work_postcode",
        "kind",
        "account",
        "terms_version",
        "news",
        "joined_at",
        "last_login",
        "locked_out",
        "two_step_login",
    )
    readonly_fields = ("account", "news", "locked_out", "two_step_login")
    actions = ("lift_lockouts",)

    @admin.display(description=mark_safe('<input type="checkbox" id="action-toggle">'))
    def action_checkbox(self, person: User) -> SafeString:
        """As Django's own, which goes through a template for each row: a fifth of the list."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select"'
            ' aria-label="Select this person for an action - {}">',
            ACTION_CHECKBOX_NAME,
            person.pk,
            person,
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        return super().get_search_results(request, queryset, plain(search_term))

    def get_ordering(self, request: HttpRequest) -> Any:
        """Who is found through the indexes of names is sorted afterwards.

        PostgreSQL would go through the order of addresses until a page is full, and the people of
        one name may stand far down in it.
        """
        if len(request.GET.get("q", "")) < SERVED_BY_TRIGRAMS:
            return self.ordering
        return [Coalesce("email", Value(""))]

    @admin.display(description="Account", ordering="is_active")
    def account(self, person: User) -> str:
        return "Enabled" if person.is_active else "Disabled"

    @admin.display(description="News about the service")
    def news(self, person: User) -> str:
        answers: dict[bool | None, str]
        answers = {True: "May be sent", False: "May not be sent", None: "Not asked yet"}
        return answers[person.communications]

    @admin.display(description="Locked out")
    def locked_out(self, person: User) -> str:
        """Whether, and how long, wrong passwords keep the person from logging in (CQRS-20)."""
        if not is_locked_out(person.email):
            return "No"
        return f"For {wait_in_words(SIGN_INS, key_of(person.email))}, by wrong passwords"

    @admin.display(description="Two-step login")
    def two_step_login(self, person: User) -> str:
        """What the person has set up, and the way to reset it (ERN-03)."""
        return two_step_login(person)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        person = self.get_object(request, object_id)
        locked_out = person is not None and is_locked_out(person.email)
        context = {**(extra_context or {}), "locked_out": locked_out}
        return super().change_view(request, object_id, form_url, context)

    @admin.action(description="Unlock: let them log in at once")
    def lift_lockouts(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """For who telephoned: the count of wrong passwords begins anew."""
        for person in people:
            lift_lockout(person.email, by=cast(User, request.user))
            self.message_user(request, f"{person} can log in again.", messages.SUCCESS)


@admin.register(Registration)
class RegistrationAdmin(PersonalAdmin):
    """Those whose address is not proven yet."""

    def person_shown(self, obj: Registration) -> None:
        """Nobody who has an account."""

    list_display = ("address", "first_name", "surname", "registered_at")
    search_fields = ("address", "surname")
    ordering = ("-pk",)
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    fields = ("address", *Registration.DETAILS, "terms_version", "communications", "registered_at")


@admin.register(Grant)
class GrantAdmin(PersonalAdmin):
    list_display = ("person", "access", "origin", "valid_from", "valid_until", "revoked_at")
    list_filter = ("capability", "origin")
    list_select_related = ("person",)
    search_fields = ("person__email", "person__surname")
    ordering = ("-pk",)
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> QuerySet[Grant]:
        """To plan the join of every scope takes longer than to ask for those that there are."""
        return super().get_queryset(request).prefetch_related(*Grant.SCOPE_RELATIONS)

    @admin.display(description="access")
    def access(self, grant: Grant) -> str:
        return grant.describe()


@admin.register(Role)
class RoleAdmin(admin.ModelAdmin):
    """The helpdesk words the sentence about each role; the roles themselves are the product's."""

    list_display = ("__str__", "explanation")
    fields = ("capability", "explanation")
    readonly_fields = ("capability",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Role, form: "ModelForm[Any]", change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        record(
            "role.explained",
            by=request.user,  # type: ignore[arg-type]
            target=obj,
            explanation=obj.explanation,
        )
