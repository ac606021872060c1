"""A version as a file, and a draft or scenario from one: upload, look at it, save all of it."""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from availability.words import plural
from capacity_plans.editing.queries import versions_for
from capacity_plans.editing.rows import of_version
from capacity_plans.files.columns import EXPLAINED, VERSION_SHEET, version_cells
from capacity_plans.files.forms import SaveForm, UploadForm
from capacity_plans.files.queries import VersionRows, upload_of
from capacity_plans.files.services import keep_upload, look, save_upload
from capacity_plans.files.writing import Tables, as_csv, as_xlsx
from capacity_plans.models import Version
from capacity_plans.queries import versions_readable_by
from capacity_plans.rules import may_edit_plans, may_read_plans
from core.errors import Conflict, DomainError, status_of
from core.spreadsheets import CSV, MEDIA_TYPES, XLSX

WRITERS = {XLSX: as_xlsx, CSV: as_csv}


def file_of(version: Version, tables: Tables, kind: str, what: str) -> HttpResponse:
    name = slugify(f"{version.plan.collaborative} {version.plan.name} {version.label} {what}")
    return HttpResponse(
        WRITERS[kind](tables),
        content_type=MEDIA_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


@requires(may_read_plans)
@require_safe
@never_cache
def export(request: SignedInRequest, version_id: int, kind: str) -> HttpResponse:
    """A version as it is."""
    versions = versions_readable_by(request.user).select_related("plan__collaborative")
    version = get_object_or_404(versions, pk=version_id)
    return file_of(version, VersionRows(version).tables, kind, "")


@requires(may_edit_plans)
@require_safe
@never_cache
@of_version
def blank(request: SignedInRequest, version: Version, kind: str) -> HttpResponse:
    """A file of the version without its rows, to be filled in."""
    tables: Tables = {VERSION_SHEET: [version_cells(version)]}
    return file_of(version, tables, kind, "template")


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@of_version
def upload(request: SignedInRequest, version: Version) -> HttpResponse:
    """Where a file is uploaded; its rows are kept until they are saved."""
    is_sent = request.method == "POST"
    form = UploadForm(*([request.POST, request.FILES] if is_sent else []), version=version)
    if is_sent and form.is_valid():
        # Of one that was discarded meanwhile, the next page says so.
        with suppress(Conflict):
            keep_upload(version=version, rows=form.cleaned_data["file"], by=request.user)
        return redirect("plans:import_check", version.pk)
    context = {
        "version": version,
        "form": form,
        "explained": EXPLAINED,
        "upload_waits": upload_of(request.user, version) is not None,
    }
    return render(request, "capacity_plans/files/upload.html", context)


@requires(may_edit_plans)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@of_version
def check(request: SignedInRequest, version: Version) -> HttpResponse:
    """What the file adds, changes and removes, or which cells are wrong; then it is saved."""
    form = SaveForm(request.POST if request.method == "POST" else None, version=version)
    refused: DomainError | None = None
    if form.is_valid():
        try:
            found = save_upload(
                version=version, revision=form.cleaned_data["revision"], by=request.user
            )
        except DomainError as refusal:
            refused = refusal
        else:
            messages.success(request, f"{plural(found.number, 'change')} saved from the file.")
            return redirect("plans:version", version.pk)
    kept = upload_of(request.user, version)
    if kept is None:
        # Nothing was uploaded, or it was saved by the first of two clicks.
        return redirect("plans:version" if form.is_bound else "plans:import", version.pk)
    version = get_object_or_404(versions_for(request.user), pk=version.pk)
    content, _, found = look(version, kept)
    # What is shown now is what is saved next.
    shown = SaveForm(version=version, number=found.number)
    context = {
        "version": version,
        "content": content,
        "found": found,
        "form": shown,
        "problem": str(refused or "") or next(iter(form.errors.get("revision", ())), ""),
        "is_older": content.revision is not None and content.revision != version.revision,
    }
    return render(request, "capacity_plans/files/check.html", context, status=status_of(refused))
