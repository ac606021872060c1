import django.contrib.postgres.indexes
import django.db.models.expressions
import django.db.models.functions.math
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.contrib.postgres.operations import CreateExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0002_kinds_of_organisation_are_rows"),
    ]

    operations = [
        CreateExtension("cube"),
        pgtrigger.migrations.RemoveTrigger(
            model_name="organisation",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="unit",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="ward",
            name="update_update",
        ),
        migrations.RemoveIndex(
            model_name="organisation",
            name="organisation_name_trgm",
        ),
        migrations.RemoveIndex(
            model_name="unit",
            name="unit_name_trgm",
        ),
        migrations.RemoveIndex(
            model_name="ward",
            name="ward_name_trgm",
        ),
        migrations.AddField(
            model_name="organisation",
            name="search_text",
            field=models.TextField(default="", editable=False),
        ),
        migrations.AddField(
            model_name="unit",
            name="search_text",
            field=models.TextField(default="", editable=False),
        ),
        migrations.AddField(
            model_name="ward",
            name="search_text",
            field=models.TextField(default="", editable=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="organisation",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_search_text",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func=" NEW.search_text = ' ' || btrim(lower(regexp_replace(regexp_replace(concat_ws(' ', NEW.name, nullif(upper(NEW.ods_name), upper(NEW.name))), '[''’]', '', 'g'), '[^[:alnum:]]+', ' ', 'g'))); RETURN NEW;",
                    hash="2b413aad63036986d9f4c350ddcb089a6d11af2d",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_keep_search_text_85609",
                    table="organisations_organisation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="organisation",
            trigger=pgtrigger.compiler.Trigger(
                name="pass_search_text_on",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.search_text IS DISTINCT FROM NEW.search_text)",
                    func="\n            UPDATE organisations_unit SET search_text = '' WHERE organisation_id = NEW.id;\n            RETURN NULL;\n        ",
                    hash="cc821a4db7efca4654e957a207a72c948318bd81",
                    operation="UPDATE",
                    pgid="pgtrigger_pass_search_text_on_50705",
                    table="organisations_organisation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="organisation",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."approval_level" IS DISTINCT FROM (NEW."approval_level") OR OLD."closed_on" IS DISTINCT FROM (NEW."closed_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."ods_code" IS DISTINCT FROM (NEW."ods_code") OR OLD."ods_name" IS DISTINCT FROM (NEW."ods_name") OR OLD."opened_on" IS DISTINCT FROM (NEW."opened_on") OR OLD."postcode" IS DISTINCT FROM (NEW."postcode") OR OLD."region_id" IS DISTINCT FROM (NEW."region_id") OR OLD."successor_id" IS DISTINCT FROM (NEW."successor_id"))',
                    func='INSERT INTO "organisations_organisationevent" ("address", "approval_level", "closed_on", "id", "kind", "name", "ods_code", "ods_name", "opened_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "region_id", "successor_id") VALUES (NEW."address", NEW."approval_level", NEW."closed_on", NEW."id", NEW."kind", NEW."name", NEW."ods_code", NEW."ods_name", NEW."opened_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."postcode", NEW."region_id", NEW."successor_id"); RETURN NULL;',
                    hash="57b94ef96d45cd1a2a4665f100f62bb96ce8c5ce",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_0b99b",
                    table="organisations_organisation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_search_text",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF TG_OP = 'INSERT' THEN PERFORM 1 FROM organisations_organisation WHERE id = NEW.organisation_id FOR SHARE; END IF; NEW.search_text = ' ' || btrim(lower(regexp_replace(regexp_replace(concat_ws(' ', NEW.name, nullif(upper(NEW.ods_name), upper(NEW.name)), NEW.town), '[''’]', '', 'g'), '[^[:alnum:]]+', ' ', 'g'))) || (SELECT search_text FROM organisations_organisation WHERE id = NEW.organisation_id); RETURN NEW;",
                    hash="95aaebb5d4ac2ca6995f8134f8e640e994ae0260",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_keep_search_text_940a0",
                    table="organisations_unit",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="pass_search_text_on",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.search_text IS DISTINCT FROM NEW.search_text)",
                    func="\n            UPDATE organisations_ward SET search_text = '' WHERE unit_id = NEW.id;\n            RETURN NULL;\n        ",
                    hash="4a59c0d507d6d7385aa340f2195c7e130ea8d394",
                    operation="UPDATE",
                    pgid="pgtrigger_pass_search_text_on_954d0",
                    table="organisations_unit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."closed_on" IS DISTINCT FROM (NEW."closed_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."last_seen" IS DISTINCT FROM (NEW."last_seen") OR OLD."latitude" IS DISTINCT FROM (NEW."latitude") OR OLD."longitude" IS DISTINCT FROM (NEW."longitude") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."ods_code" IS DISTINCT FROM (NEW."ods_code") OR OLD."ods_name" IS DISTINCT FROM (NEW."ods_name") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."postcode" IS DISTINCT FROM (NEW."postcode") OR OLD."region_id" IS DISTINCT FROM (NEW."region_id") OR OLD."town" IS DISTINCT FROM (NEW."town"))',
                    func='INSERT INTO "organisations_unitevent" ("address", "closed_on", "id", "last_seen", "latitude", "longitude", "name", "ods_code", "ods_name", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "region_id", "town") VALUES (NEW."address", NEW."closed_on", NEW."id", NEW."last_seen", NEW."latitude", NEW."longitude", NEW."name", NEW."ods_code", NEW."ods_name", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."postcode", NEW."region_id", NEW."town"); RETURN NULL;',
                    hash="2d734cfe4e39484626a2d9039e5fa0ccf5104e34",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a7406",
                    table="organisations_unit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ward",
            trigger=pgtrigger.compiler.Trigger(
                name="keep_search_text",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF TG_OP = 'INSERT' THEN PERFORM 1 FROM organisations_unit WHERE id = NEW.unit_id FOR SHARE; END IF; NEW.search_text = ' ' || btrim(lower(regexp_replace(regexp_replace(concat_ws(' ', NEW.name), '[''’]', '', 'g'), '[^[:alnum:]]+', ' ', 'g'))) || (SELECT search_text FROM organisations_unit WHERE id = NEW.unit_id); RETURN NEW;",
                    hash="dfd55722c3a55be69394b261fdda65049b7dfa17",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_keep_search_text_4eecc",
                    table="organisations_ward",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ward",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."closed_on" IS DISTINCT FROM (NEW."closed_on") OR OLD."commissioned_beds" IS DISTINCT FROM (NEW."commissioned_beds") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."maximum_age" IS DISTINCT FROM (NEW."maximum_age") OR OLD."minimum_age" IS DISTINCT FROM (NEW."minimum_age") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."referral_hours" IS DISTINCT FROM (NEW."referral_hours") OR OLD."security_level" IS DISTINCT FROM (NEW."security_level") OR OLD."service_type_id" IS DISTINCT FROM (NEW."service_type_id") OR OLD."sessions_a_day" IS DISTINCT FROM (NEW."sessions_a_day") OR OLD."sex" IS DISTINCT FROM (NEW."sex") OR OLD."telephone" IS DISTINCT FROM (NEW."telephone") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id"))',
                    func='INSERT INTO "organisations_wardevent" ("closed_on", "commissioned_beds", "email", "id", "kind", "maximum_age", "minimum_age", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referral_hours", "security_level", "service_type_id", "sessions_a_day", "sex", "telephone", "unit_id") VALUES (NEW."closed_on", NEW."commissioned_beds", NEW."email", NEW."id", NEW."kind", NEW."maximum_age", NEW."minimum_age", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."referral_hours", NEW."security_level", NEW."service_type_id", NEW."sessions_a_day", NEW."sex", NEW."telephone", NEW."unit_id"); RETURN NULL;',
                    hash="85301fab1b39af22c54a7746824c5f6d28a249b8",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_473fe",
                    table="organisations_ward",
                    when="AFTER",
                ),
            ),
        ),
        # What is there gets its text: the triggers pass it on to units and wards.
        migrations.RunSQL(
            "UPDATE organisations_organisation SET search_text = ''", migrations.RunSQL.noop
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("name"), name="gin_trgm_ops"
                ),
                name="organisation_name_part",
            ),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search_text"], name="organisation_search", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(fields=["name", "id"], name="organisation_in_order"),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(
                django.db.models.functions.text.Upper("ods_code"),
                name="organisation_ods_code_upper",
            ),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(
                fields=["postcode"],
                name="organisation_postcode_begins",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("name"), name="gin_trgm_ops"
                ),
                name="unit_name_part",
            ),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search_text"], name="unit_search", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(fields=["name", "id"], name="unit_in_order"),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(
                django.db.models.functions.text.Upper("ods_code"), name="unit_ods_code_upper"
            ),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=django.contrib.postgres.indexes.GistIndex(
                models.Func(
                    django.db.models.expressions.CombinedExpression(
                        django.db.models.functions.math.Cos(
                            django.db.models.functions.math.Radians("latitude")
                        ),
                        "*",
                        django.db.models.functions.math.Cos(
                            django.db.models.functions.math.Radians("longitude")
                        ),
                    ),
                    django.db.models.expressions.CombinedExpression(
                        django.db.models.functions.math.Cos(
                            django.db.models.functions.math.Radians("latitude")
                        ),
                        "*",
                        django.db.models.functions.math.Sin(
                            django.db.models.functions.math.Radians("longitude")
                        ),
                    ),
                    django.db.models.functions.math.Sin(
                        django.db.models.functions.math.Radians("latitude")
                    ),
                    output_field=models.FloatField(),
                    template="cube(ARRAY[%(expressions)s])",
                ),
                name="unit_nearest",
            ),
        ),
        migrations.AddIndex(
            model_name="ward",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("name"), name="gin_trgm_ops"
                ),
                name="ward_name_part",
            ),
        ),
        migrations.AddIndex(
            model_name="ward",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search_text"], name="ward_search", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="ward",
            index=models.Index(fields=["name", "id"], name="ward_in_order"),
        ),
    ]
