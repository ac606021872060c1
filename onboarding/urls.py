from django.urls import path

from onboarding.access_request import views as access_request
from onboarding.invitation import views as invitation
from onboarding.registration import views as registration
from onboarding.registration import waiting

app_name = "onboarding"

urlpatterns = [
    path("register/", registration.start, name="register"),
    path("register/check-your-answers/", registration.summary, name="register_summary"),
    path("register/check-your-email/", waiting.check_email, name="register_check_email"),
    path("register/send-again/", waiting.send_again, name="register_send_again"),
    path("register/change-address/", waiting.correct, name="register_change_address"),
    path("register/<slug:key>/", registration.step, name="register_step"),
    path("invitation/", invitation.accept, name="invitation"),
    path("invitation/accepted/", invitation.accepted, name="invitation_accepted"),
    path("invitation/<str:token>/", invitation.follow, name="invitation_link"),
    path("request-access/", access_request.start, name="request_access"),
    path("request-access/check-your-answers/", access_request.summary, name="request_summary"),
    path("request-access/sent/", access_request.sent, name="request_sent"),
    path("request-access/find/<slug:what>/", access_request.find, name="request_find"),
    path("your-requests/", access_request.your_requests, name="your_requests"),
    path("request-access/<slug:key>/", access_request.step, name="request_step"),
]
