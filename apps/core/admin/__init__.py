"""What every screen of the back office shares."""

from __future__ import annotations

from apps.core.admin.base import ReadOnlyAdmin, RecordPageAdmin, VisibleAdmin
from apps.core.admin.by_post import by_post
from apps.core.admin.versioned import VersionedAdmin

__all__ = ["ReadOnlyAdmin", "RecordPageAdmin", "VersionedAdmin", "VisibleAdmin", "by_post"]
