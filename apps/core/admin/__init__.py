"""What every screen of the back office shares."""

from __future__ import annotations

from apps.core.admin.base import ReadOnlyAdmin, RecordPageAdmin, VisibleAdmin

__all__ = ["ReadOnlyAdmin", "RecordPageAdmin", "VisibleAdmin"]
