from django.urls import path

from onboarding.access_request import views as access_request

app_name = "onboarding"

urlpatterns = [
    path("request-access/", access_request.start, name="request_access"),
    path("request-access/check-your-answers/", access_request.summary, name="request_summary"),
    path("request-access/sent/", access_request.sent, name="request_sent"),
    path("request-access/<slug:key>/", access_request.step, name="request_step"),
]
