import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations

import accounts.plain


class Migration(migrations.Migration):
    # So that people log in while the indexes are built.
    atomic = False

    dependencies = [
        ("accounts", "0015_each_who_asks_has_a_link"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="user",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper(accounts.plain.Plain("first_name")),
                    name="gin_trgm_ops",
                ),
                name="user_first_name_plain",
            ),
        ),
        AddIndexConcurrently(
            model_name="user",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper(accounts.plain.Plain("surname")),
                    name="gin_trgm_ops",
                ),
                name="user_surname_plain",
            ),
        ),
    ]
