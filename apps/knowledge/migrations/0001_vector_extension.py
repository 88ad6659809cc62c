"""The `vector` type of pgvector."""

from __future__ import annotations

from django.db import migrations
from pgvector.django import VectorExtension


class EnsureVector(VectorExtension):
    """Creates the extension only where it is missing: the application's role may not, and need not, create it.

    Going back leaves it in place, because other tables may use it.
    """

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        pass


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [EnsureVector()]
