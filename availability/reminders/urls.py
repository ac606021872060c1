from django.urls import path

from availability.reminders import views

urlpatterns = [
    path("wards/out-of-date/", views.out_of_date, name="out_of_date"),
    path("wards/out-of-date/file/", views.out_of_date_file, name="out_of_date_file"),
]
