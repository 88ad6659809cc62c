"""What an app needs to declare a tool: the decorator, the context, the error."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, create_model

from apps.assistant.choices import Risk
from apps.core.errors import DomainError
from apps.core.registry import Registry

if TYPE_CHECKING:
    from uuid import UUID

    from apps.accounts.models import User
    from apps.artifacts.models import Artifact
    from apps.conversations.models import Conversation

P = ParamSpec("P")
R = TypeVar("R")
#: The argument by which tools are given a file; its live line may then say `{file_name}`.
FILE_ARGUMENT = "artifact_id"


class ToolError(DomainError):
    """A sentence for the model (and the trace): the call was understood but cannot be done."""

    code = "tool_error"


class Touched(BaseModel):
    """A row that a call is about, as it was when the person was asked. `model` is `app.model`."""

    model: str
    id: str
    version: str
    label: str
    url: str = ""


class Preview(BaseModel):
    """What a person reads before agreeing to a call.

    `lines` are label and value; `body` is the text that would leave the house, in `body_format` (text,
    markdown, html); `amount` counts for policies and pre-approvals; `files` are ids of artifacts that go with
    it; `warnings` what to look at first. `blocked` says why it must not happen at all ("" when it may).
    `effect` is one sentence on what it does to the world ("Goes out to ann@abc.sg."); left empty, it is told
    from the arguments. `follows` names what strangers wrote that the call follows; the engine fills it.
    """

    title: str = ""
    lines: list[tuple[str, str]] = Field(default_factory=list)
    body: str = ""
    body_format: str = "text"
    amount: Decimal | None = None
    currency: str = ""
    files: list[str] = Field(default_factory=list)
    touches: list[Touched] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    blocked: str = ""
    effect: str = ""
    follows: list[str] = Field(default_factory=list)


class ToolContext(Protocol):
    """On whose behalf a tool works, and its way to report."""

    @property
    def user(self) -> User:
        """The person whose rights bound everything."""

    @property
    def run_id(self) -> UUID:
        """The run this call belongs to."""

    @property
    def step_id(self) -> UUID:
        """The step of this call: the same however often it is tried, so the key of effects outside."""

    @property
    def simulated(self) -> bool:
        """Whether this is a rehearsal: nothing may leave the house, and all rows will be rolled back."""

    @property
    def conversation(self) -> Conversation:
        """The conversation the run answers in."""

    @property
    def now(self) -> datetime:
        """The moment of the call, aware."""

    def attachment(self, artifact_id: str) -> Artifact:
        """A file the user may see. Raises `ToolError`."""

    def progress(self, text: str) -> None:
        """Show a short live line. Raises when the run was cancelled: call it often in long work."""

    def mark_untrusted(self) -> None:
        """Say that this result holds words of strangers, where the tool as a whole does not."""

    def keep(self, artifact: Artifact) -> None:
        """Attach a file that was made to the run's answer."""


@dataclass(frozen=True)
class Tool:
    """A function the assistant may call. `heavy` ones burn CPU and run in their own worker.

    Of several permissions any is enough. `family` comes before the name where agents and policies list tools.
    `untrusted` results hold words of strangers; of a `second_hand` one only its sentences may: names, numbers
    and addresses are fields of our own rows. Where sentences of ours stand beside rows, it names the
    fields with rows. `shares` tells of arguments whether the call lets more people read something.
    `ready` answers "" or why the tool cannot work here.
    """

    name: str
    function: Callable[..., Any]
    arguments: type[BaseModel]
    returns: TypeAdapter[Any]
    description: str
    permission: str | tuple[str, ...] | None
    read_only: bool
    destructive: bool
    external: bool
    heavy: bool
    timeout: float
    summary: Callable[[dict[str, Any]], str]
    family: str = ""
    untrusted: bool = False
    second_hand: bool | tuple[str, ...] = False
    shares: Callable[[Mapping[str, Any]], bool] = lambda _arguments: False
    risk: str = Risk.LOW
    preview: Callable[..., Preview] | None = None
    ready: Callable[[], str] = lambda: ""

    @property
    def qualified_name(self) -> str:
        """`<family>.<name>`, as agents and policies list it; the family is the app's name by default."""
        return f"{self.family or self.function.__module__.split('.')[1]}.{self.name}"

    @property
    def title(self) -> str:
        """The name as people read it: "Send mail"."""
        return self.name.replace("_", " ").capitalize()

    @cached_property
    def input_schema(self) -> dict[str, Any]:
        """JSON schema of the arguments, for a model."""
        schema = self.arguments.model_json_schema()
        schema.pop("title", None)
        schema.pop("description", None)
        return schema

    def allowed(self, user: User) -> bool:
        """Whether the user's rights include this tool."""
        if self.permission is None:
            return True
        enough = (self.permission,) if isinstance(self.permission, str) else self.permission
        return any(user.has_perm(permission) for permission in enough)


tools: Registry[Tool] = Registry("tools")


def tool(
    *,
    permission: str | None,
    read_only: bool = False,
    destructive: bool = False,
    external: bool = False,
    heavy: bool = False,
    timeout: float = 120,
    summary: str | Callable[[dict[str, Any]], str] = "",
    family: str = "",
    untrusted: bool = False,
    second_hand: bool | tuple[str, ...] = False,
    shares: Callable[[Mapping[str, Any]], bool] = lambda _arguments: False,
    risk: str = "",
    preview: Callable[..., Preview] | None = None,
    ready: Callable[[], str] = lambda: "",
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare a tool: `fn(ctx, *, typed keyword arguments) -> JSON-able value`.

    Schema and description come from signature and docstring; unknown arguments are refused. Each call runs
    in a transaction with its `RunStep`, so an effect in our database happens exactly once. `external` marks
    effects outside of it; these and `destructive` ones wait for a person, and so do those that `shares` picks
    out, once they follow words of strangers. `summary` is the live line, a template over the arguments
    ("Reading {name} …") or a function of them. `timeout` in seconds. `preview` takes what the function takes
    and tells a person what would happen; without one, the call is rehearsed.
    """

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        name = function.__name__
        line = summary or f"{name.replace('_', ' ').capitalize()} …"
        tools.register(
            name,
            Tool(
                **_signature(function), permission=permission, read_only=read_only, destructive=destructive,
                external=external, heavy=heavy, timeout=timeout, family=family, untrusted=untrusted,
                second_hand=second_hand, shares=shares, preview=preview, ready=ready,
                summary=line if callable(line) else lambda arguments: _fill(str(line), arguments),
                risk=risk or _risk(destructive=destructive, external=external and not read_only),
            ),
        )  # fmt: skip
        function.tool_name = name  # type: ignore[attr-defined]
        return function

    return declare


def _signature(function: Callable[..., Any]) -> dict[str, Any]:
    """What the function itself says of the tool."""
    return {
        "name": function.__name__,
        "function": function,
        "arguments": arguments_model(function),
        "returns": TypeAdapter(get_type_hints(function)["return"]),
        "description": inspect.getdoc(function) or "",
    }


def _risk(*, destructive: bool, external: bool) -> str:
    if destructive:
        return Risk.HIGH
    return Risk.MEDIUM if external else Risk.LOW


def arguments_model(function: Callable[..., Any]) -> type[BaseModel]:
    """A pydantic model of the keyword-only parameters; extra arguments are an error."""
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            continue
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        fields[name] = (hints[name], default)
    config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    return create_model(f"{function.__name__}_arguments", __config__=config, **fields)


def _fill(template: str, arguments: dict[str, Any]) -> str:
    """The template with the arguments; lists are read out one after the other."""
    words = {
        name: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        for name, value in arguments.items()
    }
    try:
        return template.format(**words)[:300]
    except (KeyError, IndexError, ValueError):
        return template[:300]
