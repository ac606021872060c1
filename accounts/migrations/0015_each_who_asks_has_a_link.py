from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_people_by_part_of_name_or_address")]

    operations = [
        migrations.RemoveConstraint(model_name="link", name="link_one_live_per_address"),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                fields=["purpose", "address", "registration", "person"],
                condition=Q(used_at__isnull=True, superseded_at__isnull=True),
                nulls_distinct=False,
                name="link_one_live_for_each_who_asked",
            ),
        ),
    ]
