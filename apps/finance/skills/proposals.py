"""A draft that somebody is asked to agree to, and what came of it. Receipts and sentences end here."""

from __future__ import annotations

from collections.abc import Sequence

from apps.assistant.skillkit import SkillContext, SkillResult
from apps.assistant.toolkit import ToolError
from apps.core.markdown import escape
from apps.finance.tools import RecordedDraft, post_entry
from apps.finance.wording import day, facts_table, money


def propose(
    ctx: SkillContext,
    draft: RecordedDraft,
    *,
    intro: str,
    facts: Sequence[tuple[str, str]],
    notes: Sequence[str],
) -> SkillResult:
    """Show the draft with what to look at first, ask whoever may post it, and say what came of it."""
    ctx.say(_proposal(draft, intro, facts, notes))
    if not ctx.user.has_perm("finance.post_entry"):
        text = "\n\nIt is a draft [1]. Somebody who may post entries has to put it into the books."
        return SkillResult(text=text, citations=[draft.entry.citation, *draft.alike])
    return _post(ctx, draft)


def _proposal(
    draft: RecordedDraft, intro: str, facts: Sequence[tuple[str, str]], notes: Sequence[str]
) -> str:
    lines = [f"- {escape(note)}" for note in notes if note]
    lines += [
        f"- **Is it there twice?** {escape(other.label)} [{number}] has the same amount."
        for number, other in enumerate(draft.alike, start=2)
    ]
    return "\n\n".join(part for part in (intro, facts_table(facts), "\n".join(lines)) if part)


def _post(ctx: SkillContext, draft: RecordedDraft) -> SkillResult:
    """Ask. A refusal leaves the draft, which can be edited."""
    entry = draft.entry
    citations = [entry.citation, *draft.alike]
    try:
        posted = ctx.call(
            post_entry,
            entry_id=entry.id,
            party=entry.party,
            amount=entry.amount,
            currency=entry.currency,
            booked_on=entry.booked_on,
            paid_on=entry.paid_on,
            category=entry.category,
            description=entry.description,
            reference=entry.reference,
            is_paid=entry.paid_on is not None,
        )
    except ToolError as error:
        text = f"\n\nIt was not posted: {escape(error.detail)} The draft [1] can be edited or discarded."
        return SkillResult(text=text, citations=citations)
    worth = money(posted.amount, posted.currency)
    text = f"\n\n**Posted**: {worth}, {escape(posted.party)}, {day(posted.booked_on)} [1]."
    data = posted.model_dump(mode="json", exclude={"citation"})
    return SkillResult(text=text, citations=[posted.citation, *citations[1:]], data=data)
