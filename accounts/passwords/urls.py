from django.urls import path

from accounts.passwords import views

urlpatterns = [
    path("your-account/password/", views.change, name="change_password"),
    path("password/reset/", views.forgotten, name="account_reset_password"),
    path("password/reset/sent/", views.link_sent, name="account_reset_password_done"),
    path("password/reset/choose/", views.choose, name="choose_password"),
    path("password/reset/done/", views.chosen, name="password_chosen"),
    path("password/reset/<str:token>/", views.reset_link, name="reset_link"),
]
