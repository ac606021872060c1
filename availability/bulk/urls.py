from django.urls import path

from availability.bulk import views
from availability.bulk.grid_view import grid

urlpatterns = [
    path("", grid, name="bulk"),
    path("file/", views.file, name="bulk_file"),
    path("file/check/", views.check, name="bulk_check"),
    path("file/template/", views.template, name="bulk_template"),
]
