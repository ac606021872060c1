import django.db.models.deletion
from django.db import migrations, models

# What load_directory gives an empty directory; here for one that is in use already.
KINDS = [
    ("nhs_provider", "NHS provider", "provider"),
    ("independent_provider", "Independent provider", "provider"),
    ("acute_trust", "Acute trust", "nhs_body"),
    ("icb", "Integrated care board", "nhs_body"),
    ("gp_practice", "GP practice", "nhs_body"),
    ("csu", "Commissioning support unit", "nhs_body"),
    ("local_authority", "Local authority", "other_body"),
    ("local_resilience_forum", "Local resilience forum", "other_body"),
    ("aggregate_body", "Aggregate body", "other_body"),
    ("search_only", "Search only", "other_body"),
]


def give_a_directory_its_kinds(apps, schema_editor):
    alias = schema_editor.connection.alias
    if not apps.get_model("organisations", "Organisation").objects.using(alias).exists():
        return
    model = apps.get_model("organisations", "OrganisationKind")
    model.objects.using(alias).bulk_create(
        model(code=code, name=name, position=position, asks_as=asks_as)
        for position, (code, name, asks_as) in enumerate(KINDS, start=1)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrganisationKind",
            fields=[
                ("code", models.SlugField(max_length=30, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60, unique=True)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "asks_as",
                    models.CharField(
                        choices=[
                            ("provider", "Provider / Provider Collaborative"),
                            ("nhs_body", "Other: an NHS organisation or CSU"),
                            ("other_body", "Other: outside the NHS"),
                        ],
                        help_text="What its people answer in the access request",
                        max_length=10,
                    ),
                ),
            ],
            options={
                "ordering": ["position", "name"],
            },
        ),
        migrations.RunPython(give_a_directory_its_kinds, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="organisation",
            name="kind",
            field=models.ForeignKey(
                db_column="kind",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="organisations",
                to="organisations.organisationkind",
            ),
        ),
        migrations.AlterField(
            model_name="organisationevent",
            name="kind",
            field=models.ForeignKey(
                db_column="kind",
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="organisations.organisationkind",
            ),
        ),
    ]
