from django.urls import path

from accounts.sessions import views

urlpatterns = [
    path("your-account/sessions/", views.sessions, name="sessions"),
    path("your-account/sessions/<int:pk>/end/", views.end_session, name="end_session"),
    path("your-account/sessions/end-others/", views.end_others, name="end_other_sessions"),
    path("session/", views.status, name="session_status"),
    path("session/extend/", views.extend, name="session_extend"),
    path("continue/", views.continue_, name="continue"),
]
