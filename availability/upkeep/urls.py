from django.urls import path

from availability.upkeep import views, ward_views

urlpatterns = [
    path("wards/keep/", ward_views.kept_wards, name="kept_wards"),
    path("wards/add/", ward_views.add_ward, name="add_ward"),
    path("wards/<int:pk>/details/", ward_views.ward_details, name="ward_details"),
    path("wards/<int:pk>/retire/", ward_views.close_ward, name="close_ward"),
    path("wards/<int:pk>/reopen/", ward_views.reopen_ward, name="reopen_ward"),
    path("wards/<int:pk>/beds/", views.kept_beds, name="kept_beds"),
    path("wards/<int:pk>/beds/add/", views.add_beds, name="add_beds"),
    path("beds/<int:pk>/rename/", views.rename_bed, name="rename_bed"),
    path("beds/<int:pk>/retire/", views.retire_bed, name="retire_bed"),
    path("beds/<int:pk>/bring-back/", views.bring_back_bed, name="bring_back_bed"),
    path("beds/<int:pk>/move/", views.move_bed, name="move_bed"),
]
