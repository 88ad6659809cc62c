from django.db import migrations

from apps.audit import journal


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_journal_and_mail_keys")]

    operations = [migrations.RunSQL(journal.FUNCTION, journal.DROP_FUNCTION)]
