"""What an app needs to declare a skill: the decorator, the context, the result."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field

from apps.core.registry import Registry

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.artifacts.models import Artifact

P = ParamSpec("P")
R = TypeVar("R")


class Citation(BaseModel):
    """Where a statement comes from: a row that a person can open. `document` holds a quoted passage, and is
    still there when the passage has been rewritten.
    """

    kind: str
    id: str
    label: str
    url: str
    quote: str = ""
    document: str = ""


class SkillResult(BaseModel):
    """What a skill leaves behind. `text` is Markdown that follows what was said already; `[n]` cites.

    `data` is what a model that called the skill as a tool reads; without it, the model reads the text.
    """

    text: str = ""
    citations: list[Citation] = Field(default_factory=list)
    data: dict[str, Any] | None = None


class SkillContext(Protocol):
    """The skill's way to act: everything that is not a pure function of its inputs goes through here."""

    @property
    def user(self) -> User:
        """The person it works for."""

    @property
    def message(self) -> str:
        """The user's words."""

    @property
    def attachments(self) -> Sequence[Artifact]:
        """Files of the message."""

    def call(self, tool: Callable[..., R], **arguments: Any) -> R:
        """Call a tool as a step of the run; after a crash its kept result is returned instead."""

    def say(self, text: str) -> None:
        """Show a piece of the answer now."""


@dataclass(frozen=True)
class Before:
    """What a skill did in the run before, seen from the message that follows: with which slots, and the files
    it made. `resembles` is the skill that the message alone would be taken for, "" for none.
    """

    message: str
    user: User
    slots: dict[str, Any]
    files: Sequence[str]
    resembles: str


@dataclass(frozen=True)
class Continuation:
    """Which skill takes a message up, and the slots it is told."""

    skill: str
    known: dict[str, Any]


class SkillManifest(BaseModel):
    """The YAML file of a skill."""

    model_config = ConfigDict(extra="forbid")
    name: str
    title: str
    agents: list[str] = Field(min_length=1)
    permission: str | None = None
    description: str
    examples: list[str] = Field(min_length=3)
    suggestion: str = ""
    """A ready sentence for the empty chat; empty: the skill is not advertised."""


@dataclass(frozen=True)
class Skill:
    """A typed pipeline with its manifest."""

    manifest: SkillManifest
    slots: type[BaseModel]
    run: Callable[[SkillContext, Any], SkillResult]
    fallback: bool = field(default=False)
    goes_on: Callable[[Before], Continuation | None] | None = None
    """Reads the message after this skill's answer: what of it goes on with what was made, if anything."""

    @property
    def name(self) -> str:
        """Its registry key."""
        return self.manifest.name

    @cached_property
    def input_schema(self) -> dict[str, Any]:
        """JSON schema of the slots, for a model."""
        return self.slots.model_json_schema()

    def allowed(self, user: User) -> bool:
        """Whether the user's rights include this skill."""
        return self.manifest.permission is None or user.has_perm(self.manifest.permission)


skills: Registry[Skill] = Registry("skills")


def skill(
    name: str,
    *,
    slots: type[BaseModel],
    fallback: bool = False,
    goes_on: Callable[[Before], Continuation | None] | None = None,
) -> Callable[[Callable[[SkillContext, Any], SkillResult]], Callable[[SkillContext, Any], SkillResult]]:
    """Declare a skill; `<name>.yaml` beside the module is its manifest.

    `slots` names what the pipeline needs, typed (see `apps.assistant.slots`); required ones are asked for
    when the message does not hold them. A `fallback` skill answers what no other skill covers. `goes_on`
    tells whether the message after the answer goes on with it.
    """

    def declare(
        function: Callable[[SkillContext, Any], SkillResult],
    ) -> Callable[[SkillContext, Any], SkillResult]:
        path = Path(inspect.getfile(function)).with_name(f"{name}.yaml")
        manifest = SkillManifest.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        if manifest.name != name:
            raise ValueError(f"{path}: the manifest is named {manifest.name!r}, the skill {name!r}")
        skills.register(name, Skill(manifest, slots, function, fallback, goes_on))
        return function

    return declare
