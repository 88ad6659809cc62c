"""GET /api/chat/runs/{id} and POST /api/chat/runs/{id}/cancel."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.assistant.choices import RunStatus
from apps.audit.models import AuditEvent
from tests.conftest import Cast
from tests.factories.accounts import UserFactory
from tests.factories.chat import completed, failed, turn

Api = Callable[[User | None], APIClient]

pytestmark = pytest.mark.django_db


def test_a_run_and_its_steps(api: Api, cast: Cast) -> None:
    run = completed(turn(cast.owner), "Done.", steps=2)

    told = api(cast.owner).get(f"/api/chat/runs/{run.pk}").json()

    assert (told["run_id"], told["status"], told["text"]) == (str(run.pk), "completed", "Done.")
    assert told["reply"]["content"] == "Done."
    assert [step["key"] for step in told["steps"]] == ["1", "2"]


def test_a_failed_run_says_why_and_nothing_of_the_inside(api: Api, cast: Cast) -> None:
    run = failed(turn(cast.owner))
    answer = api(cast.owner).get(f"/api/chat/runs/{run.pk}")

    assert answer.json()["error"]["reference"] == run.reference
    assert b"Traceback" not in answer.content


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("owner", 200),
        ("colleague", 404),
        ("manager", 200),
        ("outsider", 404),
        ("executive", 200),
        ("admin", 200),
    ],
)
def test_who_reads_a_run(api: Api, cast: Cast, who: str, status: int) -> None:
    run = completed(turn(cast.owner))

    assert api(getattr(cast, who)).get(f"/api/chat/runs/{run.pk}").status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("colleague", 404), ("manager", 403), ("outsider", 404), ("admin", 200)],
)
def test_who_stops_a_run(api: Api, cast: Cast, who: str, status: int) -> None:
    run = turn(cast.owner)

    answer = api(getattr(cast, who)).post(f"/api/chat/runs/{run.pk}/cancel")

    assert answer.status_code == status
    run.refresh_from_db()
    assert run.status == (RunStatus.CANCELLED if status == 200 else RunStatus.QUEUED)


def test_stopping_answers_with_the_run_and_leaves_a_trail(api: Api, cast: Cast) -> None:
    run = turn(cast.owner)

    told = api(cast.owner).post(f"/api/chat/runs/{run.pk}/cancel").json()

    assert (told["run_id"], told["status"]) == (str(run.pk), "cancelled")
    assert AuditEvent.objects.get(action="assistant.run.cancelled").actor == cast.owner


def test_a_finished_run_cannot_be_stopped(api: Api, cast: Cast) -> None:
    run = completed(turn(cast.owner))
    answer = api(cast.owner).post(f"/api/chat/runs/{run.pk}/cancel")

    assert (answer.status_code, answer.json()["code"]) == (409, "run_finished")


def test_unknown_runs_and_strangers(api: Api, cast: Cast) -> None:
    run = turn(cast.owner)
    for client, status in ((api(cast.owner), 404), (api(None), 401), (api(UserFactory()), 403)):
        assert client.get(f"/api/chat/runs/{uuid4()}").status_code == status
        assert client.post(f"/api/chat/runs/{uuid4()}/cancel").status_code == status
    assert api(None).get(f"/api/chat/runs/{run.pk}").status_code == 401
    assert api(cast.owner).get("/api/chat/runs/nonsense").json()["code"] == "not_found"
