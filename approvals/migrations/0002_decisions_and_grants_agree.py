from django.db import migrations

# A decision repeats who asked, so that "nobody decides on the own request" can be a constraint of
# its own table; this key keeps it the same as the item's.
APPLICANT = """
ALTER TABLE approvals_decision
    ADD CONSTRAINT decision_person_is_the_items
    FOREIGN KEY (item_id, person_id) REFERENCES approvals_item (id, person_id)
"""
# At the end of each transaction, a grant that says it comes from a decision has one.
GRANT_HAS_DECISION = """
CREATE FUNCTION grant_has_its_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM approvals_decision WHERE grant_id = NEW.id) THEN
        RAISE EXCEPTION 'A grant by decision needs its decision'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_has_its_decision';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER grant_has_its_decision
    AFTER INSERT OR UPDATE OF origin ON accounts_grant
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.origin = 'decision') EXECUTE FUNCTION grant_has_its_decision();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]
    operations = [
        migrations.RunSQL(
            APPLICANT,
            "ALTER TABLE approvals_decision DROP CONSTRAINT decision_person_is_the_items",
        ),
        migrations.RunSQL(
            GRANT_HAS_DECISION,
            "DROP TRIGGER grant_has_its_decision ON accounts_grant;"
            "DROP FUNCTION grant_has_its_decision()",
        ),
    ]
