"""What the service does by itself: a task that is on no schedule would never run."""

from django.conf import settings

from cpms.celery import app


def test_every_task_is_on_the_schedule_and_nothing_else():
    app.loader.import_default_modules()
    tasks = {name for name in app.tasks if not name.startswith("celery.")}
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} == tasks
