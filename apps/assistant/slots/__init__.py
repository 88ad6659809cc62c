"""Slots: the typed things a skill needs from a message.

A skill's slot model uses these annotated types; `extract` fills them from the user's words and files.
"""

from apps.assistant.slots.types import (
    AddressesSlot,
    AttachmentSlot,
    ChoiceSlot,
    CompanySlot,
    DaysSlot,
    EmailSlot,
    MoneySlot,
    PeriodSlot,
    SlotSpec,
    TextSlot,
)

__all__ = [
    "AddressesSlot",
    "AttachmentSlot",
    "ChoiceSlot",
    "CompanySlot",
    "DaysSlot",
    "EmailSlot",
    "MoneySlot",
    "PeriodSlot",
    "SlotSpec",
    "TextSlot",
]
