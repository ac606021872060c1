from django.urls import path

from capacity_plans.reading import views

urlpatterns = [
    path("", views.plans, name="plans"),
    path("versions/<int:version_id>/", views.version, name="version"),
]
