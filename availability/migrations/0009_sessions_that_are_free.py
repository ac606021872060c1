from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("availability", "0008_sessions")]

    operations = [
        AddIndexConcurrently(
            model_name="session",
            index=models.Index(
                fields=["ward", "begins_at"],
                condition=models.Q(booked__lt=models.F("capacity")),
                name="session_free",
            ),
        ),
    ]
