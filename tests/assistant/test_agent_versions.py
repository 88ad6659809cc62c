"""What agents are told, as versions: delivered, drafted, published, rolled back, by the right person."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from apps.accounts.models import User
from apps.assistant.agents import Agent, agent_in_force, agents, agents_in_force, trying
from apps.assistant.choices import AgentVersionStatus, RunStatus, VersionOrigin
from apps.assistant.models import AgentVersion, Run
from apps.assistant.versions import delivering
from apps.assistant.versions.checking import LONGEST, check, tools_called_by
from apps.assistant.versions.content import Content, content_of
from apps.assistant.versions.delivering import sync_agents
from apps.assistant.versions.drafting import discard, draft_version, edit_draft
from apps.assistant.versions.publishing import publish, roll_back
from apps.audit.models import AuditEvent
from apps.core.db import returned_afterwards
from apps.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from apps.core.versions import Stale, version_of
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

Deliver = Callable[..., list[AgentVersion]]
Turn = Callable[..., Run]


@pytest.fixture
def deliver(monkeypatch: pytest.MonkeyPatch) -> Deliver:
    """`deliver(instructions="…")` is a new release whose sales agent differs so from the file."""

    def release(**changes: object) -> list[AgentVersion]:
        shipped = {**agents(), "sales": agents()["sales"].model_copy(update=changes)}
        monkeypatch.setattr(delivering, "agents", lambda: shipped)
        return sync_agents()

    return release


def _new_words(user: User, words: str, agent: str = "sales") -> AgentVersion:
    """A draft that says something new at its end."""
    draft = draft_version(actor=user, agent=agent)
    content = content_of(draft)
    return edit_draft(
        actor=user, draft=draft, content=replace(content, instructions=f"{content.instructions}\n{words}")
    )


def _published(agent: str = "sales") -> AgentVersion:
    return AgentVersion.objects.get(agent=agent, status=AgentVersionStatus.PUBLISHED)


class TestDelivery:
    """From files to rows."""

    def test_every_agent_is_delivered_and_answers(self) -> None:
        in_force = agents_in_force()
        assert list(in_force) == ["finance", "management", "marketing", "sales", "support"]
        for name, agent in in_force.items():
            assert agent.version == _published(name).pk
            assert agent.instructions == agents()[name].instructions.strip()
            assert {skill.name for skill in agent.skills()} == {s.name for s in agents()[name].skills()}

    def test_the_same_files_deliver_nothing_again(self) -> None:
        assert sync_agents() == []
        assert AgentVersion.objects.count() == len(agents())

    def test_a_changed_file_answers_at_once_where_files_are_in_charge(self, deliver: Deliver) -> None:
        first = _published()
        [made] = deliver(description="Something else.")
        assert (made.number, made.status, made.origin) == (
            2,
            AgentVersionStatus.PUBLISHED,
            VersionOrigin.FILE,
        )
        first.refresh_from_db()
        assert first.status == AgentVersionStatus.RETIRED
        assert agent_in_force("sales").description == "Something else."

    def test_a_file_that_goes_back_is_delivered_again(self, deliver: Deliver) -> None:
        deliver(description="Something else.")
        [back] = deliver()
        assert back.number == 3
        assert agent_in_force("sales").description == agents()["sales"].description

    def test_where_people_wrote_the_version_it_waits_for_them(self, cast: Cast, deliver: Deliver) -> None:
        publish(actor=cast.manager, draft=_new_words(cast.manager, "Be brief."))
        [waiting] = deliver(description="Something else.")
        assert waiting.status == AgentVersionStatus.DRAFT
        assert "The delivered instructions changed" in waiting.note
        assert agent_in_force("sales").instructions.endswith("Be brief.")

    def test_a_newer_delivery_takes_the_place_of_one_that_waits(self, cast: Cast, deliver: Deliver) -> None:
        publish(actor=cast.manager, draft=_new_words(cast.manager, "Be brief."))
        [old] = deliver(description="Something else.")
        [new] = deliver(description="Something else again.")
        old.refresh_from_db()
        assert (old.status, new.status) == (AgentVersionStatus.RETIRED, AgentVersionStatus.DRAFT)

    def test_a_delivery_that_says_what_already_answers_waits_for_nobody(
        self, cast: Cast, deliver: Deliver
    ) -> None:
        mine = publish(actor=cast.manager, draft=_new_words(cast.manager, "Be brief."))
        [same] = deliver(instructions=mine.instructions)
        assert same.status == AgentVersionStatus.RETIRED
        assert _published() == mine

    def test_a_published_delivery_puts_the_files_in_charge_again(self, cast: Cast, deliver: Deliver) -> None:
        publish(actor=cast.manager, draft=_new_words(cast.manager, "Be brief."))
        [waiting] = deliver(description="Something else.")
        publish(actor=cast.manager, draft=waiting)
        [next_one] = deliver(description="Yet something else.")
        assert next_one.status == AgentVersionStatus.PUBLISHED

    def test_a_skill_that_comes_with_a_release_is_a_change_of_its_agents(self, deliver: Deliver) -> None:
        [made] = deliver(skill_names=["lead_lookup"])
        assert made.skills == ["lead_lookup"]
        assert [skill.name for skill in agent_in_force("sales").skills() if not skill.fallback] == [
            "lead_lookup"
        ]


@pytest.mark.django_db(transaction=True)
def test_many_processes_that_migrate_at_once_deliver_once() -> None:
    AgentVersion.objects.all().delete()

    def migrate(_: int) -> int:
        with returned_afterwards():
            return len(sync_agents())

    with ThreadPoolExecutor(6) as processes:
        assert sum(processes.map(migrate, range(12))) == len(agents())
    assert AgentVersion.objects.count() == len(agents())


class TestWriting:
    """Drafts."""

    def test_a_draft_answers_nobody(self, cast: Cast) -> None:
        draft = _new_words(cast.manager, "Be brief.")
        assert (draft.number, draft.status, draft.author) == (2, AgentVersionStatus.DRAFT, cast.manager)
        assert not agent_in_force("sales").instructions.endswith("Be brief.")

    def test_two_people_edit_and_the_second_is_told(self, cast: Cast) -> None:
        draft = draft_version(actor=cast.manager, agent="sales")
        seen = version_of(draft)
        words = replace(content_of(draft), description="Mine.")
        edit_draft(actor=cast.manager, draft=draft, content=words, version=seen)
        with pytest.raises(Stale):
            edit_draft(actor=cast.admin, draft=draft, content=words, version=seen)

    def test_what_was_published_is_never_edited(self, cast: Cast) -> None:
        version = publish(actor=cast.manager, draft=_new_words(cast.manager, "Be brief."))
        with pytest.raises(Conflict) as refused:
            edit_draft(actor=cast.manager, draft=version, content=content_of(version))
        assert refused.value.code == "no_draft"

    def test_what_was_delivered_is_edited_as_a_draft_of_ones_own(self, cast: Cast, deliver: Deliver) -> None:
        publish(actor=cast.manager, draft=_new_words(cast.manager, "Be brief."))
        [delivered] = deliver(description="Something else.")
        with pytest.raises(Conflict):
            edit_draft(actor=cast.manager, draft=delivered, content=content_of(delivered))
        own = draft_version(actor=cast.manager, agent="sales", based_on=delivered)
        assert (own.description, own.origin) == ("Something else.", VersionOrigin.OFFICE)

    def test_a_discarded_draft_stays_in_the_history_and_cannot_be_published(self, cast: Cast) -> None:
        draft = discard(actor=cast.manager, draft=_new_words(cast.manager, "Be brief."))
        with pytest.raises(Conflict):
            publish(actor=cast.manager, draft=draft)
        assert AgentVersion.objects.filter(pk=draft.pk, status=AgentVersionStatus.RETIRED).exists()

    def test_there_are_no_agents_but_those_of_the_house(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            draft_version(actor=cast.admin, agent="astrology")


class TestRights:
    """Managers write their own department's agent; administrators all; others none."""

    @pytest.mark.parametrize(
        ("who", "agent", "allowed"),
        [
            ("manager", "sales", True),
            ("manager", "finance", False),
            ("owner", "sales", False),
            ("outsider", "finance", False),
            ("executive", "management", False),
            ("admin", "finance", True),
        ],
    )
    def test_who_may_write_which_agent(self, cast: Cast, who: str, agent: str, allowed: bool) -> None:
        person: User = getattr(cast, who)
        draft = draft_version(actor=cast.admin, agent=agent)
        acts: list[Callable[[], object]] = [
            lambda: draft_version(actor=person, agent=agent),
            lambda: edit_draft(actor=person, draft=draft, content=content_of(draft)),
            lambda: publish(actor=person, draft=draft),
        ]
        for act in acts:
            if allowed:
                act()
                continue
            with pytest.raises(Forbidden):
                act()

    def test_only_who_may_publish_rolls_back_and_discards(self, cast: Cast) -> None:
        first = _published()
        publish(actor=cast.manager, draft=_new_words(cast.manager, "Be brief."))
        first.refresh_from_db()
        with pytest.raises(Forbidden):
            roll_back(actor=cast.colleague, to=first)
        with pytest.raises(Forbidden):
            discard(actor=cast.outsider, draft=draft_version(actor=cast.manager, agent="sales"))


class TestPublishing:
    """Exactly one version answers."""

    def test_publishing_retires_what_answered_and_leaves_a_trail(self, cast: Cast) -> None:
        before = _published()
        made = publish(actor=cast.manager, draft=_new_words(cast.manager, "Be brief."), note="Shorter mails")
        before.refresh_from_db()
        assert before.status == AgentVersionStatus.RETIRED
        assert (_published(), made.published_by) == (made, cast.manager)
        event = AuditEvent.objects.get(action="assistant.agentversion.published", actor=cast.manager)
        assert event.details == {"agent": "sales", "number": 2, "before": 1, "note": "Shorter mails"}

    def test_a_roll_back_is_a_new_number_with_the_old_words(self, cast: Cast) -> None:
        first = _published()
        publish(actor=cast.manager, draft=_new_words(cast.manager, "Be brief."))
        first.refresh_from_db()
        back = roll_back(actor=cast.manager, to=first)
        assert (back.number, back.sha256, back.note) == (3, first.sha256, "Back to version 1.")
        first.refresh_from_db()
        assert first.status == AgentVersionStatus.RETIRED

    def test_what_answers_cannot_be_rolled_back_to(self, cast: Cast) -> None:
        with pytest.raises(Invalid):
            roll_back(actor=cast.manager, to=_published())

    def test_who_compared_with_an_older_version_is_told(self, cast: Cast) -> None:
        mine, theirs = (_new_words(cast.manager, words) for words in ("Be brief.", "Be long."))
        publish(actor=cast.admin, draft=theirs, instead_of=1)
        with pytest.raises(Conflict, match=r"Ada Admin published version 3"):
            publish(actor=cast.manager, draft=mine, instead_of=1)

    def test_unsound_words_are_not_published(self, cast: Cast) -> None:
        draft = draft_version(actor=cast.manager, agent="sales")
        AgentVersion.objects.filter(pk=draft.pk).update(skills=["fortune_telling"])
        with pytest.raises(Invalid):
            publish(actor=cast.manager, draft=draft)
        assert _published().number == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_publish_at_once_one_wins_and_one_is_told(cast: Cast) -> None:
    drafts = [_new_words(cast.manager, f"Word {number}.") for number in range(4)]

    def decide(draft: AgentVersion) -> str:
        with returned_afterwards():
            try:
                publish(actor=cast.manager, draft=draft, instead_of=1)
            except DomainError as error:
                return error.detail
            return ""

    with ThreadPoolExecutor(4) as people:
        told = sorted(people.map(decide, drafts))
    assert told[0] == ""
    assert all("in the meantime" in sentence for sentence in told[1:])
    assert AgentVersion.objects.filter(agent="sales", status=AgentVersionStatus.PUBLISHED).count() == 1


class TestChecking:
    """What cannot answer is refused by field; what looks wrong is said."""

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("title", ""),
            ("title", "x" * 81),
            ("description", "x" * 301),
            ("instructions", "Be nice."),
            ("instructions", "x" * (LONGEST + 1)),
            ("tools", ["everything"]),
            ("tools", ["crm.*; drop"]),
            ("skills", ["fortune_telling"]),
            ("hand_over", ["astrology"]),
            ("hand_over", ["sales"]),
        ],
    )
    def test_errors_name_their_field(self, field: str, value: object) -> None:
        content = replace(content_of(_published()), **{field: value})  # type: ignore[arg-type]
        assert list(check("sales", content).errors) == [field]

    def test_a_pattern_that_means_no_tool_is_a_warning(self) -> None:
        content = replace(content_of(_published()), tools=["crm.*", "telegraph.*"])
        checked = check("sales", content)
        assert not checked.errors
        assert "No tool is called “telegraph.*” at present." in checked.warnings

    def test_a_skill_without_its_tools_is_a_warning(self) -> None:
        content = replace(content_of(_published()), tools=["assistant.*"], skills=["lead_lookup"])
        assert any("Look up a lead" in warning for warning in check("sales", content).warnings)

    @pytest.mark.parametrize("name", ["finance", "management", "marketing", "sales", "support"])
    def test_what_is_delivered_is_sound_and_has_the_tools_of_its_skills(self, name: str) -> None:
        agent = agents()[name]
        assert check(name, content_of(_published(name))).errors == {}
        for skill in agent.skills():
            missing = [tool.qualified_name for tool in tools_called_by(skill) if not agent.may_use(tool)]
            assert missing == [], f"{name} has {skill.name}, not its tools"

    def test_lists_are_kept_in_order_and_once(self) -> None:
        content = Content("T", "", "x", tools=["b.*", " a.* ", "b.*", ""])
        assert content.tools == ["a.*", "b.*"]


@pytest.mark.django_db(transaction=True)
class TestRuns:
    """Each run says which version answered it."""

    def test_a_run_keeps_the_version_that_answered(self, cast: Cast, turn: Turn) -> None:
        first = turn(cast.owner, "hello there", agent="sales")
        assert first.agent_version == _published()
        made = publish(actor=cast.manager, draft=_new_words(cast.manager, "Be brief."))
        assert turn(cast.owner, "hello there", agent="sales").agent_version == made
        first.refresh_from_db()
        assert first.agent_version is not None
        assert first.agent_version.number == 1

    def test_a_run_that_began_finishes_as_it_began(
        self, cast: Cast, turn: Turn, declare: Callable[..., object], pipeline: Callable[..., None]
    ) -> None:
        from apps.assistant import services
        from apps.assistant.models import Approval
        from apps.assistant.running.runner import execute
        from apps.assistant.skillkit import SkillResult

        @declare(permission=None, external=True)  # type: ignore[operator]
        def post(ctx: object) -> str:
            """Post."""
            return "posted"

        pipeline(lambda ctx: SkillResult(text=ctx.call(post)))
        run = turn(cast.owner, "post it")
        assert run.status == RunStatus.WAITING_APPROVAL
        publish(actor=cast.manager, draft=_new_words(cast.manager, "Be brief."))
        services.decide(approval=Approval.objects.get(run=run), user=cast.owner, decision="approve")
        execute(run.pk)
        run.refresh_from_db()
        assert run.status == RunStatus.COMPLETED
        assert run.agent_version is not None
        assert run.agent_version.number == 1

    def test_a_draft_can_be_tried_without_answering_anybody_else(self, cast: Cast, turn: Turn) -> None:
        draft = _new_words(cast.manager, "Be brief.")
        with trying({"sales": draft}):
            assert turn(cast.owner, "hello there", agent="sales").agent_version == draft
        assert turn(cast.owner, "hello there", agent="sales").agent_version == _published()

    def test_a_skill_that_was_taken_away_is_not_routed_to(self, cast: Cast, turn: Turn) -> None:
        for name in ("sales", "management"):
            draft = draft_version(actor=cast.admin, agent=name)
            content = content_of(draft)
            left = [skill for skill in content.skills if skill != "pipeline_overview"]
            edit_draft(actor=cast.admin, draft=draft, content=replace(content, skills=left))
            publish(actor=cast.admin, draft=draft)
        run = turn(cast.owner, "what's in my pipeline?")
        assert run.skill != "pipeline_overview"


def test_agents_without_a_row_answer_from_their_file() -> None:
    AgentVersion.objects.filter(agent="sales").delete()
    agent: Agent = agent_in_force("sales")
    assert (agent.version, agent.instructions) == (None, agents()["sales"].instructions)
