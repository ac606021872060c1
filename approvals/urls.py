from django.urls import include, path

from approvals import views
from approvals.queue.views import decided, waiting
from approvals.why.views import why

app_name = "approvals"

urlpatterns = [
    path("", waiting, name="queue"),
    path("decided/", decided, name="decided"),
    path("together/", views.together, name="together"),
    path("<int:pk>/", views.item, name="item"),
    path("<int:pk>/why/", why, name="why"),
    path("invitations/", include("approvals.invitations.urls")),
    path("", include("approvals.levels.urls")),
    path("", include("approvals.people.urls")),
]
