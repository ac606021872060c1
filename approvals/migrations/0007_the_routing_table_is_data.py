import django.contrib.postgres.fields
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

COLLABORATIVE = ["collaborative", "region"]
PROVIDER = ["provider", "region"]
PLANS = ["plans", "region"]
REGION = ["region"]

# What is asked for → by staff of a single-level, of a multi-level provider, of NHS England.
TABLE = {
    "availability_view": (COLLABORATIVE, PROVIDER, REGION),
    "availability_edit": (COLLABORATIVE, PROVIDER, REGION),
    "plans_view": (REGION, REGION, REGION),
    "plans_edit": (PLANS, PLANS, REGION),
    "approve_standard": (COLLABORATIVE, COLLABORATIVE, REGION),
    "approve_commissioner": (REGION, REGION, REGION),
    "approve_regional": ([], [], []),
}
CAPABILITIES = [
    ("availability_view", "Availability viewer"),
    ("availability_edit", "Availability editor"),
    ("plans_view", "Plan viewer"),
    ("plans_edit", "Plan editor"),
    ("approve_standard", "Provider approver"),
    ("approve_commissioner", "Commissioner approver"),
    ("approve_regional", "Regional approver"),
    ("administer", "Helpdesk"),
]
ASKERS = [
    ("single", "Staff of a single-level provider"),
    ("multi", "Staff of a multi-level provider"),
    ("nhs_england", "Staff of NHS England"),
    ("other", "Other organisations, and providers that the directory does not list"),
]
APPROVERS = [
    ("provider", "Provider's approver"),
    ("collaborative", "Approver of the provider's collaborative"),
    ("plans", "Approver of the collaborative whose plans they are"),
    ("region", "Regional approver"),
]


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The table that stood in the code until now; other organisations go to the helpdesk."""
    Route = apps.get_model("approvals", "Route")
    Route.objects.using(schema_editor.connection.alias).bulk_create(
        Route(capability=capability, asker=asker, approvers=approvers)
        for capability, row in TABLE.items()
        for (asker, _), approvers in zip(ASKERS, (*row, []), strict=True)
    )


class Migration(migrations.Migration):
    dependencies = [("approvals", "0006_what_an_approver_answers")]

    operations = [
        migrations.CreateModel(
            name="Route",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "capability",
                    models.CharField(
                        choices=CAPABILITIES, max_length=30, verbose_name="what is asked for"
                    ),
                ),
                (
                    "asker",
                    models.CharField(choices=ASKERS, max_length=20, verbose_name="who asks"),
                ),
                (
                    "approvers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=APPROVERS, max_length=20),
                        blank=True,
                        default=list,
                        help_text="In order; the helpdesk comes after them",
                        size=None,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("capability", "asker"), name="route_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approvers__contained_by", [value for value, _ in APPROVERS])
                        ),
                        name="route_of_known_approvers",
                    ),
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
