from django.db import migrations


class Migration(migrations.Migration):
    """Its own transaction, so that the lock of the trigger is not held while rows are copied."""

    dependencies = [("core", "0003_events_wait_for_their_seal")]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO core_unsealedevent (event_id, inserted_at)
            SELECT id, at FROM core_auditevent
            ON CONFLICT DO NOTHING
            """,
            migrations.RunSQL.noop,
        )
    ]
