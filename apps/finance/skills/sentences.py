"""What a person said in words becomes a draft and a proposal; each default that was taken is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from apps.assistant.skillkit import SkillContext, SkillResult
from apps.core.periods import local_today
from apps.finance.choices import HOUSE_CURRENCY, EntryKind
from apps.finance.skills.proposals import propose
from apps.finance.tools import RecordedDraft, record_expense, record_revenue
from apps.finance.wording import day, money
from apps.finance.words.amounts import NO_CURRENCY, currency_note
from apps.finance.words.sentences import Sentence


class SaidEntry(BaseModel):
    """An entry in words. What was not said is empty or None; `note` says what was taken for the currency,
    `document` is a file that came with it.
    """

    kind: EntryKind
    amount: Decimal
    currency: str = ""
    note: str = ""
    what: str
    party: str = ""
    day: date | None = None
    is_paid: bool | None = None
    document: str = ""

    @classmethod
    def of(cls, sentence: Sentence) -> SaidEntry:
        """Of a sentence that is whole."""
        assert sentence.amount is not None
        return cls(
            kind=sentence.kind or EntryKind.EXPENSE,
            amount=sentence.amount.value,
            currency=sentence.amount.currency,
            note=currency_note(sentence.amount),
            what=sentence.what,
            party=sentence.party,
            day=sentence.day,
            is_paid=sentence.is_paid,
        )

    @property
    def counts_as_paid(self) -> bool:
        """As said; otherwise what was spent is paid, and what was earned is not yet received."""
        return self.kind == EntryKind.EXPENSE if self.is_paid is None else self.is_paid


def from_words(ctx: SkillContext, said: SaidEntry) -> SkillResult:
    """Recorded, shown, agreed to by a person, posted."""
    booked_on = said.day or local_today(ctx.user.timezone)
    record = record_expense if said.kind == EntryKind.EXPENSE else record_revenue
    draft = ctx.call(
        record,
        party=said.party or said.what[:1].upper() + said.what[1:],
        amount=said.amount,
        currency=said.currency or HOUSE_CURRENCY,
        booked_on=booked_on,
        paid_on=booked_on if said.counts_as_paid else None,
        description="" if said.what == said.party else said.what,
        artifact_id=said.document,
    )
    intro = f"I recorded this {said.kind.label.lower()} as a draft [1]:"
    return propose(ctx, draft, intro=intro, facts=_facts(said, draft), notes=_notes(said, draft))


def _facts(said: SaidEntry, draft: RecordedDraft) -> list[tuple[str, str]]:
    entry = draft.entry
    is_expense = said.kind == EntryKind.EXPENSE
    return [
        ("Amount", money(entry.amount, entry.currency)),
        ("Paid to" if is_expense else "From", f"{entry.party}{'' if said.party else ' (guessed)'}"),
        ("What for", entry.description),
        ("Date", day(entry.booked_on)),
        ("Paid on" if is_expense else "Received on", day(entry.paid_on) or "not yet"),
        ("Category", entry.category_name),
        ("Document", entry.document),
    ]


def _notes(said: SaidEntry, draft: RecordedDraft) -> list[str]:
    """What nobody said, and what was taken for it."""
    entry = draft.entry
    notes = [said.note or ("" if said.currency else NO_CURRENCY), draft.category_from]
    if not said.party:
        whom = "was paid" if said.kind == EntryKind.EXPENSE else "paid"
        notes.append(f"Nobody said who {whom}: “{entry.party}” was guessed from what it is for.")
    if said.day is None:
        notes.append(f"No day was named: today, {day(entry.booked_on)}, was taken.")
    if said.is_paid is None:
        if entry.paid_on:
            notes.append("It counts as paid on that day. Say no to “is paid” if the money has not moved yet.")
        else:
            notes.append("It counts as not received yet: mark it as paid when the money has come.")
    return notes
