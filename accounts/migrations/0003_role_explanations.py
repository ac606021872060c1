from django.db import migrations, models

CHOICES = [
    ("availability_view", "Availability viewer"),
    ("availability_edit", "Availability editor"),
    ("plans_view", "Plan viewer"),
    ("plans_edit", "Plan editor"),
    ("approve_standard", "Provider approver"),
    ("approve_commissioner", "Commissioner approver"),
    ("approve_regional", "Regional approver"),
    ("administer", "Helpdesk"),
]
EXPLANATIONS = {
    "availability_view": "Search for free beds in every ward of the service group.",
    "availability_edit": "Record whether beds are free, occupied or closed.",
    "plans_view": "Read strategic bed plans.",
    "plans_edit": "Read and change the strategic bed plans of a collaborative.",
    "approve_standard": "Decide what colleagues of the same provider ask for.",
    "approve_commissioner": "Decide what a collaborative's providers ask for.",
    "approve_regional": "Decide what people of a region ask for.",
    "administer": "Put right everything, and decide what nobody else can.",
}


def explain_roles(apps, schema_editor):
    role = apps.get_model("accounts", "Role").objects.using(schema_editor.connection.alias)
    for capability, explanation in EXPLANATIONS.items():
        role.get_or_create(capability=capability, defaults={"explanation": explanation})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_initial")]

    operations = [
        migrations.CreateModel(
            name="Role",
            fields=[
                (
                    "capability",
                    models.CharField(
                        choices=CHOICES, max_length=30, primary_key=True, serialize=False
                    ),
                ),
                ("explanation", models.CharField(max_length=300)),
            ],
        ),
        migrations.RunPython(explain_roles, migrations.RunPython.noop),
    ]
