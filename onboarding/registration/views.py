"""Registration, part 1: a few questions, a summary, and an e-mail to verify the address."""

from collections.abc import Callable
from functools import wraps

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core.cookies import Cookie, in_words
from core.errors import Conflict
from onboarding.models import RegistrationDraft
from onboarding.registration.drafts import (
    LIFETIME,
    PASSWORD,
    keep_step,
    live_draft,
    register,
    wizard_of,
)
from onboarding.registration.forms import ConfirmForm

COOKIE = "registration"
SALT = "onboarding.registration"

# label, step, field
SUMMARY = (
    ("First name", "name", "first_name"),
    ("Surname", "name", "surname"),
    ("Email address", "name", "email"),
    ("Job title", "work", "job_title"),
    ("Postcode", "work", "postcode"),
)


def cookie() -> Cookie:
    """What the page about cookies says of ours."""
    return Cookie(
        COOKIE,
        "Lets you go on with creating an account where you stopped, in the same browser.",
        f"{in_words(LIFETIME)} after you began. What you had typed is then deleted as well.",
    )


DraftView = Callable[..., HttpResponse]


def with_draft(view: DraftView) -> DraftView:
    """Gives the view the browser's draft; without one, registration starts at the beginning."""

    @login_not_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @never_cache
    @sensitive_post_parameters("password", "confirmation")
    @wraps(view)
    def with_the_draft(request: HttpRequest, **kwargs: str) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("home")
        draft = draft_of(request)
        if draft is None:
            return redirect("onboarding:register")
        if draft.registered_as:
            return redirect("onboarding:register_check_email")
        try:
            return view(request, draft, **kwargs)
        except Conflict:
            return redirect("onboarding:register_check_email")

    return with_the_draft


def draft_of(request: HttpRequest) -> RegistrationDraft | None:
    """The draft that the browser's cookie names."""
    age = int(LIFETIME.total_seconds())
    return live_draft(request.get_signed_cookie(COOKIE, default=None, salt=SALT, max_age=age))


@login_not_required
@require_safe
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Go on with the browser's draft where it was left, or begin one."""
    if request.user.is_authenticated:
        return redirect("home")
    draft = draft_of(request)
    if draft is not None and not draft.registered_as:
        return redirect(next_url(draft))
    draft = RegistrationDraft.objects.create()
    response = redirect(next_url(draft))
    response.set_signed_cookie(
        COOKIE,
        str(draft.key),
        salt=SALT,
        max_age=int(LIFETIME.total_seconds()),
        path=reverse("onboarding:register"),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def next_url(draft: RegistrationDraft) -> str:
    """The first question that is open, else the summary."""
    step = wizard_of(draft).first_open(draft.answers)
    if step is None:
        return reverse("onboarding:register_summary")
    return reverse("onboarding:register_step", args=[step.key])


@with_draft
def step(request: HttpRequest, draft: RegistrationDraft, key: str) -> HttpResponse:
    """One page of questions."""
    wizard = wizard_of(draft)
    this = wizard.step(key)
    if this is None:
        raise Http404
    if not wizard.may_open(this, draft.answers):
        return redirect(next_url(draft))
    data = request.POST if request.method == "POST" else None
    form = wizard.form(this, draft.answers, data)
    if "previous" in request.POST and (before := wizard.before(this, draft.answers)):
        keep_step(draft=draft, step=this, form=form, valid=False)
        return redirect("onboarding:register_step", key=before.key)
    if form.is_bound and form.is_valid():
        draft = keep_step(draft=draft, step=this, form=form, valid=True)
        after = wizard.after(this, draft.answers)
        if after is None or wizard.complete(draft.answers):
            return redirect(next_url(draft))
        return redirect("onboarding:register_step", key=after.key)
    return render(
        request,
        "onboarding/registration/step.html",
        {"step": this, "form": form, "chosen": this is PASSWORD and draft.password_hash},
    )


@with_draft
def summary(request: HttpRequest, draft: RegistrationDraft) -> HttpResponse:
    """Check, confirm, register (CPMS-10)."""
    if not wizard_of(draft).complete(draft.answers):
        return redirect(next_url(draft))
    if "previous" in request.POST:
        return redirect("onboarding:register_step", key=PASSWORD.key)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if refusal := ratelimit.consume_or_429(request, action="signup"):
            return refusal
        register(draft=draft)
        return redirect("onboarding:register_check_email")
    rows = [
        (
            label,
            draft.answers[key].get(field, ""),
            f"{reverse('onboarding:register_step', args=[key])}#id_{field}",
        )
        for label, key, field in SUMMARY
    ]
    return render(request, "onboarding/registration/summary.html", {"form": form, "rows": rows})


@login_not_required
@require_safe
@never_cache
def check_email(request: HttpRequest) -> HttpResponse:
    """What happens next; the same for an address that had an account before."""
    draft = draft_of(request)
    if draft is None or not draft.registered_as:
        return redirect("onboarding:register")
    return render(
        request, "onboarding/registration/check_email.html", {"address": draft.registered_as}
    )
