"""Runs that change leads at random, and what the watched tables hold."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from apps.accounts.models import User
from apps.assistant.choices import RunStatus
from apps.assistant.models import Run
from apps.assistant.rehearsing.effects import agree
from apps.assistant.running.runner import execute
from apps.assistant.skillkit import SkillContext, SkillResult
from apps.assistant.toolkit import ToolError
from apps.crm.choices import ActivityKind, LeadSource, LeadStatus, LostReason
from apps.crm.models import Lead
from apps.crm.tools import (
    add_task,
    create_lead,
    delete_lead,
    log_activity,
    move_lead_stage,
    schedule_follow_up,
    update_lead,
)

Start = Callable[..., Run]
#: One for each tool that a script may call.
MAX_QUESTIONS = 20


def snapshot() -> dict[str, list[str]]:
    """Every row of every watched table, exactly: generated columns and numbers of the journal left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgfoid = 'audit_journal'::regproc AND (t.tgtype & 4) <> 0 ORDER BY 1"
        )
        tables = [row[0] for row in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY t.id")
            found[table] = [row[0] for row in cursor.fetchall()]
    assert "crm_lead" in found
    return found


class Script:
    """A skill that calls tools that change leads, at random; the same seed gives the same wishes."""

    def __init__(self, seed: int, *, steps: int = 8) -> None:
        self.rng = random.Random(seed)
        self.steps = steps
        self.wishes = [self.rng.random() for _ in range(steps)]
        self.done: list[str] = []

    def __call__(self, ctx: SkillContext) -> SkillResult:
        """Each wish once; one that is refused is just not done."""
        rng = random.Random(str(self.wishes))
        for number in range(self.steps):
            wish = rng.choice(
                [self.create, self.update, self.move, self.log, self.task, self.follow, self.delete]
            )
            try:
                wish(ctx, random.Random(self.wishes[number]), number)
            except ToolError as error:
                self.done.append(error.detail)
        return SkillResult(text="done")

    def lead(self, rng: random.Random, ctx: SkillContext) -> Lead:
        """One of those there at the start, so that an executed-again script asks for the same."""
        return rng.choice(self.leads)

    leads: list[Lead]

    def create(self, ctx: SkillContext, rng: random.Random, number: int) -> None:
        name = rng.choice(["Amber", "Birch", "Cedar"])
        ctx.call(
            create_lead,
            company_name=f"{name} {rng.randrange(4)} Kitchen",
            contact_name=f"{name} Lim",
            contact_email=f"{name.lower()}{rng.randrange(10**6)}@merchant.test",
            source=rng.choice(list(LeadSource)),
            value=Decimal(rng.randrange(10**6)) / 100,
        )

    def update(self, ctx: SkillContext, rng: random.Random, number: int) -> None:
        lead = self.lead(rng, ctx)
        wishes: list[dict[str, Any]] = [
            {"notes": f"Note {number}", "value": Decimal(rng.randrange(10**6)) / 100},
            {"contact_name": "Somebody Else", "industry": "Bakery"},
            {"company_name": f"Renamed {rng.randrange(3)}"},
            {"clear": ("value",)},
        ]
        ctx.call(update_lead, lead_id=str(lead.pk), **rng.choice(wishes))

    def move(self, ctx: SkillContext, rng: random.Random, number: int) -> None:
        lead = self.lead(rng, ctx)
        status = rng.choice(list(LeadStatus))
        reason = {"lost_reason": LostReason.PRICE} if status == LeadStatus.CLOSED_LOST else {}
        ctx.call(move_lead_stage, lead_id=str(lead.pk), status=status, **reason)

    def log(self, ctx: SkillContext, rng: random.Random, number: int) -> None:
        kind = rng.choice([ActivityKind.CALL, ActivityKind.NOTE])
        ctx.call(log_activity, lead_id=str(self.lead(rng, ctx).pk), kind=kind, note=f"Said {number}")

    def task(self, ctx: SkillContext, rng: random.Random, number: int) -> None:
        due = timezone.now() + timedelta(days=rng.randrange(1, 9))
        ctx.call(add_task, lead_id=str(self.lead(rng, ctx).pk), title=f"Call {number}", due_at=due)

    def follow(self, ctx: SkillContext, rng: random.Random, number: int) -> None:
        day = timezone.localdate() + timedelta(days=rng.randrange(1, 60))
        ctx.call(schedule_follow_up, lead_id=str(self.lead(rng, ctx).pk), day=day)

    def delete(self, ctx: SkillContext, rng: random.Random, number: int) -> None:
        lead = self.lead(rng, ctx)
        ctx.call(delete_lead, lead_id=str(lead.pk), company=lead.company_name)


def carried_out(start: Start, user: User) -> Run:
    """A run to its end, every question answered with yes."""
    run = start(user, "do your worst")
    for _question in range(MAX_QUESTIONS):
        if run.status != RunStatus.WAITING_APPROVAL:
            break
        agree(run)
        Run.objects.filter(pk=run.pk).update(status=RunStatus.QUEUED)
        execute(run.pk)
        run.refresh_from_db()
    assert run.status == RunStatus.COMPLETED, run.error_trace or run.error_detail or run.status
    return run
