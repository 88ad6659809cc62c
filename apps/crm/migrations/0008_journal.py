from django.db import migrations

from apps.audit.journal import watch


class Migration(migrations.Migration):
    dependencies = [("crm", "0007_creation_index_carries_sums"), ("audit", "0005_journal_function")]

    operations = [
        *watch("crm_lead", leave_out=["search"]),
        *watch(
            "crm_activity", "crm_customer", "crm_leadfile", "crm_leadimport", "crm_merge", "crm_stagechange", "crm_task"
        ),
    ]
