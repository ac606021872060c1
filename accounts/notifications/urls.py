from django.urls import path

from accounts.notifications import views

urlpatterns = [
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.read_all, name="notifications_read"),
    path("notifications/<int:pk>/", views.review, name="notification"),
    path("your-account/notifications/", views.settings, name="notification_settings"),
]
