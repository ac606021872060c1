import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import connections, migrations, models
from psycopg import sql


def grant(apps, schema_editor):
    # Before the trigger: the previous code writes events while this runs.
    role = sql.Identifier(connections["default"].settings_dict["USER"])
    with schema_editor.connection.cursor() as cursor:
        for statement in (
            "GRANT SELECT, INSERT, DELETE ON core_unsealedevent TO {role}",
            "GRANT SELECT, INSERT ON core_auditseal TO {role}",
        ):
            cursor.execute(sql.SQL(statement).format(role=role))


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                (
                    "position",
                    models.BigIntegerField(
                        help_text="1, 2, 3 and on, without a gap",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="seal",
                        to="core.auditevent",
                    ),
                ),
                ("inserted_at", models.DateTimeField()),
                ("sealed_at", models.DateTimeField()),
                ("digest", models.BinaryField(help_text="SHA-256 of the event's columns")),
                (
                    "key_id",
                    models.CharField(help_text="Which key the mac was made with", max_length=8),
                ),
                (
                    "mac",
                    models.BinaryField(
                        help_text="HMAC-SHA-256 of this row and of the mac before it"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="UnsealedEvent",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="core.auditevent",
                    ),
                ),
                (
                    "inserted_at",
                    models.DateTimeField(help_text="By the clock of the database"),
                ),
            ],
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
        pgtrigger.migrations.AddTrigger(
            model_name="auditevent",
            trigger=pgtrigger.compiler.Trigger(
                name="wait_for_seal",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    INSERT INTO core_unsealedevent (event_id, inserted_at)\n                    VALUES (NEW.id, clock_timestamp());\n                    RETURN NULL;\n                ",
                    hash="b6ebc4604d6a16508b7435a28047fd9b23a2cadc",
                    operation="INSERT",
                    pgid="pgtrigger_wait_for_seal_a78fa",
                    table="core_auditevent",
                    when="AFTER",
                ),
            ),
        ),
    ]
