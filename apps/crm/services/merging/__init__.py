"""Making one lead, company or contact of two, and taking it back."""

from __future__ import annotations

from apps.crm.services.merging.fields import FieldChoice, told_choices
from apps.crm.services.merging.merge import Moving, merge, merge_fields, moved_counts, moving_rows
from apps.crm.services.merging.pairs import require_right
from apps.crm.services.merging.rules import Mergeable
from apps.crm.services.merging.undo import Undone, undo_merge

__all__ = [
    "FieldChoice",
    "Mergeable",
    "Moving",
    "Undone",
    "merge",
    "merge_fields",
    "moved_counts",
    "moving_rows",
    "require_right",
    "told_choices",
    "undo_merge",
]
