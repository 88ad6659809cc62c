"""Arguments for any tool, by their names and types: a new tool is tried without anybody listing it."""

from __future__ import annotations

import random
import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from django.utils import timezone
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from apps.assistant.toolkit import Tool

#: What a text is when only its name says what it has to be.
TEXTS: Mapping[str, Sequence[str]] = {
    "url": ("http://127.0.0.1:9/page",),
    "currency": ("SGD", "USD"),
    "contact_email": ("somebody@merchant.test",),
    "owner_email": ("nobody@example.test",),
    "email": ("somebody@merchant.test",),
    "to": ("somebody@merchant.test",),
    "cc": ("somebody@merchant.test",),
    "attendees": ("somebody@merchant.test",),
    "before": ("",),
    "sheet": ("",),
    "language": ("en",),
    "message_id": ("AAMkAGI2",),
}
#: Names that end in `_id` and are no rows of ours.
FOREIGN_KEYS = {"message_id"}


class NoGenerator(AssertionError):
    """An argument of a tool for which these tests know no values."""


class Arguments:
    """Random arguments; `keys` are those of rows by the name of the argument (`lead_id`), whoever's rows."""

    def __init__(self, seed: int, keys: Mapping[str, Sequence[str]], words: Sequence[str]) -> None:
        self.dice = random.Random(seed)
        self.keys = keys
        self.words = words

    def of(self, tool: Tool) -> dict[str, Any]:
        """All that is needed, and about half of the rest."""
        return {
            name: self._value(tool, name, info.annotation)
            for name, info in tool.arguments.model_fields.items()
            if info.is_required() or name in self.keys or self.dice.random() < 0.5
        }

    def _value(self, tool: Tool, name: str, kind: Any) -> Any:
        if name in self.keys:
            return self.dice.choice(self.keys[name])
        if name.endswith("_ids") and name.removesuffix("s") in self.keys:
            return [self.dice.choice(self.keys[name.removesuffix("s")])]
        if name.endswith(("_id", "_ids")) and name not in FOREIGN_KEYS:
            raise NoGenerator(f"{tool.name}: tell these tests where the keys for {name!r} come from")
        return self._of_type(tool, name, kind)

    def _of_type(self, tool: Tool, name: str, kind: Any) -> Any:  # noqa: PLR0911
        origin, inner = get_origin(kind), get_args(kind)
        if origin in (Union, types.UnionType):
            return self._of_type(
                tool, name, self.dice.choice([one for one in inner if one is not type(None)])
            )
        if origin is Annotated:
            return self._of_type(tool, name, inner[0])
        if origin is Literal:
            return self.dice.choice(inner)
        if origin in (list, Sequence, set) or (origin is tuple and inner[-1] is Ellipsis):
            return [self._of_type(tool, name, inner[0])]
        if origin is tuple:
            return [self._of_type(tool, name, one) for one in inner]
        if origin in (dict, Mapping) or kind in (dict, list):
            return kind() if kind in (dict, list) else {}
        if isinstance(kind, type) and issubclass(kind, Enum):
            return self.dice.choice(list(kind)).value
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return self._model(tool, kind)
        return self._plain(tool, name, kind)

    def _model(self, tool: Tool, model: type[BaseModel]) -> dict[str, Any]:
        needed = {name: info for name, info in model.model_fields.items() if info.is_required()}
        return {name: self._of_type(tool, name, _annotation(info)) for name, info in needed.items()}

    def _plain(self, tool: Tool, name: str, kind: Any) -> Any:
        now = timezone.now()
        plain: dict[Any, Any] = {
            bool: lambda: self.dice.random() < 0.5,
            int: lambda: self.dice.randrange(1, 100),
            float: lambda: self.dice.random() * 5,
            Decimal: lambda: Decimal(self.dice.randrange(1, 10**6)) / 100,
            date: lambda: now.date() + timedelta(days=self.dice.randrange(30)),
            datetime: lambda: now + timedelta(hours=self.dice.randrange(1, 200)),
            str: lambda: self.dice.choice(TEXTS.get(name, self.words)),
            Any: lambda: self.dice.choice(self.words),
        }
        if kind not in plain:
            raise NoGenerator(f"{tool.name}: no values are known for {name!r} of type {kind!r}")
        return plain[kind]()


def _annotation(info: FieldInfo) -> Any:
    return info.annotation
