"""A run as a waterfall: what happened when, for how long, at what cost, and which rows it changed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.approving.keys import step_of
from apps.assistant.choices import StepKind
from apps.assistant.models import Approval, Run, RunStep, RunUndo
from apps.assistant.naming import tool_title
from apps.assistant.rehearsing.changes import net
from apps.assistant.rehearsing.reading import Reader, ShownRow, from_diffs
from apps.assistant.timing import Clock, clock_of
from apps.audit.models import RowChange
from apps.core.markdown import rendered
from apps.documents.numbers import duration
from apps.knowledge.selectors import Answer, citations_in, still_readable
from apps.llm.models import ModelRun

MAX_SHOWN = 20_000
#: Rows of the journal that a page shows; an import may change thousands.
MAX_CHANGES = 500


@dataclass(frozen=True)
class Bar:
    """One step on the time axis; offsets and widths in tenths of a percent of the run's time at work."""

    step: RunStep
    depth: int
    worked: float
    left: int
    width: int
    arguments: str
    result: str
    summary: str
    error: str
    changes: Sequence[ShownRow]
    approvals: Sequence[Approval]

    @property
    def is_handover(self) -> bool:
        """Whether another agent took over here."""
        return self.step.kind == StepKind.HANDOVER


@dataclass(frozen=True)
class Trace:
    """Everything the trace page shows: of the rows that it `changed` so many are `shown`."""

    run: Run
    bars: list[Bar]
    worked: float
    waited: float
    ticks: list[str]
    artifacts: list[Artifact]
    approvals: list[Approval]
    model_runs: list[ModelRun]
    question: str
    question_files: list[str]
    cost: Decimal
    conversation_url: str
    answer: SafeString
    shown: int
    changed: int
    undo: RunUndo | None

    @property
    def is_cut(self) -> bool:
        """Whether it changed more rows than the page shows."""
        return self.shown < self.changed


def trace_of(run: Run, viewer: User) -> Trace:
    """The trace of a run as `viewer` may read it, in a bounded number of queries."""
    steps = list(run.steps.all())
    approvals = list(Approval.objects.filter(run=run).select_related("decided_by").order_by("created_at"))
    clock = clock_of(run, approvals)
    changes, shown, changed = _changes(run, viewer)
    answer = _answer(run, steps, viewer)
    hidden = answer.text if answer.is_hidden else ""
    if hidden:
        approvals = [_wordless(approval) for approval in approvals]
    return Trace(
        run=run,
        bars=[_bar(step, clock, changes.get(step.pk, ()), approvals, hidden) for step in steps],
        worked=clock.worked,
        waited=clock.waited,
        ticks=[duration(clock.worked * part / 4) for part in range(5)],
        artifacts=list(run.artifacts.all()),
        approvals=approvals,
        model_runs=list(ModelRun.objects.filter(run_id=run.pk).order_by("started_at")),
        question=run.message.body,
        question_files=[attachment.name for attachment in run.message.attachments.all()],
        cost=run.cost_usd,
        conversation_url=reverse("admin:conversations_conversation_change", args=[run.conversation_id]),
        answer=rendered(answer.text),
        shown=shown,
        changed=changed,
        undo=RunUndo.objects.select_related("undone_by").filter(run=run).first(),
    )


def _answer(run: Run, steps: Sequence[RunStep], viewer: User) -> Answer:
    """What the run said, if the viewer may read everything that it found in the knowledge base."""
    found = [citation for step in steps for citation in citations_in(step.result)]
    [answer] = still_readable([(run.text, found)], user=viewer)
    return answer


def _wordless(approval: Approval) -> Approval:
    """A copy that says that there was a question and who answered, not what it was about."""
    bare = copy(approval)
    bare.summary, bare.note, bare.diff, bare.preview = tool_title(approval.tool), "", "", {}
    bare.arguments = {}
    return bare


def _changes(run: Run, viewer: User) -> tuple[dict[UUID | None, list[ShownRow]], int, int]:
    """By step, the first of the rows that it changed; how many these are, and how many it changed in all."""
    journal = list(RowChange.objects.filter(run_id=run.pk).order_by("id")[: MAX_CHANGES + 1])
    by_step: dict[UUID | None, list[RowChange]] = defaultdict(list)
    for row in journal[:MAX_CHANGES]:
        by_step[row.step_id].append(row)
    diffs = {step: from_diffs(net(rows)) for step, rows in by_step.items()}
    everything = [change for changes in diffs.values() for change in changes]
    reader = Reader(viewer, everything, insiders=[run.user_id])
    shown = {step: reader.read(changes) for step, changes in diffs.items()}
    rows = {(change.table, change.id) for change in everything}
    is_cut = len(journal) > MAX_CHANGES
    return shown, len(rows), max(_counted(run), len(rows)) if is_cut else len(rows)


def _counted(run: Run) -> int:
    """The rows that it touched, without reading what it did to them."""
    touched = RowChange.objects.filter(run_id=run.pk).order_by().values("table", "row_id")
    return touched.distinct().count()


def _bar(
    step: RunStep, clock: Clock, changes: Sequence[ShownRow], approvals: Sequence[Approval], hidden: str
) -> Bar:
    whole = max(clock.worked, 0.001)
    worked = clock.between(step.started_at, step.finished_at or clock.end)
    left = min(int(clock.between(clock.start, step.started_at) / whole * 1000), 995)
    width = max(min(int(worked / whole * 1000), 1000 - left), 5)
    return Bar(
        step=step,
        depth=step.key.count("."),
        worked=worked,
        left=left,
        width=width,
        # What a model writes after reading a document may say what the document says.
        arguments="" if hidden else _pretty(step.arguments),
        result=hidden or _pretty(step.result),
        summary="" if hidden else step.summary,
        error="" if hidden else step.error,
        changes=changes,
        approvals=[approval for approval in approvals if step_of(approval.step_key) == step.key],
    )


def _pretty(value: Any) -> str:
    if value in (None, {}, []):
        return ""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "\n… (cut)"
