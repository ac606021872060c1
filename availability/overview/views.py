"""Pages of the directory, and of what there is in each part of the country."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, requires
from accounts.models import User
from availability import rules
from availability.follow_up.calls.queries import calls_to
from availability.history.queries import histories_of
from availability.history.rules import may_read_history
from availability.overview import directory as reads
from availability.overview.dashboard import PERIODS, TABLES, Dashboard, type_of
from availability.overview.facts import facts_of
from availability.overview.figures import Offer, figures_by
from availability.overview.forms import FindForm
from availability.overview.levels import NATION, Level, level_of, own_levels
from availability.queries import freshness_of
from core.spreadsheets import MEDIA_TYPES, table_response
from organisations.models import Ward


@requires(rules.may_search)
@require_safe
def directory(request: SignedInRequest) -> HttpResponse:
    """Regions and collaboratives, or what was looked for (ERN-08)."""
    form = FindForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    context: dict[str, Any] = {"form": form, "text": text}
    if text:
        context["found"] = reads.look_for(request.user, text)
    else:
        regions = reads.regions(request.user)
        context |= {
            "regions": regions,
            "networks": reads.networks(request.user, Q()),
            "map": reads.map_of_regions(regions),
        }
    return render(request, "availability/overview/directory.html", context)


@requires(rules.may_search)
@require_safe
def directory_place(request: SignedInRequest, place: str) -> HttpResponse:
    """A region, collaborative, provider, unit or ward."""
    level = level_of(request.user, place)
    if level is None or level.thing is None:
        raise Http404
    context: dict[str, Any] = {"level": level, "facts": facts_of(level)}
    if level.kind == "ward":
        return render(
            request,
            "availability/overview/ward.html",
            context | ward_context(level) | own_of(level.thing, request.user),
        )
    types = reads.service_types_of(level)
    total = sum((offer for _, offer in types), Offer())
    context |= {
        "types": types,
        "total": total,
        "contents": reads.contents_of(level, total, request.GET.get("page")),
        "networks": reads.networks_of(request.user, level),
    }
    return render(request, "availability/overview/place.html", context)


def ward_context(level: Level) -> dict[str, Any]:
    """What the page of a ward says of it."""
    ward = level.thing
    figures = figures_by(level.wards, "pk")[ward.pk]
    return {
        "ward": ward,
        "figures": figures,
        "freshness": freshness_of(ward),
        "map": reads.picture(level, [ward.unit], {ward.unit.pk: figures}),
    }


def own_of(ward: Ward, user: User) -> dict[str, Any]:
    """What the page of a ward shows to some alone."""
    reads_history = may_read_history(user) is None
    return {
        "calls": calls_to(ward, user),
        "in_own_name": rules.may_search_in_own_name(user) is None,
        "has_history": reads_history and histories_of(user).filter(pk=ward.pk).exists(),
    }


@requires(rules.may_search)
@require_safe
def dashboards(request: SignedInRequest) -> HttpResponse:
    """The figures of all regions, and the way to those that are the person's own."""
    return dashboard(request, NATION)


@requires(rules.may_search)
@require_safe
def dashboard(request: SignedInRequest, place: str) -> HttpResponse:
    """The figures of a level, now and over time."""
    board = board_of(request, place)
    total, level = board.total, board.level
    occupancy = "–" if total.occupancy is None else f"{total.occupancy}%"
    delayed = sum(number for _, number in board.reasons.delayed)
    context = {
        "board": board,
        "level": level,
        "own": own_levels(request.user) if level.kind == NATION else [],
        "freshness": freshness_of(level.thing) if level.kind == "ward" else None,
        "key_figures": [
            ("Beds", f"{total.beds:,}"),
            ("Free now", f"{total.free:,}"),
            ("Occupancy", occupancy),
            ("Closed", f"{total.closed:,}"),
            ("Delayed discharges", f"{delayed:,}"),
        ],
        "by_place": tables_by_place(board),
        "reasons": [board.closed, board.delayed],
        "query": board.asked,
        "without_type": board.query(),
    }
    return render(request, "availability/overview/dashboard.html", context)


def tables_by_place(board: Dashboard) -> list[Any]:
    """Of a ward there is nothing to tell apart."""
    if board.level.kind == "ward":
        return []
    return [board.places, board.collaboratives, board.types, board.freshness]


@requires(rules.may_search)
@require_safe
def dashboard_file(
    request: SignedInRequest, place: str, table: str, suffix: str
) -> HttpResponseBase:
    """A table of a dashboard as CSV or as a spreadsheet."""
    board = board_of(request, place)
    if table not in TABLES or suffix not in MEDIA_TYPES:
        raise Http404
    found = board.table_of(table)
    name = f"{board.level.slug}-{table}-{timezone.localdate():%Y-%m-%d}.{suffix}"
    return table_response(name, found.title, found.columns, found.rows)


def board_of(request: SignedInRequest, place: str) -> Dashboard:
    """What the address asks for; the first period for one that there is not. 1 or 2 queries."""
    level = level_of(request.user, place)
    code = request.GET.get("service_type", "")
    service_type = type_of(request.user, code) if code else None
    if level is None or (code and service_type is None):
        raise Http404
    days = {str(days): days for days in PERIODS}.get(request.GET.get("days", ""), PERIODS[0])
    return Dashboard(level, service_type, days)
