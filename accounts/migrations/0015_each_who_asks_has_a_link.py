from django.db import migrations, models
from django.db.models import Q


def index(verb: str, name: str, columns: str) -> str:
    if verb == "DROP":
        return f"DROP INDEX CONCURRENTLY {name}"
    return (
        f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON accounts_link ({columns})"
        " NULLS NOT DISTINCT WHERE superseded_at IS NULL AND used_at IS NULL"
    )


NEW = ("link_one_live_for_each_who_asked", "purpose, address, registration_id, person_id")
OLD = ("link_one_live_per_address", "purpose, address, registration_id")


class Migration(migrations.Migration):
    # So that links are mailed while the index is built.
    atomic = False

    dependencies = [("accounts", "0014_people_by_part_of_name_or_address")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(index("CREATE", *NEW), index("DROP", *NEW)),
                migrations.RunSQL(index("DROP", *OLD), index("CREATE", *OLD)),
            ],
            state_operations=[
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
            ],
        ),
    ]
