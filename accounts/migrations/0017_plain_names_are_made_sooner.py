import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations

import accounts.plain


class Migration(migrations.Migration):
    # So that people log in, and are found, while the indexes by the shorter way to a plain name are
    # built; the old ones go last.
    atomic = False

    dependencies = [
        ("accounts", "0016_people_by_name_without_accents"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="user",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper(accounts.plain.Plain("first_name")),
                    name="gin_trgm_ops",
                ),
                name="user_first_name_without",
            ),
        ),
        AddIndexConcurrently(
            model_name="user",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper(accounts.plain.Plain("surname")),
                    name="gin_trgm_ops",
                ),
                name="user_surname_without",
            ),
        ),
        RemoveIndexConcurrently(model_name="user", name="user_first_name_plain"),
        RemoveIndexConcurrently(model_name="user", name="user_surname_plain"),
    ]
