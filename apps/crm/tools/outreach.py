"""Letters to leads, as drafts."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, tool
from apps.crm import outreach
from apps.crm.outreach.letters import NAMES
from apps.crm.tools.answers import FoundLead, found_lead, lead_of
from apps.documents.templates import in_force


class OutreachDraft(BaseModel):
    """A letter that nobody has sent. `body` is Markdown; `what` names the kind of letter."""

    lead: FoundLead
    letter: str
    what: str
    to: str
    subject: str
    body: str
    template: Citation | None


@tool(permission="crm.view_lead", read_only=True, summary="Drafting the letter …")
def draft_outreach(
    ctx: ToolContext, *, lead_id: str, letter: Literal["", "intro", "followup", "proposal"] = ""
) -> OutreachDraft:
    """Draft a mail to a lead from the house's template for its stage (or the letter named), filled with the
    lead and our products and prices. Nothing is sent: send it with send_mail, with the lead's id.
    """
    lead = lead_of(ctx, lead_id)
    made = outreach.draft(lead=lead, user=ctx.user, now=ctx.now, letter=letter or None)
    return OutreachDraft(
        lead=found_lead(lead, ctx),
        letter=made.letter,
        what=NAMES[made.letter],
        to=made.to,
        subject=made.subject,
        body=made.body,
        template=_template(ctx, made.template),
    )


def _template(ctx: ToolContext, path: str) -> Citation | None:
    """The template, for those who may open it; None before the database knows it."""
    version = in_force(path).version
    if version is None or not ctx.user.has_perm("documents.view_template"):
        return None
    template = version.template
    url = f"/admin/documents/template/{template.pk}/change/"
    return Citation(kind="documents.template", id=str(template.pk), label=template.title, url=url)
