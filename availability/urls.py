from django.urls import include, path

from availability import views
from availability.several.views import several

app_name = "availability"

urlpatterns = [
    path("", include("availability.overview.urls")),
    path("", include("availability.searching.urls")),
    path("", include("availability.saved_searches.urls")),
    path("exports/", include("availability.exports.urls")),
    path("wards/", views.wards, name="wards"),
    path("", include("availability.reminders.urls")),
    path("wards/bulk/", include("availability.bulk.urls")),
    path("wards/<int:pk>/", views.board, name="board"),
    path("wards/<int:pk>/confirm/", views.confirm, name="confirm"),
    path("wards/<int:pk>/several/", several, name="several"),
    path("beds/<int:pk>/", views.change, name="change"),
    path("wards/<int:pk>/limit/", views.limit, name="limit"),
    path("beds/<int:pk>/details/", views.details, name="details"),
    path("beds/<int:pk>/undo/", views.undo, name="undo"),
    path("beds/<int:pk>/close/", views.close, name="close"),
    path("", include("availability.follow_up.urls")),
    path("", include("availability.history.urls")),
    path("", include("availability.upkeep.urls")),
    path("", include("availability.sessions.urls")),
]
