"""Letters to leads: which one fits, what it says, and its words as Markdown that a person can edit."""

from __future__ import annotations

from apps.crm.outreach.drafting import Draft, draft
from apps.crm.outreach.letters import NAMES, LetterName
from apps.crm.outreach.speech import Language

__all__ = ["NAMES", "Draft", "Language", "LetterName", "draft"]
