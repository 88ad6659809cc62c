"""A post office for tests of approvals: tools that send, and what they sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import uuid4

from apps.assistant import services
from apps.assistant.choices import ApprovalStatus, PolicyEffect
from apps.assistant.models import Approval, Run, ToolPolicy
from apps.assistant.running.runner import execute
from apps.assistant.skillkit import SkillContext, SkillResult
from apps.assistant.toolkit import Preview, ToolContext, ToolError
from apps.crm.models import Lead


@dataclass
class PostOffice:
    """What was sent, in order, and tools that send it."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    post: Any = None
    pay: Any = None


def open_office(declare: Callable[..., Any]) -> PostOffice:
    """Declare `post` (external, tells what it would do) and `pay` (with an amount)."""
    office = PostOffice()

    def tell_post(ctx: ToolContext, *, to: str, text: str = "") -> Preview:
        if to == "nobody":
            raise ToolError("There is nobody of that name.")
        blocked = "This word must not leave the house." if "secret" in text else ""
        return Preview(lines=[("To", to)], body=text, blocked=blocked)

    @declare(permission="crm.view_lead", external=True, summary="Posting to {to}", preview=tell_post)
    def post(ctx: ToolContext, *, to: str, text: str = "") -> str:
        """Post a letter."""
        office.sent.append((to, text))
        return f"posted to {to}"

    def tell_pay(
        ctx: ToolContext, *, to: str, amount: Decimal | None = None, currency: str = "SGD"
    ) -> Preview:
        return Preview(lines=[("To", to)], amount=amount, currency=currency)

    @declare(permission="crm.view_lead", external=True, summary="Paying {to}", preview=tell_pay)
    def pay(ctx: ToolContext, *, to: str, amount: Decimal | None = None, currency: str = "SGD") -> str:
        """Pay somebody."""
        office.sent.append((to, str(amount)))
        return f"paid {to}"

    office.post, office.pay = post, pay
    return office


def calling(tool: Any, **arguments: Any) -> Callable[[SkillContext], SkillResult]:
    """A pipeline that makes one call and says what came of it."""
    return lambda ctx: SkillResult(text=str(ctx.call(tool, **arguments)))


def waiting(run: Run) -> Approval:
    """The open question of a run."""
    return Approval.objects.get(run=run, status=ApprovalStatus.PENDING)


def parked_alike(run: Run, number: int) -> list[Run]:
    """The parked run and copies of it, each in a conversation of its own: as if asked so many times."""
    runs = [run]
    conversations, messages, steps, approvals = [], [], [], []
    parts = [list(run.steps.all()), list(run.approvals.all())]
    for _ in range(number - 1):
        conversation = _copy(run.conversation)
        message = _copy(run.message, conversation=conversation)
        again = _copy(run, conversation=conversation, message=message)
        message.run_id = again.pk
        made = {step.pk: _copy(step, run=again) for step in parts[0]}
        for step in made.values():
            step.parent = made.get(step.parent_id)
        conversations.append(conversation)
        messages.append(message)
        runs.append(again)
        steps.extend(made.values())
        approvals.extend(_copy(approval, run=again) for approval in parts[1])
    for rows in (conversations, messages, runs[1:], steps, approvals):
        type(rows[0])._base_manager.bulk_create(rows)
    return runs


def _copy(row: Any, **changed: Any) -> Any:
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**{**fields, "id": uuid4(), **{f"{name}_id": one.pk for name, one in changed.items()}})


def policy(tool: str, effect: str = PolicyEffect.ASK, **fields: Any) -> ToolPolicy:
    """A rule that holds from now on."""
    return ToolPolicy.objects.create(tool=tool, effect=effect, **fields)


def go_on(run: Run) -> Run:
    """Execute it again, as a worker would after the bell rang, and look at it."""
    execute(run.pk)
    run.refresh_from_db()
    return run


def approve(run: Run, user: Any, **options: Any) -> Run:
    """Say yes to its open question and let it go on."""
    services.decide(approval=waiting(run), user=user, decision="approve", **options)
    return go_on(run)


def stage_of(lead: Lead) -> str:
    """As it is in the database now."""
    return Lead.objects.values_list("status", flat=True).get(pk=lead.pk)
