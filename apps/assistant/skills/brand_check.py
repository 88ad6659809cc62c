"""Looking over a text or a file before it goes out."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import ChoiceSlot
from apps.assistant.tools.documents import BrandCheck, check_brand
from apps.core.markdown import escape

#: What is asked stands before it, what is to be looked over after it.
_HEAD = re.compile(r"^[^\n:：]{1,120}[:：]\s*(?=\S)|^[^\n]{1,160}\n+(?=\S)")
_QUOTED = re.compile(r"[\"“„]([^\"”]{8,})[\"”]", re.DOTALL)
_KIND: Any = ChoiceSlot(
    "What is it for?",
    mail=("mail", "e-mail", "email", "邮件", "e-mel"),
    newsletter=("newsletter", "mailing", "电子报"),
    post=("post", "social", "linkedin", "facebook", "instagram", "帖子", "hantaran"),
    document=("document", "deck", "flyer", "brochure", "website", "文件", "dokumen"),
)


class Slots(BaseModel):
    """What it is for; and the text, where a model names it."""

    kind: _KIND = "post"
    text: str = ""


@skill("brand_check", slots=Slots)
def brand_check(ctx: SkillContext, slots: Slots) -> SkillResult:
    """The files that came with the message, or the text in it."""
    checks: list[tuple[str, BrandCheck]] = [
        (artifact.name, ctx.call(check_brand, artifact_id=str(artifact.pk), kind="document"))
        for artifact in ctx.attachments
    ]
    text = slots.text or text_in(ctx.message)
    if text and not checks:
        checks.append(("Your text", ctx.call(check_brand, text=text, kind=slots.kind)))
    if not checks:
        return SkillResult(
            text="Please paste the text after a colon, or attach the file, and I look it over."
        )
    return SkillResult(
        text="\n\n".join(_told(name, check) for name, check in checks),
        data={"checks": [{"of": name, **check.model_dump(mode="json")} for name, check in checks]},
    )


def text_in(message: str) -> str:
    """The text to look over: what is quoted, else what follows the first colon or line; "" without any."""
    # Behind the last closing quote there is nothing to find, and each opening one would look to the end.
    end = max(message.rfind(mark) for mark in '"”') + 1
    if quoted := _QUOTED.search(message, 0, end):
        return quoted.group(1)
    head = _HEAD.match(message)
    return message[head.end() :].strip() if head else ""


def _told(name: str, check: BrandCheck) -> str:
    if not check.findings:
        return f"**{escape(name)}**: the brand rules have nothing against it."
    blocking = sum(finding.severity == "block" for finding in check.findings)
    verdict = "it may not go out like this" if blocking else "it may go out, but look at this first"
    lines = "\n".join(f"- {_mark(finding.severity)}{escape(str(finding), 300)}" for finding in check.findings)
    return f"**{escape(name)}**: {verdict}.\n\n{lines}"


def _mark(severity: str) -> str:
    return "**Must change**: " if severity == "block" else ""
