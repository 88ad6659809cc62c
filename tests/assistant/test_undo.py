"""What a run changed is put back exactly, or refused with a reason."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from apps.accounts.models import User
from apps.assistant.choices import RunStatus
from apps.assistant.models import Run, RunUndo
from apps.assistant.skillkit import SkillContext, SkillResult
from apps.assistant.toolkit import ToolContext
from apps.assistant.undoing.services import can_be_undone, preview, undo_run
from apps.audit.models import AuditEvent, RowChange
from apps.contacts.models import Company
from apps.core.errors import Conflict, Forbidden
from apps.crm.choices import ActivityKind, LeadStatus
from apps.crm.models import Activity, Lead, LeadRun, StageChange, Task
from apps.crm.services.activities import log_activity as keep_activity
from apps.crm.services.leads import update_lead as change_lead
from apps.crm.tools import create_lead, delete_lead, log_activity, move_lead_stage, update_lead
from tests.assistant.undoing import Script, carried_out, snapshot
from tests.conftest import Cast
from tests.crm.at_once import at_once
from tests.crm.test_tally import counted, kept
from tests.factories.crm import ActivityFactory, LeadFactory, TaskFactory

pytestmark = pytest.mark.django_db(transaction=True)

Declare = Callable[..., Any]
Turn = Callable[..., Run]


@pytest.fixture
def changing(pipeline: Declare, turn: Turn) -> Callable[..., Run]:
    """`changing(user, skill)` is a finished run of that skill."""

    def run(user: User, skill: Callable[[SkillContext], SkillResult]) -> Run:
        pipeline(skill)
        return carried_out(turn, user)

    return run


def some_leads(cast: Cast, number: int = 4) -> list[Lead]:
    """With activities and tasks, in different stages."""
    statuses = [LeadStatus.NEW, LeadStatus.CONTACTED, LeadStatus.PROPOSAL, LeadStatus.QUALIFIED]
    leads = [LeadFactory(assigned_to=cast.owner, status=status, value=100) for status in statuses[:number]]
    for lead in leads:
        ActivityFactory(lead=lead, by=cast.owner, note="Before")
        TaskFactory(lead=lead, assigned_to=cast.owner)
    return leads


@pytest.mark.parametrize("seed", range(12))
def test_a_run_undone_is_exactly_the_state_before(
    cast: Cast, changing: Callable[..., Run], seed: int
) -> None:
    script = Script(seed)
    script.leads = some_leads(cast)
    before, sums = snapshot(), kept()
    run = changing(cast.manager, script)
    assert RowChange.objects.filter(run_id=run.pk).exists()
    assert snapshot() != before

    assert [row.told() for row in preview(run=run, actor=cast.manager).refused] == []
    undo = undo_run(run=run, actor=cast.manager)

    assert snapshot() == before
    assert kept() == sums == counted()
    assert undo.refused == []
    event = AuditEvent.objects.get(action="assistant.run.undone", object_id=str(run.pk))
    assert event.details == {"undone": len(undo.undone), "refused": 0, "outside": 0}
    with pytest.raises(Conflict) as again:
        undo_run(run=run, actor=cast.manager)
    assert again.value.code == "undone_already"


def test_of_two_who_undo_at_once_one_does_and_a_third_undoes_nothing_again(
    cast: Cast, changing: Callable[..., Run]
) -> None:
    [lead] = some_leads(cast, 1)

    def skill(ctx: SkillContext) -> SkillResult:
        ctx.call(update_lead, lead_id=str(lead.pk), notes="By the run")
        return SkillResult(text="done")

    before = snapshot()
    run = changing(cast.owner, skill)
    works = [partial(undo_run, run=run, actor=actor) for actor in (cast.owner, cast.manager)] * 2
    ends = at_once(*works)
    assert sorted(getattr(end, "code", "undone") for end in ends) == ["undone", *["undone_already"] * 3]
    assert snapshot() == before
    assert RunUndo.objects.filter(run=run).count() == 1

    change_lead(actor=cast.owner, lead=lead, notes="By the run")
    with pytest.raises(Conflict, match="undone already"):
        undo_run(run=run, actor=cast.manager, rest=True)
    assert Lead.objects.get().notes == "By the run"


@pytest.mark.parametrize("seed", range(6))
def test_a_row_that_a_person_edited_since_is_refused_and_only_that(
    cast: Cast, changing: Callable[..., Run], seed: int
) -> None:
    first, second, third = some_leads(cast, 3)

    def skill(ctx: SkillContext) -> SkillResult:
        for lead in (first, second, third):
            ctx.call(update_lead, lead_id=str(lead.pk), notes="By the run", value=Decimal(seed))
        return SkillResult(text="done")

    before = snapshot()
    run = changing(cast.owner, skill)
    edited = (first, second, third)[seed % 3]
    change_lead(actor=cast.owner, lead=edited, notes="By a person")

    plan = preview(run=run, actor=cast.owner)
    assert [(row.id, row.refusal) for row in plan.refused] == [
        (str(edited.pk), "It was changed since: notes.")
    ]
    with pytest.raises(Conflict) as refused:
        undo_run(run=run, actor=cast.owner)
    assert refused.value.code == "undo_refused"
    assert Lead.objects.filter(notes="By the run").count() == 2
    assert not RunUndo.objects.exists()

    undo = undo_run(run=run, actor=cast.owner, rest=True)
    assert [row["id"] for row in undo.refused] == [str(edited.pk)]
    after = snapshot()
    edited_before = [row for row in before["crm_lead"] if str(edited.pk) in row]
    edited_after = [row for row in after["crm_lead"] if str(edited.pk) in row]
    assert "By a person" in edited_after[0]
    assert set(before["crm_lead"]) - set(edited_before) == set(after["crm_lead"]) - set(edited_after)
    assert kept() == counted()


def test_a_deleted_lead_comes_back_with_all_that_belonged_to_it(
    cast: Cast, changing: Callable[..., Run]
) -> None:
    (lead,) = some_leads(cast, 1)
    StageChange.objects.create(lead=lead, to_status=lead.status, at=timezone.now())
    before = snapshot()

    def skill(ctx: SkillContext) -> SkillResult:
        ctx.call(delete_lead, lead_id=str(lead.pk), company=lead.company_name)
        return SkillResult(text="gone")

    run = changing(cast.manager, skill)
    assert not Lead.objects.filter(pk=lead.pk).exists()
    undo_run(run=run, actor=cast.manager)
    assert snapshot() == before
    assert Lead.objects.search(lead.company_name).get() == lead
    assert (Activity.objects.filter(lead=lead).count(), Task.objects.filter(lead=lead).count()) == (1, 1)


def test_what_a_run_added_stays_when_others_depend_on_it_by_now(
    cast: Cast, changing: Callable[..., Run]
) -> None:
    def skill(ctx: SkillContext) -> SkillResult:
        made = ctx.call(create_lead, company_name="Golden Wok", contact_email="wok@merchant.test")
        ctx.call(log_activity, lead_id=made.id, kind=ActivityKind.NOTE, note="By the run")
        return SkillResult(text="made")

    run = changing(cast.owner, skill)
    lead = Lead.objects.get(company_name="Golden Wok")
    keep_activity(actor=cast.owner, subject=lead, kind=ActivityKind.NOTE, note="By a person")
    reasons = {row.id: row.refusal for row in preview(run=run, actor=cast.owner).refused}
    assert reasons[str(lead.pk)] == "Other rows depend on it: 1 activity."
    assert reasons[str(lead.company_id)] == "Other rows depend on it: 1 lead."

    undo_run(run=run, actor=cast.owner, rest=True)
    assert Activity.objects.get(lead=lead).note == "By a person"
    assert Company.objects.filter(pk=lead.company_id).exists()


def test_a_new_lead_goes_with_its_company_and_the_links_of_runs(
    cast: Cast, changing: Callable[..., Run]
) -> None:
    before = snapshot()

    def skill(ctx: SkillContext) -> SkillResult:
        ctx.call(create_lead, company_name="Golden Wok", contact_email="wok@merchant.test")
        return SkillResult(text="made")

    run = changing(cast.owner, skill)
    assert LeadRun.objects.filter(run=run).exists()
    undo_run(run=run, actor=cast.owner)
    assert snapshot() == before
    assert not LeadRun.objects.filter(run=run).exists()


def test_a_row_that_is_gone_since_is_refused(cast: Cast, changing: Callable[..., Run]) -> None:
    (lead,) = some_leads(cast, 1)

    def skill(ctx: SkillContext) -> SkillResult:
        ctx.call(update_lead, lead_id=str(lead.pk), notes="By the run")
        return SkillResult(text="done")

    run = changing(cast.owner, skill)
    Lead.objects.filter(pk=lead.pk).delete()
    assert [row.refusal for row in preview(run=run, actor=cast.owner).refused] == ["It was deleted since."]
    with pytest.raises(Conflict) as nothing:
        undo_run(run=run, actor=cast.owner, rest=True)
    assert nothing.value.code == "nothing_to_undo"


def test_what_came_and_went_within_a_run_is_no_change(cast: Cast, changing: Callable[..., Run]) -> None:
    (lead,) = some_leads(cast, 1)
    notes = lead.notes

    def skill(ctx: SkillContext) -> SkillResult:
        for text in ("By the run", "Again", "Once more"):
            ctx.call(update_lead, lead_id=str(lead.pk), notes=text)
        return SkillResult(text="done")

    before = snapshot()
    run = changing(cast.owner, skill)
    (row,) = preview(run=run, actor=cast.owner).rows
    assert len(row.changes) == 3
    undo_run(run=run, actor=cast.owner)
    lead.refresh_from_db()
    assert (lead.notes, snapshot()) == (notes, before)


def test_who_may_undo(cast: Cast, changing: Callable[..., Run]) -> None:
    (lead,) = some_leads(cast, 1)

    def skill(ctx: SkillContext) -> SkillResult:
        ctx.call(move_lead_stage, lead_id=str(lead.pk), status=LeadStatus.CONTACTED)
        return SkillResult(text="done")

    run = changing(cast.owner, skill)
    for stranger in (cast.colleague, cast.outsider):
        with pytest.raises(Forbidden):
            undo_run(run=run, actor=stranger)
        assert not can_be_undone(run=run, actor=stranger)
    # An executive sees every run, but may not change leads.
    reasons = {row.refusal for row in preview(run=run, actor=cast.executive).rows if row.table == "crm_lead"}
    assert reasons == {"You may not see it."}
    with pytest.raises(Conflict):
        undo_run(run=run, actor=cast.executive, rest=True)
    # So the page offers it to whoever may put back a row at least.
    assert not can_be_undone(run=run, actor=cast.executive)
    assert can_be_undone(run=run, actor=cast.manager)
    undo_run(run=run, actor=cast.manager)
    lead.refresh_from_db()
    assert lead.status == LeadStatus.NEW


def test_a_lead_that_was_given_away_since_is_not_put_back_by_its_old_owner(
    cast: Cast, changing: Callable[..., Run]
) -> None:
    (lead,) = some_leads(cast, 1)

    def skill(ctx: SkillContext) -> SkillResult:
        ctx.call(update_lead, lead_id=str(lead.pk), notes="By the run")
        return SkillResult(text="done")

    run = changing(cast.owner, skill)
    Lead.objects.filter(pk=lead.pk).update(assigned_to=cast.colleague)
    with pytest.raises(Conflict):
        undo_run(run=run, actor=cast.owner, rest=True)
    assert Lead.objects.get(pk=lead.pk).notes == "By the run"


def test_what_left_the_house_is_listed_as_staying(
    cast: Cast, declare: Declare, changing: Callable[..., Run]
) -> None:
    @declare(permission=None, external=True, summary="Writing to {name} …")
    def write_to(ctx: ToolContext, *, name: str) -> str:
        """Send something."""
        Company.objects.create(name=name)
        return "sent"

    run = changing(cast.admin, lambda ctx: SkillResult(text=ctx.call(write_to, name="Golden Wok")))
    plan = preview(run=run, actor=cast.admin)
    assert plan.outside == ["Writing to Golden Wok"]
    undo_run(run=run, actor=cast.admin)
    assert not Company.objects.exists()


def test_a_run_in_progress_is_not_undone(cast: Cast, changing: Callable[..., Run]) -> None:
    (lead,) = some_leads(cast, 1)

    def skill(ctx: SkillContext) -> SkillResult:
        ctx.call(update_lead, lead_id=str(lead.pk), notes="By the run")
        return SkillResult(text="done")

    run = changing(cast.owner, skill)
    Run.objects.filter(pk=run.pk).update(status=RunStatus.RUNNING)
    with pytest.raises(Conflict) as active:
        undo_run(run=run, actor=cast.owner)
    assert active.value.code == "run_active"


def without_roles(user: User) -> User:
    """The person as they log in after their roles were taken away."""
    user.groups.clear()
    return User.objects.get(pk=user.pk)


def with_rights(user: User, *codenames: str) -> User:
    """The person with a role of their own on top."""
    role = Group.objects.create(name="odd")
    role.permissions.set(Permission.objects.filter(codename__in=codenames, content_type__app_label="crm"))
    user.groups.add(role)
    return User.objects.get(pk=user.pk)


def noted(lead: Lead) -> Callable[[SkillContext], SkillResult]:
    """A skill that writes an activity on the lead."""

    def skill(ctx: SkillContext) -> SkillResult:
        ctx.call(log_activity, lead_id=str(lead.pk), kind=ActivityKind.NOTE, note="By the run")
        return SkillResult(text="done")

    return skill


def test_rights_that_the_requester_lost_are_asked_of_whoever_undoes(
    cast: Cast, changing: Callable[..., Run]
) -> None:
    (lead,) = some_leads(cast, 1)
    run = changing(cast.owner, noted(lead))
    without_roles(cast.owner)
    # A manager may see the activity, but nobody but an administrator may delete one.
    reasons = {row.table: row.refusal for row in preview(run=run, actor=cast.manager).refused}
    assert reasons["crm_activity"] == "You do not have the right to do this to activities."
    with pytest.raises(Conflict):
        undo_run(run=run, actor=cast.manager)
    assert Activity.objects.filter(note="By the run").exists()
    undo_run(run=run, actor=cast.admin)
    assert not Activity.objects.filter(note="By the run").exists()


def test_a_requester_without_his_rights_takes_nothing_back(cast: Cast, changing: Callable[..., Run]) -> None:
    (lead,) = some_leads(cast, 1)
    run = changing(cast.owner, noted(lead))
    stripped = without_roles(cast.owner)
    with pytest.raises(Forbidden):
        undo_run(run=run, actor=stripped, rest=True)
    stripped.groups.add(Group.objects.get(name="staff"))
    sees_all = with_rights(stripped, "view_lead", "view_activity", "change_lead")
    reasons = {row.table: row.refusal for row in preview(run=run, actor=sees_all).refused}
    assert reasons["crm_activity"] == "You do not have the right to do this to activities."


def test_a_deleted_row_is_put_back_only_by_those_who_would_see_it(
    cast: Cast, changing: Callable[..., Run]
) -> None:
    (lead,) = some_leads(cast, 1)

    def skill(ctx: SkillContext) -> SkillResult:
        ctx.call(delete_lead, lead_id=str(lead.pk), company=lead.company_name)
        return SkillResult(text="gone")

    run = changing(cast.manager, skill)
    # The executive sees every run; as a representative of sales, none but leads of her own.
    both = with_rights(cast.executive, "view_lead", "view_activity", "delete_lead", "change_lead")
    plan = preview(run=run, actor=both)
    assert plan.put_back == []
    assert {row.refusal for row in plan.rows if row.table == "crm_lead"} == {"You may not see it."}
    assert not Lead.objects.filter(pk=lead.pk).exists()
    with pytest.raises(Conflict):
        undo_run(run=run, actor=both, rest=True)
    undo_run(run=run, actor=cast.manager)
    assert Lead.objects.filter(pk=lead.pk).exists()


def test_what_was_written_along_stays_with_the_row_it_came_with(
    cast: Cast, changing: Callable[..., Run]
) -> None:
    (lead,) = some_leads(cast, 1)

    def skill(ctx: SkillContext) -> SkillResult:
        ctx.call(move_lead_stage, lead_id=str(lead.pk), status=LeadStatus.CONTACTED)
        return SkillResult(text="done")

    run = changing(cast.owner, skill)
    change_lead(actor=cast.owner, lead=Lead.objects.get(pk=lead.pk), notes="By a person")
    reasons = {row.table: row.refusal for row in preview(run=run, actor=cast.owner).refused}
    assert reasons["crm_stagechange"] == "It came with another row, which stays as it is."
