"""The pages of rehearsals, undo and traces: what they show, to whom, and what they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.assistant import tracing
from apps.assistant.choices import RehearsalKind, RehearsalStatus
from apps.assistant.models import Rehearsal, Run, RunUndo
from apps.assistant.rehearsing import replaying
from apps.assistant.rehearsing.comparing import word_diff
from apps.assistant.skillkit import SkillContext, SkillResult
from apps.assistant.undoing import showing
from apps.audit.models import RowChange
from apps.core.errors import Forbidden, NotFound
from apps.crm.choices import LeadSource
from apps.crm.models import Lead
from apps.crm.tools import create_lead, update_lead
from tests.conftest import Cast
from tests.factories.crm import LeadFactory

pytestmark = pytest.mark.django_db(transaction=True)

Declare = Callable[..., Any]
Turn = Callable[..., Run]
Enter = Callable[[User], Client]


@pytest.fixture(autouse=True)
def rings(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Tasks that were rung; nobody carries them out."""
    heard: list[tuple[Any, ...]] = []
    monkeypatch.setattr("apps.assistant.tasks.rehearse.delay", lambda *given: heard.append(given))
    return heard


@pytest.fixture
def lead(cast: Cast) -> Lead:
    return LeadFactory(assigned_to=cast.owner, company_name="Golden Wok", notes="Old words", value=100)


@pytest.fixture
def run(cast: Cast, lead: Lead, pipeline: Declare, turn: Turn) -> Run:
    """A run of the owner that changed the lead."""

    def skill(ctx: SkillContext) -> SkillResult:
        ctx.call(update_lead, lead_id=str(lead.pk), notes="New words")
        return SkillResult(text="**Done** <script>")

    pipeline(skill)
    return turn(cast.owner, "change it")


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(f"admin:{name}", args=args))
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_the_trace_shows_the_rows_of_each_step_and_the_answer_as_markdown(
    cast: Cast, run: Run, lead: Lead, browser_client: Enter
) -> None:
    shown = page(browser_client(cast.owner), "assistant_run_change", run.pk)
    assert "Old words</del>" in shown
    assert "New words</ins>" in shown
    assert f'href="{lead.admin_url}"' in shown
    assert "<strong>Done</strong> &lt;script&gt;" in shown
    assert "Undo what it changed" in shown


def test_the_trace_hides_rows_from_those_who_may_not_read_them(
    cast: Cast, run: Run, browser_client: Enter
) -> None:
    shown = page(browser_client(cast.executive), "assistant_run_change", run.pk)
    assert "not for you to see" in shown
    assert "New words</ins>" not in shown


def test_a_dry_run_of_a_run_is_one_click(
    cast: Cast, run: Run, browser_client: Enter, rings: list[tuple[Any, ...]]
) -> None:
    client = browser_client(cast.owner)
    answer = client.post(reverse("admin:assistant_run_dry_run", args=[run.pk]))
    held = Rehearsal.objects.get()
    assert answer["Location"] == reverse("admin:assistant_rehearsal_change", args=[held.pk])
    assert rings == [(str(held.pk), [])]
    assert "Waiting for a worker" in page(client, "assistant_rehearsal_change", held.pk)

    replaying.rehearse(held.pk)
    held.refresh_from_db()
    assert (held.status, held.kind) == (RehearsalStatus.COMPLETED, RehearsalKind.REPLAY)
    shown = page(client, "assistant_rehearsal_change", held.pk)
    assert "Side by side" in shown
    assert "the same words" in shown
    # What is there now is what the run left: the replay changes nothing more.
    assert held.changes == []
    assert Lead.objects.get().notes == "New words"


def test_a_message_is_rehearsed_from_the_form(cast: Cast, pipeline: Declare, browser_client: Enter) -> None:
    def skill(ctx: SkillContext) -> SkillResult:
        ctx.call(create_lead, company_name="Birch Bakery", contact_email="b@merchant.test")
        return SkillResult(text="made")

    pipeline(skill)
    client = browser_client(cast.owner)
    assert "Answered by" in page(client, "assistant_rehearsal_add")
    client.post(reverse("admin:assistant_rehearsal_add"), {"message": "add it", "mode": "offline"})
    held = Rehearsal.objects.get()
    replaying.rehearse(held.pk)
    held.refresh_from_db()
    assert not Lead.objects.exists()
    shown = page(client, "assistant_rehearsal_change", held.pk)
    assert "Birch Bakery" in shown
    # Rows that never were are for the person alone, and for those who see every lead.
    assert Rehearsal.objects.visible_to(cast.colleague).count() == 0
    for viewer, shows in ((cast.admin, True), (cast.executive, False)):
        shown = page(browser_client(viewer), "assistant_rehearsal_change", held.pk)
        assert ("Birch Bakery</ins>" in shown) is shows


def test_whose_run_may_be_replayed_by_whom(cast: Cast, run: Run) -> None:
    with pytest.raises(NotFound):
        replaying.replay(run=run, requested_by=cast.colleague)
    # A manager sees the run, but only whoever may see every run acts for somebody else.
    with pytest.raises(Forbidden):
        replaying.replay(run=run, requested_by=cast.manager)
    held = replaying.replay(run=run, requested_by=cast.executive)
    assert (held.user, held.requested_by) == (cast.owner, cast.executive)
    with pytest.raises(Forbidden):
        replaying.dry_run(user=cast.owner, requested_by=cast.admin, message="as somebody else")


def test_a_rehearsal_is_played_once_and_a_dead_one_is_closed(cast: Cast, run: Run) -> None:
    held = replaying.replay(run=run, requested_by=cast.owner)
    Rehearsal.objects.filter(pk=held.pk).update(status=RehearsalStatus.RUNNING)
    replaying.rehearse(held.pk)
    held.refresh_from_db()
    assert held.answer == ""
    assert replaying.sweep() == 0
    Rehearsal.objects.filter(pk=held.pk).update(updated_at="2020-01-01T00:00:00Z")
    assert replaying.sweep() == 1
    held.refresh_from_db()
    assert held.status == RehearsalStatus.FAILED


def test_undo_is_previewed_and_then_done(cast: Cast, run: Run, lead: Lead, browser_client: Enter) -> None:
    client = browser_client(cast.owner)
    shown = page(client, "assistant_run_undo", run.pk)
    assert "1 row is put back" in shown
    assert Lead.objects.get(pk=lead.pk).notes == "New words"
    client.post(reverse("admin:assistant_run_undo", args=[run.pk]))
    assert Lead.objects.get(pk=lead.pk).notes == "Old words"
    shown = page(client, "assistant_run_change", run.pk)
    assert "Undone by" in shown
    assert "Undo what it changed" not in shown


def test_undo_names_what_cannot_be_put_back(cast: Cast, run: Run, lead: Lead, browser_client: Enter) -> None:
    Lead.objects.filter(pk=lead.pk).update(notes="By a person")
    client = browser_client(cast.owner)
    assert "It was changed since: notes." in page(client, "assistant_run_undo", run.pk)
    client.post(reverse("admin:assistant_run_undo", args=[run.pk]), {"rest": "1"})
    assert Lead.objects.get(pk=lead.pk).notes == "By a person"
    assert not RunUndo.objects.exists()


def test_strangers_find_no_undo(cast: Cast, run: Run, browser_client: Enter) -> None:
    for stranger in (cast.colleague, cast.outsider):
        answer = browser_client(stranger).get(reverse("admin:assistant_run_undo", args=[run.pk]))
        assert answer.status_code == 302


def test_the_trace_asks_few_questions(
    cast: Cast, run: Run, browser_client: Enter, django_assert_max_num_queries: Any
) -> None:
    client = browser_client(cast.owner)
    with django_assert_max_num_queries(30):
        page(client, "assistant_run_change", run.pk)


def test_differences_of_words_are_marked_and_escaped() -> None:
    before, after = word_diff("Two <b> leads", "Three <b> leads")
    assert before == "<del>Two</del> &lt;b&gt; leads"
    assert after == "<ins>Three</ins> &lt;b&gt; leads"


@pytest.fixture
def many(cast: Cast, pipeline: Declare, turn: Turn) -> Run:
    """A run of the owner that added five leads."""

    def skill(ctx: SkillContext) -> SkillResult:
        for number in range(5):
            ctx.call(
                create_lead, company_name=f"Kitchen {number}", contact_name="Mei", source=LeadSource.REFERRAL
            )
        return SkillResult(text="done")

    pipeline(skill)
    return turn(cast.manager, "add them")


def test_a_large_undo_is_told_in_sums_with_the_button_first_and_some_rows(
    cast: Cast, many: Run, browser_client: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showing, "PAGE_ROWS", 4)
    touched = RowChange.objects.filter(run_id=many.pk).values("table", "row_id").distinct().count()
    first = page(browser_client(cast.manager), "assistant_run_undo", many.pk)
    assert first.count('<li class="tr-row">') == 4
    assert f"1 to 4 of {touched}" in first
    assert f"… and {touched - 4} more" in first
    assert f"{touched} rows are put back" in first
    assert "5 leads" in first
    assert first.index("Put everything back") < first.index('<li class="tr-row">')
    url = reverse("admin:assistant_run_undo", args=[many.pk])
    client = browser_client(cast.manager)
    pages = -(-touched // 4)
    rows = [
        client.get(url, {"page": n}).content.decode().count('<li class="tr-row">')
        for n in range(1, pages + 1)
    ]
    assert sum(rows) == touched
    client.post(url)
    assert not Lead.objects.exists()


def test_the_queries_of_an_undo_page_do_not_grow_with_its_rows(
    cast: Cast, many: Run, browser_client: Enter, django_assert_max_num_queries: Any
) -> None:
    client = browser_client(cast.manager)
    with django_assert_max_num_queries(60):
        page(client, "assistant_run_undo", many.pk)


def test_a_trace_that_is_cut_says_how_many_rows_there_are(
    cast: Cast, many: Run, browser_client: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "MAX_CHANGES", 3)
    touched = RowChange.objects.filter(run_id=many.pk).values("table", "row_id").distinct().count()
    assert f"3 of {touched} rows that changed" in page(
        browser_client(cast.manager), "assistant_run_change", many.pk
    )


def test_what_would_leave_the_house_is_shown_without_marks_of_markdown(
    cast: Cast, browser_client: Enter
) -> None:
    preview = {"body": "Dear Ann, **six** outlets <script>x</script>", "body_format": "markdown", "lines": []}
    held = Rehearsal.objects.create(
        kind=RehearsalKind.DRY_RUN, status=RehearsalStatus.COMPLETED, message="write", mode="offline",
        user=cast.owner, requested_by=cast.owner,
        effects=[{"tool": "send_mail", "summary": "A mail", "preview": preview, "ok": True}],
    )  # fmt: skip
    shown = page(browser_client(cast.owner), "assistant_rehearsal_change", held.pk)
    assert "<strong>six</strong>" in shown
    assert "**six**" not in shown
    assert "<script>x" not in shown
