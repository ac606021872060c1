from django.urls import path

from capacity_plans.overview import views

urlpatterns = [
    path("overview/", views.overview, name="overview"),
]
