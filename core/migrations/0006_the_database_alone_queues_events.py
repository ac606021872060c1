from django.db import migrations


class Migration(migrations.Migration):
    """Says when an event came, whatever the application's role says: only the trigger may queue."""

    dependencies = [("core", "0005_audit_is_searched_by_indexes")]

    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION pgtrigger_wait_for_seal_a78fa() "
            "SECURITY DEFINER SET search_path = public, pg_temp",
            # The code before writes events through it as well, whatever the role may.
            migrations.RunSQL.noop,
        )
    ]
