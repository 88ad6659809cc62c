"""What runs do to lineages is told row by row."""

from __future__ import annotations

from django.db import migrations

from apps.audit.journal import watch


class Migration(migrations.Migration):
    """A trigger on the table that tools write."""

    dependencies = [("documents", "0001_templates_and_lineage"), ("audit", "0005_journal_function")]

    operations = [*watch("documents_lineage")]
