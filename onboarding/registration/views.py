"""Registration, part 1: a few questions and a summary. What follows is in waiting.py."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.fields import AGREE
from accounts.views import OWN_REGISTRATION
from core.errors import Conflict
from crispy_nhsuk.summary import SummaryRow
from onboarding.models import RegistrationDraft
from onboarding.registration.browser import draft_of, forget, key_of, remember
from onboarding.registration.drafts import (
    NAME,
    PASSWORD,
    TERMS,
    keep_step,
    register,
    register_nothing,
    wizard_of,
)
from onboarding.registration.forms import ConfirmForm

# label, step, field
SUMMARY = (
    ("First name", "name", "first_name"),
    ("Surname", "name", "surname"),
    ("Email address", "name", "email"),
    ("Job title", "work", "job_title"),
    ("Contact number", "work", "contact_number"),
    ("Postcode", "work", "postcode"),
)

DraftView = Callable[..., HttpResponse]


def with_draft(view: DraftView) -> DraftView:
    """Gives the view the browser's draft; without one, registration starts at the beginning.

    The first step gets a draft that is not in the database: what only looks leaves no row.
    """

    @login_not_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @never_cache
    @sensitive_post_parameters("password", "confirmation")
    @wraps(view)
    def with_the_draft(request: HttpRequest, **kwargs: str) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("home")
        draft = draft_of(request)
        if draft is None and (key_of(request) or kwargs.get("key") != NAME.key):
            return begin_anew(request)
        draft = draft or RegistrationDraft()
        if draft.registered_as:
            return redirect("onboarding:register_check_email")
        try:
            return view(request, draft, **kwargs)
        except Conflict:
            return redirect("onboarding:register_check_email")

    return with_the_draft


def begin_anew(request: HttpRequest) -> HttpResponse:
    """To the first question; who had begun before is told what became of it."""
    response = redirect("onboarding:register_step", key=NAME.key)
    if key_of(request):
        messages.warning(
            request,
            "You began more than 24 hours ago, so we have deleted what you had typed. "
            "Please begin again. If you registered then, follow the link in our email.",
        )
        forget(response)
    return response


@login_not_required
@require_safe
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Go on with the browser's draft where it was left, or begin."""
    if request.user.is_authenticated:
        return redirect("home")
    draft = draft_of(request)
    if draft is None:
        return begin_anew(request)
    if draft.registered_as:
        response = redirect("onboarding:register_step", key=NAME.key)
        forget(response)
        return response
    return redirect(next_url(draft))


def next_url(draft: RegistrationDraft) -> str:
    """The first question that is open, else the summary."""
    step = wizard_of(draft).first_open(draft.answers)
    if step is None:
        return reverse("onboarding:register_summary")
    return step_url(step.key)


def step_url(key: str) -> str:
    return reverse("onboarding:register_step", args=[key])


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
        return redirect(step_url(before.key))
    if form.is_bound and form.is_valid():
        begins, earlier = draft._state.adding, draft
        draft = keep_step(draft=earlier, step=this, form=form, valid=True)
        dropped = earlier.password_hash and not draft.password_hash
        if dropped:
            messages.info(
                request,
                "You changed your name or email address, so choose your password again.",
            )
        elif key not in draft.answers:
            messages.info(
                request,
                "Your name or email address was changed in another window, so choose your "
                "password again.",
            )
        response = redirect(next_url(draft) if dropped else following_url(draft, key))
        if begins:
            remember(response, draft)
        return response
    return render(
        request,
        "onboarding/registration/step.html",
        {"step": this, "form": form, "chosen": this is PASSWORD and draft.password_hash},
    )


def following_url(draft: RegistrationDraft, key: str) -> str:
    """Back to the summary once everything is answered, else the next page."""
    wizard = wizard_of(draft)
    this = wizard.step(key)
    after = wizard.after(this, draft.answers) if this else None
    if after is None or wizard.complete(draft.answers):
        return next_url(draft)
    return step_url(after.key)


@with_draft
def summary(request: HttpRequest, draft: RegistrationDraft) -> HttpResponse:
    """Check, confirm, register (CPMS-10)."""
    if not wizard_of(draft).complete(draft.answers):
        return redirect(next_url(draft))
    if "previous" in request.POST:
        return redirect(step_url(TERMS.key))
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.filled_by_a_program:
        register_nothing(draft=draft)
        return redirect("onboarding:register_check_email")
    if form.is_bound and form.is_valid():
        quickest = timedelta(seconds=settings.REGISTRATION_SECONDS)
        if timezone.now() - draft.started_at < quickest:
            form.add_error(
                None,
                "Check your details, then press Register again. Nothing is lost.",
            )
        elif not ratelimit.consume(request, action="signup"):
            status = 429
            form.add_error(
                None,
                "Too many people are registering from your network at the moment. Wait a minute, "
                "then press Register again. Nothing is lost.",
            )
        else:
            return register_draft(request, draft)
    context = {"form": form, "rows": summary_rows(draft)}
    return render(request, "onboarding/registration/summary.html", context, status=status)


def register_draft(request: HttpRequest, draft: RegistrationDraft) -> HttpResponse:
    """The same answer for every address, and for one that has had enough mail today."""
    address = draft.answers[NAME.key]["email"]
    mail = bool(ratelimit.consume(request, action="registration_mail", key=address))
    registration = register(draft=draft, mail=mail)
    request.session[OWN_REGISTRATION] = registration.pk
    return redirect("onboarding:register_check_email")


def summary_rows(draft: RegistrationDraft) -> list[SummaryRow]:
    """Every answer, with the way to change it."""
    agreed = draft.answers[TERMS.key]["communications"] == AGREE
    return [
        *(
            SummaryRow(label, [draft.answers[key].get(field, "")], f"{step_url(key)}#id_{field}")
            for label, key, field in SUMMARY
        ),
        SummaryRow("Terms of use", ["Accepted"], f"{step_url(TERMS.key)}#id_accepted"),
        SummaryRow(
            "News about the service",
            ["I agree" if agreed else "I do not agree"],
            f"{step_url(TERMS.key)}#id_communications_0",
        ),
    ]
