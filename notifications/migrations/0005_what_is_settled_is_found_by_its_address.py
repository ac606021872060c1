from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Notifications are written meanwhile.
    atomic = False

    dependencies = [
        ("notifications", "0004_mail_that_was_given_up"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="notification",
            index=models.Index(
                fields=["address"],
                condition=models.Q(read_at__isnull=True),
                name="notification_unread_address",
            ),
        ),
    ]
