"""What happened with a lead, a company or a contact: every channel in one list, newest first."""

from __future__ import annotations

from apps.crm.timeline.entries import Entry, TimelinePage
from apps.crm.timeline.pages import timeline

__all__ = ["Entry", "TimelinePage", "timeline"]
