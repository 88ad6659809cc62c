"""The annotated types of slots. Values are plain and JSON-able, so that a model can fill them too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, Field

from apps.core.periods import Period


@dataclass(frozen=True)
class SlotSpec:
    """How a slot is found and asked for. `kind` names the extractor; `options` are its words.

    `find` is the slot's own way instead: it takes the `Source` and whether the message answers the question
    for it, and returns a JSON-able value, or None when the message does not hold it.
    """

    kind: str
    question: str = ""
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()
    find: Callable[[Any, bool], Any] | None = None


class PeriodValue(BaseModel):
    """Days from `start` up to and including `last_day`."""

    start: date
    last_day: date

    def period(self, tz: str) -> Period:
        """As the span that selectors take."""
        return Period(self.start, self.last_day + timedelta(days=1), tz)


class MoneyValue(BaseModel):
    """An amount with its currency (ISO 4217)."""

    amount: Decimal
    currency: str = "SGD"


AttachmentSlot = Annotated[
    str,
    SlotSpec("attachment", "Which file should I use? Please attach it."),
    Field(description="Id of a file attached to the conversation."),
]
CompanySlot = Annotated[
    str,
    SlotSpec("company", "Which company is it for?"),
    Field(description="Name of the company.", min_length=1, max_length=200),
]
EmailSlot = Annotated[
    str, SlotSpec("email", "Which e-mail address?"), Field(description="An e-mail address.", max_length=254)
]
PeriodSlot = Annotated[
    PeriodValue, SlotSpec("period", "For which period?"), Field(description="First and last day.")
]
MoneySlot = Annotated[
    MoneyValue, SlotSpec("money", "Which amount?"), Field(description="Amount and ISO currency.")
]
DaysSlot = Annotated[
    int, SlotSpec("days", "How many days?"), Field(description="A number of days.", ge=0, le=3650)
]
TextSlot = Annotated[
    str, SlotSpec("text", "What should it be?"), Field(description="Free text.", max_length=2000)
]
AddressesSlot = Annotated[
    list[str],
    SlotSpec("addresses", "Which page? Please send its address."),
    Field(description="Web addresses (https://…) as the user gave them.", max_length=10),
]


def ChoiceSlot(question: str = "", **options: tuple[str, ...]) -> Any:  # noqa: N802
    """An annotated `str` out of `options` (value → words that mean it), for use as a field annotation."""
    names = ", ".join(options)
    return Annotated[
        str, SlotSpec("choice", question, tuple(options.items())), Field(description=f"One of: {names}.")
    ]
