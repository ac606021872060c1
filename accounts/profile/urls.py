from django.urls import path

from accounts.profile import views

urlpatterns = [
    path("", views.your_account, name="your_account"),
    path("details/", views.details, name="your_details"),
    path("preferences/", views.preferences, name="preferences"),
    path("email-address/", views.address, name="change_address"),
    path("email-address/confirm/", views.confirm_address, name="confirm_address"),
    path("email-address/<str:token>/", views.address_link, name="address_link"),
    path("role/", views.role, name="role_in_use"),
    path("disable/", views.disable, name="disable_account"),
    path("shared/", views.shared_account, name="shared_account"),
]
