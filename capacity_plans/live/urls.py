from django.urls import path

from capacity_plans.live import views

urlpatterns = [
    path("collaboratives/<int:collaborative_id>/live/", views.live, name="live"),
]
