# ruff: noqa: N815 - the names are Microsoft's
"""What Microsoft documents of Graph v1.0's request bodies: fields, types, enumerations. Anything else is
refused, as Graph does.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from tests.standins.https import Problem

MB = 1024 * 1024
INLINE_LIMIT = 3 * MB
SESSION_LIMIT = 150 * MB
WINDOWS_ZONES = {"UTC", "Singapore Standard Time", "China Standard Time", "Pacific Standard Time"}

M = TypeVar("M", bound="Body")


class Body(BaseModel):
    """A complex type: no unknown fields, no types that merely look alike."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _address(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", text):
        raise ValueError("ErrorInvalidRecipients")
    return text


def _zone(name: str) -> str:
    if name not in available_timezones() | WINDOWS_ZONES:
        raise ValueError("not a supported time zone")
    return name


def _local(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is not None:
        raise ValueError("a local time, its zone stands beside it")
    return text


class ItemBody(Body):
    """itemBody."""

    contentType: Literal["text", "html"]
    content: str


class EmailAddress(Body):
    """emailAddress."""

    address: Annotated[str, AfterValidator(_address)]
    name: str = ""


class Recipient(Body):
    """recipient."""

    emailAddress: EmailAddress


class ExtendedProperty(Body):
    """singleValueLegacyExtendedProperty."""

    id: str = Field(pattern=r"^(String|Integer|Boolean) \{[0-9a-fA-F-]{36}\} (Name \S+|Id 0x[0-9a-fA-F]+)$")
    value: str


class Header(Body):
    """internetMessageHeader: only one's own, which begin with x-."""

    name: str = Field(pattern=r"^[xX]-")
    value: str


class Message(Body):
    """message, as it may be created."""

    subject: str = Field(default="", max_length=255)
    body: ItemBody | None = None
    toRecipients: list[Recipient] = Field(default_factory=list)
    ccRecipients: list[Recipient] = Field(default_factory=list)
    bccRecipients: list[Recipient] = Field(default_factory=list)
    replyTo: list[Recipient] = Field(default_factory=list)
    importance: Literal["low", "normal", "high"] = "normal"
    categories: list[str] = Field(default_factory=list)
    internetMessageHeaders: list[Header] = Field(default_factory=list)
    singleValueExtendedProperties: list[ExtendedProperty] = Field(default_factory=list)


class CreateReply(Body):
    """The parameters of createReply."""

    comment: str = ""
    message: Message | None = None


class FileAttachment(Body):
    """fileAttachment."""

    odata_type: Literal["#microsoft.graph.fileAttachment"] = Field(alias="@odata.type")
    name: str = Field(min_length=1)
    contentBytes: str
    contentType: str = ""
    isInline: bool = False
    contentId: str = ""

    def content(self) -> bytes:
        """The bytes. Raises `Problem` when they are no base64 or too many for one call."""
        try:
            found = b64decode(self.contentBytes, validate=True)
        except Base64Error:
            raise Problem(400, "RequestBodyRead", "contentBytes is no Edm.Binary.") from None
        if len(found) >= INLINE_LIMIT:
            raise Problem(413, "RequestEntityTooLarge", "The attachment needs an upload session.")
        return found


class AttachmentItem(Body):
    """attachmentItem."""

    attachmentType: Literal["file", "item", "reference"]
    name: str = Field(min_length=1)
    size: int = Field(ge=INLINE_LIMIT, le=SESSION_LIMIT)
    contentType: str = ""
    isInline: bool = False
    contentId: str = ""


class UploadSession(Body):
    """The parameters of createUploadSession."""

    AttachmentItem: AttachmentItem


class DateTimeTimeZone(Body):
    """dateTimeTimeZone."""

    dateTime: Annotated[str, AfterValidator(_local)]
    timeZone: Annotated[str, AfterValidator(_zone)]


class Attendee(Recipient):
    """attendee."""

    type: Literal["required", "optional", "resource"] = "required"


class Location(Body):
    """location."""

    displayName: str = Field(max_length=255)


class Event(Body):
    """event, as it may be created."""

    subject: str = ""
    body: ItemBody | None = None
    start: DateTimeTimeZone
    end: DateTimeTimeZone
    attendees: list[Attendee] = Field(default_factory=list, max_length=500)
    location: Location | None = None
    isOnlineMeeting: bool = False
    onlineMeetingProvider: Literal["teamsForBusiness", "skypeForBusiness", "skypeForConsumer"] | None = None
    allowNewTimeProposals: bool = True
    transactionId: str = Field(default="", max_length=255)
    singleValueExtendedProperties: list[ExtendedProperty] = Field(default_factory=list)


class ChatMessage(Body):
    """chatMessage, as it may be sent."""

    body: ItemBody
    subject: str | None = None
    importance: Literal["normal", "high", "urgent"] = "normal"


def parse(schema: type[M], given: Any) -> M:
    """The body, or Graph's refusal of it."""
    if not isinstance(given, dict):
        raise Problem(400, "BadRequest", "Empty Payload. JSON content expected.")
    try:
        return schema.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        code = "ErrorInvalidRecipients" if "ErrorInvalidRecipients" in first["msg"] else "RequestBodyRead"
        raise Problem(400, code, f"{where}: {first['msg']}") from None


MESSAGE_FIELDS = {
    "id", "subject", "from", "sender", "toRecipients", "ccRecipients", "bccRecipients", "replyTo", "body",
    "bodyPreview", "receivedDateTime", "sentDateTime", "isDraft", "isRead", "hasAttachments",
    "conversationId",
    "internetMessageId", "internetMessageHeaders", "parentFolderId", "importance", "categories", "webLink",
}  # fmt: skip
EVENT_FIELDS = {
    "id", "subject", "body", "bodyPreview", "start", "end", "location", "organizer", "attendees",
    "isCancelled", "isAllDay", "webLink", "isOnlineMeeting", "onlineMeeting", "transactionId", "iCalUId",
}  # fmt: skip
ATTACHMENT_FIELDS = {"id", "name", "contentType", "size", "isInline", "lastModifiedDateTime"}


def selected(row: dict[str, Any], query: dict[str, str], known: set[str]) -> dict[str, Any]:
    """The fields that `$select` names; the id always. An unknown one is refused."""
    wanted = query.get("$select", "")
    if not wanted:
        return {
            name: value for name, value in row.items() if name in known and name != "internetMessageHeaders"
        }
    names = wanted.split(",")
    for name in names:
        if name not in known:
            raise Problem(400, "RequestBroker--ParseUri", f"Could not find a property named '{name}'.")
    return {name: row[name] for name in {"id", *names} if name in row}
