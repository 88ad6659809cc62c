"""The tool that reads a receipt."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, tool
from apps.core.periods import local_today
from apps.finance.chart import OTHER_EXPENSES
from apps.finance.choices import EntryKind
from apps.finance.models import Entry
from apps.finance.receipts.reading import Receipt, read_text
from apps.finance.selectors import alike, proposed_category
from apps.finance.tools.answers import citation
from apps.perception.text import extract_text


class ReceiptReading(BaseModel):
    """What stands on a receipt. `unread` names what was not found; `guesses` says what may be read otherwise.

    `total` includes `tax`. `category` is a proposal, and `category_from` says where it comes from. `alike`
    are entries that may be the same receipt; `is_known` is one by its number.
    """

    artifact_id: str
    file_name: str
    merchant: str
    day: date | None
    total: Decimal | None
    currency: str
    tax: Decimal | None
    number: str
    category: str
    category_from: str
    unread: list[str]
    guesses: list[str]
    alike: list[Citation]
    is_known: bool


@tool(
    permission="finance.add_entry",
    read_only=True,
    untrusted=True,
    timeout=60,
    summary="Reading {file_name} …",
)
def read_receipt(ctx: ToolContext, *, artifact_id: str) -> ReceiptReading:
    """Read merchant, date, total with currency, tax and number from an attached receipt or invoice (PDF,
    DOCX, text, or a picture where text can be read from pictures), by fixed rules. Says what it could not
    read: ask the user for that, never make it up.
    """
    file = ctx.attachment(artifact_id)
    text = extract_text(file)
    receipt = read_text(text, today=local_today(ctx.user.timezone))
    proposed = proposed_category(user=ctx.user, kind=EntryKind.EXPENSE, party=receipt.merchant, words=text)
    same = _alike(ctx, receipt)
    return ReceiptReading(
        artifact_id=str(file.pk),
        file_name=file.name,
        merchant=receipt.merchant,
        day=receipt.day,
        total=receipt.total,
        currency=receipt.currency,
        tax=receipt.tax,
        number=receipt.number,
        category=proposed.category.code if proposed else OTHER_EXPENSES,
        category_from=proposed.why if proposed else "",
        unread=receipt.unread,
        guesses=receipt.guesses,
        alike=[citation(entry) for entry in same],
        is_known=any(receipt.number and entry.external_reference == receipt.number for entry in same),
    )


def _alike(ctx: ToolContext, receipt: Receipt) -> list[Entry]:
    if receipt.total is None or receipt.day is None:
        return []
    return alike(
        user=ctx.user,
        amount=receipt.total,
        currency=receipt.currency,
        booked_on=receipt.day,
        reference=receipt.number,
    )
