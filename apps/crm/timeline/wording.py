"""Entries in words."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assistant.choices import RunStatus
from apps.audit.choices import EmailStatus
from apps.audit.models import EmailLog
from apps.conversations.choices import Direction
from apps.conversations.models import Message
from apps.core.markdown import plain
from apps.crm.choices import ActivityKind, LeadStatus
from apps.crm.models import Activity, LeadFile, LeadRun, StageChange, Task
from apps.crm.subjects import Subject, subject_url
from apps.crm.timeline.entries import Entry, Tone

#: Characters of messages and answers of the assistant; who wants all of it opens them.
EXCERPT = 600
_PARAGRAPH = re.compile(r"\r?\n[^\S\n]*\r?\n")
_STAGE_TONES: dict[str, Tone] = {LeadStatus.CLOSED_WON: "good", LeadStatus.CLOSED_LOST: "bad"}
_MAIL_TONES: dict[str, Tone] = {
    EmailStatus.FAILED: "bad",
    EmailStatus.BOUNCED: "bad",
    EmailStatus.SENT: "info",
}
_RUN_TONES: dict[str, Tone] = {
    RunStatus.FAILED: "bad",
    RunStatus.COMPLETED: "good",
    RunStatus.WAITING_APPROVAL: "warn",
    RunStatus.CANCELLED: "muted",
}


def activity(row: Activity, page: Subject) -> Entry:
    """What somebody wrote down."""
    url, about = _elsewhere(row.subject, page)
    return Entry(
        id=f"activity-{row.pk}",
        at=row.occurred_at,
        kind=row.kind,
        title=row.subject_line or row.get_kind_display(),
        body=row.note,
        actor=_name(row.by),
        url=url,
        tone="muted" if row.kind == ActivityKind.NOTE else "info",
        about=about,
    )


def stage_change(row: StageChange, page: Subject) -> Entry:
    """Where a lead went, how long it had been where it was, and why it was lost."""
    url, about = _elsewhere(row.lead, page)
    after = row.get_to_status_display()
    facts = []
    if row.from_status and row.seconds is not None:
        span = timesince(row.at - timedelta(seconds=row.seconds), row.at, depth=1)
        facts.append(_("After %(span)s") % {"span": span})
    if row.lost_reason:
        facts.append(_("Reason: %(reason)s") % {"reason": row.get_lost_reason_display()})
    return Entry(
        id=f"stage-{row.pk}",
        at=row.at,
        kind="stage",
        title=(
            f"{row.get_from_status_display()} → {after}"
            if row.from_status
            else _("Came in as %(stage)s") % {"stage": after}
        ),
        body=" · ".join(facts),
        actor=_name(row.by),
        url=url,
        tone=_STAGE_TONES.get(row.to_status, "info"),
        about=about,
    )


def task(row: Task, page: Subject) -> Entry:
    """What is to be done by when and by whom, or was done."""
    url, about = _elsewhere(row.subject, page)
    tone: Tone = "good"
    state = _("Done")
    if row.done_at is None:
        tone = "warn" if row.due_at < timezone.now() else "info"
        facts = {"name": _name(row.assigned_to), "when": _moment(row.due_at)}
        state = _("For %(name)s, due %(when)s") % facts
    return Entry(
        id=f"task-{row.pk}",
        at=row.done_at or row.created_at,
        kind="task",
        title=row.title,
        body="\n".join(text for text in (state, row.note) if text),
        actor=_name(row.done_by if row.done_at else row.created_by),
        url=url,
        tone=tone,
        about=about,
    )


def mail(row: EmailLog) -> Entry:
    """A mail of the house; its text is not kept."""
    facts = [_("To %(recipients)s") % {"recipients": ", ".join(row.recipients)}, row.get_status_display()]
    return Entry(
        id=f"mail-{row.pk}",
        at=row.created_at,
        kind="mail",
        title=row.subject,
        body=" · ".join(facts),
        actor=_name(row.user) or row.sender,
        tone=_MAIL_TONES.get(row.status, "muted"),
    )


def message(row: Message, text: str) -> Entry:
    """The beginning of what was said, as its reader may see it; the whole conversation opens."""
    sender = _name(row.sender_user) or str(row.sender_contact or "") or row.sender_label
    inbound = row.direction == Direction.INBOUND
    channel = row.get_channel_display()
    return Entry(
        id=f"message-{row.pk}",
        at=row.created_at,
        kind="chat",
        title=(_("%(channel)s: received") if inbound else _("%(channel)s: sent")) % {"channel": channel},
        body=_excerpt(text),
        actor=sender,
        url=reverse("admin:conversations_conversation_change", args=[row.conversation_id]),
        tone="info",
    )


def file(row: LeadFile, page: Subject) -> Entry:
    """A file that was put to a lead; it downloads."""
    _url, about = _elsewhere(row.lead, page)
    return Entry(
        id=f"file-{row.pk}",
        at=row.created_at,
        kind="file",
        title=row.artifact.name,
        actor=_name(row.by),
        url=row.artifact.download_url,
        about=about,
    )


def run(row: LeadRun, page: Subject, text: str) -> Entry:
    """What the assistant was asked, and how its answer begins, as its reader may see it."""
    _url, about = _elsewhere(row.lead, page)
    done = row.run
    return Entry(
        id=f"run-{row.pk}",
        at=row.created_at,
        kind="run",
        title=Truncator(_question(done.message.body) or str(done)).chars(120),
        body=_excerpt(plain(text) or done.error_detail),
        actor=_name(done.user),
        url=reverse("admin:assistant_run_change", args=[done.pk]),
        tone=_RUN_TONES.get(done.status, "info"),
        about=about,
    )


def _elsewhere(subject: Subject, page: Subject) -> tuple[str, str]:
    """Address and name of what an entry is about, unless the page is about it."""
    return ("", "") if subject.pk == page.pk else (subject_url(subject), str(subject))


def _name(user: User | None) -> str:
    return (user.name or user.email) if user else ""


def _question(text: str) -> str:
    """The first paragraph: what follows tells the agents which lead is meant, and the page shows that."""
    return _PARAGRAPH.split(text.strip(), maxsplit=1)[0]


def _excerpt(text: str) -> str:
    return Truncator(text).chars(EXCERPT)


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j M Y, H:i")
