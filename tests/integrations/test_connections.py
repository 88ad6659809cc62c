"""Connections: sealed secrets, keys that can be exchanged, a test that really tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.integrations import credentials, services
from apps.integrations.choices import DispatchStatus
from apps.integrations.crypto import Unreadable, seal
from apps.integrations.errors import NotConnected
from apps.integrations.graph.tokens import roles_of
from apps.integrations.models import Connection, Dispatch
from tests.conftest import Cast
from tests.standins.fcm_api import FcmApi
from tests.standins.graph_api import GraphApi

pytestmark = pytest.mark.django_db

Mail = Callable[..., Dispatch]
Send = Callable[[Dispatch], Dispatch]
Browser = Callable[[User], Client]
ADD = "/admin/integrations/connection/add/"
BOX = "office@mezzofy.test"


def form(graph: GraphApi, **changes: str) -> dict[str, str]:
    given = {
        "provider": "microsoft", "name": "Our tenant", "is_active": "on", "tenant_id": graph.identity.tenant,
        "client_id": graph.identity.client_id, "client_secret": graph.identity.client_secret, "mailbox": BOX,
        "channels": "", "service_account": "",
    }  # fmt: skip
    return {**given, **changes}


def add(client: Client, given: dict[str, str]) -> Connection:
    response = client.post(ADD, given)
    assert response.status_code == 302, response.context["adminform"].form.errors
    return Connection.objects.get(name=given["name"])


def page(client: Client, row: Connection) -> str:
    return client.get(f"/admin/integrations/connection/{row.pk}/change/").content.decode()


def test_a_connection_is_added_used_and_shows_no_secret_anywhere(
    cast: Cast, graph_api: GraphApi, browser_client: Browser, mail: Mail, send: Send
) -> None:
    graph_api.add_mailbox(BOX)
    secret = graph_api.identity.client_secret
    client = browser_client(cast.admin)
    row = add(client, form(graph_api))
    assert send(mail(cast.owner)).status == DispatchStatus.SENT
    assert graph_api.sent[0].mailbox == BOX

    shown = page(client, row)
    assert "client secret" in shown
    assert secret not in shown + repr(row) + repr(credentials.microsoft()) + str(vars(row))
    trail = list(AuditEvent.objects.values_list("details", flat=True))
    assert any(details.get("new_secrets") == ["client_secret"] for details in trail)
    assert secret not in json.dumps(trail, default=str)
    with database.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM integrations_connection c")
        assert secret not in cursor.fetchone()[0]
    assert client.get("/admin/integrations/connection/").content.decode().count(secret) == 0


def test_an_empty_secret_keeps_the_old_one_and_a_new_one_replaces_it(
    cast: Cast, graph_api: GraphApi, browser_client: Browser
) -> None:
    client = browser_client(cast.admin)
    row = add(client, form(graph_api))
    url = f"/admin/integrations/connection/{row.pk}/change/"
    client.post(url, form(graph_api, client_secret="", mailbox=""))
    row.refresh_from_db()
    assert row.secrets() == {"client_secret": graph_api.identity.client_secret}
    assert row.settings["mailbox"] == ""
    client.post(url, form(graph_api, client_secret="another"))
    row.refresh_from_db()
    assert row.secrets() == {"client_secret": "another"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"client_secret": ""}, "client_secret"),
        ({"tenant_id": ""}, "tenant_id"),
        ({"provider": "fcm"}, "service_account"),
        ({"provider": "fcm", "service_account": "no json"}, "service_account"),
        ({"mailbox": "nobody"}, "mailbox"),
    ],
)
def test_what_is_missing_is_asked_for(
    cast: Cast, graph_api: GraphApi, browser_client: Browser, changes: dict[str, str], field: str
) -> None:
    response = browser_client(cast.admin).post(ADD, form(graph_api, **changes))
    assert field in response.context["adminform"].form.errors
    assert not Connection.objects.exists()


def test_a_secret_does_not_come_back_beside_an_error(
    cast: Cast, graph_api: GraphApi, browser_client: Browser
) -> None:
    typed = form(graph_api, name="", client_secret="typed-1", service_account="typed-2")
    response = browser_client(cast.admin).post(ADD, typed)
    assert response.status_code == 200
    assert "typed-" not in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Signed in as the app."),
        ({"tenant_id": "another"}, "There is no tenant with this id."),
        ({"client_id": "another"}, "The tenant has no app with this client id."),
        ({"client_secret": "another"}, "The client secret is wrong."),
        ({"mailbox": "nobody@mezzofy.test"}, "There is no such mailbox in Microsoft 365."),
    ],
)
def test_the_test_button_says_what_is_wrong(
    cast: Cast, graph_api: GraphApi, browser_client: Browser, changes: dict[str, str], sentence: str
) -> None:
    graph_api.add_mailbox(BOX)
    client = browser_client(cast.admin)
    row = add(client, form(graph_api, **changes))
    answer = client.post(f"/admin/integrations/connection/{row.pk}/test/", follow=True).content.decode()
    assert sentence in answer
    row.refresh_from_db()
    assert row.last_tested_at is not None
    assert (row.last_error == "") == (changes == {})
    if not changes:
        assert f"Mailbox {BOX}: can be read." in answer
        assert f"Calendar of {BOX}: can be read." in answer


def test_a_permission_that_is_missing_is_named_by_what_it_is_for(
    cast: Cast, graph_api: GraphApi, browser_client: Browser
) -> None:
    graph_api.add_mailbox(BOX)
    graph_api.identity.app_roles = {"Mail.ReadWrite"}
    client = browser_client(cast.admin)
    row = add(client, form(graph_api))
    answer = client.post(f"/admin/integrations/connection/{row.pk}/test/", follow=True).content.decode()
    assert f"Mailbox {BOX}: can be read." in answer
    assert f"Calendar of {BOX}: The app lacks a permission for this" in answer


def test_a_permission_that_cannot_be_tried_without_sending_is_named_too(
    cast: Cast, graph_api: GraphApi, browser_client: Browser
) -> None:
    graph_api.add_mailbox(BOX)
    graph_api.identity.app_roles = {"Mail.ReadWrite", "Calendars.ReadWrite"}
    row = add(browser_client(cast.admin), form(graph_api))
    found = services.check(actor=cast.admin, connection=row)
    assert found.problems[0].startswith("The app lacks Mail.Send. In the app registration")
    assert len(found.works) == 3


def test_without_a_shared_mailbox_the_one_of_who_tests_is_tried(
    cast: Cast, graph_api: GraphApi, browser_client: Browser
) -> None:
    row = add(browser_client(cast.admin), form(graph_api, mailbox=""))
    assert "no such mailbox" in services.check(actor=cast.admin, connection=row).problems[0]
    graph_api.add_mailbox(cast.admin.email)
    found = services.check(actor=cast.admin, connection=row)
    assert found.ok
    assert f"Mailbox {cast.admin.email}: can be read." in found.works


def test_a_service_out_of_reach_or_busy_is_no_wrong_secret(
    cast: Cast, graph_api: GraphApi, browser_client: Browser, settings: Any
) -> None:
    graph_api.add_mailbox(BOX)
    row = add(browser_client(cast.admin), form(graph_api))
    graph_api.fault("^GET .*/calendar$", status=429, retry_after="120")
    busy = services.check(actor=cast.admin, connection=row)
    assert busy.problems == [
        f"Calendar of {BOX}: The service is busy and asks us to wait. Test again in 120 seconds."
    ]
    assert f"Mailbox {BOX}: can be read." in busy.works
    settings.INTEGRATIONS = {**settings.INTEGRATIONS, "GRAPH_AUTHORITY": "https://127.0.0.1:9"}
    away = services.check(actor=cast.admin, connection=row)
    assert away.works == []
    assert away.problems == [
        "127.0.0.1 does not answer (ConnectError). Is this server allowed to reach it (https, port 443)?"
    ]


def test_a_token_that_cannot_be_read_is_no_problem() -> None:
    assert [roles_of(token) for token in ("", "opaque", "a.b.c", "a.W10.c")] == [None] * 4


def test_the_list_says_how_the_last_test_went(
    cast: Cast, graph_api: GraphApi, browser_client: Browser
) -> None:
    client = browser_client(cast.admin)
    row = add(client, form(graph_api))
    said = ["Not tested yet", "no such mailbox in Microsoft 365. (ErrorInvalidUser) (+1)", "Works"]
    for number, sentence in enumerate(said):
        if number:
            client.post(f"/admin/integrations/connection/{row.pk}/test/")
        assert sentence in client.get("/admin/integrations/connection/").content.decode()
        if number == 1:
            graph_api.add_mailbox(BOX)


def test_a_firebase_connection_is_tested_without_pushing(
    cast: Cast, fcm_api: FcmApi, browser_client: Browser
) -> None:
    client = browser_client(cast.admin)
    given = {"provider": "fcm", "name": "Push", "is_active": "on", "service_account": fcm_api.service_account}
    row = add(client, given)
    answer = client.post(f"/admin/integrations/connection/{row.pk}/test/", follow=True).content.decode()
    assert "Signed in to the project mezzofy-test" in answer
    assert fcm_api.pushed == []
    assert "PRIVATE KEY" not in answer


def test_only_administrators_come_near(cast: Cast, graph_api: GraphApi, browser_client: Browser) -> None:
    row = add(browser_client(cast.admin), form(graph_api))
    for user in (cast.owner, cast.manager, cast.executive):
        client = browser_client(user)
        for path in ("", "add/", f"{row.pk}/change/", f"{row.pk}/test/"):
            assert client.get(f"/admin/integrations/connection/{path}").status_code in {302, 403}, (
                user,
                path,
            )
    row.refresh_from_db()
    assert row.last_tested_at is None


def test_keys_are_exchanged_and_the_old_one_can_go(settings: Any) -> None:
    row = Connection.objects.create(provider="microsoft", name="a", sealed=seal({"client_secret": "s"}))
    derived = row.sealed
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert row.secrets() == {"client_secret": "s"}
    out = StringIO()
    call_command("rotate_connection_keys", stdout=out)
    assert out.getvalue().startswith("1 connections")
    row.refresh_from_db()
    assert row.sealed != derived

    settings.SECRET_KEY = "x" * 50
    assert row.secrets() == {"client_secret": "s"}
    second = Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [second, *settings.FIELD_ENCRYPTION_KEYS]
    call_command("rotate_connection_keys", stdout=out)
    settings.FIELD_ENCRYPTION_KEYS = [second]
    row.refresh_from_db()
    assert row.secrets() == {"client_secret": "s"}


def test_secrets_of_a_lost_key_are_said_to_be_unreadable(
    cast: Cast, settings: Any, browser_client: Browser
) -> None:
    row = Connection.objects.create(
        provider="microsoft",
        name="a",
        settings={"tenant_id": "t", "client_id": "c"},
        sealed=seal({"client_secret": "s"}),
    )
    settings.SECRET_KEY = "y" * 50
    with pytest.raises(Unreadable):
        credentials.microsoft()
    with pytest.raises(CommandError, match="1 could not be read"):
        call_command("rotate_connection_keys", stdout=StringIO())
    assert "cannot be read with today&#x27;s keys" in page(browser_client(cast.admin), row)


def test_a_row_wins_over_the_environment_until_it_is_switched_off(graph_api: GraphApi) -> None:
    row = Connection.objects.create(
        provider="microsoft", name="a", settings={"tenant_id": "t", "client_id": "of-the-row"},
        sealed=seal({"client_secret": "s"}),
    )  # fmt: skip
    assert credentials.microsoft().client_id == "of-the-row"
    row.is_active = False
    row.save()
    assert credentials.microsoft().client_id == graph_api.identity.client_id


def test_without_either_there_is_no_connection() -> None:
    with pytest.raises(NotConnected):
        credentials.microsoft()
    with pytest.raises(NotConnected):
        credentials.fcm()
