from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0005_invitations"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="address_fits",
            field=models.BooleanField(
                help_text="Is the email address aligned to the organisation?", null=True
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="asked",
            field=models.BooleanField(
                db_default=False,
                default=True,
                help_text="Made since the questions below are asked (CT-03)",
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="is_member",
            field=models.BooleanField(
                help_text="Is the person a current member of the organisation?", null=True
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="level_fits",
            field=models.BooleanField(
                help_text="Is the right level of access asked for?", null=True
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="note",
            field=models.CharField(
                blank=True, db_default="", help_text="Why a No is acceptable", max_length=500
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asked", False),
                    models.Q(("kind", "access"), _negated=True),
                    ("outcome", "rejected"),
                    models.Q(
                        ("address_fits__isnull", False),
                        ("is_member__isnull", False),
                        ("level_fits__isnull", False),
                        models.Q(
                            models.Q(
                                ("address_fits", True), ("is_member", True), ("level_fits", True)
                            ),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="decision_approval_has_answers",
            ),
        ),
    ]
