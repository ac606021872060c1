from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    # Beds are read and changed meanwhile.
    atomic = False

    dependencies = [("availability", "0004_what_a_bed_carries")]

    operations = [
        ValidateConstraint(model_name="bedentry", name="bed_entry_details_of_its_state"),
        ValidateConstraint(model_name="bedentry", name="bed_entry_due_later"),
        AddIndexConcurrently(
            model_name="wardtotals",
            index=models.Index(
                fields=["next_end_at"],
                condition=models.Q(next_end_at__isnull=False),
                name="ward_totals_next_end",
            ),
        ),
    ]
