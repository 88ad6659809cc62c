"""Where the entries of a timeline come from: each source is one query of the rows before a cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.assistant.models import Run, RunStep
from apps.audit.choices import EmailStatus
from apps.audit.models import EmailLog
from apps.conversations.models import Message
from apps.crm.choices import ActivityKind
from apps.crm.models import Activity, LeadFile, LeadRun, StageChange, Task
from apps.crm.subjects import Subject
from apps.crm.timeline import wording
from apps.crm.timeline.cursor import Cursor
from apps.crm.timeline.entries import Entry
from apps.crm.timeline.reach import Reach
from apps.knowledge.selectors import citations_in, still_readable

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Ask:
    """What is wanted of each source: for whom, about what, up to `limit` rows before `cursor`.

    `kinds` are those of the activities that are wanted.
    """

    user: User
    subject: Subject
    reach: Reach
    cursor: Cursor | None
    limit: int
    kinds: frozenset[str]

    def latest(self, rows: QuerySet[M], at: str) -> QuerySet[M]:
        """The newest of the rows, by the time field `at` and the key."""
        if self.cursor is not None:
            # The first condition is what an index can begin with.
            same_moment = Q(**{at: self.cursor.at}, pk__gte=self.cursor.key)
            rows = rows.filter(**{f"{at}__lte": self.cursor.at}).exclude(same_moment)
        return rows.order_by(f"-{at}", "-pk")[: self.limit]


Source = Callable[[Ask], Iterable[Entry]]


def activities(ask: Ask) -> Iterator[Entry]:
    """Calls, mails, meetings, messages and notes that people wrote down."""
    rows = Activity.objects.visible_to(ask.user).filter(ask.reach.happened(), kind__in=ask.kinds)
    for row in ask.latest(_with_subject(rows.select_related("by")), "occurred_at"):
        yield wording.activity(row, ask.subject)


def stage_changes(ask: Ask) -> Iterator[Entry]:
    """How leads came in and went from stage to stage."""
    rows = StageChange.objects.visible_to(ask.user).filter(lead__in=ask.reach.leads)
    for row in ask.latest(rows.select_related("by", "lead").defer("lead__search"), "at"):
        yield wording.stage_change(row, ask.subject)


def tasks(ask: Ask) -> Iterator[Entry]:
    """Tasks: open ones at the time of their making, done ones at that of their doing."""
    rows = Task.objects.visible_to(ask.user).filter(ask.reach.about())
    rows = rows.select_related("assigned_to", "created_by", "done_by")
    rows = rows.annotate(moment=Coalesce("done_at", "created_at"))
    for row in ask.latest(_with_subject(rows), "moment"):
        yield wording.task(row, ask.subject)


def mails(ask: Ask) -> Iterator[Entry]:
    """Mails that the house sent to the people; one that left and is an activity, too, is shown as that."""
    rows = EmailLog.objects.visible_to(ask.user).filter(recipients__overlap=list(ask.reach.addresses))
    if not ask.reach.addresses:
        return
    if ActivityKind.EMAIL in ask.kinds:
        kept = Activity.objects.visible_to(ask.user).filter(ask.reach.happened(), pk=OuterRef("pk"))
        rows = rows.exclude(Exists(kept), status=EmailStatus.SENT)
    for row in ask.latest(rows.select_related("user"), "created_at"):
        yield wording.mail(row)


def messages(ask: Ask) -> Iterator[Entry]:
    """What was said in conversations with the people, on any channel."""
    rows = Message.objects.visible_to(ask.user).filter(conversation__contact__in=ask.reach.people)
    rows = rows.select_related("sender_user", "sender_contact").defer("raw_payload")
    found = list(ask.latest(rows, "created_at"))
    answers = still_readable([(row.body, row.citations) for row in found], user=ask.user)
    for row, answer in zip(found, answers, strict=True):
        yield wording.message(row, answer.text)


def files(ask: Ask) -> Iterator[Entry]:
    """Files that were put to leads."""
    rows = LeadFile.objects.visible_to(ask.user).filter(lead__in=ask.reach.leads)
    rows = rows.select_related("artifact", "by", "lead").defer("lead__search")
    for row in ask.latest(rows, "created_at"):
        yield wording.file(row, ask.subject)


def runs(ask: Ask) -> Iterator[Entry]:
    """What the assistant did about leads."""
    rows = LeadRun.objects.visible_to(ask.user).filter(lead__in=ask.reach.leads)
    rows = rows.select_related("run__user", "run__message", "run__reply", "lead")
    rows = rows.defer("lead__search", "run__state")
    found = list(ask.latest(rows, "created_at"))
    cited = _cited_by([row.run for row in found])
    answers = still_readable([(row.run.text, cited[row.run_id]) for row in found], user=ask.user)
    for row, answer in zip(found, answers, strict=True):
        yield wording.run(row, ask.subject, answer.text)


#: The sources, and the kinds of entries that each one has.
SOURCES: tuple[tuple[Source, frozenset[str]], ...] = (
    (activities, frozenset(ActivityKind.values)),
    (stage_changes, frozenset({"stage"})),
    (tasks, frozenset({"task"})),
    (mails, frozenset({"mail"})),
    (messages, frozenset({"chat"})),
    (files, frozenset({"file"})),
    (runs, frozenset({"run"})),
)


def _cited_by(done: list[Run]) -> dict[UUID, list[Any]]:
    """What each answer rests on: that of its message or, where none was kept, what its steps found."""
    cited: dict[UUID, list[Any]] = {run.pk: list(run.reply.citations) if run.reply else [] for run in done}
    unsaid = [run.pk for run in done if run.text and run.reply is None]
    if unsaid:
        for run_id, result in RunStep.objects.filter(run__in=unsaid).values_list("run_id", "result"):
            cited[run_id] += citations_in(result)
    return cited


def _with_subject(rows: Any) -> Any:
    """With what each row is about, without the columns that only searching needs."""
    rows = rows.select_related("lead", "company", "contact")
    return rows.defer("lead__search", "company__search", "contact__search")
