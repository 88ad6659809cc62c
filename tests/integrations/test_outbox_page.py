"""The outbox in the back office: seen by whose it is, sent again or stopped by those allowed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import EmailLog
from apps.integrations import services
from apps.integrations.choices import DispatchStatus
from apps.integrations.models import Dispatch
from apps.integrations.outbox import delivering
from tests.conftest import Cast
from tests.standins.graph_api import GraphApi

pytestmark = pytest.mark.django_db

Mail = Callable[..., Dispatch]
Send = Callable[[Dispatch], Dispatch]
Browser = Callable[[User], Client]
LIST = "/admin/integrations/dispatch/"


def state(dispatch: Dispatch) -> str:
    dispatch.refresh_from_db()
    return dispatch.status


def test_each_sees_the_own_and_those_who_may_see_all(
    cast: Cast, graph_api: GraphApi, mail: Mail, browser_client: Browser
) -> None:
    mail(cast.owner, subject="Mine alone")
    for user, sees in (
        (cast.owner, True),
        (cast.colleague, False),
        (cast.outsider, False),
        (cast.admin, True),
    ):
        assert ("Mine alone" in browser_client(user).get(LIST).content.decode()) is sees, user


def test_the_page_of_a_mail_shows_its_words_as_text(
    cast: Cast, graph_api: GraphApi, mail: Mail, browser_client: Browser
) -> None:
    dispatch = mail(cast.owner, body_text="Good <b>morning</b>")
    shown = browser_client(cast.owner).get(f"{LIST}{dispatch.pk}/change/").content.decode()
    assert "Good &lt;b&gt;morning&lt;/b&gt;" in shown
    assert browser_client(cast.colleague).get(f"{LIST}{dispatch.pk}/change/").status_code == 302


def test_what_failed_is_sent_again_by_one_click_or_many_at_once(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send, browser_client: Browser
) -> None:
    graph_api.identity.app_roles = set()
    failed = [send(mail(cast.owner)) for _ in range(3)]
    graph_api.identity.app_roles = {"Mail.ReadWrite", "Mail.Send"}
    graph_api.identity.expire()
    client = browser_client(cast.owner)
    client.post(f"{LIST}{failed[0].pk}/retry/")
    client.post(LIST, {"action": "retry_chosen", "_selected_action": [str(row.pk) for row in failed[1:]]})
    for row in failed:
        assert state(row) == DispatchStatus.QUEUED
        delivering.deliver(row.pk)
        assert state(row) == DispatchStatus.SENT
    assert len(graph_api.sent) == 3


@pytest.mark.parametrize(
    ("status", "label", "buttons"),
    [
        ("queued", "Queued", ["cancel"]),
        ("sending", "Being sent", []),
        ("sent", "Sent", []),
        ("failed", "Failed", ["retry"]),
        ("kept", "Kept in the house", ["retry"]),
    ],
)
def test_only_what_can_be_done_is_offered(
    cast: Cast,
    graph_api: GraphApi,
    mail: Mail,
    browser_client: Browser,
    status: str,
    label: str,
    buttons: list[str],
) -> None:
    dispatch = mail(cast.owner)
    Dispatch.objects.update(status=status)
    shown = browser_client(cast.owner).get(f"{LIST}{dispatch.pk}/change/").content.decode()
    assert [name for name in ("retry", "cancel") if f"{dispatch.pk}/{name}" in shown] == buttons
    assert label in shown
    assert f"&#x27;{status}&#x27;" not in shown


def test_what_waits_can_be_stopped_and_what_has_left_cannot(
    cast: Cast, graph_api: GraphApi, mail: Mail, send: Send, browser_client: Browser
) -> None:
    client = browser_client(cast.owner)
    waiting, left = mail(cast.owner), send(mail(cast.owner))
    client.post(f"{LIST}{waiting.pk}/cancel/")
    assert state(waiting) == DispatchStatus.CANCELLED
    assert EmailLog.objects.get(dispatch=waiting).error == f"Stopped by {cast.owner.name}."
    delivering.deliver(waiting.pk)
    answer = client.post(f"{LIST}{left.pk}/cancel/", follow=True).content.decode()
    assert "It can be stopped only while it waits" in answer
    assert state(left) == DispatchStatus.SENT
    assert len(graph_api.sent) == 1


def test_opening_the_address_of_a_button_asks_and_does_nothing(
    cast: Cast, graph_api: GraphApi, mail: Mail, browser_client: Browser
) -> None:
    dispatch = mail(cast.owner)
    shown = browser_client(cast.owner).get(f"{LIST}{dispatch.pk}/cancel/")
    assert "Stop it before it is sent?" in shown.content.decode()
    assert 'method="post"' in shown.content.decode()
    assert state(dispatch) == DispatchStatus.QUEUED


def test_others_can_neither_send_nor_stop_it(
    cast: Cast, graph_api: GraphApi, mail: Mail, browser_client: Browser
) -> None:
    dispatch = mail(cast.owner)
    browser_client(cast.colleague).post(f"{LIST}{dispatch.pk}/cancel/")
    assert state(dispatch) == DispatchStatus.QUEUED
    with pytest.raises(Exception, match="no such dispatch"):
        services.cancel(actor=cast.colleague, dispatch=dispatch)
