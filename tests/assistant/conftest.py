"""Tools and skills that exist only in these tests, and a way to run a turn in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from apps.accounts.models import User
from apps.assistant.agents import Agent, agents
from apps.assistant.models import Run
from apps.assistant.rehearsing.playing import Played, play
from apps.assistant.routing import Route
from apps.assistant.running import runner
from apps.assistant.running.runner import execute
from apps.assistant.services import start_run
from apps.assistant.skillkit import Skill, SkillContext, SkillManifest, SkillResult, skills
from apps.assistant.toolkit import Tool, tool, tools
from apps.contacts.models import Company


class _NoSlots(BaseModel):
    """Nothing is needed."""


@pytest.fixture
def declare() -> Iterator[Callable[..., Any]]:
    """`declare(permission=…)(function)` is `@tool` for one test; every agent may use what it declares."""
    before = set(tools._items)
    original = Agent.may_use

    def may_use(self: Agent, asked: Tool) -> bool:
        return asked.name not in before or original(self, asked)

    Agent.may_use = may_use  # type: ignore[method-assign]
    yield tool
    Agent.may_use = original  # type: ignore[method-assign]
    for name in set(tools._items) - before:
        del tools._items[name]


@pytest.fixture
def turn() -> Callable[..., Run]:
    """`turn(user, "words")` starts a run and executes it here; returns it as it stands afterwards."""

    def take(user: User, body: str, **options: Any) -> Run:
        run = start_run(user=user, body=body, ring=False, **options)
        execute(run.pk)
        run.refresh_from_db()
        return run

    return take


@pytest.fixture
def rehearse() -> Callable[..., Played]:
    """`rehearse(user, "words")` plays a turn within the test's own transaction: for what is answered, in a
    fraction of the time of `turn`.
    """

    def rehearsed(user: User, body: str, **options: Any) -> Played:
        played = play(user=user, message=body, **options)
        assert not played.error, played.error
        return played

    return rehearsed


@pytest.fixture
def company_names() -> Callable[[], list[str]]:
    """The names of all companies: the effect that test tools have."""
    return lambda: sorted(Company.objects.values_list("name", flat=True))


@pytest.fixture(autouse=True)
def _agents_are_loaded() -> None:
    agents()


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """`pipeline(function)` makes `function(ctx)` the skill that every message is routed to."""
    names: list[str] = []

    def use(function: Callable[[SkillContext], SkillResult]) -> None:
        name = f"test_skill_{len(names)}"
        manifest = SkillManifest(
            name=name, title="A test", agents=["sales"], description="…", examples=["a", "b", "c"]
        )
        skills.register(name, Skill(manifest, _NoSlots, lambda ctx, slots: function(ctx)))
        names.append(name)
        route = Route(agent="sales", skill=name, extraction={"values": {}, "missing": []})
        monkeypatch.setattr(runner, "choose_route", lambda turn, mode: route)

    yield use
    for name in names:
        del skills._items[name]
