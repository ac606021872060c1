from django.urls import path

from availability.history import views

urlpatterns = [
    path("beds/<int:pk>/history/", views.bed_history, name="bed_history"),
    path("wards/<int:pk>/history/", views.ward_history, name="ward_history"),
    path("wards/<int:pk>/history/file/", views.ward_history_file, name="ward_history_file"),
    path("wards/<int:pk>/then/", views.ward_then, name="ward_then"),
    path("wards/<int:pk>/details/history/", views.ward_changes, name="ward_changes"),
]
