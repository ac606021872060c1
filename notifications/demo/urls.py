from django.urls import path

from notifications.demo import views

urlpatterns = [path("", views.inbox, name="demo_inbox")]
