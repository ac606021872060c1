"""Every address of the site; each app lists its own."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from core import pages
from cpms.help import views as help_centre

urlpatterns = [
    path("", include("onboarding.urls")),
    path("", include("accounts.urls")),
    path("your-account/access/", include("approvals.mine.urls")),
    path("approvals/", include("approvals.urls")),
    path("", include("availability.urls")),
    path("plans/", include("capacity_plans.urls")),
    path("admin/", admin.site.urls),
    path(
        "accessibility-statement/",
        pages.text_page("accessibility_statement"),
        name="accessibility_statement",
    ),
    path("contact-us/", pages.text_page("contact_us"), name="contact_us"),
    path("cookies/", pages.cookies_page, name="cookies"),
    path("privacy-policy/", pages.privacy_policy, name="privacy_policy"),
    path("terms-and-conditions/", pages.terms, name="terms_and_conditions"),
    path("supported-browsers/", pages.text_page("supported_browsers"), name="supported_browsers"),
    path("help/", help_centre.index, name="help"),
    path("help/who-may-do-what/", help_centre.rights, name="help_rights"),
    path("help/<slug:slug>/", help_centre.topic, name="help_topic"),
    path("healthz", pages.healthz, name="healthz"),
    path("readyz", pages.readyz, name="readyz"),
]

if settings.DEMONSTRATION:
    urlpatterns.append(path("demo/inbox/", include("notifications.demo.urls")))

handler500 = "core.pages.server_error"
# allauth looks for it here.
handler429 = "core.pages.too_many_requests"
