import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("capacity_plans", "0004_files_and_calendar_addresses"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="version",
            name="version_stays",
        ),
        migrations.AddField(
            model_name="change",
            name="key",
            field=models.UUIDField(
                editable=False,
                help_text="Of the form that added it: sent twice, it adds one",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="line",
            name="key",
            field=models.UUIDField(
                editable=False,
                help_text="Of the form that added it: sent twice, it adds one",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="details_revision",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="Counts every change of its years, population and notes",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="version",
            trigger=pgtrigger.compiler.Trigger(
                name="version_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT (OLD.\"status\" IN ('scenario', 'draft')))",
                    func="\n                    IF TG_OP = 'DELETE' OR (\n                        (NEW.plan_id, NEW.number, NEW.name, NEW.first_year, NEW.years,\n                         NEW.population, NEW.notes, NEW.based_on_id, NEW.revision,\n                         NEW.details_revision, NEW.created_at, NEW.created_by_id, NEW.item_id)\n                        IS DISTINCT FROM\n                        (OLD.plan_id, OLD.number, OLD.name, OLD.first_year, OLD.years,\n                         OLD.population, OLD.notes, OLD.based_on_id, OLD.revision,\n                         OLD.details_revision, OLD.created_at, OLD.created_by_id, OLD.item_id)\n                    ) OR NEW.status <> OLD.status\n                        AND (OLD.status, NEW.status) NOT IN (('submitted', 'draft'), ('submitted', 'approved'), ('submitted', 'returned'), ('approved', 'superseded'))\n                    THEN\n                        RAISE EXCEPTION 'A version that was submitted stays as it is'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'version_stays';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="01ef66783b94503aca139e8ead649c06cff7cbfd",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_version_stays_c5eee",
                    table="capacity_plans_version",
                    when="BEFORE",
                ),
            ),
        ),
    ]
