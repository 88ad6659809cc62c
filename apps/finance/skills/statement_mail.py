"""The statement to somebody outside: the mail is shown to a person, and leaves when that person agrees."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from apps.assistant.skillkit import SkillContext
from apps.assistant.slots import SlotSpec
from apps.assistant.slots.extraction import Source
from apps.assistant.slots.names import EMAIL
from apps.assistant.toolkit import ToolError
from apps.assistant.tools.mail import send_mail
from apps.core.markdown import escape
from apps.core.sentences import sentence
from apps.finance.tools import FinancialStatement

_SEND = re.compile(
    r"\b(?:send|e-?mail|mail|forward|hantar(?:kan)?|e-?mel(?:kan)?|majukan)\b|发送|发给|寄给|发邮件|转发|转给",
    re.IGNORECASE,
)
#: “Send me the report”: it comes in the answer, to who asks.
_TO_ME = re.compile(
    r"\b(?:send|e-?mail|mail|forward|hantar(?:kan)?)\s+(?:it\s+)?(?:to\s+)?(?:me|us|kepada\s+(?:saya|kami))\b"
    r"|[发寄转]给?\s?(?:我|我们)(?!的?会计)",
    re.IGNORECASE,
)


def _recipients(source: Source, is_asked: bool) -> list[str] | None:
    """The addresses in the words; none for a statement that stays here; None when one has to be asked for."""
    if is_asked or wants_sending(source.text):
        found = [match.group().rstrip(".").lower() for match in EMAIL.finditer(source.text)]
        return list(dict.fromkeys(found)) or None
    return []


RecipientsSlot = Annotated[
    list[str],
    SlotSpec(
        "email",
        "I have sent nothing yet. To which e-mail address should the statement go? "
        "I then show you the mail with the PDF before it leaves.",
        find=_recipients,
    ),
    Field(description="E-mail addresses to send the statement to; empty to make it only.", max_length=10),
]


def wants_sending(text: str) -> bool:
    """Whether the words ask to send something to somebody else."""
    text = sentence(text)
    return bool(EMAIL.search(text) if _TO_ME.search(text) else _SEND.search(text))


def sent(ctx: SkillContext, made: FinancialStatement, to: list[str]) -> str:
    """Ask, send, and say what came of it."""
    people = escape(", ".join(to))
    try:
        outcome = ctx.call(
            send_mail,
            to=to,
            subject=f"Financial statement, {made.period}",
            body=_body(made),
            artifact_ids=[made.artifact_id],
        )
    except ToolError as error:
        return f"**It was not sent** to {people}: {escape(error.detail)}"
    if outcome.status == "kept":
        return (
            f"**It was not sent** to {people}: {outcome.note} Open the file in your mail program to send it."
        )
    return f"The mail to {people} with the PDF is in the [outbox]({outcome.url}) and leaves now."


def _body(made: FinancialStatement) -> str:
    return (
        "Hello,\n\n"
        f"Attached is our financial statement for {made.period}, compared with {made.compared_with}: "
        f"profit and loss and cash summary, by currency.\n\n{made.standing}\n\n"
        "Please write back if anything is unclear."
    )
