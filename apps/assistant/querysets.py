"""Who may see which run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from apps.assistant.choices import ACTIVE, ApprovalStatus
from apps.core.querysets import VisibleQuerySet

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.assistant.models import (
        AgentVersion,
        Approval,
        Evaluation,
        EvaluationCase,
        EvaluationResult,
        Grant,
        Rehearsal,
        Run,
        RunStep,
        ToolPolicy,
    )


def _allowed(user: User, prefix: str = "") -> Q:
    """The person it works for; the department's managers; executives and administrators."""
    if user.has_perm("assistant.view_all_runs"):
        return Q()
    allowed = Q(**{f"{prefix}user": user})
    if user.department_id and user.has_perm("assistant.view_department_runs"):
        allowed |= Q(**{f"{prefix}department": user.department_id})
    return allowed


class RunQuerySet(VisibleQuerySet["Run"]):
    """Runs."""

    def _visible_to(self, user: User) -> Self:
        return self.filter(_allowed(user))

    def active(self) -> Self:
        """Not finished."""
        return self.filter(status__in=ACTIVE)


class RunStepQuerySet(VisibleQuerySet["RunStep"]):
    """Steps follow their run."""

    def _visible_to(self, user: User) -> Self:
        return self.filter(_allowed(user, "run__"))


class ApprovalQuerySet(VisibleQuerySet["Approval"]):
    """Approvals follow their run, and those who may decide them see them."""

    def _visible_to(self, user: User) -> Self:
        if user.has_perm("assistant.decide_all_approvals"):
            return self
        allowed = _allowed(user, "run__")
        if user.department_id and user.has_perm("assistant.decide_department_approvals"):
            allowed |= Q(department=user.department_id)
        return self.filter(allowed)

    def pending(self) -> Self:
        """Still to be answered."""
        return self.filter(status=ApprovalStatus.PENDING)


class ToolPolicyQuerySet(VisibleQuerySet["ToolPolicy"]):
    """Everybody with the permission reads every policy."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("assistant.view_toolpolicy") else self.none()


class GrantQuerySet(VisibleQuerySet["Grant"]):
    """One's own; with the permission, those of the department; with every approval, all."""

    def _visible_to(self, user: User) -> Self:
        if user.has_perm("assistant.decide_all_approvals"):
            return self
        allowed = Q(user=user) | Q(granted_by=user)
        if user.department_id and user.has_perm("assistant.view_grant"):
            allowed |= Q(department=user.department_id) | Q(user__department=user.department_id)
        return self.filter(allowed)


class AgentVersionQuerySet(VisibleQuerySet["AgentVersion"]):
    """Everybody with the permission reads every version."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("assistant.view_agentversion") else self.none()


class EvaluationCaseQuerySet(VisibleQuerySet["EvaluationCase"]):
    """Everybody with the permission reads every case."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("assistant.view_evaluationcase") else self.none()


class EvaluationQuerySet(VisibleQuerySet["Evaluation"]):
    """Everybody with the permission reads every evaluation."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("assistant.view_evaluation") else self.none()


class EvaluationResultQuerySet(VisibleQuerySet["EvaluationResult"]):
    """Results follow their evaluation."""

    def _visible_to(self, user: User) -> Self:
        return self.all() if user.has_perm("assistant.view_evaluation") else self.none()


class RehearsalQuerySet(VisibleQuerySet["Rehearsal"]):
    """Who asked for it, and whoever may see every run: it shows rows that the acting user may see."""

    def _visible_to(self, user: User) -> Self:
        if user.has_perm("assistant.view_all_runs") and user.has_perm("assistant.view_rehearsal"):
            return self
        return self.filter(requested_by=user, user=user)
