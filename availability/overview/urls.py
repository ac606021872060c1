from django.urls import path

from availability.overview import views

urlpatterns = [
    path("directory/", views.directory, name="directory"),
    path("directory/<slug:place>/", views.directory_place, name="directory_place"),
    path("dashboards/", views.dashboards, name="dashboards"),
    path("dashboards/<slug:place>/", views.dashboard, name="dashboard"),
    path(
        "dashboards/<slug:place>/<slug:table>.<slug:suffix>",
        views.dashboard_file,
        name="dashboard_file",
    ),
]
