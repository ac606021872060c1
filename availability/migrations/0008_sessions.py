import datetime

import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("availability", "0007_what_is_done_to_beds_themselves"),
        ("organisations", "0005_features_instructions_and_districts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="wardtotals",
            name="sessions_until",
            field=models.DateField(
                help_text="The last day whose sessions are made; null: no pattern yet", null=True
            ),
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("begins_at", models.DateTimeField()),
                ("minutes", models.PositiveSmallIntegerField()),
                (
                    "planned",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Its capacity by the week's pattern; 0 if it is not in there",
                    ),
                ),
                ("capacity", models.PositiveSmallIntegerField()),
                ("booked", models.PositiveSmallIntegerField(default=0)),
                (
                    "closed_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("staffing", "Staffing"),
                            ("environment", "Environment"),
                            ("refurbishment", "Refurbishment"),
                            ("infection_control", "Infection control"),
                            ("acuity", "Acuity"),
                            ("commissioner", "Commissioner's decision"),
                            ("other", "Other"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                (
                    "ward",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="organisations.ward",
                    ),
                ),
            ],
            options={
                "ordering": ["begins_at"],
            },
        ),
        migrations.CreateModel(
            name="SessionEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "starts_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("planned", "Set by the week's pattern"),
                            ("changed", "Changed for that day"),
                            ("booked", "Booked"),
                            ("released", "Released"),
                        ],
                        max_length=10,
                    ),
                ),
                ("capacity", models.PositiveSmallIntegerField()),
                ("booked", models.PositiveSmallIntegerField()),
                (
                    "closed_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("staffing", "Staffing"),
                            ("environment", "Environment"),
                            ("refurbishment", "Refurbishment"),
                            ("infection_control", "Infection control"),
                            ("acuity", "Acuity"),
                            ("commissioner", "Commissioner's decision"),
                            ("other", "Other"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Of a booking; never of a patient",
                        max_length=40,
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("board", "Ward board"),
                            ("setup", "Set up with the ward"),
                            ("time", "By itself"),
                            ("undo", "Undone"),
                        ],
                        max_length=10,
                    ),
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
                    "releases",
                    models.OneToOneField(
                        help_text="The booking",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="release",
                        to="availability.sessionentry",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="availability.session",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "session entries",
            },
        ),
        migrations.CreateModel(
            name="SessionPattern",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="session_patterns",
                        to="organisations.ward",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SessionSlot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ]
                    ),
                ),
                ("begins", models.TimeField()),
                ("minutes", models.PositiveSmallIntegerField()),
                (
                    "capacity",
                    models.PositiveSmallIntegerField(
                        help_text="How many patients it has places for"
                    ),
                ),
                (
                    "pattern",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="slots",
                        to="availability.sessionpattern",
                    ),
                ),
            ],
            options={
                "ordering": ["weekday", "begins"],
            },
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.UniqueConstraint(
                fields=("ward", "begins_at"), name="session_once_a_moment"
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("booked__lte", models.F("capacity"))),
                name="session_booked_within_capacity",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("capacity__gt", 0), ("closed_reason", "")),
                    models.Q(("closed_reason", ""), ("planned", 0)),
                    models.Q(("capacity", 0), models.Q(("closed_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="session_closed_for_a_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="session",
            trigger=pgtrigger.compiler.Trigger(
                name="session_on_closed_organisation",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE closed date;",
                    func="\n            SELECT o.closed_on INTO closed FROM organisations_organisation o\n             WHERE o.id = (SELECT u.organisation_id FROM organisations_ward w JOIN organisations_unit u ON u.id = w.unit_id WHERE w.id = NEW.ward_id) FOR SHARE;\n            IF closed <= CURRENT_DATE THEN\n                RAISE EXCEPTION 'This organisation is closed'\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'session_on_closed_organisation';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="f7ee307ff986ded7d8ef4f69f19c9d88e0be872f",
                    operation="INSERT",
                    pgid="pgtrigger_session_on_closed_organisation_ee51f",
                    table="availability_session",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionentry",
            constraint=models.UniqueConstraint(
                fields=("session", "starts_at"), name="session_entry_once_a_moment"
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("booked__lte", models.F("capacity"))),
                name="session_entry_within_capacity",
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("change", "released"), ("releases__isnull", False)),
                    models.Q(
                        models.Q(("change", "released"), _negated=True), ("releases__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="session_entry_releases_a_booking",
            ),
        ),
        migrations.AddIndex(
            model_name="sessionpattern",
            index=models.Index(fields=["ward", "starts_on", "id"], name="session_pattern_of_ward"),
        ),
        migrations.AddConstraint(
            model_name="sessionslot",
            constraint=models.UniqueConstraint(
                fields=("pattern", "weekday", "begins"), name="session_slot_once_a_moment"
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionslot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("capacity__gt", 0),
                    ("minutes__gt", 0),
                    ("weekday__range", (0, 6)),
                    ("begins__range", (datetime.time(5, 0), datetime.time(22, 0))),
                ),
                name="session_slot_is_possible",
            ),
        ),
    ]
