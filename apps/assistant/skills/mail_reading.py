"""What came in by mail."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pydantic import BaseModel

from apps.accounts.models import User
from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.skills.mail_wishes import wanted_mails
from apps.assistant.tools.mail import ReceivedMail, read_mailbox
from apps.core.markdown import escape

SHOWN = 10
MAX_WORDS = 160


class Slots(BaseModel):
    """The message itself says which mails."""


@skill("mail_reading", slots=Slots)
def mail_reading(ctx: SkillContext, slots: Slots) -> SkillResult:  # noqa: ARG001
    """The newest first, each with its beginning."""
    wanted = wanted_mails(ctx.message, may_share=ctx.user.has_perm("integrations.read_shared_mailbox"))
    mails = ctx.call(read_mailbox, limit=SHOWN, **wanted)
    whose = "the shared mailbox" if wanted["mailbox"] == "shared" else "your mailbox"
    about = f" that fits “{escape(wanted['query'])}”" if wanted["query"] else ""
    if not mails:
        return SkillResult(text=f"I found no mail{about} in {whose} ({wanted['days']} days back).")
    listed = "\n".join(_line(mail, ctx.user) for mail in mails)
    headline = f"The newest in {whose}{about}:"
    ask = "To answer one, say “answer the mail from …” with its sender."
    return SkillResult(text=f"{headline}\n\n{listed}\n\n{ask}")


def _line(mail: ReceivedMail, user: User) -> str:
    """When, who, about what, and how it begins."""
    at = mail.received_at.astimezone(ZoneInfo(user.timezone)) if mail.received_at else None
    when = f"{at.day} {at:%b, %H:%M}: " if at else ""
    begins = escape(" ".join(mail.text.split()), MAX_WORDS)
    return f"- {when}**{escape(mail.subject or '(no subject)')}** from {escape(mail.sender)}. {begins}"
