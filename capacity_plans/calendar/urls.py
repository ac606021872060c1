from django.urls import path

from capacity_plans.calendar import views

urlpatterns = [
    path("calendar/", views.addresses, name="calendar"),
    path("calendar/new/", views.new_address, name="new_calendar"),
    path("calendar/<int:pk>/withdraw/", views.withdraw, name="withdraw_calendar"),
    path("calendar/<str:token>.ics", views.feed, name="calendar_feed"),
]
