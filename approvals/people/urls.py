from django.urls import path

from approvals.people import views
from approvals.people.review import views as review

urlpatterns = [
    path("users/", views.users, name="users"),
    path("users/export/", views.export_users, name="export_users"),
    path("users/<int:pk>/", views.person, name="person"),
    path("users/<int:pk>/disable/", views.disable, name="disable_person"),
    path("users/<int:pk>/enable/", views.enable, name="enable_person"),
    path("users/<int:pk>/revoke/", views.revoke, name="revoke_access"),
    path("users/<int:pk>/unlock/", views.unlock, name="unlock_person"),
    path("review/", review.review, name="review"),
    path("review/<int:pk>/confirm/", review.confirm, name="review_confirm"),
    path("review/<int:pk>/left/", review.has_left, name="review_left"),
]
