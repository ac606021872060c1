from django.urls import path

from accounts.second_factor import sign_in, views

urlpatterns = [
    path("login/code/", sign_in.code_of_app, name="second_factor_code"),
    path("login/code/email/", sign_in.code_by_email, name="second_factor_email_code"),
    path("login/code/recovery/", sign_in.recovery_code, name="second_factor_recovery_code"),
    path("login/code/no-device/", sign_in.no_device, name="second_factor_no_device"),
    path("your-account/two-step-login/", views.overview, name="second_factor"),
    path("your-account/two-step-login/set-up/", views.choose, name="second_factor_set_up"),
    path(
        "your-account/two-step-login/authenticator/",
        views.authenticator,
        name="second_factor_authenticator",
    ),
    path("your-account/two-step-login/email/", views.email, name="second_factor_email"),
    path(
        "your-account/two-step-login/recovery-codes/",
        views.recovery_codes,
        name="second_factor_recovery_codes",
    ),
    path(
        "your-account/two-step-login/recovery-codes/saved/",
        views.codes_saved,
        name="second_factor_codes_saved",
    ),
    path(
        "your-account/two-step-login/remove/<slug:method>/",
        views.remove,
        name="second_factor_remove",
    ),
]
