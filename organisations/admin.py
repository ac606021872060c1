"""The directory in the helpdesk's admin. Nothing is deleted here: what ends gets a closing day."""

from collections.abc import Sequence
from typing import Any

import pghistory
from django import forms
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest, HttpResponse

from core.audit import record
from organisations.closing import is_closed
from organisations.models import (
    Collaborative,
    CollaborativeMember,
    Feature,
    Organisation,
    OrganisationKind,
    PostcodeLocation,
    Region,
    ServiceGroup,
    ServiceType,
    Unit,
    Ward,
)
from organisations.postcodes import NotAPostcode, split
from organisations.queries import has_words, tidy
from organisations.search_text import search_words


class ChosenById(AutocompleteSelect):
    """Django's own fails on a value that is no id, rather than leave the error to the field."""

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        ids = [one for one in value if one.isascii() and one.isdigit() and len(one) < 19]
        return super().optgroups(name, ids, attr)


class FindsByTyping(BaseModelAdmin):
    """For an admin, or a part of one, with `autocomplete_fields`."""

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = ChosenById(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class DirectoryAdmin(FindsByTyping, admin.ModelAdmin):
    """Keeps every change in the audit trail; `from_source` is what the reference files say."""

    from_source: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return (*super().get_readonly_fields(request, obj), *(self.from_source if obj else ()))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Model, form: "ModelForm[Any]", change: bool
    ) -> None:
        with pghistory.context(source="admin", user=request.user.pk):
            super().save_model(request, obj, form, change)
        record(
            "directory.changed" if change else "directory.added",
            by=request.user,  # type: ignore[arg-type]
            target=obj,
            fields=form.changed_data,
        )


class ReadOnlyAdmin(DirectoryAdmin):
    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class PlaceAdmin(DirectoryAdmin):
    """Searched by the words of any name, or by `codes`, each step through an index of its own."""

    # Says that there is a search; `get_search_results` is how.
    search_fields = ("search_text",)
    show_full_result_count = False
    codes: tuple[str, ...] = ()

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> "tuple[QuerySet[Any], bool]":
        if not search_term.strip():
            return queryset, False
        text = tidy(search_term)
        if not search_words(text):
            return queryset.none(), False
        every = self.model._default_manager.order_by()
        # Codes and postcodes are kept in capitals.
        found = [every.filter(**{code: text.upper()}).values("pk") for code in self.codes]
        words = every.filter(has_words(text)).values("pk")
        return queryset.filter(pk__in=words.union(*found)), False


@admin.register(Region)
class RegionAdmin(ReadOnlyAdmin):
    list_display = ("name", "code", "position")


@admin.register(ServiceGroup)
class ServiceGroupAdmin(DirectoryAdmin):
    list_display = (
        "name",
        "open_to_registration",
        "open_to_plans",
        "warn_after_hours",
        "stale_after_hours",
    )
    from_source = ("code",)


@admin.register(ServiceType)
class ServiceTypeAdmin(DirectoryAdmin):
    list_display = ("name", "group", "mhsds_code", "position")
    list_filter = ("group",)
    list_select_related = ("group",)
    search_fields = ("name", "mhsds_code")
    from_source = ("code", "group", "mhsds_code")


@admin.register(Feature)
class FeatureAdmin(DirectoryAdmin):
    list_display = ("name", "group", "position")
    list_filter = ("group",)
    list_select_related = ("group",)
    from_source = ("code",)


@admin.register(OrganisationKind)
class OrganisationKindAdmin(DirectoryAdmin):
    list_display = ("name", "asks_as", "position")
    from_source = ("code", "asks_as")


class OrganisationForm(forms.ModelForm):
    """Writes a postcode as the files do, since organisations are found by its first half."""

    def clean_postcode(self) -> str:
        postcode: str = self.cleaned_data["postcode"]
        if not postcode:
            return postcode
        try:
            outcode, incode = split(postcode)
        except NotAPostcode as error:
            raise ValidationError(str(error)) from error
        return f"{outcode} {incode}".strip()


@admin.register(Organisation)
class OrganisationAdmin(PlaceAdmin):
    form = OrganisationForm
    list_display = ("name", "ods_code", "kind", "region", "approval_level", "closed_on")
    list_filter = ("kind", "region", "approval_level", ("closed_on", admin.EmptyFieldListFilter))
    list_select_related = ("kind", "region")
    codes = ("ods_code__iexact", "postcode__startswith")
    # What follows when one closes or merges is done, and shown before, on pages of their own.
    readonly_fields = ("closed_on", "successor")
    # A switch of the level moves what waits and is kept as history: it has a page of its own too.
    from_source = ("ods_code", "ods_name", "approval_level")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        shown = kwargs.get("obj")
        context["can_close"] = shown is not None and not is_closed(shown)
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(Unit)
class UnitAdmin(PlaceAdmin):
    list_display = ("name", "organisation", "ods_code", "town", "postcode", "region", "closed_on")
    list_filter = ("region", ("closed_on", admin.EmptyFieldListFilter))
    list_select_related = ("organisation", "region")
    codes = ("ods_code__iexact", "postcode__startswith")
    autocomplete_fields = ("organisation",)
    from_source = ("ods_code", "ods_name", "last_seen")


@admin.register(Ward)
class WardAdmin(PlaceAdmin):
    list_display = ("name", "unit", "service_type", "sex", "security_level", "closed_on")
    list_filter = (
        "service_type__group",
        "kind",
        "sex",
        "security_level",
        ("closed_on", admin.EmptyFieldListFilter),
    )
    list_select_related = ("unit__organisation", "service_type")
    codes = ("unit__ods_code__iexact",)
    autocomplete_fields = ("unit", "service_type")


class MemberInline(FindsByTyping, admin.TabularInline):
    model = CollaborativeMember
    autocomplete_fields = ("organisation",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("organisation", "collaborative")


@admin.register(Collaborative)
class CollaborativeAdmin(DirectoryAdmin):
    list_display = ("name", "service_group", "region", "lead", "brand")
    list_filter = ("service_group", "region")
    list_select_related = ("service_group", "region", "lead")
    search_fields = ("name", "brand", "footprint")
    autocomplete_fields = ("lead",)
    inlines = (MemberInline,)
    from_source = ("name", "source")

    def save_formset(
        self,
        request: HttpRequest,
        form: "ModelForm[Any]",
        formset: "BaseInlineFormSet[Any, Any, Any]",
        change: bool,
    ) -> None:
        super().save_formset(request, form, formset, change)
        if formset.has_changed():
            members = CollaborativeMember.objects.filter(collaborative=form.instance)
            record(
                "directory.members_changed",
                by=request.user,  # type: ignore[arg-type]
                target=form.instance,
                members=sorted(members.values_list("organisation", flat=True)),
            )


@admin.register(PostcodeLocation)
class PostcodeLocationAdmin(ReadOnlyAdmin):
    list_display = ("code", "latitude", "longitude", "country", "region")
    list_filter = ("region", "country")
    list_select_related = ("region",)
    search_fields = ("code__istartswith",)
