"""What is known of leads so far, in its new places: stage changes, activities, places on the board."""

from django.db import migrations

FORWARD = """
INSERT INTO crm_activity (id, created_at, updated_at, lead_id, kind, occurred_at, by_id, subject_line, note)
SELECT id, created_at, updated_at, lead_id, kind, occurred_at, by_id, '', note
FROM crm_leadactivity WHERE kind <> 'status';

-- A lead came in with the stage that its first change left, or with the one it is still in.
INSERT INTO crm_stagechange
    (id, created_at, updated_at, lead_id, from_status, to_status, at, by_id, seconds, value, currency, lost_reason)
SELECT gen_random_uuid(), now(), now(), lead.id, '', coalesce(first.from_status, lead.status), lead.created_at,
       NULL, NULL, lead.value, lead.currency,
       CASE WHEN first.id IS NULL AND lead.status = 'closed_lost' THEN 'not_recorded' ELSE '' END
FROM crm_lead lead
LEFT JOIN LATERAL (
    SELECT id, from_status FROM crm_leadactivity
    WHERE lead_id = lead.id AND kind = 'status' ORDER BY occurred_at, id LIMIT 1
) first ON true;

INSERT INTO crm_stagechange
    (id, created_at, updated_at, lead_id, from_status, to_status, at, by_id, seconds, value, currency, lost_reason)
SELECT moved.id, moved.created_at, moved.updated_at, moved.lead_id, from_status, to_status, occurred_at, by_id,
       extract(epoch FROM occurred_at - coalesce(
           lag(occurred_at) OVER (PARTITION BY lead_id ORDER BY occurred_at, moved.id), lead.created_at)),
       lead.value, lead.currency, CASE to_status WHEN 'closed_lost' THEN 'not_recorded' ELSE '' END
FROM crm_leadactivity moved JOIN crm_lead lead ON lead.id = moved.lead_id WHERE kind = 'status';

UPDATE crm_lead SET
    position = extract(epoch FROM created_at),
    lost_reason = CASE status WHEN 'closed_lost' THEN 'not_recorded' ELSE '' END,
    stage_since = coalesce(
        (SELECT max(at) FROM crm_stagechange WHERE lead_id = crm_lead.id), created_at);

INSERT INTO crm_customer (id, created_at, updated_at, company_id, lead_id, account_manager_id, status, since)
SELECT DISTINCT ON (company_id) gen_random_uuid(), now(), now(), company_id, id, assigned_to_id, 'active',
       coalesce(closed_at, created_at)
FROM crm_lead WHERE status = 'closed_won' AND company_id IS NOT NULL
ORDER BY company_id, coalesce(closed_at, created_at);
"""

BACKWARD = """
INSERT INTO crm_leadactivity
    (id, created_at, updated_at, lead_id, kind, occurred_at, by_id, from_status, to_status, note)
SELECT id, created_at, updated_at, lead_id, 'contact', occurred_at, by_id, '', '', note
FROM crm_activity WHERE lead_id IS NOT NULL AND kind <> 'note'
UNION ALL
SELECT id, created_at, updated_at, lead_id, 'status', at, by_id, from_status, to_status, ''
FROM crm_stagechange WHERE from_status <> '';
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0002_pipeline")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
