from django.urls import path

from availability.sessions import views

urlpatterns = [
    path("wards/<int:pk>/sessions/", views.board, name="sessions"),
    path("wards/<int:pk>/sessions/confirm/", views.confirm, name="confirm_sessions"),
    path("wards/<int:pk>/sessions/day/", views.day, name="sessions_day"),
    path("wards/<int:pk>/sessions/week/", views.pattern, name="sessions_pattern"),
    path("wards/sessions/<int:pk>/", views.session, name="session"),
    path("wards/sessions/<int:pk>/book/", views.book, name="book_session"),
    path("wards/sessions/<int:pk>/release/", views.release, name="release_session"),
    path("wards/sessions/<int:pk>/undo/", views.undo, name="undo_session"),
]
