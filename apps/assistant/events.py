"""What clients are told about a run: kept as rows, sent as signals."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from apps.assistant.approving.selectors import wordless_card
from apps.assistant.models import Run, RunEvent
from apps.assistant.publishing import group_name, publisher
from apps.assistant.sequence import EventCounter
from apps.knowledge.selectors import still_readable

__all__ = ["RunStream", "emit", "events_after", "group_name", "last_seq"]

COALESCE_SECONDS = 0.03
PERSIST_SECONDS = 0.25
TEXT = "text.delta"
COMPLETED = "run.completed"


def last_seq(conversation_id: UUID) -> int:
    """The number of the latest event of a conversation; 0 before the first."""
    found = RunEvent.objects.filter(conversation_id=conversation_id).aggregate(last=Max("seq"))["last"]
    return int(found or 0)


def emit(run: Run, kind: str, payload: Mapping[str, Any], *, counter: EventCounter | None = None) -> None:
    """Keep an event and send it once the surrounding transaction has committed."""
    numbers = counter or EventCounter(run.conversation_id, last_seq(run.conversation_id))
    before = numbers.last
    seq = numbers.next()
    body = dict(payload)
    RunEvent.objects.create(conversation_id=run.conversation_id, run=run, seq=seq, type=kind, payload=body)
    event = _wire(kind, seq, before, run.conversation_id, run.pk, body)
    transaction.on_commit(lambda: publisher.publish(run.conversation_id, event))


def events_after(conversation_id: UUID, after: int, limit: int = 1000) -> list[dict[str, Any]]:
    """The kept events with a number above `after`, oldest first, ready for the wire.

    A chunk of text that `after` falls into is cut at the exact character. A full page means: ask again
    with the last number. What a run's reader may not read any more is not told again: see `still_readable`.
    """
    rows = RunEvent.objects.filter(conversation_id=conversation_id, seq__gt=after).order_by("seq")[:limit]
    return list(_replay(list(rows.select_related("run__user")), after))


def _replay(rows: Sequence[RunEvent], after: int) -> Iterator[dict[str, Any]]:
    before = after
    hidden = _hidden_runs({row.run_id for row in rows if row.type == TEXT})
    for row in rows:
        payload = row.payload
        if row.type == TEXT:
            start = max([end for seq, end in payload["marks"] if seq <= after], default=payload["offset"])
            text = payload["text"][start - payload["offset"] :]
            payload = {"text": "" if row.run_id in hidden else text, "offset": start}
        elif row.type == COMPLETED:
            payload = _as_readable_now(payload, row.run)
        yield _wire(row.type, row.seq, before, row.conversation_id, row.run_id, payload)
        before = row.seq


def _hidden_runs(keys: set[UUID]) -> set[UUID]:
    """Of these runs, those whose answer its reader may not read any more."""
    quoting = Run.objects.filter(pk__in=keys).exclude(reply=None).exclude(reply__citations=[])
    by_reader: dict[UUID, list[Run]] = defaultdict(list)
    for run in quoting.select_related("reply", "user"):
        by_reader[run.user_id].append(run)
    found = set()
    for runs in by_reader.values():
        answers = still_readable(
            [("", run.reply.citations if run.reply else []) for run in runs], user=runs[0].user
        )
        found |= {run.pk for run, answer in zip(runs, answers, strict=True) if answer.is_hidden}
    return found


def _as_readable_now(payload: dict[str, Any], run: Run) -> dict[str, Any]:
    """The kept answer, as far as its reader may still read what it rests on."""
    reply = payload.get("response", {}).get("reply")
    if not reply or not reply.get("citations"):
        return payload
    [answer] = still_readable([(reply["content"], reply["citations"])], user=run.user)
    response = {
        **payload["response"],
        "reply": {**reply, "content": answer.text, "citations": answer.citations},
    }
    if answer.is_hidden:
        response["approvals"] = [wordless_card(card) for card in response.get("approvals", [])]
    return {**payload, "response": response}


def _wire(
    kind: str, seq: int, before: int, conversation_id: UUID, run_id: UUID, payload: Mapping[str, Any]
) -> dict[str, Any]:
    head = {
        "type": kind,
        "seq": seq,
        "prev": before,
        "session_id": str(conversation_id),
        "run_id": str(run_id),
    }
    return {**payload, **head}


class RunStream:
    """The growing text and the events of one run, as one worker sends them.

    Text is sent at most every 30 ms and kept every 250 ms. A run that is executed again produces its text
    from the start; what had been kept is not sent twice (`shown`), and where the new text differs, the
    delta's `offset` tells clients to overwrite.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.counter = EventCounter(run.conversation_id, last_seq(run.conversation_id))
        self.shown = kept_text(run) if run.lease_epoch > 1 else ""
        self._produced = 0
        self._pending = ""
        self._unkept = ""
        self._marks: list[tuple[int, int]] = []
        self._sent_at = 0.0
        self._kept_at = time.monotonic()

    @property
    def text(self) -> str:
        """What this execution has produced so far."""
        return (self.shown + self._pending)[: self._produced]

    @property
    def unseen_kept_text(self) -> str:
        """Kept text beyond what this execution has produced: a model was interrupted while writing it."""
        return self.shown[self._produced :]

    def write(self, chunk: str) -> None:
        """Append to the run's text."""
        if self._produced < len(self.shown) and not self._pending:
            chunk = self._skip_shown(chunk)
        if chunk:
            self._pending += chunk
            self._produced += len(chunk)
            self.tick()

    def tick(self) -> None:
        """Send and keep what is due; call it while waiting."""
        now = time.monotonic()
        if self._pending and now - self._sent_at >= COALESCE_SECONDS:
            self._send(now)
        if self._unkept and now - self._kept_at >= PERSIST_SECONDS:
            self._keep(now)

    def flush(self) -> None:
        """Send and keep everything."""
        now = time.monotonic()
        if self._pending:
            self._send(now)
        if self._unkept:
            self._keep(now)

    def emit(self, kind: str, **payload: Any) -> None:
        """An event other than text, after all text before it."""
        self.flush()
        emit(self.run, kind, payload, counter=self.counter)

    def _skip_shown(self, chunk: str) -> str:
        known = self.shown[self._produced : self._produced + len(chunk)]
        same = _common_prefix(known, chunk)
        self._produced += same
        if same == len(chunk):
            return ""
        if self._produced < len(self.shown):
            self.shown = self.shown[: self._produced]
        return chunk[same:]

    def _send(self, now: float) -> None:
        offset = len(self.shown)
        before = self.counter.last
        seq = self.counter.next()
        text, self._pending = self._pending, ""
        self.shown += text
        self._unkept += text
        self._marks.append((seq, len(self.shown)))
        self._sent_at = now
        payload = {"text": text, "offset": offset}
        conversation_id = self.run.conversation_id
        publisher.publish(conversation_id, _wire(TEXT, seq, before, conversation_id, self.run.pk, payload))

    def _keep(self, now: float) -> None:
        payload = {"text": self._unkept, "offset": len(self.shown) - len(self._unkept), "marks": self._marks}
        RunEvent.objects.create(
            conversation_id=self.run.conversation_id,
            run=self.run,
            seq=self._marks[-1][0],
            type=TEXT,
            payload=payload,
        )
        self._unkept, self._marks, self._kept_at = "", [], now


def kept_text(run: Run) -> str:
    """The text of a run as its kept chunks give it: each is written at its offset."""
    text = ""
    for payload in (
        RunEvent.objects.filter(run=run, type=TEXT).order_by("seq").values_list("payload", flat=True)
    ):
        text = text[: payload["offset"]] + payload["text"]
    return text


def _common_prefix(one: str, other: str) -> int:
    for index, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return index
    return min(len(one), len(other))
