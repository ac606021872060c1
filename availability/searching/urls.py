from django.urls import path

from availability.searching import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/live/", views.live, name="live"),
    path("search/compare/", views.compare, name="compare"),
]
