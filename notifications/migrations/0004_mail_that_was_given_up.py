from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The outbox goes on taking mail while the index is built.
    atomic = False

    dependencies = [
        ("notifications", "0003_mail_is_found_by_part_of_the_address"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="outgoingmail",
            index=models.Index(
                fields=["-id"],
                condition=models.Q(state="failed"),
                name="outgoing_mail_given_up",
            ),
        ),
    ]
