from django.urls import path

from availability import views

app_name = "availability"

urlpatterns = [
    path("search/", views.search, name="search"),
    path("wards/", views.wards, name="wards"),
    path("wards/<int:pk>/", views.board, name="board"),
    path("wards/<int:pk>/confirm/", views.confirm, name="confirm"),
    path("beds/<int:pk>/", views.change, name="change"),
    path("wards/<int:pk>/limit/", views.limit, name="limit"),
    path("beds/<int:pk>/details/", views.details, name="details"),
    path("beds/<int:pk>/undo/", views.undo, name="undo"),
    path("beds/<int:pk>/close/", views.close, name="close"),
]
