from django.urls import path

from approvals.levels import views

urlpatterns = [
    path("providers/", views.providers, name="providers"),
    path("providers/<int:pk>/", views.provider, name="provider"),
]
