from django.urls import path

from accounts.outside_identity import views

urlpatterns = [
    path("login/with/<slug:issuer>/", views.outside_login, name="outside_login"),
    path("login/with/<slug:issuer>/callback/", views.outside_callback, name="outside_callback"),
    path("login/with/<slug:issuer>/outcome/", views.outside_outcome, name="outside_outcome"),
    path("login/with/<slug:issuer>/not-now/", views.outside_not_now, name="outside_not_now"),
    path("your-account/other-sign-in/", views.outside_identities, name="outside_identities"),
    path(
        "your-account/other-sign-in/connect/<slug:issuer>/",
        views.outside_connect,
        name="outside_connect",
    ),
    path(
        "your-account/other-sign-in/disconnect/<int:pk>/",
        views.outside_disconnect,
        name="outside_disconnect",
    ),
]
