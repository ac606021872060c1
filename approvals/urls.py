from django.urls import include, path

from approvals import views

app_name = "approvals"

urlpatterns = [
    path("", views.queue, name="queue"),
    path("<int:pk>/", views.item, name="item"),
    path("invitations/", include("approvals.invitations.urls")),
    path("", include("approvals.people.urls")),
]
