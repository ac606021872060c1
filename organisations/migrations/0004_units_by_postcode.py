from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0003_found_by_part_of_names_and_nearness"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(
                fields=["postcode"],
                name="unit_postcode_begins",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
    ]
