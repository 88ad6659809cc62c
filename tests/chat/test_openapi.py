"""The OpenAPI document is complete, and what it promises holds for whatever may be sent."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from hypothesis import HealthCheck, Phase, settings
from rest_framework_simplejwt.tokens import RefreshToken
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from apps.assistant.models import Run
from apps.assistant.tasks import execute_run
from mezzofy.wsgi import application
from tests.conftest import Cast
from tests.factories.chat import asking, completed, stored, turn

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
EXAMPLES = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)


@pytest.fixture
def _house(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of every kind; nothing is throttled, and no worker is rung for."""
    from rest_framework.throttling import ScopedRateThrottle

    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"login": None, "chat": None})
    monkeypatch.setattr(execute_run, "delay", lambda _: None)
    completed(turn(cast.owner), made=[stored(cast.owner)])
    asking(turn(cast.owner))


@pytest.fixture(params=["admin", "owner"])
def bearer(request: pytest.FixtureRequest, cast: Cast) -> dict[str, str]:
    """An administrator and a plain sales representative."""
    token = RefreshToken.for_user(getattr(cast, request.param)).access_token
    return {"Authorization": f"Bearer {token}"}


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Every other address names something that exists."""
    run = Run.objects.order_by("created_at").first() if path_parameters and hash(str(path_parameters)) % 2 else None
    if run is None or path_parameters is None:
        return path_parameters
    return {name: str(run.pk) for name in path_parameters}


@schema.parametrize()
@EXAMPLES
@pytest.mark.django_db
@pytest.mark.usefixtures("_house")
def test_the_api_keeps_its_promises(case: schemathesis.Case, bearer: dict[str, str]) -> None:
    case.call_and_validate(headers=bearer, checks=CHECKS)


@pytest.mark.django_db
def test_the_document_builds_without_a_warning(tmp_path: Any) -> None:
    call_command("spectacular", fail_on_warn=True, validate=True, file=str(tmp_path / "schema.yaml"))


@pytest.mark.django_db
def test_the_browser_of_the_api_needs_nothing_from_elsewhere(client: Any) -> None:
    page = client.get("/api/docs/")

    assert page.status_code == 200
    assert b"https://" not in page.content
    assert b"<script>" not in page.content
    assert client.get("/api/docs/?script=").status_code == 200


