"""What a model is told: who it is, what was said, what was attached."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from apps.artifacts import services as artifacts
from apps.artifacts.choices import Kind
from apps.artifacts.models import Artifact
from apps.assistant.running.turn import Turn
from apps.conversations.choices import Role
from apps.conversations.models import Message
from apps.core.errors import DomainError
from apps.knowledge.selectors import still_readable
from apps.perception.text import extract_text

HISTORY = 20
ATTACHMENT_CHARACTERS = 20_000
IMAGE_BYTES = 4 * 1024 * 1024
THINKING = frozenset({"thinking", "redacted_thinking"})
IMAGE_TYPES = {"image/png", "image/jpeg", "image/gif", "image/webp"}


def system_text(turn: Turn) -> str:
    """The agent's instructions and for whom it works; the same for all calls of a run."""
    user = turn.user
    return (
        f"{turn.agent.instructions.strip()}\n\n"
        f"You work for {user.name} ({', '.join(user.roles) or 'staff'}, "
        f"department {user.department_slug or 'none'}). "
        f"Today is {turn.started_at:%A, %-d %B %Y}; times are in {user.timezone}."
    )


def history(turn: Turn) -> list[dict[str, Any]]:
    """The last 20 messages up to the one that is answered, as API parameters; roles alternate. Of earlier
    answers, what the person may still read.
    """
    earlier = (
        Message.objects.filter(
            conversation_id=turn.run.conversation_id, created_at__lt=turn.run.message.created_at
        )
        .exclude(role=Role.SYSTEM)
        .order_by("-created_at", "-id")[: HISTORY - 1]
    )
    said = list(reversed(earlier))
    answers = still_readable([(message.body, message.citations) for message in said], user=turn.user)
    messages: list[dict[str, Any]] = []
    for message, answer in zip(said, answers, strict=True):
        _append(messages, message.role, [{"type": "text", "text": answer.text or "(file)"}])
    while messages and messages[0]["role"] != Role.USER:
        messages.pop(0)
    _append(messages, Role.USER, _current(turn))
    return messages


def handed_on(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was said and done so far, for the next agent: without thinking, which a model takes back only
    after exactly the instructions that it followed.
    """
    return [
        {**message, "content": [block for block in message["content"] if block.get("type") not in THINKING]}
        for message in messages
    ]


def _append(messages: list[dict[str, Any]], role: str, blocks: list[dict[str, Any]]) -> None:
    if messages and messages[-1]["role"] == role:
        messages[-1]["content"].extend(blocks)
    else:
        messages.append({"role": str(role), "content": blocks})


def _current(turn: Turn) -> list[dict[str, Any]]:
    blocks = [block for artifact in turn.attachments for block in _attachment(artifact)]
    text = turn.run.message.body or "Please look at the attached file."
    return [*blocks, {"type": "text", "text": text}]


def _attachment(artifact: Artifact) -> list[dict[str, Any]]:
    label = {
        "type": "text",
        "text": f"Attached file {artifact.name!r} (id {artifact.pk}, {artifact.content_type}).",
    }
    if artifact.content_type in IMAGE_TYPES and artifact.size_bytes <= IMAGE_BYTES:
        with artifacts.open_bytes(artifact) as content:
            data = b64encode(content.read()).decode()
        source = {"type": "base64", "media_type": artifact.content_type, "data": data}
        return [label, {"type": "image", "source": source}]
    if artifact.kind in {Kind.IMAGE, Kind.AUDIO, Kind.VIDEO, Kind.OTHER}:
        return [label]
    try:
        text = extract_text(artifact, limit_chars=ATTACHMENT_CHARACTERS)
    except DomainError as error:
        text = error.detail
    return [label, {"type": "text", "text": f"<file_content>\n{text}\n</file_content>"}]
