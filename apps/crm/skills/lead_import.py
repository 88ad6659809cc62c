"""Import leads: a file in, rows and a report out."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from apps.assistant.skillkit import Citation, SkillContext, SkillResult, skill
from apps.assistant.slots import AttachmentSlot
from apps.core.markdown import escape, table
from apps.crm.importing.outcome import CreatedLead, ImportOutcome, RowNote
from apps.crm.tools import import_leads
from apps.crm.wording import count

NAMES = {
    "company_name": "company",
    "contact_name": "contact",
    "contact_email": "e-mail",
    "contact_phone": "phone",
    "industry": "industry",
    "location": "location",
    "source": "source",
    "status": "status",
    "notes": "notes",
    "last_contacted": "last contact",
    "follow_up_date": "follow-up",
    "value": "value",
    "currency": "currency",
    "owner_email": "owner",
}
NAMED_LEADS = 5


class Slots(BaseModel):
    """The file."""

    attachment: AttachmentSlot


@skill("lead_import", slots=Slots)
def lead_import(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Import the file and say what became of its rows."""
    outcome = ctx.call(import_leads, artifact_id=slots.attachment)
    return answer(outcome)


def answer(outcome: ImportOutcome) -> SkillResult:
    """The outcome as Markdown, with citations of new leads and of the leads that rows repeat."""
    citations = [_opened(lead) for lead in outcome.first_created[:NAMED_LEADS]]
    parts = [_headline(outcome), _counts(outcome), *_new_leads(outcome), *_columns(outcome)]
    if outcome.first_refused:
        parts.append(_notes("Refused", outcome.first_refused, outcome.refused, {}))
    if outcome.first_duplicates:
        cited = _cite_repeated(outcome.first_duplicates, citations)
        parts.append(_notes("Duplicates", outcome.first_duplicates, outcome.duplicates, cited))
    parts.extend(outcome.remarks)
    if outcome.report_id:
        parts.append(
            "The attached report has every row that was not imported, ready to be corrected and sent again."
        )
    return SkillResult(text="\n\n".join(parts), citations=citations, data=outcome.model_dump(mode="json"))


def _headline(outcome: ImportOutcome) -> str:
    name = escape(outcome.file_name)
    if not outcome.created:
        return f"**No new leads** in {name}: every row is a duplicate or was refused."
    return f"**{count(outcome.created, 'lead')} imported** from {name}."


def _counts(outcome: ImportOutcome) -> str:
    rows = [
        ("Created", f"{outcome.created:,}"),
        ("Duplicates, left as they are", f"{outcome.duplicates:,}"),
        ("Refused", f"{outcome.refused:,}"),
        ("**All rows**", f"**{outcome.rows:,}**"),
    ]
    return table([("Result", "left"), ("Rows", "right")], rows)


def _new_leads(outcome: ImportOutcome) -> Iterator[str]:
    shown = outcome.first_created[:NAMED_LEADS]
    if shown:
        names = ", ".join(f"{escape(lead.label, 80)} [{n}]" for n, lead in enumerate(shown, start=1))
        left = outcome.created - len(shown)
        yield f"New: {names}{f' and {left:,} more' if left else ''}."


def _columns(outcome: ImportOutcome) -> Iterator[str]:
    found = ", ".join(f"{escape(column.heading, 60)} → {NAMES[column.field]}" for column in outcome.columns)
    sheet = f" on the sheet {escape(outcome.sheet)}" if outcome.sheet else ""
    yield f"Columns I recognised{sheet}: {found}."
    kept = [f"“{escape(heading, 60)}”" for heading in outcome.unknown_columns]
    if kept:
        yield f"Columns I do not know, kept with each lead: {', '.join(kept[:20])}."
    if outcome.repeated_columns:
        repeated = ", ".join(f"“{escape(heading, 60)}”" for heading in outcome.repeated_columns[:20])
        yield f"More than one column meant the same; I used the first and kept the others aside: {repeated}."


def _notes(title: str, notes: list[RowNote], total: int, cited: dict[str, int]) -> str:
    rows = []
    for note in notes:
        number = cited.get(note.lead_id)
        reason = escape(note.reason) + (f" [{number}]" if number else "")
        rows.append((str(note.row), escape(note.company, 60), reason))
    more = f"\n\n… and {total - len(notes):,} more in the report." if total > len(notes) else ""
    columns = table([("Row", "right"), ("Company", "left"), ("Why", "left")], rows)
    return f"**{title}**\n\n{columns}{more}"


def _cite_repeated(notes: list[RowNote], citations: list[Citation]) -> dict[str, int]:
    """Adds the repeated leads to `citations`; gives the number of each lead."""
    numbers = {citation.id: number for number, citation in enumerate(citations, start=1)}
    for note in notes:
        if note.lead_id and note.lead_id not in numbers:
            citations.append(
                Citation(kind="crm.lead", id=note.lead_id, label=note.company, url=note.lead_url)
            )
            numbers[note.lead_id] = len(citations)
    return numbers


def _opened(lead: CreatedLead) -> Citation:
    return Citation(kind="crm.lead", id=lead.lead_id, label=lead.label, url=lead.url)
