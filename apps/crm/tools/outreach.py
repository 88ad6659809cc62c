"""Letters to leads, as drafts."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel

from apps.assistant.approving.spelling import is_sentence
from apps.assistant.approving.waiting import waiting_mails
from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, tool
from apps.crm import outreach
from apps.crm.outreach.evidence import Complaint
from apps.crm.tools.answers import FoundLead, found_lead, lead_of
from apps.documents.templates import in_force


class OutreachDraft(BaseModel):
    """A letter that nobody has sent. `body` is Markdown; `what` names the kind of letter, `because` says what
    of the last contact decided it; `follow_up` is the day to ask again if nobody answers. `waiting` is how
    many mails to the same address wait for somebody's yes, of those the user may see. `complaint` says what
    nobody has settled yet, "" for nothing; it is for the reader and never goes into a letter.
    """

    lead: FoundLead
    what: str
    because: str
    language: str
    follow_up: date
    to: str
    subject: str
    body: str
    template: Citation | None
    waiting: int = 0
    complaint: str = ""


@tool(
    permission="crm.view_lead",
    read_only=True,
    second_hand=("lead", "because", "complaint"),
    summary="Drafting the letter …",
)
def draft_outreach(
    ctx: ToolContext,
    *,
    lead_id: str,
    letter: Literal["", "intro", "followup", "proposal"] = "",
    language: Literal["", "en", "zh", "zh-Hans", "zh-Hant", "ms"] = "",
    proposal_id: str = "",
) -> OutreachDraft:
    """Draft a mail to a lead from the house's template for its stage and its last contact (or the letter
    named), filled with the lead and our products and prices, in the language of the lead's names or the one
    named; "zh" is in the script of the lead's place. With the file of a proposal by its id, the letter
    says its prices. Nothing is sent: send it with send_mail, with the lead's id and the file's.
    """
    lead = lead_of(ctx, lead_id)
    if any(map(is_sentence, (lead.company_name, lead.contact_name, lead.location))):
        # The letter is ours with names filled in; a sentence in the place of a name is somebody else's.
        ctx.mark_untrusted()
    made = outreach.draft(
        lead=lead,
        user=ctx.user,
        now=ctx.now,
        letter=letter or None,
        language=language or None,
        proposal=ctx.attachment(proposal_id) if proposal_id else None,
    )
    return OutreachDraft(
        lead=found_lead(lead, ctx),
        what=outreach.NAMES[made.aim],
        because=made.because,
        language=made.language,
        follow_up=made.follow_up,
        to=made.to,
        subject=made.subject,
        body=made.body,
        template=_template(ctx, made.template),
        waiting=waiting_mails([made.to], user=ctx.user, apart_from=ctx.run_id),
        complaint=_told(made.complaint),
    )


def _told(complaint: Complaint | None) -> str:
    if complaint is None:
        return ""
    by = f", {complaint.by}" if complaint.by else ""
    return f"{complaint.on.day} {complaint.on:%B}{by}: {complaint.note[:300]}"


def _template(ctx: ToolContext, path: str) -> Citation | None:
    """The template, for those who may open it; None for a letter without one."""
    version = in_force(path).version if path else None
    if version is None or not ctx.user.has_perm("documents.view_template"):
        return None
    template = version.template
    url = f"/admin/documents/template/{template.pk}/change/"
    return Citation(kind="documents.template", id=str(template.pk), label=template.title, url=url)
