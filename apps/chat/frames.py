"""What a client may say on the socket: one model per type of frame, and nothing else gets through."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from apps.conversations.services import MAX_BODY
from apps.core.errors import DomainError

MAX_TEXT_FRAME = 512 * 1024
"""Bytes. A message of 50,000 characters, each escaped, is 300 KB."""
MAX_MEDIA_FRAME = 4 * 1024 * 1024
"""Bytes of a binary frame."""
MAX_SEQ = 2**63 - 1


class BadFrame(DomainError):
    """A frame that cannot be understood."""

    code = "bad_frame"


class Frame(BaseModel):
    """Base: unknown fields are let through, so that newer clients can talk to older servers."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    type: str


class Auth(Frame):
    """Credentials in the first frame, or a fresh token later."""

    type: Literal["auth"]
    token: str = Field(min_length=1, max_length=8000)


class ChatSend(Frame):
    """A turn of text. `client_id` makes a retry the same turn."""

    type: Literal["chat.send"]
    message: str = Field(max_length=MAX_BODY)
    session_id: UUID | None = None
    agent: str = Field(default="", max_length=40)
    client_id: Annotated[str, AfterValidator(lambda value: value.replace("\x00", ""))] = Field(
        default="", max_length=200
    )


class RunCancel(Frame):
    """Stop a run."""

    type: Literal["run.cancel"]
    run_id: UUID


class Resume(Frame):
    """Watch a session from an event number on."""

    type: Literal["resume"]
    session_id: UUID
    after: int = Field(default=0, ge=0, le=MAX_SEQ)


class Ping(Frame):
    """Keeps the socket open."""

    type: Literal["ping"]


class Live(Frame):
    """Live speech and camera."""

    type: Literal["speech.start", "speech.chunk", "speech.stop", "camera.frame", "camera.capture"]


AnyFrame = Auth | ChatSend | RunCancel | Resume | Ping | Live
_frames: TypeAdapter[AnyFrame] = TypeAdapter(Annotated[AnyFrame, Field(discriminator="type")])
MEDIA = frozenset({"speech.chunk", "camera.frame", "camera.capture"})
PLAIN = frozenset({"auth", "chat.send", "run.cancel", "resume", "ping", "speech.start", "speech.stop"})


def parse(text: str) -> AnyFrame:
    """The frame in a text message. Raises `BadFrame` with a sentence that says what is wrong."""
    if len(text) > MAX_MEDIA_FRAME:
        raise BadFrame("The frame is too large.", code="frame_too_large")
    data = _json(text)
    kind = data.get("type")
    if not isinstance(kind, str) or kind not in PLAIN | MEDIA:
        raise BadFrame("This server does not know frames of this type.", code="unknown_type")
    if kind in PLAIN and len(text) > MAX_TEXT_FRAME:
        raise BadFrame("The frame is too large.", code="frame_too_large")
    try:
        return _frames.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"][1:]) or "frame"
        raise BadFrame(f"{field}: {first['msg']}.", code="invalid") from error


def parse_binary(data: bytes | None) -> AnyFrame:
    """A chunk of sound or a picture, sent without JSON. Raises `BadFrame` for an empty or too large one."""
    if not data:
        raise BadFrame("The frame is empty.")
    if len(data) > MAX_MEDIA_FRAME:
        raise BadFrame("The frame is too large.", code="frame_too_large")
    return Live(type="speech.chunk")


def _json(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFrame("The frame is not JSON.", code="bad_frame") from error
    if not isinstance(data, dict):
        raise BadFrame("A frame is a JSON object with a type.", code="bad_frame")
    return data
