"""Graph may ask us to wait, say no, or forget our token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from django.utils import timezone

from apps.integrations import http
from apps.integrations.choices import DispatchStatus
from apps.integrations.models import Dispatch
from apps.integrations.outbox import delivering
from tests.conftest import Cast
from tests.standins.graph_api import GraphApi

pytestmark = pytest.mark.django_db

Mail = Callable[..., Dispatch]
Send = Callable[[Dispatch], Dispatch]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("call", ["^POST .*/messages$", "^POST .*/send$"])
def test_a_short_wait_is_waited_for(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send, pauses: list[float], status: int, call: str
) -> None:
    graph_api.fault(call, status=status, retry_after="7")
    done = send(mail(cast.owner))
    assert (done.status, pauses, len(graph_api.sent)) == (DispatchStatus.SENT, [7.0], 1)


def test_a_wait_until_a_moment_is_understood() -> None:
    moment = datetime.now(UTC) + timedelta(seconds=90)
    answer = httpx.Response(429, headers={"Retry-After": format_datetime(moment, usegmt=True)})
    assert http.retry_after(answer) == pytest.approx(90, abs=2)
    assert http.retry_after(httpx.Response(429, headers={"Retry-After": "soon"})) is None
    assert http.retry_after(httpx.Response(429)) is None
    past = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)
    assert http.retry_after(httpx.Response(429, headers={"Retry-After": past})) == 0


def test_without_a_wish_the_pauses_grow_and_differ(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send, pauses: list[float]
) -> None:
    graph_api.fault("^POST .*/messages$", status=429, times=3)
    assert send(mail(cast.owner)).status == DispatchStatus.SENT
    assert len(pauses) == 3
    assert all(low <= pause <= 2 * low for pause, low in zip(pauses, (0.25, 0.5, 1.0), strict=True))


def test_a_long_wait_frees_the_worker_and_costs_no_attempt(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send, pauses: list[float]
) -> None:
    graph_api.fault("^POST .*/messages$", status=429, retry_after="300")
    done = send(mail(cast.owner))
    assert (done.status, done.attempts, pauses) == (DispatchStatus.QUEUED, 0, [])
    assert done.not_before is not None
    assert timedelta(seconds=290) < done.not_before - timezone.now() <= timedelta(seconds=300)
    assert delivering.deliver(done.pk) == ""
    Dispatch.objects.update(not_before=timezone.now())
    assert send(done).status == DispatchStatus.SENT
    assert len(graph_api.sent) == 1


def test_a_service_that_is_busy_for_a_day_is_given_up(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send
) -> None:
    graph_api.fault("^POST .*/messages$", status=429, retry_after="300")
    dispatch = mail(cast.owner)
    Dispatch.objects.update(created_at=timezone.now() - timedelta(hours=25))
    done = send(dispatch)
    assert (done.status, done.error) == (DispatchStatus.FAILED, "The service was busy for a whole day.")


def test_a_token_that_has_run_out_is_renewed_once(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send
) -> None:
    send(mail(cast.owner))
    assert graph_api.identity.issued == 1
    graph_api.identity.expire()
    assert send(mail(cast.owner)).status == DispatchStatus.SENT
    assert graph_api.identity.issued == 2


def test_a_token_that_is_never_accepted_fails_after_one_renewal(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send
) -> None:
    graph_api.fault("^POST .*/messages$", status=401, times=9)
    done = send(mail(cast.owner))
    assert done.status == DispatchStatus.FAILED
    assert done.error.startswith("Microsoft 365 no longer accepts our sign-in")
    assert len(graph_api.calls("^POST .*/messages$")) == 2


def test_a_service_that_does_not_answer_is_tried_later_and_then_given_up(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send, settings: Any
) -> None:
    settings.INTEGRATIONS = {**settings.INTEGRATIONS, "MAX_ATTEMPTS": 2}
    graph_api.fault("^POST .*/messages$", cut=True, times=9)
    dispatch = send(mail(cast.owner))
    assert dispatch.status == DispatchStatus.QUEUED
    Dispatch.objects.update(not_before=None)
    done = send(dispatch)
    assert done.status == DispatchStatus.FAILED
    assert "does not answer" in done.error
    assert "It was tried 2 times." in done.error


def test_nothing_secret_is_logged(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send, caplog: pytest.LogCaptureFixture, capsys: Any
) -> None:
    caplog.set_level("DEBUG")
    graph_api.fault("^POST .*/messages$", status=401)
    graph_api.fault("^POST .*/send$", status=429, retry_after="1")
    assert send(mail(cast.owner)).status == DispatchStatus.SENT
    said = caplog.text + "".join(capsys.readouterr())
    assert "http.waiting" in said
    secrets = [graph_api.identity.client_secret, *graph_api.identity.tokens]
    assert not [secret for secret in secrets if secret in said]
