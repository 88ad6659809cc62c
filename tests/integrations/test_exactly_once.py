"""Whatever is killed when: one mail, one event, one message, and the row says so in the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.core.db import returned_afterwards
from apps.integrations import http, services
from apps.integrations.choices import DispatchStatus
from apps.integrations.models import Dispatch
from apps.integrations.outbox import delivering
from apps.integrations.outbox.claiming import Claim, LostLease, claim
from tests.conftest import Cast
from tests.factories.crm import uploaded
from tests.standins.graph_api import GraphApi

pytestmark = pytest.mark.django_db(transaction=True)

Mail = Callable[..., Dispatch]
MB = 1024 * 1024


class Killed(BaseException):
    """As kill -9: nothing catches it, nothing after it runs."""


@contextmanager
def killed_at(point: int) -> Iterator[list[str]]:
    """Count each call of Graph and each write of the row, its beginning and its end, and die at `point`."""
    passed: list[str] = []

    def guard(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            reach(f"before {name}")
            result = work(*args, **kwargs)
            reach(f"after {name}")
            return result

        return step

    def reach(name: str) -> None:
        passed.append(name)
        if len(passed) == point:
            raise Killed(name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http, "send", guard("call", http.send))
        patch.setattr(Claim, "_update", guard("write", Claim._update))
        yield passed


def leave_behind(dispatch: Dispatch) -> None:
    """The dead worker's lease runs out."""
    Dispatch.objects.filter(pk=dispatch.pk, status="sending").update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )


def finish(dispatch: Dispatch) -> Dispatch:
    """Another worker takes over."""
    leave_behind(dispatch)
    delivering.deliver(dispatch.pk)
    dispatch.refresh_from_db()
    return dispatch


def points(make: Callable[[], Dispatch]) -> int:
    """How many places there are to die at."""
    with killed_at(0) as passed:
        delivering.deliver(make().pk)
    return len(passed)


def test_a_mail_with_files_leaves_once_wherever_the_worker_dies(
    cast: Cast, graph_api: GraphApi, mail: Mail
) -> None:
    files = [uploaded(cast.owner, b"small", "a.txt"), uploaded(cast.owner, b"x" * (4 * MB), "b.txt")]

    def make() -> Dispatch:
        return mail(cast.owner, files=files)

    total = points(make)
    assert total >= 24
    for point in range(1, total + 1):
        graph_api.sent.clear()
        dispatch = make()
        with pytest.raises(Killed), killed_at(point):
            delivering.deliver(dispatch.pk)
        done = finish(dispatch)
        assert done.status == DispatchStatus.SENT, (point, done.error)
        assert [sorted(left.files) for left in graph_api.sent] == [["a.txt", "b.txt"]], point
        assert [len(graph_api.sent[0].files[name]) for name in ("a.txt", "b.txt")] == [5, 4 * MB], point


def test_a_mail_leaves_once_though_every_worker_dies_a_step_later(
    cast: Cast, graph_api: GraphApi, mail: Mail
) -> None:
    dispatch = mail(cast.owner)
    for point in range(2, 7):
        with pytest.raises(Killed), killed_at(point):
            delivering.deliver(dispatch.pk)
        leave_behind(dispatch)
    assert finish(dispatch).status == DispatchStatus.SENT
    assert len(graph_api.sent) == 1


def test_an_answer_leaves_once_wherever_the_worker_dies(cast: Cast, graph_api: GraphApi, mail: Mail) -> None:
    box = "sales@mezzofy.test"
    original = graph_api.receive(box, sender="john@abc.test", subject="Prices?", text="How much?")

    def make() -> Dispatch:
        return mail(
            cast.owner, mailbox=box, subject="RE: Prices?", answers=original, answers_header="<x@abc.test>"
        )

    for point in range(1, points(make) + 1):
        graph_api.sent.clear()
        dispatch = make()
        with pytest.raises(Killed), killed_at(point):
            delivering.deliver(dispatch.pk)
        assert finish(dispatch).status == DispatchStatus.SENT, point
        [left] = graph_api.sent
        assert (left.to, left.subject) == (["john@abc.test"], "RE: Prices?")
        assert left.conversation_id == graph_api.mailboxes[box].messages[original]["conversationId"]
        assert "<p>Good morning</p>" in left.html
        assert "How much?" in left.html


def test_an_event_is_made_once_wherever_the_worker_dies(cast: Cast, graph_api: GraphApi) -> None:
    calendar = graph_api.add_mailbox(cast.owner.email)

    def make() -> Dispatch:
        calendar.events.clear()
        start = datetime(2026, 12, 1, 10)
        return services.create_event(
            user=cast.owner, subject="Demo", start=start, end=start + timedelta(hours=1),
            time_zone="Asia/Singapore", attendees=["john@abc.test"], key=uuid4().hex,
        )  # fmt: skip

    for point in range(1, points(make) + 1):
        dispatch = make()
        with pytest.raises(Killed), killed_at(point):
            delivering.deliver(dispatch.pk)
        assert finish(dispatch).status == DispatchStatus.SENT, point
        assert [event["subject"] for event in graph_api.events()] == ["Demo"], point


@pytest.mark.parametrize("call", ["messages$", "send$"])
@pytest.mark.parametrize("fault", [{"cut": True}, {"status": 504}, {"status": 500}])
def test_an_answer_that_is_lost_is_looked_for_and_not_sent_again(
    cast: Cast, graph_api: GraphApi, mail: Mail, call: str, fault: dict[str, Any]
) -> None:
    graph_api.fault(f"^POST .*{call}", after=True, **fault)
    dispatch = mail(cast.owner)
    delivering.deliver(dispatch.pk)
    dispatch.refresh_from_db()
    assert dispatch.status == DispatchStatus.QUEUED
    assert dispatch.not_before is not None
    Dispatch.objects.update(not_before=None)
    assert finish(dispatch).status == DispatchStatus.SENT
    assert len(graph_api.sent) == 1
    drafts = [row for row in graph_api.mailboxes["sales@mezzofy.test"].messages.values() if row["isDraft"]]
    assert drafts == []


def test_a_draft_that_a_person_deleted_is_not_sent(cast: Cast, graph_api: GraphApi, mail: Mail) -> None:
    dispatch = mail(cast.owner)
    with pytest.raises(Killed), killed_at(4):
        delivering.deliver(dispatch.pk)
    graph_api.mailboxes["sales@mezzofy.test"].messages.clear()
    done = finish(dispatch)
    assert (done.status, graph_api.sent) == (DispatchStatus.FAILED, [])
    assert done.error == "The draft was deleted in the mailbox before it was sent."


def test_many_workers_at_once_send_it_once(cast: Cast, graph_api: GraphApi, mail: Mail) -> None:
    dispatch = mail(cast.owner)
    start = threading.Barrier(8)
    found: list[str] = []

    def work() -> None:
        with returned_afterwards():
            start.wait()
            found.append(delivering.deliver(dispatch.pk))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [""] * 7 + ["sent"]
    assert len(graph_api.sent) == 1


def test_a_worker_that_comes_too_late_may_not_write(cast: Cast, graph_api: GraphApi, mail: Mail) -> None:
    dispatch = mail(cast.owner)
    late = claim(dispatch.pk)
    assert late is not None
    assert claim(dispatch.pk) is None
    leave_behind(dispatch)
    assert claim(dispatch.pk) is not None
    with pytest.raises(LostLease):
        late.mark(draft="x")
    dispatch.refresh_from_db()
    assert dispatch.marks == {}


def test_what_nobody_rang_for_is_found_by_the_sweep(
    cast: Cast, graph_api: GraphApi, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    monkeypatch.setattr("apps.integrations.tasks.deliver.delay", rung.append)
    waiting, dead, later, done = (mail(cast.owner) for _ in range(4))
    delivering.deliver(done.pk)
    Dispatch.objects.filter(pk=dead.pk).update(
        status="sending", lease_until=timezone.now() - timedelta(seconds=1)
    )
    Dispatch.objects.filter(pk=later.pk).update(not_before=timezone.now() + timedelta(minutes=5))
    rung.clear()
    assert delivering.sweep() == 2
    assert rung == [str(waiting.pk), str(dead.pk)]


def test_a_transaction_that_is_rolled_back_sends_nothing(
    cast: Cast, graph_api: GraphApi, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import transaction

    rung: list[str] = []
    monkeypatch.setattr("apps.integrations.tasks.deliver.delay", rung.append)
    with transaction.atomic():
        mail(cast.owner)
        transaction.set_rollback(True)
    assert rung == []
    assert not Dispatch.objects.exists()
    kept = mail(cast.owner)
    assert rung == [str(kept.pk)]


def test_a_poisoned_mail_is_given_up(cast: Cast, graph_api: GraphApi, mail: Mail, settings: Any) -> None:
    settings.INTEGRATIONS = {**settings.INTEGRATIONS, "MAX_ATTEMPTS": 3}
    dispatch = mail(cast.owner)
    for _ in range(3):
        with pytest.raises(Killed), killed_at(1):
            delivering.deliver(dispatch.pk)
        leave_behind(dispatch)
    done = finish(dispatch)
    assert (done.status, done.error) == (DispatchStatus.FAILED, "Sending broke off again and again.")
