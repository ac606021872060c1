import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("availability", "0003_wards_that_people_know"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="bedentry",
            name="bed_entry_reason_when_closed",
        ),
        migrations.AddField(
            model_name="bedentry",
            name="delay_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("01", "Awaiting allocation of a care coordinator"),
                    ("02", "Awaiting allocation of a community psychiatrist"),
                    ("03", "Awaiting allocation of a social worker"),
                    ("04", "Awaiting public funding or the decision of a funding panel"),
                    ("05", "Awaiting community or mental health services outside acute care"),
                    ("06", "Awaiting a place in a prison or immigration removal centre"),
                    ("07", "Awaiting a care home without nursing"),
                    ("08", "Awaiting a care home with nursing"),
                    ("09", "Awaiting the start of a care package at home"),
                    ("10", "Awaiting community equipment or changes to the home"),
                    ("11", "Choice of the patient or family"),
                    ("12", "Dispute about the responsible commissioner"),
                    ("13", "Dispute about the pathway after discharge"),
                    ("14", "Housing: awaiting private rented accommodation"),
                    ("15", "Housing: awaiting social housing"),
                    ("16", "Housing: awaiting purchase or finding of a home"),
                    ("17", "Housing: not eligible for funded care or support"),
                    ("18", "Housing: awaiting supported accommodation"),
                    ("19", "Housing: awaiting temporary accommodation"),
                    ("20", "Awaiting a residential children's home (not secure)"),
                    ("21", "Awaiting a secure children's home"),
                    ("22", "Awaiting a place in a young offender institution"),
                    ("23", "Awaiting a foster placement"),
                    ("24", "Awaiting Ministry of Justice agreement"),
                    ("25", "Awaiting legal proceedings under the Mental Health Act"),
                    ("26", "Awaiting Court of Protection proceedings"),
                    ("27", "Awaiting a deprivation of liberty safeguards application"),
                    ("28", "Consideration of court judgements"),
                    ("29", "Awaiting a residential special school or college"),
                    ("30", "No local education support"),
                    ("31", "Public safety concern, not a need for treatment"),
                    ("32", "Highly individual housing or care not available"),
                    ("33", "No lawful support in the community, other than social care"),
                    ("34", "No social care support or funded placement"),
                    ("35", "Delayed assessments in the community, led by the NHS"),
                    ("36", "Hospital staff shortages"),
                    ("37", "Delayed assessments in the community, not led by the NHS"),
                    ("98", "Reason not known"),
                ],
                db_default="",
                help_text="Why a patient who is ready for discharge is still there",
                max_length=2,
            ),
        ),
        migrations.AddField(
            model_name="bedentry",
            name="due_at",
            field=models.DateTimeField(
                help_text="When the state ends or is expected to; if available, from when",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="bedentry",
            name="held_for",
            field=models.CharField(blank=True, db_default="", max_length=80),
        ),
        migrations.AddField(
            model_name="bedentry",
            name="reference",
            field=models.CharField(blank=True, db_default="", max_length=40),
        ),
        migrations.AddField(
            model_name="wardtotals",
            name="can_take",
            field=models.PositiveSmallIntegerField(
                help_text="How many patients the staff of the ward can take now; null: no limit",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="wardtotals",
            name="coming",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="Available, but from a later time"
            ),
        ),
        migrations.AddField(
            model_name="wardtotals",
            name="isolated",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="wardtotals",
            name="next_end_at",
            field=models.DateTimeField(
                help_text="When the next bed becomes available by itself", null=True
            ),
        ),
        migrations.AddField(
            model_name="wardtotals",
            name="on_leave",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="wardtotals",
            name="preparing",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="wardtotals",
            name="reserved",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="bedentry",
            name="origin",
            field=models.CharField(
                choices=[
                    ("board", "Ward board"),
                    ("setup", "Set up with the ward"),
                    ("time", "By itself"),
                    ("undo", "Undone"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="bedentry",
            name="state",
            field=models.CharField(
                choices=[
                    ("available", "Available"),
                    ("reserved", "Reserved"),
                    ("occupied", "Occupied"),
                    ("on_leave", "On leave"),
                    ("preparing", "Being prepared"),
                    ("isolated", "Isolated"),
                    ("closed", "Closed"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="IntakeLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "can_take",
                    models.PositiveSmallIntegerField(help_text="Null: no limit", null=True),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ward",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="intake_limits",
                        to="organisations.ward",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["ward", "-at"], name="availabilit_ward_id_a061ac_idx")
                ],
            },
        ),
        AddConstraintNotValid(
            model_name="bedentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "available"),
                        ("closed_reason", ""),
                        ("held_for", ""),
                        ("reference", ""),
                        ("delay_reason", ""),
                    ),
                    models.Q(
                        ("state", "reserved"),
                        ("closed_reason", ""),
                        models.Q(("held_for", ""), _negated=True),
                        ("delay_reason", ""),
                        ("due_at__isnull", False),
                    ),
                    models.Q(
                        ("state", "occupied"),
                        ("closed_reason", ""),
                        ("held_for", ""),
                        ("reference", ""),
                    ),
                    models.Q(
                        ("state", "on_leave"),
                        ("closed_reason", ""),
                        ("held_for", ""),
                        ("reference", ""),
                        ("delay_reason", ""),
                    ),
                    models.Q(
                        ("state", "preparing"),
                        ("closed_reason", ""),
                        ("held_for", ""),
                        ("reference", ""),
                        ("delay_reason", ""),
                        ("due_at__isnull", False),
                    ),
                    models.Q(
                        ("state", "isolated"),
                        ("closed_reason", ""),
                        ("held_for", ""),
                        ("reference", ""),
                        ("delay_reason", ""),
                        ("due_at__isnull", True),
                    ),
                    models.Q(
                        ("state", "closed"),
                        models.Q(("closed_reason", ""), _negated=True),
                        ("held_for", ""),
                        ("reference", ""),
                        ("delay_reason", ""),
                    ),
                    _connector="OR",
                ),
                name="bed_entry_details_of_its_state",
            ),
        ),
        AddConstraintNotValid(
            model_name="bedentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_at__isnull", True), ("due_at__gt", models.F("starts_at")), _connector="OR"
                ),
                name="bed_entry_due_later",
            ),
        ),
    ]
