"""Updating the beds of several wards with a file: download, upload, look at it, save all of it."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, requires
from availability import rules
from availability.bulk.columns import COLUMNS
from availability.bulk.files import EXPLAINED, as_csv, as_xlsx
from availability.bulk.forms import DownloadForm, SaveForm, UploadForm
from availability.bulk.queries import beds_of, units_of, upload_of
from availability.bulk.reading import read_rows
from availability.bulk.services import keep_upload, save_upload
from availability.choices import DelayReason
from availability.queries import boards_of
from availability.words import plural
from core.errors import Conflict, DomainError, status_of
from core.spreadsheets import XLSX, csv_response, xlsx_response
from core.uploads import MOST_ROWS


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def file(request: SignedInRequest) -> HttpResponse:
    """Where the file is downloaded, and uploaded again; its rows are kept until they are saved."""
    is_sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if form.is_bound and form.is_valid():
        keep_upload(by=request.user, rows=form.cleaned_data["file"])
        return redirect("availability:bulk_check")
    return show_file(request, upload=form)


@requires(rules.may_edit_a_ward)
@require_safe
@never_cache
def template(request: SignedInRequest) -> HttpResponseBase:
    """The beds as they are, in a file."""
    wards = list(boards_of(request.user))
    form = DownloadForm(request.GET, units=units_of(wards))
    if not form.is_valid():
        return show_file(request, download=form)
    if unit := form.cleaned_data["unit"]:
        wards = [ward for ward in wards if str(ward.unit_id) == unit]
    entries = beds_of(wards)
    if len(entries) > MOST_ROWS:
        form.add_error("unit", f"These are more than {MOST_ROWS:,} beds. Choose one unit")
        return show_file(request, download=form)
    kind = form.cleaned_data["format"]
    name = f"beds-{timezone.localtime():%Y-%m-%d-%H%M}.{kind}"
    if kind == XLSX:
        return xlsx_response(name, as_xlsx(entries))
    return csv_response(name, as_csv(entries))


@requires(rules.may_edit_a_ward)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check(request: SignedInRequest) -> HttpResponse:
    """What the rows of the file change, or what is wrong with each; then all of it is saved."""
    upload = upload_of(request.user)
    if upload is None:
        # Nothing was uploaded, or it was saved by the first of two clicks.
        is_sent = request.method == "POST"
        return redirect("availability:wards" if is_sent else "availability:bulk_file")
    refused: DomainError | None = None
    if request.method == "POST":
        try:
            made = save_upload(by=request.user)
        except Conflict as conflict:
            if upload_of(request.user) is None:
                return redirect("availability:wards")
            refused = conflict
        except DomainError as refusal:
            refused = refusal
        else:
            messages.success(request, f"{plural(len(made), 'bed')} changed. All were saved.")
            return redirect("availability:wards")
    read = read_rows(upload.rows, request.user)
    form = SaveForm(request.POST if refused else None, number=len(read.changes))
    if refused:
        form.add_error(None, str(refused))
    context = {"read": read, "form": form}
    return render(request, "availability/bulk/check.html", context, status=status_of(refused))


def show_file(
    request: SignedInRequest,
    *,
    upload: UploadForm | None = None,
    download: DownloadForm | None = None,
) -> HttpResponse:
    context = {
        "upload": upload or UploadForm(),
        "download": download or DownloadForm(units=units_of(boards_of(request.user))),
        "columns": COLUMNS,
        "explained": EXPLAINED,
        "delay_reasons": DelayReason.choices,
        "upload_waits": upload_of(request.user) is not None,
    }
    return render(request, "availability/bulk/file.html", context)
