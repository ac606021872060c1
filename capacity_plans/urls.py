from django.urls import URLPattern, URLResolver, include, path

app_name = "plans"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("capacity_plans.reading.urls")),
    path("", include("capacity_plans.editing.urls")),
    path("", include("capacity_plans.life.urls")),
    path("", include("capacity_plans.live.urls")),
    path("", include("capacity_plans.calendar.urls")),
    path("", include("capacity_plans.files.urls")),
    path("", include("capacity_plans.overview.urls")),
]
