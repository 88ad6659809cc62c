"""The company in a sentence about a lead, without the day that stands beside it."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from apps.assistant.slots import SlotSpec, names
from apps.assistant.slots.extraction import Source

QUESTION = "Which company is it for?"
_DAY = (
    r"yesterday|today|tomorrow|tonight|now|last|next|this|on|by|before|until|at|about|for|just|and|but|semalam"
    r"|kelmarin|hari|esok|pada|tentang|dan|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{1,2}"
)
_AFTER = re.compile(
    rf"\s+(?:{_DAY})\b.*|\s*(?:昨天|前天|今天|明天|的|[，。；：、？]).*", re.IGNORECASE | re.DOTALL
)
#: What stands before the name in orders that start with it: "call Kampong Bakery".
_BEFORE = re.compile(
    r"^(?:(?:please|follow[- ]?ups?|task|call|phone|email|meet|visit|with|to|of|for|the|lead|deal|why"
    r"|did|we|lose|lost|new)\s+)"
    r"{1,6}",
    re.IGNORECASE,
)


def find_lead_name(source: Source, is_asked: bool) -> str | None:
    """The name, as we spell it when we know it."""
    found = names.company(source.text, source.user, whole=is_asked)
    if found is None:
        return None
    return _AFTER.sub("", _BEFORE.sub("", found)).strip(" .?!'\"") or found


LeadNameSlot = Annotated[
    str,
    SlotSpec("company", QUESTION, find=find_lead_name),
    Field(description="Name of the company.", min_length=1, max_length=200),
]
