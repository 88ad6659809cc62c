"""What people promise to do, and reminding them of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import services as audit
from apps.core.errors import Invalid, NotFound
from apps.core.moments import require_sane
from apps.core.retrying import atomic_retried
from apps.core.versions import lock
from apps.crm.models import Lead, Task
from apps.crm.services.locks import require, require_sight
from apps.crm.subjects import Subject, sees, subject_field, subject_url
from apps.notifications.choices import NoticeKind
from apps.notifications.services import notify, settle

#: Reminders of one transaction.
BATCH = 50
MAX_TITLE = 200
#: What people say about when.
MOMENTS = ("due_at", "remind_at")


class TaskFields(TypedDict, total=False):
    """What can be changed on a task."""

    title: str
    note: str
    due_at: datetime
    remind_at: datetime | None
    assigned_to: User


@atomic_retried
def add_task(
    *,
    actor: User,
    subject: Subject,
    title: str,
    due_at: datetime,
    assigned_to: User | None = None,
    remind_at: datetime | None = None,
    note: str = "",
) -> Task:
    """A promise about a lead, company or contact, the actor's own unless somebody else is named.

    Raises `Forbidden`, `NotFound`, and `Invalid` without a title, for a time that is no sensible one, for a
    reminder after the due time, and for somebody who may not see what it is about.
    """
    require(actor, "crm.add_task")
    if isinstance(subject, Lead):
        lock(subject)  # a lead that is given away right now takes this task along, or refuses it
    require_sight(actor, subject)
    task = Task(
        **{subject_field(subject): subject},
        title=title.strip(),
        note=note.strip(),
        due_at=due_at,
        remind_at=remind_at,
        assigned_to=assigned_to or actor,
        created_by=actor,
    )
    _check_moments(task, MOMENTS)
    _check(task)
    _check_assignee(task)
    task.save(force_insert=True)
    _tell_assignee(actor, task)
    audit.record(action="crm.task.added", obj=task, details=_facts(task), actor=actor)
    return task


@transaction.atomic
def update_task(*, actor: User, task: Task, version: str = "", **fields: Unpack[TaskFields]) -> Task:
    """Change some fields and return the new row; another reminder time is another reminder.

    Raises `Forbidden`, `NotFound`, `Stale`, and `Invalid` as `add_task` does.
    """
    current = _lock(actor, task, version)
    before = {name: getattr(current, name) for name in fields}
    for name, value in fields.items():
        setattr(current, name, value.strip() if isinstance(value, str) else value)
    changed = [name for name in fields if getattr(current, name) != before[name]]
    if not changed:
        return current
    _check_moments(current, changed)
    _check(current)
    if "assigned_to" in changed:
        _check_assignee(current)
    if "remind_at" in changed:
        current.reminded_at = None
    current.save()
    if "assigned_to" in changed:
        _tell_assignee(actor, current)
    details = {name: [str(before[name]), str(getattr(current, name))] for name in changed}
    audit.record(action="crm.task.updated", obj=current, details=details, actor=actor)
    return current


@transaction.atomic
def complete_task(*, actor: User, task: Task) -> Task:
    """It is done; a task that is done already stays as it is. Raises `Forbidden`, `NotFound`."""
    current = _lock(actor, task)
    if current.done_at is None:
        current.done_at, current.done_by = timezone.now(), actor
        current.save()
        settle(about=f"task:{current.pk}")
        audit.record(action="crm.task.completed", obj=current, actor=actor)
    return current


@transaction.atomic
def reopen_task(*, actor: User, task: Task) -> Task:
    """It is to be done after all. Raises `Forbidden`, `NotFound`."""
    current = _lock(actor, task)
    if current.done_at is not None:
        current.done_at, current.done_by = None, None
        current.save()
        audit.record(action="crm.task.reopened", obj=current, actor=actor)
    return current


def remind_due(*, now: datetime) -> int:
    """Give everybody a notice of their open tasks whose reminder has come; returns how many tasks.

    Each task reminds once, however many workers do this at the same time. Somebody who may no longer see what
    the task is about is told nothing.
    """
    count = 0
    while reminded := _remind_some(now):
        count += reminded
    return count


@transaction.atomic
def _remind_some(now: datetime) -> int:
    due = Task.objects.to_remind(now).select_for_update(skip_locked=True, of=("self",))
    rows = due.select_related("lead", "company", "contact", "assigned_to").order_by("remind_at", "id")
    tasks = sorted(rows[:BATCH], key=lambda task: task.assigned_to_id)
    for _assignee, own in groupby(tasks, key=lambda task: task.assigned_to_id):
        _remind(list(own))
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(reminded_at=now)
    return len(tasks)


def _remind(tasks: Sequence[Task]) -> None:
    """Tasks of one person."""
    assignee = tasks[0].assigned_to
    seen = Task.objects.visible_to(assignee).filter(pk__in=[task.pk for task in tasks])
    visible = set(seen.values_list("pk", flat=True))
    for task in tasks:
        if task.pk in visible:
            _notify(task, NoticeKind.REMINDER, task.title, key=f"remind:{task.remind_at}")


def _lock(actor: User, task: Task, version: str = "") -> Task:
    require(actor, "crm.change_task")
    current = lock(task, version)
    if not Task.objects.visible_to(actor).filter(pk=task.pk).exists():
        raise NotFound(_("There is no such task, or it is not yours."))
    return current


def _check(task: Task) -> None:
    if not task.title:
        raise Invalid(_("Say what is to be done."), errors={"title": ["required"]})
    if len(task.title) > MAX_TITLE:
        raise Invalid(
            _("Say it in %(count)d characters or fewer; the note holds more.") % {"count": MAX_TITLE},
            errors={"title": ["too long"]},
        )
    if task.remind_at and task.remind_at > task.due_at:
        raise Invalid(
            _("The reminder comes after the task is due. Choose an earlier one."),
            errors={"remind_at": ["after due_at"]},
        )


def _check_moments(task: Task, names: Collection[str]) -> None:
    """Those among `names`; the others are as they were before."""
    for name in MOMENTS:
        if name in names:
            require_sane(getattr(task, name), name)


def _check_assignee(task: Task) -> None:
    assignee = task.assigned_to
    if not (assignee.has_perm("crm.view_task") and sees(assignee, task.subject)):
        raise Invalid(
            _("%(name)s may not see “%(subject)s”, so cannot do this task. Choose somebody else.")
            % {"name": assignee.name, "subject": task.subject},
            errors={"assigned_to": ["cannot see it"]},
        )


def _tell_assignee(actor: User, task: Task) -> None:
    if task.assigned_to != actor:
        title = _("%(actor)s gave you a task: %(task)s") % {"actor": actor.name, "task": task.title}
        _notify(task, NoticeKind.ASSIGNED, title, key=f"assigned:{task.updated_at.isoformat()}")


def _notify(task: Task, kind: NoticeKind, title: str, *, key: str) -> None:
    """One notice for each `key` of the task."""
    notify(
        recipient=task.assigned_to,
        kind=kind,
        title=title,
        body=str(task.subject),
        key=f"task:{task.pk}:{key}",
        url=subject_url(task.subject),
    )


def _facts(task: Task) -> dict[str, str]:
    return {"due_at": task.due_at.isoformat(), "assigned_to": task.assigned_to.email}
