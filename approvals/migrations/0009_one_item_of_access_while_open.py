from django.db import migrations, models
from django.db.models import Q

COLUMNS = (
    "person_id, capability, service_group_id, organisation_id, unit_id, ward_id, "
    "collaborative_id, region_id"
)


def built_as(name: str, condition: str) -> list[str]:
    """The index anew, without holding up those who write; the old one counts until then."""
    return [
        f"CREATE UNIQUE INDEX CONCURRENTLY {name}_anew ON approvals_item ({COLUMNS}) "
        f"NULLS NOT DISTINCT WHERE {condition}",
        f"DROP INDEX CONCURRENTLY {name}",
        f"ALTER INDEX {name}_anew RENAME TO {name}",
    ]


class Migration(migrations.Migration):
    """Of what other kinds than access ask for, a person may await several."""

    atomic = False
    dependencies = [("approvals", "0008_quarterly_review")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    built_as("item_once_while_open", "kind = 'access' AND status = 'submitted'"),
                    built_as("item_once_while_open", "status = 'submitted'"),
                )
            ],
            state_operations=[
                migrations.RemoveConstraint("item", "item_once_while_open"),
                migrations.AddConstraint(
                    "item",
                    models.UniqueConstraint(
                        fields=[
                            "person",
                            "capability",
                            "service_group",
                            "organisation",
                            "unit",
                            "ward",
                            "collaborative",
                            "region",
                        ],
                        condition=Q(kind="access", status="submitted"),
                        nulls_distinct=False,
                        name="item_once_while_open",
                    ),
                ),
            ],
        )
    ]
