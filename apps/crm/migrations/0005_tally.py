"""Running totals of the leads: each statement appends the difference it made (docs/decisions/0006)."""

from django.db import migrations

GROUP = "status, source, assigned_to_id, currency"

FORWARD = f"""
CREATE FUNCTION crm_tally_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO crm_leadtally ({GROUP}, leads, value)
    SELECT {GROUP}, count(*), coalesce(sum(value), 0) FROM added GROUP BY {GROUP};
    RETURN NULL;
END $$;

CREATE FUNCTION crm_tally_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO crm_leadtally ({GROUP}, leads, value)
    SELECT {GROUP}, -count(*), -coalesce(sum(value), 0) FROM removed GROUP BY {GROUP};
    RETURN NULL;
END $$;

CREATE FUNCTION crm_tally_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO crm_leadtally ({GROUP}, leads, value)
    SELECT {GROUP}, sum(leads), sum(value)
    FROM (
        SELECT {GROUP}, 1 AS leads, coalesce(value, 0) AS value FROM added
        UNION ALL
        SELECT {GROUP}, -1, -coalesce(value, 0) FROM removed
    ) AS change
    GROUP BY {GROUP}
    HAVING sum(leads) <> 0 OR sum(value) <> 0;
    RETURN NULL;
END $$;

CREATE TRIGGER crm_lead_tally_insert AFTER INSERT ON crm_lead
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION crm_tally_insert();
CREATE TRIGGER crm_lead_tally_delete AFTER DELETE ON crm_lead
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION crm_tally_delete();
CREATE TRIGGER crm_lead_tally_update AFTER UPDATE ON crm_lead
    REFERENCING NEW TABLE AS added OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION crm_tally_update();

INSERT INTO crm_leadtally ({GROUP}, leads, value)
SELECT {GROUP}, count(*), coalesce(sum(value), 0) FROM crm_lead GROUP BY {GROUP};
"""

BACKWARD = """
DROP TRIGGER crm_lead_tally_insert ON crm_lead;
DROP TRIGGER crm_lead_tally_delete ON crm_lead;
DROP TRIGGER crm_lead_tally_update ON crm_lead;
DROP FUNCTION crm_tally_insert();
DROP FUNCTION crm_tally_delete();
DROP FUNCTION crm_tally_update();
DELETE FROM crm_leadtally;
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0004_rules")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
