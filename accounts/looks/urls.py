from django.urls import path

from accounts.looks import views

urlpatterns = [path("your-account/who-looked/", views.who_looked, name="who_looked")]
