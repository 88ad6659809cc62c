"""A rehearsal tells what a run would do, and does nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection, transaction

from apps.artifacts import services as artifacts
from apps.artifacts.models import Artifact
from apps.assistant.models import Run, RunEvent, RunStep
from apps.assistant.publishing import publisher
from apps.assistant.rehearsing.playing import play
from apps.assistant.skillkit import SkillContext, SkillResult
from apps.assistant.toolkit import ToolContext, ToolError
from apps.audit.models import AuditEvent, RowChange
from apps.contacts.models import Company
from apps.conversations.models import Conversation, Message
from apps.core.db import returned_afterwards
from apps.core.errors import Forbidden, Invalid
from apps.crm.models import Lead, LeadTally
from apps.llm.models import ModelPrice, ModelRun
from tests.conftest import Cast
from tests.factories.crm import LeadFactory
from tests.standins.messages_api import MessagesApi
from tests.standins.messages_script import Call, Reply

pytestmark = pytest.mark.django_db(transaction=True)

Declare = Callable[..., Any]
Turn = Callable[..., Run]
WATCHED = (
    Run,
    RunStep,
    RunEvent,
    Conversation,
    Message,
    RowChange,
    Company,
    Lead,
    LeadTally,
    AuditEvent,
    Artifact,
)


def counts() -> dict[str, int]:
    return {model.__name__: model._base_manager.count() for model in WATCHED}


def files() -> set[str]:
    """Everything that is stored."""
    return set(_walk("")) if storages["artifacts"].exists("") else set()


def _walk(folder: str) -> list[str]:
    folders, names = storages["artifacts"].listdir(folder or ".")
    found = [f"{folder}/{name}" for name in names]
    for name in folders:
        found += _walk(f"{folder}/{name}" if folder else name)
    return found


@pytest.fixture
def founding(declare: Declare, pipeline: Declare) -> None:
    @declare(permission=None, summary="Founding {name} …")
    def found_company(ctx: ToolContext, *, name: str) -> dict[str, Any]:
        """Found a company."""
        transaction.on_commit(lambda: pytest.fail("a rehearsal never commits"))
        artifact = artifacts.store(owner=ctx.user, name="deed.txt", content=b"It is founded.")
        ctx.keep(artifact)
        with artifacts.open_bytes(artifact) as content:
            assert content.read() == b"It is founded."
        return {"id": str(Company.objects.create(name=name).pk), "simulated": ctx.simulated}

    def skill(ctx: SkillContext) -> SkillResult:
        made = ctx.call(found_company, name="Golden Wok")
        ctx.say("Done: ")
        return SkillResult(text=f"**Golden Wok** {made['simulated']}")

    pipeline(skill)


def test_a_rehearsal_answers_as_the_real_run_does_and_leaves_nothing(
    cast: Cast, founding: None, turn: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(publisher, "publish", lambda *event: sent.append(event))
    before, stored = counts(), files()
    played = play(user=cast.owner, message="found it")

    assert (counts(), files(), sent) == (before, stored, [])
    assert played.answer == "Done: **Golden Wok** True"
    assert (played.agent, played.mode, played.error) == ("sales", "offline", "")
    assert [step["name"] for step in played.steps][-1] == "found_company"
    assert played.steps[-1]["files"] == ["deed.txt"]
    (change,) = played.changes
    assert (change["table"], change["operation"], change["label"]) == (
        "contacts_company", "INSERT", "Golden Wok",
    )  # fmt: skip
    assert change["before"] is None
    assert change["after"]["name"] == "Golden Wok"
    assert "search" not in change["after"]


def test_what_needs_consent_is_taken_as_agreed_and_reported(
    cast: Cast, declare: Declare, pipeline: Declare
) -> None:
    posted: list[bool] = []

    @declare(permission=None, external=True, summary="Posting {text} …")
    def post_it(ctx: ToolContext, *, text: str) -> str:
        """Post it."""
        posted.append(ctx.simulated)
        Company.objects.create(name=text)
        return "posted"

    pipeline(
        lambda ctx: SkillResult(text=f"{ctx.call(post_it, text='one')}, {ctx.call(post_it, text='two')}")
    )
    played = play(user=cast.owner, message="post them")

    assert played.answer == "posted, posted"
    assert posted == [True, True]
    told = [(effect["tool"], effect["arguments"], effect["asked"], effect["ok"]) for effect in played.effects]
    assert told == [
        ("post_it", {"text": "one"}, True, True),
        ("post_it", {"text": "two"}, True, True),
    ]  # fmt: skip
    assert Company.objects.count() == 0


def test_a_refusal_undoes_its_own_tool_only(cast: Cast, declare: Declare, pipeline: Declare) -> None:
    @declare(permission=None)
    def found_half(ctx: ToolContext, *, name: str, whole: bool) -> str:
        """Found half of it."""
        Company.objects.create(name=name)
        if not whole:
            raise ToolError("Half is not enough.")
        return name

    def skill(ctx: SkillContext) -> SkillResult:
        ctx.call(found_half, name="Whole", whole=True)
        try:
            ctx.call(found_half, name="Half", whole=False)
        except ToolError as error:
            ctx.say(f"{error.detail} ")
        return SkillResult(text=ctx.call(found_half, name="Again", whole=True))

    pipeline(skill)
    played = play(user=cast.owner, message="do it")
    assert played.answer == "Half is not enough. Again"
    assert [change["label"] for change in played.changes] == ["Whole", "Again"]


def test_a_broken_constraint_is_told_where_a_commit_would_tell_it(
    cast: Cast, declare: Declare, pipeline: Declare
) -> None:
    @declare(permission=None)
    def dangle(ctx: ToolContext) -> str:
        """Point at nothing: the database looks at the end of a transaction."""
        lead = LeadFactory(assigned_to=ctx.user)
        Lead.objects.filter(pk=lead.pk).update(company_id="00000000-0000-0000-0000-000000000001")
        return "dangling"

    pipeline(lambda ctx: SkillResult(text=ctx.call(dangle)))
    played = play(user=cast.owner, message="dangle")
    assert "IntegrityError" in played.error
    assert played.changes == []
    assert Lead.objects.count() == 0


def test_a_rehearsal_inside_a_transaction_leaves_that_one_as_it_was(cast: Cast, founding: None) -> None:
    with transaction.atomic():
        Company.objects.create(name="Before")
        assert play(user=cast.owner, message="found it").changes
        assert list(Company.objects.values_list("name", flat=True)) == ["Before"]
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone()[0] == "0"
    assert Company.objects.count() == 1


def test_rights_are_those_of_the_user(cast: Cast, declare: Declare, pipeline: Declare) -> None:
    @declare(permission="crm.delete_lead")
    def forbidden_fruit(ctx: ToolContext) -> str:
        """Only for managers."""
        return "eaten"

    pipeline(lambda ctx: SkillResult(text=ctx.call(forbidden_fruit)))
    refused = play(user=cast.owner, message="eat")
    assert "eaten" not in refused.answer
    assert "right" in refused.answer + refused.error
    assert play(user=cast.manager, message="eat").answer == "eaten"
    cast.owner.groups.clear()
    stranger = type(cast.owner).objects.get(pk=cast.owner.pk)
    with pytest.raises(Forbidden):
        play(user=stranger, message="eat")


def test_a_mode_that_is_not_configured_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        play(user=cast.owner, message="hello", mode="claude")


def test_what_a_model_costs_is_spent_although_nothing_else_stays(
    cast: Cast, declare: Declare, messages_api: MessagesApi
) -> None:
    @declare(permission=None)
    def found_company(ctx: ToolContext, *, name: str) -> str:
        """Found a company."""
        return Company.objects.create(name=name).name

    ModelPrice.objects.create(
        provider="claude", model="claude", valid_from=date(2020, 1, 1), input_usd=3, output_usd=15,
        cache_read_usd=0, cache_write_usd=0,
    )  # fmt: skip
    messages_api.reply(Reply(text="Let me.", tool_calls=[Call("found_company", {"name": "Golden Wok"})]))
    messages_api.reply(Reply(text="It is there."))
    played = play(user=cast.owner, message="found Golden Wok", mode="claude")

    assert (played.mode, played.answer) == ("claude", "Let me.\n\nIt is there.")
    assert [change["label"] for change in played.changes] == ["Golden Wok"]
    assert (Company.objects.count(), Run.objects.count()) == (0, 0)
    calls = ModelRun.objects.all()
    assert {call.purpose for call in calls} == {"rehearsal"}
    assert {call.user for call in calls} == {cast.owner}
    assert sum(call.cost_usd or 0 for call in calls) == played.cost_usd > 0


def test_the_offline_mode_can_be_chosen_where_a_model_is_configured(
    cast: Cast, founding: None, messages_api: MessagesApi
) -> None:
    played = play(user=cast.owner, message="found it", mode="offline")
    assert (played.mode, played.error) == ("offline", "")
    assert messages_api.requests == []


def test_a_rehearsal_gives_way_to_somebody_who_waits_for_its_rows(
    cast: Cast, declare: Declare, pipeline: Declare
) -> None:
    company = Company.objects.create(name="Wanted")
    held = threading.Event()

    @declare(permission=None, timeout=60)
    def linger(ctx: ToolContext) -> str:
        """Hold a row for a long time."""
        Company.objects.filter(pk=company.pk).update(name="Held")
        held.set()
        for _moment in range(300):
            time.sleep(0.1)
            ctx.progress("Still here …")
        return "too late"

    pipeline(lambda ctx: SkillResult(text=ctx.call(linger)))
    waited: list[float] = []

    def person() -> None:
        with returned_afterwards():
            held.wait(20)
            begun = time.monotonic()
            Company.objects.filter(pk=company.pk).update(name="Changed by a person")
            waited.append(time.monotonic() - begun)

    thread = threading.Thread(target=person)
    thread.start()
    played = play(user=cast.owner, message="linger")
    thread.join(20)
    assert "Somebody was waiting" in played.error
    assert waited[0] < 6
    company.refresh_from_db()
    assert company.name == "Changed by a person"


def test_a_tool_that_takes_too_long_is_refused(cast: Cast, declare: Declare, pipeline: Declare) -> None:
    @declare(permission=None, timeout=0.05)
    def dawdle(ctx: ToolContext) -> str:
        """Take its time."""
        time.sleep(0.1)
        return "at last"

    pipeline(lambda ctx: SkillResult(text=ctx.call(dawdle)))
    assert "dawdle took longer" in play(user=cast.owner, message="dawdle").error
