from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently, TrigramExtension
from django.db import migrations
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    # The outbox goes on taking mail while the index is built.
    atomic = False

    dependencies = [
        ("notifications", "0002_notifications_and_who_wants_mail"),
    ]

    operations = [
        TrigramExtension(),
        AddIndexConcurrently(
            model_name="outgoingmail",
            index=GinIndex(
                OpClass(Upper("address"), name="gin_trgm_ops"), name="outgoing_mail_address_part"
            ),
        ),
    ]
