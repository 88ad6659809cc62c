"""A posted entry never changes, whoever writes: people, services, or somebody at the database."""

from django.db import migrations

from apps.audit.journal import watch

FORWARD = """
CREATE FUNCTION finance_keep_posted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Computed by the database, or links to rows with a life of their own.
    free text[] := '{updated_at,signed,search,company_id,document_id,paid_on}';
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'draft' THEN
            RAISE EXCEPTION 'ledger entry % is %: it cannot be deleted', OLD.id, OLD.status
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'INSERT' OR OLD.status = 'draft' THEN
        IF NEW.reverses_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM finance_entry AS original
            WHERE original.id = NEW.reverses_id AND original.status = 'posted'
              AND original.reverses_id IS NULL AND original.category_id = NEW.category_id
              AND original.amount = NEW.amount AND original.currency = NEW.currency
        ) THEN
            RAISE EXCEPTION 'ledger entry % does not take back exactly what it reverses', NEW.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free)
       OR (OLD.paid_on IS NOT NULL AND OLD.paid_on IS DISTINCT FROM NEW.paid_on)
       OR (NEW.document_id IS NOT NULL AND OLD.document_id IS DISTINCT FROM NEW.document_id)
    THEN
        RAISE EXCEPTION 'ledger entry % is %: it cannot be changed', OLD.id, OLD.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER finance_entry_keep_posted BEFORE INSERT OR UPDATE OR DELETE ON finance_entry
    FOR EACH ROW EXECUTE FUNCTION finance_keep_posted();

CREATE FUNCTION finance_keep_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind <> OLD.kind
       AND EXISTS (SELECT FROM finance_entry WHERE category_id = OLD.id AND status = 'posted')
    THEN
        RAISE EXCEPTION 'category % has posted entries: its kind cannot be changed', OLD.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER finance_category_keep_kind BEFORE UPDATE OF kind ON finance_category
    FOR EACH ROW EXECUTE FUNCTION finance_keep_kind();
"""

BACKWARD = """
DROP TRIGGER finance_category_keep_kind ON finance_category;
DROP FUNCTION finance_keep_kind();
DROP TRIGGER finance_entry_keep_posted ON finance_entry;
DROP FUNCTION finance_keep_posted();
"""


class Migration(migrations.Migration):
    dependencies = [("finance", "0001_initial"), ("audit", "0005_journal_function")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        *watch("finance_entry", leave_out=["search", "signed"]),
        *watch("finance_category", "finance_closedmonth"),
    ]
