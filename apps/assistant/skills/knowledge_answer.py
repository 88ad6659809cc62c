"""The answer of last resort without a model: quotes with their sources, or an honest no."""

from __future__ import annotations

import re

from pydantic import BaseModel

from apps.assistant.selectors import allowed_skills
from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.tools import Quote, search_knowledge

_GREETING = re.compile(
    r"(?:hello|hi|hey|good (?:morning|afternoon|evening)|你好|您好|早安|早上好|hai|helo|selamat pagi)"
    r"(?: (?:there|all|everyone|team|mezzofy))?",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:ok |great |perfect )?(?:thanks|thank you|thx|cheers|谢谢|多谢|謝謝|多謝|terima kasih)"
    r"(?: (?:a lot|so much|very much|again|mezzofy))?",
    re.IGNORECASE,
)


class NoSlots(BaseModel):
    """The message itself is all it needs."""


@skill("knowledge_answer", slots=NoSlots, fallback=True)
def knowledge_answer(ctx: SkillContext, slots: NoSlots) -> SkillResult:  # noqa: ARG001
    """Quote the passages nearest to the question; else list what can be done. Greetings are returned."""
    said = " ".join(re.findall(r"[\w']+", ctx.message))
    if not said:
        return SkillResult(text=_attachment_only(ctx) if ctx.attachments else _cannot(ctx))
    if _GREETING.fullmatch(said):
        return SkillResult(
            text=f"Hello {ctx.user.get_short_name()}. Here is what I can do:\n\n{_abilities(ctx)}"
        )
    if _THANKS.fullmatch(said):
        return SkillResult(text="You are welcome.")
    quotes = ctx.call(search_knowledge, query=ctx.message)
    if not quotes:
        return SkillResult(text=_cannot(ctx))
    return SkillResult(
        text=f"From the knowledge base:\n\n{quoted(quotes)}", citations=[quote.citation for quote in quotes]
    )


def quoted(quotes: list[Quote]) -> str:
    """The quotes as Markdown; `[n]` counts them from 1."""
    blocks = [
        f"**{quote.heading}** [{number}]\n\n" + "\n".join(f"> {line}" for line in quote.text.splitlines())
        for number, quote in enumerate(quotes, 1)
    ]
    return "\n\n".join(blocks)


def _cannot(ctx: SkillContext) -> str:
    return (
        "I can't do this without a model, and the knowledge base holds nothing about it. "
        f"Here is what I can do:\n\n{_abilities(ctx)}"
    )


def _attachment_only(ctx: SkillContext) -> str:
    names = ", ".join(f"“{artifact.name}”" for artifact in ctx.attachments)
    return f"I have kept {names}. Tell me what to do with it. Here is what I can do:\n\n{_abilities(ctx)}"


def _abilities(ctx: SkillContext) -> str:
    lines = [
        f"- **{skill.manifest.title}**: try “{skill.manifest.suggestion or skill.manifest.examples[0]}”"
        for skill in allowed_skills(ctx.user)
    ]
    lines.append(
        "- **Answer questions** about products, prices, features and playbooks from the knowledge base"
    )
    return "\n".join(lines)
