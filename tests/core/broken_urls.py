"""The site with an address that fails."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from cpms import urls


@login_not_required
def broken(request):
    raise RuntimeError("broken on purpose")


handler429, handler500 = urls.handler429, urls.handler500
urlpatterns = [*urls.urlpatterns, path("broken/", broken)]
