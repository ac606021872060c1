from django.urls import path

from approvals.people import views

urlpatterns = [
    path("users/", views.users, name="users"),
    path("users/export/", views.export_users, name="export_users"),
    path("users/<int:pk>/", views.person, name="person"),
    path("users/<int:pk>/disable/", views.disable, name="disable_person"),
    path("users/<int:pk>/enable/", views.enable, name="enable_person"),
    path("users/<int:pk>/revoke/", views.revoke, name="revoke_access"),
    path("users/<int:pk>/unlock/", views.unlock, name="unlock_person"),
]
