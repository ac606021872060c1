"""The first pages, sign-in and verification; of allauth's pages only what the product uses."""

from allauth.account import views as allauth_views
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from accounts import views
from accounts.reauthentication.views import log_in_again

urlpatterns = [
    path("", include("accounts.second_factor.urls")),
    path("", include("accounts.outside_identity.urls")),
    path("", include("accounts.passwords.urls")),
    path("", views.landing, name="landing"),
    path("", include("accounts.sessions.urls")),
    path("home/", views.home, name="home"),
    path("your-account/", include("accounts.profile.urls")),
    path("", include("accounts.looks.urls")),
    path("", include("accounts.notifications.urls")),
    path("terms-of-use/", views.terms_of_use, name="terms_of_use"),
    path("verify/", views.verify, name="verify"),
    path("verify/new-link/", views.new_link, name="new_link"),
    path("verify/new-link/sent/", views.new_link_sent, name="new_link_sent"),
    path("verify/<str:token>/", views.verify_link, name="verify_link"),
    # allauth's mail to unknown addresses asks for a page of this name.
    path(
        "signup/",
        login_not_required(RedirectView.as_view(pattern_name="onboarding:register")),
        name="account_signup",
    ),
    path("login/", allauth_views.login, name="account_login"),
    path("login/again/", log_in_again, name="account_reauthenticate"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("login/disabled/", allauth_views.account_inactive, name="account_inactive"),
    path(
        "login/verify-your-email/",
        allauth_views.EmailVerificationSentView.as_view(),
        name="account_email_verification_sent",
    ),
]
