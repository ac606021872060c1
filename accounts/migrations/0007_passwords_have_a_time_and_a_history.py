import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_devices_of_the_second_factor"),
    ]

    operations = [
        migrations.CreateModel(
            name="BreachedPassword",
            fields=[
                ("digest", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="PasswordHistory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password_hash", models.CharField(max_length=128)),
                (
                    "replaced_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="earlier_passwords",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "password history",
                "indexes": [
                    models.Index(
                        fields=["person", "-replaced_at"], name="password_history_of_person"
                    )
                ],
            },
        ),
        # Whoever has a password already has 365 days from now.
        migrations.AddField(
            model_name="user",
            name="password_changed_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="password_reminder",
            field=models.PositiveSmallIntegerField(
                editable=False,
                help_text="The days before its end that the last reminder was for; none has been sent yet",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="link",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("verify_address", "Verify an email address"),
                    ("reset_password", "Choose a new password"),
                ],
                max_length=20,
            ),
        ),
    ]
