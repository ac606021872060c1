from django.urls import path

from approvals.invitations import views
from approvals.invitations.lists import views as lists

urlpatterns = [
    path("", views.start, name="invitations"),
    path("send/<slug:key>/", views.step, name="invitation_step"),
    path("review/", views.review, name="invitation_review"),
    path("pending/", views.pending, name="invitations_pending"),
    path("<int:pk>/resend/", views.resend, name="invitation_resend"),
    path("<int:pk>/withdraw/", views.withdraw, name="invitation_withdraw"),
    path("list/", lists.upload, name="invitations_upload"),
    path("list/check/", lists.check, name="invitations_check"),
    path("list/template.csv", lists.template, name="invitations_template"),
    path("registration-link/", views.registration_link, name="registration_link"),
]
