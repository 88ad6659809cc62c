"""Answer a mail with what the knowledge base holds; a person decides before it leaves."""

from __future__ import annotations

from pydantic import BaseModel, Field

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.skills.mail_wishes import Wanted, pasted_question, wanted_mails
from apps.assistant.tools import Quote, search_knowledge
from apps.assistant.tools.mail import ReceivedMail, read_mailbox, reply_mail
from apps.core.markdown import escape

#: An answer that takes longer is no longer expected.
DAYS = 31
MAX_QUESTION = 600
QUOTES, LOOKED_AT = 2, 6


class Slots(BaseModel):
    """The message says which mail; a model may write the answer."""

    body: str = Field("", description="The answer in Markdown, if you wrote one.", max_length=20_000)


@skill("mail_answer", slots=Slots)
def mail_answer(ctx: SkillContext, slots: Slots) -> SkillResult:
    """The newest mail that fits is answered; without a passage that helps, the gap is named.

    A question that stands in the message itself is answered in the chat: there is no mail to reply to.
    """
    asked = pasted_question(ctx.message)
    if asked and not slots.body.strip():
        return _answer_here(ctx, asked)
    wanted = wanted_mails(ctx.message, may_share=ctx.user.has_perm("integrations.read_shared_mailbox"))
    found = ctx.call(read_mailbox, mailbox=wanted["mailbox"], query=wanted["query"], days=DAYS, limit=1)
    if not found:
        return SkillResult(text=_no_mail(wanted))
    mail = found[0]
    quotes = [] if slots.body.strip() else _for_customers(ctx, _question(mail))
    body = slots.body.strip() or _letter(_about(mail), quotes, ctx.user.name)
    if not body:
        return SkillResult(text=_gap(_named(mail)))
    ctx.say(f"I drafted an answer to {_named(mail)}{_from(quotes)}.\n\n")
    sent = ctx.call(reply_mail, message_id=mail.id, body=body, mailbox=wanted["mailbox"])
    gone = f"The answer is in the [outbox]({sent.url}) and leaves now."
    return SkillResult(
        text=sent.note if sent.status == "kept" else gone,
        citations=[quote.citation for quote in quotes],
        data=sent.model_dump(mode="json"),
    )


def _answer_here(ctx: SkillContext, question: str) -> SkillResult:
    quotes = _for_customers(ctx, question[:MAX_QUESTION])
    if not quotes:
        return SkillResult(text=_gap("The customer"))
    letter = _letter("your question", quotes, ctx.user.name)
    quoted = "\n".join(f"> {line}".rstrip() for line in letter.splitlines())
    return SkillResult(
        text=f"An answer{_from(quotes)}, to copy; nothing was sent:\n\n{quoted}",
        citations=[quote.citation for quote in quotes],
    )


def _for_customers(ctx: SkillContext, question: str) -> list[Quote]:
    """Of the best passages, those that customers may be told."""
    found = ctx.call(search_knowledge, query=question, limit=LOOKED_AT)
    return [quote for quote in found if quote.is_public][:QUOTES]


def _named(mail: ReceivedMail) -> str:
    return f"**{escape(mail.subject)}** from {escape(mail.sender)}"


def _question(mail: ReceivedMail) -> str:
    return f"{mail.subject}\n{' '.join(mail.text.split())}"[:MAX_QUESTION]


def _about(mail: ReceivedMail) -> str:
    return f"your mail about “{escape(' '.join(mail.subject.split()))}”"


def _letter(cause: str, quotes: list[Quote], name: str) -> str:
    """A short letter around the passages, word for word; "" when there are none."""
    if not quotes:
        return ""
    passages = "\n\n".join(dict.fromkeys(quote.text.strip() for quote in quotes))
    return (
        f"Hello,\n\nthank you for {cause}.\n\n{passages}\n\n"
        f"Does this solve it? If not, please answer this mail and say what you see on the screen.\n\n"
        f"Kind regards,\n{escape(name)}"
    )


def _from(quotes: list[Quote]) -> str:
    numbers = "".join(f" [{number}]" for number in range(1, len(quotes) + 1))
    return f" from the knowledge base{numbers}" if quotes else ""


def _no_mail(wanted: Wanted) -> str:
    whose = "the shared mailbox" if wanted["mailbox"] == "shared" else "your mailbox"
    about = f" that fits “{escape(wanted['query'])}”" if wanted["query"] else ""
    return f"There is no mail{about} in {whose} of the last {DAYS} days."


def _gap(who: str) -> str:
    return (
        f"{who} asks something that the knowledge base does not hold, so I drafted nothing. Write"
        " the answer yourself, and add it to the knowledge base so that the next one is found."
    )
