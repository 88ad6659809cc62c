"""What every screen of the back office shares."""

from __future__ import annotations

from apps.core.admin.base import ReadOnlyAdmin, RecordPageAdmin, VisibleAdmin
from apps.core.admin.by_post import by_post

__all__ = ["ReadOnlyAdmin", "RecordPageAdmin", "VisibleAdmin", "by_post"]
