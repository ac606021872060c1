from django.urls import path

from approvals.mine import views

app_name = "access"

urlpatterns = [
    path("", views.yours, name="yours"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
