from django.db import migrations

from apps.audit.journal import watch


class Migration(migrations.Migration):
    dependencies = [("contacts", "0002_search"), ("audit", "0005_journal_function")]

    operations = watch("contacts_company", "contacts_contact", leave_out=["search"])
