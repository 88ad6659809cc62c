"""A run as a waterfall: what happened when, for how long, at what cost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from apps.artifacts.models import Artifact
from apps.assistant.models import Approval, Run, RunStep
from apps.llm.models import ModelRun

MAX_SHOWN = 20_000


@dataclass(frozen=True)
class Bar:
    """One step on the time axis; offsets and widths in tenths of a percent of the run."""

    step: RunStep
    depth: int
    left: int
    width: int
    arguments: str
    result: str


@dataclass(frozen=True)
class Trace:
    """Everything the trace page shows."""

    run: Run
    bars: list[Bar]
    seconds: float
    ticks: list[str]
    artifacts: list[Artifact]
    approvals: list[Approval]
    model_runs: list[ModelRun]
    question: str
    question_files: list[str]
    cost: Decimal
    conversation_url: str


def trace_of(run: Run) -> Trace:
    """The trace of a run, in a fixed number of queries."""
    steps = list(run.steps.all())
    start = run.started_at or run.created_at
    end = run.finished_at or timezone.now()
    seconds = max((end - start).total_seconds(), 0.001)
    model_runs = list(ModelRun.objects.filter(run_id=run.pk).order_by("started_at"))
    return Trace(
        run=run,
        bars=[_bar(step, start, seconds) for step in steps],
        seconds=seconds,
        ticks=[f"{seconds * part / 4:.1f} s" for part in range(5)],
        artifacts=list(run.artifacts.all()),
        approvals=list(run.approvals.select_related("decided_by")),
        model_runs=model_runs,
        question=run.message.body,
        question_files=[attachment.name for attachment in run.message.attachments.all()],
        cost=run.cost_usd,
        conversation_url=reverse("admin:conversations_conversation_change", args=[run.conversation_id]),
    )


def _bar(step: RunStep, start: datetime, seconds: float) -> Bar:
    begun = max((step.started_at - start).total_seconds(), 0.0)
    lasted = ((step.finished_at or timezone.now()) - step.started_at).total_seconds()
    left = min(int(begun / seconds * 1000), 995)
    width = max(min(int(lasted / seconds * 1000), 1000 - left), 5)
    return Bar(
        step=step,
        depth=step.key.count("."),
        left=left,
        width=width,
        arguments=_pretty(step.arguments),
        result=_pretty(step.result),
    )


def _pretty(value: Any) -> str:
    if value in (None, {}, []):
        return ""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "\n… (cut)"
