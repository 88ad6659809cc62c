"""What the pages of evaluation show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db.models import Count, Q

from apps.accounts.models import User
from apps.assistant.choices import EvaluationStatus
from apps.assistant.evaluation.judging import COLUMNS
from apps.assistant.models import Evaluation, EvaluationResult

TREND = 12


@dataclass(frozen=True)
class Share:
    """So many of so many were right."""

    name: str
    right: int
    judged: int

    @property
    def percent(self) -> int:
        """Whole per cent, rounded down: 99.6 is not all."""
        return self.right * 100 // self.judged if self.judged else 100


@dataclass(frozen=True)
class Overview:
    """An evaluation, its shares by column and by agent, and those before it."""

    evaluation: Evaluation
    passed: Share
    columns: list[Share]
    agents: list[Share]
    trend: list[tuple[Evaluation, Share]]


def overview(evaluation: Evaluation) -> Overview:
    """What the page of an evaluation shows above its results; three queries."""
    return Overview(
        evaluation=evaluation,
        passed=_passed(evaluation),
        columns=[
            Share(column, *evaluation.columns[column]) for column in COLUMNS if column in evaluation.columns
        ],
        agents=_by_agent(evaluation),
        trend=[(earlier, _passed(earlier)) for earlier in _up_to(evaluation)],
    )


def _passed(evaluation: Evaluation) -> Share:
    return Share("passed", evaluation.passed, evaluation.total)


def _by_agent(evaluation: Evaluation) -> list[Share]:
    rows = (
        EvaluationResult.objects.filter(evaluation=evaluation)
        .values("case__agent")
        .annotate(played=Count("pk"), right=Count("pk", filter=Q(passed=True)))
        .order_by("case__agent")
    )
    return [Share(row["case__agent"] or "any", row["right"], row["played"]) for row in rows]


def _up_to(evaluation: Evaluation) -> Sequence[Evaluation]:
    """The last completed ones of the same mode, oldest first."""
    latest = Evaluation.objects.filter(
        status=EvaluationStatus.COMPLETED, mode=evaluation.mode, created_at__lte=evaluation.created_at
    ).order_by("-created_at")[:TREND]
    return list(reversed(latest))


def newly_failed(evaluation: Evaluation) -> set[str]:
    """Keys of the cases that failed here and passed in the evaluation of the same mode before."""
    before = (
        Evaluation.objects.filter(
            status=EvaluationStatus.COMPLETED, mode=evaluation.mode, created_at__lt=evaluation.created_at
        )
        .order_by("-created_at")
        .first()
    )
    if before is None:
        return set()
    failed = evaluation.results.filter(passed=False).values_list("case__key", flat=True)
    passed = before.results.filter(passed=True).values_list("case__key", flat=True)
    return set(failed) & set(passed)


def roles_within(user: User) -> set[str]:
    """The roles that may do nothing that the person may not: what they are told is nothing new to him."""
    own = user.get_all_permissions()
    groups = Group.objects.prefetch_related("permissions__content_type")
    return {group.name for group in groups if own.issuperset(_rights(group))}


def _rights(group: Group) -> set[str]:
    found = group.permissions.all()
    return {f"{right.content_type.app_label}.{right.codename}" for right in found}
