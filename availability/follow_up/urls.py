from django.urls import path

from availability.follow_up.calls import views as calls
from availability.follow_up.holds import views as holds

urlpatterns = [
    path("wards/<int:pk>/hold/", holds.ask_to_hold, name="ask_to_hold"),
    path("wards/<int:pk>/call/", calls.note_call, name="note_call"),
    path("holds/", holds.holds, name="holds"),
    path("holds/<int:pk>/", holds.hold, name="hold"),
    path("holds/<int:pk>/withdraw/", holds.withdraw_hold, name="withdraw_hold"),
    path("holds/<int:pk>/answer/", holds.answer_hold, name="answer_hold"),
]
