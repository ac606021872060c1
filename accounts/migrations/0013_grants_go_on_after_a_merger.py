import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_people_are_found_and_made_anonymous"),
    ]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="continues",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                help_text="The grant that goes on as this one since organisations merged",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.grant",
            ),
        ),
        migrations.AlterField(
            model_name="grant",
            name="origin",
            field=models.CharField(
                choices=[
                    ("decision", "An approver's decision"),
                    ("invitation", "An invitation"),
                    ("bootstrap", "Set up by the service"),
                    ("directory", "Directory import"),
                    ("merger", "A merger of organisations"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("continues__isnull", False), ("origin", "merger")),
                    models.Q(
                        models.Q(("origin", "merger"), _negated=True), ("continues__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="grant_of_a_merger_continues_another",
            ),
        ),
    ]
