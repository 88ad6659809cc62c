"""What the chat shows of sessions and their history, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery

from apps.accounts.models import User
from apps.assistant import selectors as assistant
from apps.assistant.approving.selectors import approval_card
from apps.assistant.choices import ACTIVE, StepKind
from apps.assistant.events import last_seq
from apps.assistant.models import Run, RunEvent, RunStep
from apps.conversations.choices import Channel, Role
from apps.conversations.models import Attachment, Conversation, Message
from apps.knowledge import selectors as knowledge

Data = dict[str, Any]


def sessions(user: User) -> QuerySet[Conversation]:
    """The user's chats, each with the id of the run at work (`active_run_id`)."""
    active = Run.objects.filter(conversation=OuterRef("pk"), status__in=ACTIVE).order_by("created_at")
    return (
        Conversation.objects.owned_by(user)
        .filter(channel=Channel.CHAT)
        .annotate(active_run_id=Subquery(active.values("pk")[:1]))
    )


def messages(session: Conversation) -> QuerySet[Message]:
    """The messages of a session with their files."""
    return Message.objects.filter(conversation=session).with_attachments()


def told_until(session: Conversation) -> int:
    """The event number up to which the history of a session tells the story.

    A run at work has no message yet, so what it has said so far is to be replayed from its events.
    """
    unfinished = RunEvent.objects.filter(conversation=session, run__status__in=ACTIVE)
    first = unfinished.aggregate(first=Min("seq"))["first"]
    return last_seq(session.pk) if first is None else int(first) - 1


def last_seq_before(run: Run) -> int:
    """The number of the session's last event before those of `run`; 0 when there is none."""
    own = RunEvent.objects.filter(run=run).aggregate(first=Min("seq"))["first"]
    if own is not None:
        return int(own) - 1
    others = RunEvent.objects.filter(conversation=run.conversation_id).exclude(run=run)
    return int(others.aggregate(last=Max("seq"))["last"] or 0)


def history_rows(page: Sequence[Message], *, user: User) -> list[Data]:
    """Messages as clients read them; a fixed number of queries, whatever the length of the page.

    An answer that rests on what the user may no longer read says so, and nothing more.
    """
    runs = _runs_of(page)
    answers = knowledge.still_readable([(message.body, message.citations) for message in page], user=user)
    return [
        _message(message, runs.get(message.pk), answer) for message, answer in zip(page, answers, strict=True)
    ]


def user_card(user: User) -> Data:
    """Who is signed in, as clients need it."""
    return {
        "id": str(user.pk),
        "name": user.name,
        "email": user.email,
        "department": user.department_slug,
        "roles": user.roles,
        "permissions": sorted(user.get_all_permissions()),
    }


def _runs_of(page: Sequence[Message]) -> dict[UUID, Run]:
    """Run by the id of the question and by the id of the answer."""
    ids = [message.pk for message in page]
    tool_steps = RunStep.objects.filter(kind=StepKind.TOOL).defer("arguments", "result")
    found = (
        Run.objects.filter(Q(message__in=ids) | Q(reply__in=ids))
        .prefetch_related(Prefetch("steps", queryset=tool_steps), "approvals")
        .defer("error_trace", "text", "state")
    )
    by_message: dict[UUID, Run] = {}
    for run in found:
        by_message[run.message_id] = run
        if run.reply_id:
            by_message[run.reply_id] = run
    return by_message


def _message(message: Message, run: Run | None, answer: knowledge.Answer) -> Data:
    files = [_attachment(attachment) for attachment in message.attachments.all()]
    made = message.role == Role.ASSISTANT
    return {
        "id": message.pk,
        "role": message.role,
        "content": answer.text,
        "created_at": message.created_at,
        "agent": message.sender_label if made else (run.requested_agent if run else ""),
        "citations": answer.citations,
        "artifacts": files if made else [],
        "attachments": [] if made else files,
        "run_id": run.pk if run else message.run_id,
        "run": _run(run) if run else None,
    }


def _attachment(attachment: Attachment) -> Data:
    if attachment.artifact is not None:
        return assistant.artifact_card(attachment.artifact)
    gone = {"id": None, "type": "", "size_bytes": 0, "download_url": "", "preview_url": ""}
    return {**gone, "name": attachment.name}


def _run(run: Run) -> Data:
    return {
        "id": run.pk,
        "status": run.status,
        "agent": run.agent,
        "skill": run.skill,
        "mode": run.mode,
        "usage": assistant.usage(run),
        "error": assistant.error(run),
        "steps": assistant.shown_steps(run),
        "approvals": [approval_card(approval) for approval in run.approvals.all()],
    }
