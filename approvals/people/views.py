"""The users list, a person's page, and what approvers do to an account."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, requires
from accounts.lockout import SIGN_INS, key_of, wait_in_words
from accounts.models import User
from accounts.reauthentication.proof import require_proof
from approvals.choices import ItemStatus
from approvals.mine.queries import ended_access_of, items_of, past_of, waiting_of
from approvals.people import export, queries, rules, services
from approvals.people.forms import ConfirmForm, DisableForm, FilterForm, RevokeForm
from approvals.people.moves import moves_without
from approvals.people.status import COLOURS, Status, with_status
from approvals.rights import Act
from core.errors import Conflict, DomainError
from core.looking import note_look
from core.spreadsheets import CSV, MEDIA_TYPES, table_response

PER_PAGE = 25


@requires(rules.may_open)
@require_safe
@never_cache
def users(request: SignedInRequest) -> HttpResponse:
    """The people whom this approver looks after, by name (CQRS-10)."""
    form = FilterForm(request.GET)
    people = (
        queries.filtered(request.user, form.filters) if form.is_valid() else User.objects.none()
    )
    page = Paginator(people.order_by(*queries.IN_ORDER), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": queries.rows_of(cast(QuerySet[User], page.object_list)) if form.is_valid() else [],
        "is_narrowed": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "approvals/people/users.html", context)


@requires(rules.may_open)
@require_POST
def export_users(request: SignedInRequest) -> HttpResponseBase:
    """The list, as it is narrowed in the address, as a file."""
    form = FilterForm(request.GET)
    kind = request.POST.get("format", CSV)
    if not form.is_valid() or kind not in MEDIA_TYPES:
        return redirect("approvals:users")
    back = f"{reverse('approvals:users')}?{request.GET.urlencode()}"
    try:
        people = export.begin_export(by=request.user, filters=form.filters, kind=kind)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect(back)
    name = f"users-{timezone.localdate():%Y-%m-%d}.{kind}"
    return table_response(name, "Users", export.COLUMNS, export.lines_of(people))


def found(request: SignedInRequest, pk: int) -> User:
    return get_object_or_404(queries.people_of(request.user), pk=pk)


@requires(rules.may_open)
@require_safe
@never_cache
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody's account: how it stands, what they hold, and what can be done."""
    whom = found(request, pk)
    note_look(
        request,
        subject=whom,
        page="users",
        target=whom,
        role=lambda: queries.role_towards(request.user, whom),
    )
    refusals = rules.refusals(ACTIONS, request.user, whom)
    status = Status(whom.status)  # type: ignore[attr-defined]
    past = past_of(list(items_of(whom).exclude(status=ItemStatus.SUBMITTED)[:10]))
    context = {
        "person": whom,
        "row": queries.rows_of(with_status(User.objects.filter(pk=pk)))[0],
        "status": status.label,
        "colour": COLOURS[status],
        "disabling": None if whom.is_active else queries.disabling_of(whom),
        "locked_for": wait_in_words(SIGN_INS, key_of(whom.email))
        if status == Status.LOCKED
        else "",
        "held": queries.access_of(whom),
        "ended_access": ended_access_of(whom),
        "waiting": waiting_of(whom),
        "past": past,
        "invitations": queries.invitations_of(whom),
        "actions": [
            (action, action.explained(whom))
            for act, action in ACTIONS.items()
            if not refusals[act] and not rules.may_now(act, whom)
        ],
        # Of one kind of act the reason is as good as of another.
        "refusal": refusals[Act.DISABLE] if all(refusals.values()) else None,
    }
    return render(request, "approvals/people/person.html", context)


@dataclass(frozen=True)
class Action:
    """A button on a person's page, and the page that it leads to."""

    url_name: str
    title: str
    explanation: str
    about: str
    done: str
    is_warning: bool = False
    # The explanation of what is done to a disabled account too.
    if_disabled: str = ""

    def explained(self, whom: User) -> str:
        return self.explanation if whom.is_active else self.if_disabled or self.explanation


ACTIONS = {
    Act.UNLOCK: Action(
        "approvals:unlock_person",
        "Unlock account",
        "They can log in again at once. Unlock the account only if you know that it was them who "
        "typed the wrong passwords.",
        about="unlock the account of",
        done="can log in again. They are told by email.",
    ),
    Act.ENABLE: Action(
        "approvals:enable_person",
        "Enable account",
        "They can log in again with the password that they had, and have the access that they had.",
        about="enable the account of",
        done="can log in again. They are told by email.",
    ),
    Act.DISABLE: Action(
        "approvals:disable_person",
        "Disable account",
        "They are logged out at once and cannot log in any more, for any organisation. What they "
        "have asked for is withdrawn. Their data are kept, and the account can be enabled again.",
        about="disable the account of",
        done="can no longer log in. They are told by email.",
    ),
    Act.REVOKE: Action(
        "approvals:revoke_access",
        "Revoke access",
        "They lose this access at once. They can still log in, see their profile, and ask for "
        "access.",
        if_disabled="They will not have this access when the account is enabled again.",
        about="revoke the access of",
        done="has lost this access. They are told.",
        is_warning=True,
    ),
}


def act_on(
    request: SignedInRequest,
    whom: User,
    act: Act,
    form: Form,
    do: Callable[[], object],
) -> HttpResponse:
    """Ask, then do it; what the person's account is not for, is not found."""
    action, back = ACTIONS[act], redirect("approvals:person", whom.pk)
    if request.method == "POST" and form.is_valid():
        name = whom.get_full_name()
        require_proof(request, about=f"{action.about} {name}", back_to=request.path)
        try:
            do()
        except Conflict as conflict:
            messages.warning(request, str(conflict))
            return back
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{name} {action.done}")
            return back
    elif request.method != "POST" and (refusal := rules.may_now(act, whom)):
        messages.warning(request, refusal)
        return back
    context = {
        "person": whom,
        "action": action,
        "explanation": action.explained(whom),
        "moves": moves_without(whom) if act == Act.DISABLE else [],
        "form": form,
    }
    return render(request, "approvals/people/act.html", context)


def acted_on(request: SignedInRequest, pk: int, act: Act) -> User:
    """The person, if this may be done to them by who asks."""
    whom = found(request, pk)
    if rules.may_act(act, request.user, whom):
        raise Http404
    return whom


def page_of(whom: User) -> str:
    return reverse("approvals:person", args=[whom.pk])


@requires(rules.may_open)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def disable(request: SignedInRequest, pk: int) -> HttpResponse:
    """Disable an account, with the reason (CQRS-16)."""
    whom = acted_on(request, pk, Act.DISABLE)
    form = DisableForm(posted(request), back_url=page_of(whom))
    return act_on(
        request,
        whom,
        Act.DISABLE,
        form,
        lambda: services.disable(person=whom, by=request.user, **form.cleaned_data),
    )


@requires(rules.may_open)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def enable(request: SignedInRequest, pk: int) -> HttpResponse:
    """Enable an account again (CQRS-17)."""
    whom = acted_on(request, pk, Act.ENABLE)
    form = ConfirmForm(posted(request), back_url=page_of(whom))
    return act_on(
        request, whom, Act.ENABLE, form, lambda: services.enable(person=whom, by=request.user)
    )


@requires(rules.may_open)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take access away, all of it or some (CQRS-18)."""
    whom = acted_on(request, pk, Act.REVOKE)
    held = [access.grant for access in queries.access_of(whom)]
    takeable = set(rules.revocable(request.user, whom).values_list("pk", flat=True))
    if not takeable:
        if request.method == "POST":
            require_proof(request, about="revoke access", back_to=request.path)
        messages.warning(request, services.how_access_ended(whom))
        return redirect("approvals:person", whom.pk)
    form = RevokeForm(
        posted(request),
        grants=[grant for grant in held if grant.pk in takeable],
        back_url=page_of(whom),
    )
    return act_on(
        request,
        whom,
        Act.REVOKE,
        form,
        lambda: services.revoke(
            person=whom,
            by=request.user,
            because=form.cleaned_data["because"],
            grants=form.chosen,
        ),
    )


@requires(rules.may_open)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def unlock(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let somebody log in again who typed wrong passwords (CQRS-20)."""
    whom = acted_on(request, pk, Act.UNLOCK)
    form = ConfirmForm(posted(request), back_url=page_of(whom))
    return act_on(
        request, whom, Act.UNLOCK, form, lambda: services.unlock(person=whom, by=request.user)
    )


def posted(request: SignedInRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
