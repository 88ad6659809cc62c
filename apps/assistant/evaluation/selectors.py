"""What the pages of evaluation show."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.assistant.choices import EvaluationStatus
from apps.assistant.evaluation.tally import add_up
from apps.assistant.models import AgentVersion, Evaluation, EvaluationResult

TREND = 12
#: Rights that are named at most.
NAMED = 3


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
    """An evaluation as far as it is: how many cases were played, the shares of those by column and by agent,
    and the evaluations before it.
    """

    evaluation: Evaluation
    done: int
    passed: Share
    columns: list[Share]
    agents: list[Share]
    trend: list[tuple[Evaluation, Share]]

    @property
    def is_done(self) -> bool:
        """Whether nothing more comes."""
        return self.evaluation.status in {EvaluationStatus.COMPLETED, EvaluationStatus.FAILED}


def overview(evaluation: Evaluation) -> Overview:
    """What the page of an evaluation shows above its results; two queries."""
    needed = ("passed", "checks", "evaluation", "case", "case__agent")
    results = list(evaluation.results.select_related("case").only(*needed))
    return Overview(
        evaluation=evaluation,
        done=len(results),
        passed=Share("passed", sum(result.passed for result in results), len(results)),
        columns=shares_of(results),
        agents=shares_by_agent(results),
        trend=[(earlier, Share("passed", earlier.passed, earlier.total)) for earlier in _up_to(evaluation)],
    )


def shares_of(results: Iterable[EvaluationResult]) -> list[Share]:
    """By column."""
    return [Share(column, *counts) for column, counts in add_up(one.checks for one in results).items()]


def shares_by_agent(results: Iterable[EvaluationResult]) -> list[Share]:
    """By the agent that should have answered; "" where any may."""
    played: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for result in results:
        played[result.case.agent] += 1
        right[result.case.agent] += result.passed
    return [Share(agent, right[agent], played[agent]) for agent in sorted(played)]


def failed_so_far(evaluation: Evaluation, *, limit: int) -> list[EvaluationResult]:
    """The newest failures."""
    failed = evaluation.results.filter(passed=False).select_related("case")
    return list(failed.order_by("-created_at")[:limit])


def comparable_with(evaluation: Evaluation) -> list[Evaluation]:
    """The other completed ones of the same mode, newest first."""
    others = Evaluation.objects.filter(status=EvaluationStatus.COMPLETED, mode=evaluation.mode)
    return list(others.exclude(pk=evaluation.pk).order_by("-created_at")[:TREND])


def one_before(evaluation: Evaluation) -> Evaluation | None:
    """The last completed one of the same mode before it."""
    earlier = Evaluation.objects.filter(
        status=EvaluationStatus.COMPLETED, mode=evaluation.mode, created_at__lt=evaluation.created_at
    )
    return earlier.order_by("-created_at").first()


def evaluations_of(version: AgentVersion, *, limit: int = 3) -> list[Evaluation]:
    """The newest ones in which that version answered."""
    found = Evaluation.objects.filter(agent_versions__contains={version.agent: version.number})
    return list(found.order_by("-created_at")[:limit])


def _up_to(evaluation: Evaluation) -> Sequence[Evaluation]:
    """The last completed ones of the same mode, oldest first."""
    latest = Evaluation.objects.filter(
        status=EvaluationStatus.COMPLETED, mode=evaluation.mode, created_at__lte=evaluation.created_at
    ).order_by("-created_at")[:TREND]
    return list(reversed(latest))


def newly_failed(evaluation: Evaluation, before: Evaluation | None) -> set[str]:
    """Keys of the cases that failed here and passed in the one before."""
    if before is None:
        return set()
    failed = evaluation.results.filter(passed=False).values_list("case__key", flat=True)
    passed = before.results.filter(passed=True).values_list("case__key", flat=True)
    return set(failed) & set(passed)


@dataclass(frozen=True)
class Barrier:
    """Why what a role was told is not for a person to read: the rights that the person `lacks`, in words, and
    the roles that hold all of them and of that role, in their names.
    """

    lacks: tuple[str, ...] = ()
    open_to: tuple[str, ...] = ()

    @property
    def needed(self) -> str:
        """The rights as a list to read, the first few."""
        more = len(self.lacks) - NAMED
        rest = [ngettext("%(count)d more", "%(count)d more", more) % {"count": more}] if more > 0 else []
        return "; ".join([*self.lacks[:NAMED], *rest])

    @property
    def readers(self) -> str:
        """The roles as a list to read."""
        return ", ".join(name.replace("_", " ") for name in self.open_to)


def barriers(user: User) -> dict[str, Barrier | None]:
    """By role what keeps the person from what it is told; None where it may do nothing that they may not.

    One query, besides the rights of the person.
    """
    own = user.get_all_permissions()
    rights: dict[str, dict[str, str]] = defaultdict(dict)
    right = Concat("permissions__content_type__app_label", Value("."), "permissions__codename")
    for name, held, words in Group.objects.annotate(right=right).values_list(
        "name", "right", "permissions__name"
    ):
        rights[name] |= {held: words} if words else {}
    return {name: _barrier(held, own, rights) for name, held in rights.items()}


def _barrier(
    held: Mapping[str, str], own: set[str], rights: Mapping[str, Mapping[str, str]]
) -> Barrier | None:
    lacks = tuple(sorted(words for right, words in held.items() if right not in own))
    open_to = tuple(sorted(name for name, others in rights.items() if others.keys() >= held.keys()))
    return Barrier(lacks, open_to) if lacks else None


def roles_within(user: User) -> set[str]:
    """The roles that may do nothing that the person may not: what they are told is nothing new to him."""
    return {name for name, barrier in barriers(user).items() if barrier is None}
