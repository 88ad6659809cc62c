"""The pages of agents: read by everybody, written by managers, decided after a comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.assistant.admin import agent_pages
from apps.assistant.agents import agent_in_force
from apps.assistant.choices import AgentVersionStatus, PolicyEffect
from apps.assistant.models import AgentVersion, ToolPolicy
from apps.assistant.toolkit import ToolContext
from apps.assistant.versions.comparing import Piece, compare, rows
from apps.assistant.versions.content import content_of
from apps.assistant.versions.drafting import draft_version, edit_draft
from apps.assistant.versions.publishing import publish
from apps.assistant.versions.reach import people_for, reach_of
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
Declare = Callable[..., Callable[[Callable[..., object]], object]]


def _page(name: str, *args: object) -> str:
    return reverse(f"admin:{name}", args=args)


def _published(agent: str = "sales") -> AgentVersion:
    return AgentVersion.objects.get(agent=agent, status=AgentVersionStatus.PUBLISHED)


def _draft(user: User, agent: str = "sales", **changes: object) -> AgentVersion:
    draft = draft_version(actor=user, agent=agent)
    content = replace(content_of(draft), **changes)  # type: ignore[arg-type]
    return edit_draft(actor=user, draft=draft, content=content)


def _form(version: AgentVersion, **changes: object) -> dict[str, object]:
    """What the editor sends when nothing was touched, and what was."""
    content = content_of(version)
    return {
        "version": version.updated_at.isoformat(),
        "title": content.title,
        "description": content.description,
        "instructions": content.instructions,
        "tools": content.tools,
        "skills": content.skills,
        "hand_over": content.hand_over,
        **changes,
    }


class TestReading:
    """Everybody may know what the agents are told."""

    def test_the_list_shows_every_agent_and_the_own_one_first(
        self, cast: Cast, browser_client: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        client = browser_client(cast.outsider)
        with django_assert_max_num_queries(15):
            text = client.get(_page("assistant_agentversion_changelist")).content.decode()
        titles = ["Finance", "Management", "Marketing", "Sales", "Support"]
        places = [text.index(f">{title}</a>") for title in titles]
        assert places == sorted(places)
        assert "yours" in text

    def test_an_agent_opens_with_words_hands_and_history(
        self, cast: Cast, browser_client: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        publish(actor=cast.manager, draft=_draft(cast.manager, description="Leads only."), note="Less")
        _draft(cast.manager, description="Waiting words.")
        client = browser_client(cast.owner)
        with django_assert_max_num_queries(15):
            text = unescape(client.get(_page("assistant_agent", "sales")).content.decode())
        assert "Leads only." in text
        assert "find_leads" in text
        assert "Pipeline overview" in text
        assert "Waiting to be published" in text
        assert "Published by Mona Manager." in text
        assert "Write a new version" not in text

    def test_there_is_no_page_of_an_agent_that_is_not(self, cast: Cast, browser_client: SignIn) -> None:
        assert browser_client(cast.admin).get(_page("assistant_agent", "astrology")).status_code == 404

    def test_strangers_see_nothing(self, client: Client) -> None:
        for url in (_page("assistant_agentversion_changelist"), _page("assistant_agent", "sales")):
            assert client.get(url).status_code == 302

    def test_a_version_that_was_opens_as_it_was(self, cast: Cast, browser_client: SignIn) -> None:
        first = _published()
        publish(actor=cast.manager, draft=_draft(cast.manager, description="Leads only."))
        text = (
            browser_client(cast.owner).get(_page("assistant_agentversion_change", first.pk)).content.decode()
        )
        assert first.description in text
        assert "was in force" in text


class TestWriting:
    """From a draft to what answers."""

    def test_a_manager_drafts_saves_compares_and_publishes(self, cast: Cast, browser_client: SignIn) -> None:
        client = browser_client(cast.manager)
        begun = client.post(_page("assistant_agent_draft", "sales"))
        draft = AgentVersion.objects.get(agent="sales", status=AgentVersionStatus.DRAFT)
        assert begun.headers["Location"] == _page("assistant_agentversion_edit", draft.pk)
        words = draft.instructions.replace("150 words", "90 words")
        sent = _form(draft, instructions=words, tools=["crm.find_leads", "mail.*"], compare="1")
        saved = client.post(_page("assistant_agentversion_edit", draft.pk), sent)
        compared = client.get(saved.headers["Location"])
        text = compared.content.decode()
        assert "<del>150</del>" in text
        assert "<ins>90</ins>" in text
        draft.refresh_from_db()
        decision = {"version": draft.updated_at.isoformat(), "instead_of": "1", "note": "Shorter"}
        done = client.post(_page("assistant_agentversion_publish", draft.pk), decision, follow=True)
        assert "Version 2 answers from now on." in done.content.decode()
        agent = agent_in_force("sales")
        assert "90 words" in agent.instructions
        assert agent.tools == ["crm.find_leads", "mail.*"]

    def test_a_tool_is_not_named_beside_its_family(self, cast: Cast, browser_client: SignIn) -> None:
        draft = _draft(cast.manager)
        sent = _form(draft, tools=["crm.*", "crm.find_leads"], other_patterns="crm.find_*\nweb.*\n")
        browser_client(cast.manager).post(_page("assistant_agentversion_edit", draft.pk), sent)
        draft.refresh_from_db()
        assert draft.tools == ["crm.*", "web.*"]

    def test_faults_are_shown_at_their_field_and_nothing_is_lost(
        self, cast: Cast, browser_client: SignIn
    ) -> None:
        draft = _draft(cast.manager)
        sent = _form(draft, instructions="Be nice.", description="My precious words")
        answer = browser_client(cast.manager).post(_page("assistant_agentversion_edit", draft.pk), sent)
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "too short to say what the job is" in text
        assert "My precious words" in text
        draft.refresh_from_db()
        assert draft.instructions != "Be nice."

    def test_who_saves_over_anothers_words_is_told_and_keeps_their_own(
        self, cast: Cast, browser_client: SignIn
    ) -> None:
        draft = _draft(cast.manager)
        sent = _form(draft, description="My words")
        edit_draft(
            actor=cast.admin, draft=draft, content=replace(content_of(draft), description="Ada was here")
        )
        client = browser_client(cast.manager)
        text = client.post(_page("assistant_agentversion_edit", draft.pk), sent).content.decode()
        assert "Somebody else changed this in the meantime" in text
        assert "My words" in text
        draft.refresh_from_db()
        assert draft.description == "Ada was here"

    def test_the_page_of_a_stale_decision_shows_what_answers_now(
        self, cast: Cast, browser_client: SignIn
    ) -> None:
        mine = _draft(cast.manager, description="Mine")
        publish(actor=cast.admin, draft=_draft(cast.admin, description="Theirs"))
        decision = {"version": mine.updated_at.isoformat(), "instead_of": "1"}
        client = browser_client(cast.manager)
        text = client.post(
            _page("assistant_agentversion_publish", mine.pk), decision, follow=True
        ).content.decode()
        assert "Ada Admin published version 3 in the meantime." in text
        assert "<del>Theirs</del>" in text
        assert "<ins>Mine</ins>" in text

    def test_a_roll_back_is_one_button(self, cast: Cast, browser_client: SignIn) -> None:
        first = _published()
        publish(actor=cast.manager, draft=_draft(cast.manager, description="Leads only."))
        client = browser_client(cast.manager)
        assert (
            "Roll back to version 1"
            in client.get(_page("assistant_agentversion_compare", first.pk)).content.decode()
        )
        client.post(_page("assistant_agentversion_roll_back", first.pk), {"instead_of": "2"})
        assert (_published().number, _published().description) == (3, first.description)

    def test_a_draft_can_be_put_aside(self, cast: Cast, browser_client: SignIn) -> None:
        draft = _draft(cast.manager)
        browser_client(cast.manager).post(_page("assistant_agentversion_discard", draft.pk))
        draft.refresh_from_db()
        assert draft.status == AgentVersionStatus.RETIRED

    @pytest.mark.parametrize("who", ["owner", "outsider", "executive"])
    def test_others_change_nothing(self, cast: Cast, browser_client: SignIn, who: str) -> None:
        draft, first = _draft(cast.manager, description="Mine"), _published()
        client = browser_client(getattr(cast, who))
        assert client.get(_page("assistant_agentversion_edit", draft.pk)).status_code == 403
        assert client.post(_page("assistant_agentversion_edit", draft.pk), _form(draft)).status_code == 403
        client.post(_page("assistant_agent_draft", "sales"))
        client.post(_page("assistant_agentversion_publish", draft.pk))
        client.post(_page("assistant_agentversion_discard", draft.pk))
        draft.refresh_from_db()
        assert draft.status == AgentVersionStatus.DRAFT
        assert _published() == first
        assert AgentVersion.objects.filter(agent="sales").count() == 2

    @pytest.mark.parametrize("name", ["publish", "roll_back", "discard"])
    def test_a_link_decides_nothing(self, cast: Cast, browser_client: SignIn, name: str) -> None:
        draft = _draft(cast.manager)
        url = _page(f"assistant_agentversion_{name}", draft.pk)
        assert browser_client(cast.manager).get(url).status_code == 405


class TestReach:
    """Exactly what an agent can do for a person, and why not the rest."""

    def test_what_can_be_used_is_person_and_agent_together(self, cast: Cast) -> None:
        agent = agent_in_force("sales")
        for person in (cast.owner, cast.outsider, cast.admin):
            reach = reach_of(agent, person)
            usable = {found.tool.name for _, listed in reach.families for found in listed if found.usable}
            off = {found.tool.name for _, listed in reach.families for found in listed if found.tool.ready()}
            expected = {
                found.tool.name
                for _, listed in reach.families
                for found in listed
                if agent.may_use(found.tool) and found.tool.allowed(person)
            }
            assert usable == expected - off

    def test_each_obstacle_has_its_sentence(self, cast: Cast, declare: Declare) -> None:
        @declare(permission=None, ready=lambda: "There are no credentials.", family="mail")
        def send_by_pigeon(ctx: ToolContext) -> str:
            """Send."""
            return ""

        ToolPolicy.objects.create(tool="crm.find_leads", effect=PolicyEffect.DENY)
        reach = reach_of(agent_in_force("sales"), cast.owner)
        why = {found.tool.name: found.why for _, listed in reach.families for found in listed}
        assert why["delete_lead"] == "Olive Owner lacks the right crm.delete_lead."
        assert why["find_leads"] == "A policy forbids it."
        assert why["send_by_pigeon"] == "There are no credentials."
        assert why["list_open_leads"] == ""
        other = reach_of(agent_in_force("finance"), cast.owner)
        given = {found.tool.name: found.why for _, listed in other.families for found in listed}
        assert given["create_lead"] == "The agent was not given it."

    def test_what_waits_for_a_person_says_so(self, cast: Cast) -> None:
        reach = reach_of(agent_in_force("sales"), cast.manager)
        found = {found.tool.name: found for _, listed in reach.families for found in listed}
        assert found["delete_lead"].usable
        assert found["delete_lead"].why == "Waits for a person each time."

    def test_a_skill_that_will_be_refused_half_way_says_so(self, cast: Cast) -> None:
        agent = agent_in_force("sales").model_copy(update={"tools": ["assistant.*"]})
        reach = reach_of(agent, cast.owner)
        overview = next(found for found in reach.skills if found.skill.name == "pipeline_overview")
        assert "crm." in overview.why

    def test_the_page_shows_one_person_and_one_version(
        self, cast: Cast, browser_client: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        draft = _draft(cast.manager, tools=["assistant.*"])
        client = browser_client(cast.manager)
        url = _page("assistant_agent_reach", "sales")
        with django_assert_max_num_queries(20):
            page = client.get(url, {"user": str(cast.owner.pk), "version": str(draft.pk)})
        assert page.context["person"] == cast.owner
        families = dict(page.context["reach"].families)
        assert all(not found.usable for found in families["crm"])

    def test_whose_reach_one_may_look_at(self, cast: Cast) -> None:
        assert set(people_for(cast.owner)) == {cast.owner}
        assert set(people_for(cast.manager)) == {cast.owner, cast.colleague, cast.manager}
        assert cast.outsider in people_for(cast.admin)

    def test_another_persons_reach_is_not_for_everybody(self, cast: Cast, browser_client: SignIn) -> None:
        page = browser_client(cast.owner).get(
            _page("assistant_agent_reach", "sales"), {"user": str(cast.admin.pk)}
        )
        assert page.context["person"] == cast.owner


class TestComparing:
    """Words are marked, not whole paragraphs."""

    def test_a_changed_word_is_marked_on_both_sides(self) -> None:
        [row] = rows("Under 150 words.", "Under 120 words.")
        assert row.left == [Piece("Under "), Piece("150", marked=True), Piece(" words.")]
        assert row.right == [Piece("Under "), Piece("120", marked=True), Piece(" words.")]

    def test_lines_that_have_nothing_in_common_stand_alone(self) -> None:
        found = rows("Ask first.", "Never promise a date to anybody.")
        assert [(row.left is None, row.right is None) for row in found] == [(False, True), (True, False)]

    def test_every_word_of_both_texts_is_there(self) -> None:
        left = "a\nb one two three\nc\nd\ne\nf\ng"
        right = "a\nnew\nb one 2 three\nc\nd\ne\nf\nh"
        found = rows(left, right)
        shown = ["".join(piece.text for piece in row.right) for row in found if row.right is not None]
        assert [line for line in right.splitlines() if line in shown] == shown
        assert sum(row.skipped for row in found) + len([r for r in found if r.left is not None]) == 7

    def test_long_stretches_without_change_are_left_out(self) -> None:
        lines = [f"line {number}" for number in range(40)]
        found = rows("\n".join(lines), "\n".join([*lines, "the end"]))
        assert [row.skipped for row in found if row.skipped] == [38]

    def test_lists_say_what_came_and_went(self) -> None:
        content = content_of(_published())
        parts = {
            part.label: part
            for part in compare(
                content, replace(content, hand_over=["finance"], tools=[*content.tools, "x.y"])
            )
        }
        assert parts["Tools"].added == ["x.y"]
        assert parts["May hand over to"].removed == ["management", "marketing", "support"]
        assert parts["Skills"].is_same


def test_without_a_page_for_rehearsals_there_is_no_link_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_pages, "REHEARSAL_PAGE", "admin:no_such_page")
    assert agent_pages.try_url(_published()) == ""
