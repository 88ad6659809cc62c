"""What was said after reading a document goes with it: on pages of rehearsals and runs, word by word."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.assistant.approving.selectors import approval_card
from apps.assistant.choices import RehearsalKind, RehearsalStatus, StepKind, StepStatus
from apps.assistant.events import _as_readable_now
from apps.assistant.models import Rehearsal, Run, RunStep
from apps.assistant.selectors import run_detail
from apps.assistant.services import start_run
from apps.conversations.models import Message
from tests.conftest import Cast
from tests.factories.chat import asking

pytestmark = pytest.mark.django_db

SECRET = "the penguins eat herring at noon"
GONE = str(uuid4())
CITED = {
    "kind": "knowledge.passage",
    "id": GONE,
    "label": "Penguins",
    "url": "/x",
    "quote": SECRET,
    "document": GONE,
}
Enter = Callable[[User], Client]


def rehearsal_of(user: User, citations: list[dict[str, Any]]) -> Rehearsal:
    lead = {"id": str(uuid4()), "company_name": SECRET, "notes": SECRET}
    return Rehearsal.objects.create(
        kind=RehearsalKind.DRY_RUN, user=user, requested_by=user, message="write to Ann",
        status=RehearsalStatus.COMPLETED, answer=SECRET, citations=citations,
        steps=[{"key": "1", "kind": "tool", "name": "send_mail", "summary": SECRET, "status": "done",
                "error": SECRET, "arguments": {"body": SECRET}, "seconds": 1, "untrusted": False,
                "files": [f"{SECRET}.pdf"]}],
        effects=[{"step": "1", "tool": "send_mail", "summary": SECRET, "arguments": {"body": SECRET},
                  "preview": {"body": SECRET, "lines": [["Subject", SECRET]], "warnings": [SECRET]},
                  "risk": "medium", "reason": SECRET, "asked": True, "external": True, "ok": False,
                  "error": SECRET}],
        changes=[{"table": "crm_lead", "id": lead["id"], "label": SECRET, "operation": "insert",
                  "before": None, "after": lead}],
        finished_at=timezone.now(),
    )  # fmt: skip


def test_a_rehearsal_tells_nothing_of_a_document_that_was_withdrawn(
    cast: Cast, browser_client: Enter
) -> None:
    cast.executive.is_staff = True
    cast.executive.save()
    for citations, is_shown in (([], True), ([CITED], False)):
        held = rehearsal_of(cast.executive, citations)
        page = browser_client(cast.executive).get(reverse("admin:assistant_rehearsal_change", args=[held.pk]))
        told = page.content.decode()
        assert page.status_code == 200
        assert (SECRET in told) is is_shown
        assert "Send mail" in told, "that something would leave the house stays told"


def test_the_trace_of_a_run_tells_nothing_of_it(cast: Cast, browser_client: Enter) -> None:
    run = _run(cast.owner)
    client = browser_client(cast.executive)
    page = reverse("admin:assistant_run_change", args=[run.pk])
    assert SECRET in client.get(page).content.decode()
    _step(run, "search_knowledge", result=[{"text": SECRET, "citation": CITED}])
    told = client.get(page).content.decode()
    assert SECRET not in told
    assert "Send mail" in told


def _run(user: User) -> Run:
    run = start_run(user=user, body="write to Ann", ring=False)
    _step(run, "send_mail", arguments={"body": SECRET}, summary=SECRET, error=SECRET)
    asking(run, tool="send_mail", summary=SECRET, note=SECRET, diff=f"+{SECRET}")
    return run


def _step(run: Run, name: str, **fields: Any) -> None:
    RunStep.objects.create(
        run=run, key=str(run.steps.count() + 1), kind=StepKind.TOOL, name=name, status=StepStatus.DONE,
        lease_epoch=0, started_at=timezone.now(), finished_at=timezone.now(), **{"arguments": {}, **fields},
    )  # fmt: skip


def test_neither_the_api_nor_the_chat_tells_what_was_proposed_after_reading_it(cast: Cast) -> None:
    run = _run(cast.owner)
    run.reply = Message.objects.create(
        conversation=run.conversation, role="assistant", body=SECRET, citations=[]
    )
    run.save()
    assert SECRET in json.dumps(run_detail(run, reader=cast.owner)["approvals"], default=str)
    Message.objects.filter(pk=run.reply.pk).update(citations=[CITED])
    run = Run.objects.get(pk=run.pk)
    payload = {"response": {"reply": {"content": SECRET, "citations": [CITED]}, "approvals": _cards(run)}}
    for told in (run_detail(run, reader=cast.owner), _as_readable_now(payload, run)):
        assert SECRET not in json.dumps(told, default=str)
        assert "send_mail" in json.dumps(told, default=str)


def _cards(run: Run) -> list[dict[str, Any]]:
    return [approval_card(approval) for approval in run.approvals.all()]
