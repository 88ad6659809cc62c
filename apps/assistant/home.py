"""Approvals and failed runs on the home page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.assistant.choices import ApprovalStatus, RunStatus
from apps.assistant.models import Approval, Run
from apps.core.home import Agenda, AgendaRow, agenda, bounded

if TYPE_CHECKING:
    from apps.accounts.models import User

#: Failures before this are history.
FAILED_WITHIN = timedelta(days=7)


@agenda(
    key="assistant.approvals", title=gettext_lazy("Waiting for your decision"), order=30, icon="task_alt",
    empty=gettext_lazy("Nothing waits for you. What an agent wants to send or delete appears here first."),
)  # fmt: skip
def approvals(user: User, now: datetime) -> Agenda | None:
    """Questions of the agents that the user may answer, the most urgent first."""
    if not user.has_perm("assistant.view_approval"):
        return None
    waiting = Approval.objects.visible_to(user).pending().filter(expires_at__gt=now)
    rows, total = bounded(waiting.select_related("run__user").order_by("expires_at", "pk"))
    url = reverse("admin:assistant_approval_changelist")
    lines = tuple(_question(approval, user, now) for approval in rows)
    return Agenda(lines, total, f"{url}?status__exact={ApprovalStatus.PENDING}")


def _question(approval: Approval, user: User, now: datetime) -> AgendaRow:
    left = _("%(time)s left") % {"time": timeuntil(approval.expires_at, now, depth=1)}
    return AgendaRow(
        title=approval.summary,
        url=reverse("admin:assistant_approval_change", args=[approval.pk]),
        note="" if approval.run.user_id == user.pk else str(approval.run.user),
        badge=left,
        tone="warn",
    )


@agenda(key="assistant.failures", title=gettext_lazy("Runs that failed"), order=60, icon="error")
def failed_runs(user: User, now: datetime) -> Agenda | None:
    """Failed runs of the last days: one's own, or of everybody whose runs the user may see."""
    if not user.has_perm("assistant.view_run"):
        return None
    failed = Run.objects.visible_to(user).filter(status=RunStatus.FAILED, created_at__gte=now - FAILED_WITHIN)
    rows, total = bounded(failed.select_related("user").order_by("-created_at", "-pk"))
    url = reverse("admin:assistant_run_changelist")
    return Agenda(
        tuple(_failure(run, user, now) for run in rows), total, f"{url}?status__exact={RunStatus.FAILED}"
    )


def _failure(run: Run, user: User, now: datetime) -> AgendaRow:
    whose = "" if run.user_id == user.pk else f"{run.user}: "
    return AgendaRow(
        title=str(run),
        url=reverse("admin:assistant_run_change", args=[run.pk]),
        note=f"{whose}{run.error_detail or run.error_code}"[:200],
        badge=_("%(time)s ago") % {"time": timesince(run.created_at, now, depth=1)},
        tone="bad",
    )
