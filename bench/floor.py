"""The floor that figures are ratios of: a bare Django project that returns a small page.

No middleware, no query; served like the service itself.
"""

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path


def small_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!DOCTYPE html><title>Floor</title><h1>Floor</h1>")


urlpatterns = [path("", small_page)]


def application() -> WSGIHandler:
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="floor")  # noqa: S106
    return WSGIHandler()
