"""Reading files."""

from __future__ import annotations

from email import message_from_string, policy
from email.message import EmailMessage, MIMEPart

from apps.artifacts.choices import Kind
from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, tool
from apps.perception.digest import Digest, digest
from apps.perception.text import extract_text, page_texts_of
from apps.perception.web.reading.page import read_html

MOST_CHARACTERS = 100_000
#: A mail has no address of its own; its relative links lead nowhere.
_NOWHERE = "https://mail.invalid/"


class FileDigest(Digest):
    """The digest, and the file that it is of."""

    file_name: str
    citation: Citation


@tool(
    permission="artifacts.view_artifact",
    read_only=True,
    summary="Reading {file_name} …",
    timeout=60,
    untrusted=True,
)
def read_attachment(ctx: ToolContext, *, artifact_id: str, max_characters: int = 20_000) -> str:
    """The text of a file that the user attached or may see, by its id, cut at `max_characters`."""
    return extract_text(
        ctx.attachment(artifact_id), limit_chars=max(100, min(max_characters, MOST_CHARACTERS))
    )


@tool(
    permission="artifacts.view_artifact",
    read_only=True,
    summary="Reading {file_name} …",
    timeout=60,
    untrusted=True,
)
def digest_attachment(ctx: ToolContext, *, artifact_id: str, looking_for: str = "") -> FileDigest:
    """A file in short, in its own sentences with their pages: title, length, headings, key sentences, dates
    and figures. `looking_for` is the user's question about it; sentences that share its words are taken then.
    """
    artifact = ctx.attachment(artifact_id)
    pages, is_whole = page_texts_of(artifact, MOST_CHARACTERS)
    title = ""
    if artifact.kind == Kind.EMAIL:
        title, pages = _mail(pages[0])
    found = digest(pages, title=title, is_whole=is_whole, looking_for=looking_for[:2000])
    citation = Citation(
        kind="artifact", id=str(artifact.pk), label=artifact.name[:200], url=artifact.download_url
    )
    return FileDigest(**found.model_dump(), file_name=artifact.name, citation=citation)


def _mail(source: str) -> tuple[str, list[str]]:
    """Subject and text of a mail: of its plain part, else of its HTML, else of what it holds at all."""
    mail = message_from_string(source, _class=EmailMessage, policy=policy.default)
    body = mail.get_body(("plain", "html"))
    heads = "\n".join(f"{name}: {mail[name]}." for name in ("From", "To", "Date") if mail[name])
    text = _content(body) if body is not None else source
    return str(mail["Subject"] or ""), [f"{heads}\n\n{text}"]


def _content(part: MIMEPart) -> str:
    """The words of a part of a mail; of HTML without its tags, and without what a reader would not see."""
    if part.get_content_subtype() != "html":
        return str(part.get_content())
    page = read_html(str(part.get_content()).encode(), url=_NOWHERE, charset="utf-8")
    return page.text
