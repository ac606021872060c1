"""The Celery application; tasks are found in each app's tasks.py, and in those named here."""

from celery import Celery

app = Celery("cpms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(
    ["approvals.invitations", "approvals.organisations", "approvals.people.review"]
)
