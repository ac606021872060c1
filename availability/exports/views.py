from itertools import islice

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, requires
from availability.exports.access import export, is_by_token
from availability.exports.answers import problem
from availability.exports.forms import ExportForm
from availability.exports.have import message
from availability.exports.tables import TABLES, Table
from availability.rules import may_search_in_own_name
from core.errors import DomainError
from core.spreadsheets import MOST_IN_SPREADSHEET, XLSX, table_response

# What is free now: what it is called, and the name of its address.
FEEDS = (
    ("Sites, wards and beds as FHIR R4 (Location)", "availability:fhir_location_search"),
    ("Services as FHIR R4 (HealthcareService)", "availability:fhir_healthcareservice_search"),
    ("Providers as FHIR R4 (Organization)", "availability:fhir_organization_search"),
    ("What the FHIR addresses can do (CapabilityStatement)", "availability:fhir_metadata"),
    ("Hospitals as EDXL-HAVE 2.0", "availability:export_have"),
)


@requires(may_search_in_own_name)
@require_safe
@never_cache
def exports(request: SignedInRequest) -> HttpResponse:
    """What there is to take, and where."""
    context = {
        "tables": TABLES,
        "feeds": [{"title": title, "url": reverse(name)} for title, name in FEEDS],
    }
    return render(request, "availability/exports/exports.html", context)


@export
def table(request: SignedInRequest, table: Table) -> HttpResponseBase:
    """A table: the file if all that it needs is asked for, otherwise the form that asks."""
    asked = bool(request.GET) or is_by_token(request)
    form = table.form(request.GET if asked else None)
    if form.is_valid():
        try:
            return file_of(request, table, form)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    if is_by_token(request):
        lines = [f"{name}: {error}" for name, found in form.errors.items() for error in found]
        return problem(request, 400, "\n".join(lines))
    context = {"form": form, "table": table}
    return render(request, "availability/exports/table.html", context)


def file_of(request: SignedInRequest, table: Table, form: ExportForm) -> HttpResponseBase:
    """The table; DomainError if its rows are too many for a spreadsheet."""
    first, last = form.period
    kind = form.cleaned_data["format"]
    name = f"cpms-{table.key}-{first}-{last}.{kind}"
    rows = table.rows(request.user, first, last)
    if kind == XLSX:
        # Before the first is written: half a workbook would leave files behind.
        rows = list(islice(rows, MOST_IN_SPREADSHEET + 1))
        if len(rows) > MOST_IN_SPREADSHEET:
            raise DomainError(
                f"A spreadsheet holds {MOST_IN_SPREADSHEET:,} rows at most, and these are more. "
                "Choose CSV, or a shorter period."
            )
    return table_response(name, table.key, table.columns, rows)


@export
def have(request: SignedInRequest) -> HttpResponseBase:
    """What is free now, as EDXL-HAVE."""
    return StreamingHttpResponse(
        message(request.user, timezone.now()), content_type="application/xml; charset=utf-8"
    )
