"""GET /health."""

from __future__ import annotations

import re
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as live
from django.core.cache import cache
from django.test import Client

from apps.perception import programs
from apps.perception.web.rendering import browser
from mezzofy import health, heartbeat

pytestmark = pytest.mark.django_db

REQUIRED = ["database", "redis", "worker", "storage"]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FRESH", -1.0)


@pytest.fixture
def workers() -> None:
    """Workers of both queues have just given a sign of life."""
    for queue in ("assistant", "heavy"):
        _beat(queue)


def _worker(queue: str) -> Any:
    app = SimpleNamespace(amqp=SimpleNamespace(queues=SimpleNamespace(consume_from={queue: None})))
    return SimpleNamespace(app=app, eventer=SimpleNamespace(app=app))


def _beat(queue: str) -> None:
    heartbeat._beat(_worker(queue))


def ask() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/health")
    return answer.status_code, answer.json()


def test_all_is_well(workers: None) -> None:
    status, body = ask()

    assert (status, body["status"]) == (200, "ok")
    assert {name: body["checks"][name]["status"] for name in REQUIRED} == dict.fromkeys(REQUIRED, "ok")


def test_what_is_off_says_why_and_does_not_make_it_ill(workers: None) -> None:
    status, body = ask()

    assert status == 200
    assert body["checks"]["llm"] == {
        "status": "off",
        "mode": "offline",
        "detail": "No key of a language model is set.",
    }
    for check in body["checks"].values():
        assert check["status"] == "ok" or check["detail"]


def test_without_workers_it_is_down_and_names_the_queue() -> None:
    cache.delete("worker:heavy")
    _beat("assistant")

    status, body = ask()
    assert (status, body["status"]) == (503, "down")
    assert body["checks"]["worker"] == {"status": "down", "detail": "No worker serves heavy."}


def test_a_worker_that_stops_takes_its_sign_of_life_along(workers: None) -> None:
    heartbeat._stop(_worker("heavy"))

    assert not heartbeat.beating("heavy")
    assert heartbeat.beating("assistant")


@pytest.mark.parametrize("name", REQUIRED)
def test_each_required_part_counts(workers: None, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def broken() -> Any:
        raise RuntimeError("password=secret")

    monkeypatch.setitem(health.REQUIRED, name, broken)
    status, body = ask()

    assert status == 503
    assert body["checks"][name] == {"status": "down", "detail": "Not reachable."}


def test_an_optional_part_that_breaks_is_off(workers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise RuntimeError

    monkeypatch.setitem(health.OPTIONAL, "ocr", broken)
    assert ask()[0] == 200


def test_a_part_that_hangs_does_not_hang_the_answer(workers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(health, "LIMIT", 0.2)

    def hang() -> Any:
        release.wait(10)
        return health.OK

    monkeypatch.setitem(health.REQUIRED, "storage", hang)
    status, body = ask()
    release.set()

    assert status == 503
    assert body["checks"]["storage"] == {"status": "down", "detail": "No answer within a second."}


def test_a_folder_that_cannot_be_written_is_down(workers: None, settings: Any, tmp_path: Any) -> None:
    (tmp_path / "file").write_text("in the way")
    backend = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path / "file"},
    }
    settings.STORAGES = {**settings.STORAGES, "artifacts": backend}

    assert ask()[1]["checks"]["storage"]["status"] == "down"


def test_being_asked_often_costs_nothing(workers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    monkeypatch.setattr(health, "FRESH", 60.0)
    monkeypatch.setattr(health, "_report", health._Report())
    monkeypatch.setitem(health.OPTIONAL, "ocr", lambda: looked.append(1) or health.OK)

    for _ in range(5):
        ask()
    assert looked == [1]


def test_it_tells_no_secrets_and_no_versions(workers: None) -> None:
    text = Client().get("/health").content.decode()

    assert live.DATABASES["default"]["PASSWORD"] not in text
    assert live.SECRET_KEY not in text
    assert live.REDIS_URL not in text
    assert not re.search(r"\d+\.\d+", text)


def test_only_reading(workers: None) -> None:
    assert Client().post("/health").status_code == 405
    assert Client().get("/health")["Cache-Control"].startswith("max-age=0")


def test_a_browser_that_research_uses_is_told_as_it_is(
    workers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "ready", lambda: "")
    assert ask()[1]["checks"]["browser"] == {"status": "ok"}
    monkeypatch.setattr(browser, "ready", lambda: browser.MISSING)
    assert ask()[1]["checks"]["browser"] == {"status": "off", "detail": browser.MISSING}


@pytest.mark.parametrize(("is_there", "words"), [(True, "is installed"), (False, "is not installed")])
def test_what_comes_later_says_so_and_whether_its_program_is_there(
    workers: None, monkeypatch: pytest.MonkeyPatch, is_there: bool, words: str
) -> None:
    monkeypatch.setattr(programs, "reads_letters", lambda: is_there)
    checks = ask()[1]["checks"]
    assert checks["ocr"]["status"] == checks["speech"]["status"] == "off"
    assert "later version" in checks["ocr"]["detail"]
    assert words in checks["ocr"]["detail"]
    assert "later version" in checks["speech"]["detail"]
