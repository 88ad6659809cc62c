"""What an attached document says, in its own sentences."""

from __future__ import annotations

import re

from pydantic import BaseModel

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import AttachmentSlot
from apps.assistant.tools.attachments import FileDigest, digest_attachment
from apps.core.markdown import escape
from apps.core.sentences import sentence

#: Words for the whole file. What stands beside them is no question about a part of it.
WHOLE = re.compile(
    r"\b(?:summar(?:y|i[sz]e|i[sz]ation)|sum (?:this|it|that) up|sum up"
    r"|overview|tl;?dr|(?:key|main) points|gist)\b"
    r"|\bwhat(?:'s|’s|s| is) (?:in|inside) (?:this|it|here|that|the (?:file|document|attach\w{2,5}|pdf))\b"
    r"|\bwhat(?:'s|’s|s| is| are)? (?:this|it|that|these)(?: (?:file|document|pdf|mail|e-?mail|letter|text))?"
    r"(?: all)?(?: about)?\W{0,3}$"
    r"|\bwhat does (?:this|it)(?: (?:file|document|pdf|mail|letter))? say\W{0,3}$"
    r"|总结|摘要|概括|概述|讲(?:的是)?(?:了)?什么|说(?:了)?什么|里面?有什么|内容是什么"
    r"|\b(?:ringkas(?:kan|an)?|rumus(?:kan|an)?)\b|\bapa (?:isi|kandungan|yang ada dalam|ada dalam)\b",
    re.IGNORECASE,
)


class Slots(BaseModel):
    """The file to read."""

    file: AttachmentSlot


@skill("document_summary", slots=Slots)
def document_summary(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Read the file; take the sentences that the question is about, or those that say most."""
    question = "" if asks_for_whole(ctx.message) else ctx.message
    found = ctx.call(digest_attachment, artifact_id=slots.file, looking_for=question)
    return SkillResult(
        text=_text(found, is_question=bool(question)),
        citations=[found.citation],
        data=found.model_dump(mode="json"),
    )


def asks_for_whole(message: str) -> bool:
    """Whether the message asks what a file is, and not for something in it."""
    return WHOLE.search(sentence(message)) is not None


def _text(found: FileDigest, *, is_question: bool) -> str:
    sayings = "\n".join(f"- {escape(said.text, 400)}{_page(said.page, found)} [1]" for said in found.sayings)
    if is_question and found.matched:
        head = f"**{escape(found.file_name)}** says on this:"
        return f"{head}\n\n{sayings}\n\n{_note(found)}"
    missed = "No sentence of the file shares a word with your question. This is what the file says.\n\n"
    parts = [
        f"{missed if is_question else ''}{_head(found)}",
        f"Headings: {escape('; '.join(found.headings), 900)}." if found.headings else "",
        f"Key sentences:\n\n{sayings}" if sayings else "",
        f"Dates: {escape('; '.join(found.dates), 400)}." if found.dates else "",
        f"Figures: {escape('; '.join(found.figures), 400)}." if found.figures else "",
        _note(found),
    ]
    return "\n\n".join(part for part in parts if part)


def _head(found: FileDigest) -> str:
    pages = f"{found.pages:,} pages, " if found.pages else ""
    title = f"“{escape(found.title)}”: " if found.title else ""
    return f"**{escape(found.file_name)}** [1], {title}{pages}{found.words:,} words."


def _page(page: int, found: FileDigest) -> str:
    return f" (page {page})" if found.pages else ""


def _note(found: FileDigest) -> str:
    """Whose words these are, and whether all of the file was read."""
    part = " Only the beginning of the file was read." if not found.is_whole else ""
    return f"These are the file's own words, chosen by counting, not checked.{part}"
