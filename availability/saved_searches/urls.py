from django.urls import path

from availability.saved_searches import views

urlpatterns = [
    path("search/save/", views.save_search, name="save_search"),
    path("search/saved/", views.saved_searches, name="saved_searches"),
    path("search/saved/<int:pk>/", views.saved_search, name="saved_search"),
    path("search/saved/<int:pk>/tell/", views.switch_search, name="switch_search"),
    path("search/saved/<int:pk>/delete/", views.delete_search, name="delete_search"),
]
