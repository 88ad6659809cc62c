"""The OpenAPI document is complete, and what it promises holds for whatever may be sent."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from rest_framework.throttling import ScopedRateThrottle
from rest_framework_simplejwt.tokens import RefreshToken
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.models import Approval, Run
from apps.assistant.tasks import execute_run
from apps.contacts.models import Company, Contact
from apps.conversations.models import Conversation
from apps.crm.models import Activity, Customer, Lead, Merge, Task
from mezzofy.wsgi import application
from tests.conftest import Cast
from tests.factories.chat import asking, completed, stored, turn

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
NOUNS: dict[str, Any] = {
    "/activities/": Activity,
    "/companies/": Company,
    "/contacts/": Contact,
    "/customers/": Customer,
    "/leads/": Lead,
    "/merges/": Merge,
    "/tasks/": Task,
    "/approvals/": Approval,
    "/files/": Artifact,
    "/runs/": Run,
    "/sessions/": Conversation,
    "/users/": User,
}
EXAMPLES = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

IN_ADDRESS = {ParameterLocation.QUERY, ParameterLocation.PATH}
_wrong_types: set[tuple[Any, ...]] = set()

schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)


@pytest.fixture
def _house(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Rows of every kind; nothing is throttled, no worker is rung for, the test's transaction stays open."""
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"login": None, "chat": None})
    monkeypatch.setattr(execute_run, "delay", lambda _: None)
    completed(turn(cast.owner), made=[stored(cast.owner)])
    asking(turn(cast.owner))
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def bearers(cast: Cast) -> Iterator[dict[str, str]]:
    """An administrator and a plain sales representative, in turn."""
    tokens = [RefreshToken.for_user(user).access_token for user in (cast.admin, cast.owner)]
    return cycle([{"Authorization": f"Bearer {token}"} for token in tokens])


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Every other address names something that exists."""
    model = next((model for part, model in NOUNS.items() if part in context.operation.path), None)
    if not path_parameters or model is None or sum(map(ord, str(path_parameters))) % 2:
        return path_parameters
    pk = model.objects.order_by("created_at").values_list("pk", flat=True).first()
    return {name: str(pk) for name in path_parameters}


@schemathesis.hook
def filter_case(context: Any, case: schemathesis.Case) -> bool:
    """All cases but those that ask again what others asked.

    In an address everything is text, so that one wrong type of each parameter stands for all; and which
    methods a path does not have, one router decides for all of them.
    """
    told = case.meta.phase.data if case.meta else None
    if not isinstance(told, CoveragePhaseData):
        return True
    if told.scenario is CoverageScenario.UNSPECIFIED_HTTP_METHOD:
        return False
    if told.scenario is not CoverageScenario.INCORRECT_TYPE or told.parameter_location not in IN_ADDRESS:
        return True
    asked = (case.operation.label, told.parameter_location, told.parameter)
    is_new = asked not in _wrong_types
    _wrong_types.add(asked)
    return is_new


@schema.parametrize()
@EXAMPLES
@pytest.mark.django_db
@pytest.mark.usefixtures("_house")
def test_the_api_keeps_its_promises(case: schemathesis.Case, bearers: Iterator[dict[str, str]]) -> None:
    case.call_and_validate(headers=next(bearers), checks=CHECKS)


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
