"""Filling a skill's slots from what a person wrote and attached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.slots import amounts, names, periods
from apps.assistant.slots.types import SlotSpec
from apps.core.sentences import sentence
from apps.perception.web.mentions import addresses_in


class Missing(BaseModel):
    """A required slot that the message does not hold, and how to ask for it."""

    name: str
    question: str


class Extraction(BaseModel):
    """What was found and what has to be asked."""

    values: dict[str, Any] = Field(default_factory=dict)
    missing: list[Missing] = Field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """A message with its surroundings. `whole` is what was written, `text` what the patterns read of it.
    `now` is the clock for "last week".
    """

    whole: str
    user: User
    attachments: list[str] = field(default_factory=list)
    conversation_id: UUID | None = None
    now: datetime = field(default_factory=lambda: datetime.now(tz=ZoneInfo("UTC")))

    @cached_property
    def text(self) -> str:
        """The message as a sentence: see `apps.core.sentences`."""
        return sentence(self.whole)

    @property
    def today(self) -> Any:
        """The user's calendar day."""
        return self.now.astimezone(ZoneInfo(self.user.timezone)).date()


def extract(
    slots: type[BaseModel], source: Source, *, known: Mapping[str, Any] | None = None, asked: str = ""
) -> Extraction:
    """Fill the fields of `slots`. `known` values are kept; the field named `asked` may be the whole message.

    A field with a default is optional: it is left out when nothing is found.
    """
    found = Extraction(values=dict(known or {}))
    for name, info in slots.model_fields.items():
        spec = _spec(info)
        if spec is None or name in found.values:
            continue
        is_asked = name == asked
        value = spec.find(source, is_asked) if spec.find else EXTRACTORS[spec.kind](spec, source, is_asked)
        if value is not None:
            found.values[name] = value
        elif info.is_required():
            found.missing.append(Missing(name=name, question=spec.question))
    return found


def takes(slots: type[BaseModel], kind: str) -> bool:
    """Whether one of the slots is of this kind."""
    return any(spec is not None and spec.kind == kind for spec in map(_spec, slots.model_fields.values()))


def _spec(info: FieldInfo) -> SlotSpec | None:
    """The slot's annotation; inside `X | None` it hides in the union's member."""
    for item in info.metadata:
        if isinstance(item, SlotSpec):
            return item
    for member in getattr(info.annotation, "__args__", ()):
        for item in getattr(member, "__metadata__", ()):
            if isinstance(item, SlotSpec):
                return item
    return None


def _attachment(spec: SlotSpec, source: Source, asked: bool) -> str | None:  # noqa: ARG001
    """A file of this message, else the latest one of the conversation."""
    if source.attachments:
        return source.attachments[-1]
    if source.conversation_id is None:
        return None
    latest = (
        Artifact.objects.visible_to(source.user)
        .filter(attachments__message__conversation_id=source.conversation_id, origin="uploaded")
        .order_by("-created_at")
        .first()
    )
    return str(latest.pk) if latest else None


def _addresses(spec: SlotSpec, source: Source, asked: bool) -> list[str] | None:  # noqa: ARG001
    return addresses_in(source.whole, limit=10) or None


def _company(spec: SlotSpec, source: Source, asked: bool) -> str | None:  # noqa: ARG001
    return names.company(source.text, source.user, whole=asked)


def _email(spec: SlotSpec, source: Source, asked: bool) -> str | None:  # noqa: ARG001
    return names.email(source.text)


def _money(spec: SlotSpec, source: Source, asked: bool) -> dict[str, str] | None:  # noqa: ARG001
    return amounts.money(source.text)


def _days(spec: SlotSpec, source: Source, asked: bool) -> int | None:  # noqa: ARG001
    return amounts.days(source.text, bare=asked)


def _period(spec: SlotSpec, source: Source, asked: bool) -> dict[str, str] | None:  # noqa: ARG001
    found = periods.period(source.text, source.today)
    if found is None:
        return None
    return {"start": found[0].isoformat(), "last_day": found[1].isoformat()}


def _choice(spec: SlotSpec, source: Source, asked: bool) -> str | None:  # noqa: ARG001
    return names.choice(source.text, dict(spec.options))


def _text(spec: SlotSpec, source: Source, asked: bool) -> str | None:  # noqa: ARG001
    quoted = names.quoted(source.text)
    return quoted or (source.whole.strip() if asked else None)


Extractor = Callable[[SlotSpec, Source, bool], Any]
EXTRACTORS: dict[str, Extractor] = {
    "addresses": _addresses,
    "attachment": _attachment,
    "choice": _choice,
    "company": _company,
    "days": _days,
    "email": _email,
    "money": _money,
    "period": _period,
    "text": _text,
}
