"""Push messages reach the phones that the app told of."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.integrations import services
from apps.integrations.choices import DispatchStatus
from apps.integrations.models import Dispatch, PushDevice
from apps.notifications.models import Notice
from tests.conftest import Cast
from tests.standins.fcm_api import FcmApi

pytestmark = pytest.mark.django_db

Api = Callable[[User | None], APIClient]
Send = Callable[[Dispatch], Dispatch]
URL = "/api/push/devices/"


def push(cast: Cast, key: str = "one") -> Dispatch:
    return services.push(
        user=cast.owner, recipient=cast.colleague, title="Stock", body="is low", url="/x", key=key
    )


def register(user: User, token: str) -> None:
    services.register_device(user=user, token=token, platform="ios")


def test_every_phone_of_the_person_gets_it_once(cast: Cast, fcm_api: FcmApi, send: Send) -> None:
    for token in ("phone-1", "phone-2"):
        register(cast.colleague, token)
    register(cast.outsider, "phone-3")
    dispatch = push(cast)
    for _ in range(2):
        assert send(dispatch).status == DispatchStatus.SENT
    assert sorted(message["token"] for message in fcm_api.pushed) == ["phone-1", "phone-2"]
    assert fcm_api.pushed[0]["notification"] == {"title": "Stock", "body": "is low"}
    assert fcm_api.pushed[0]["data"] == {"url": "/x", "key": "one"}
    assert not Notice.objects.exists()


def test_a_phone_without_the_app_is_forgotten(cast: Cast, fcm_api: FcmApi, send: Send) -> None:
    for token in ("phone-1", "phone-2"):
        register(cast.colleague, token)
    fcm_api.gone = {"phone-1"}
    assert send(push(cast)).status == DispatchStatus.SENT
    assert [device.token for device in PushDevice.objects.all()] == ["phone-2"]
    fcm_api.gone = {"phone-2"}
    done = send(push(cast, "two"))
    assert (done.status, done.error) == (DispatchStatus.KEPT, "The app is on none of the person's phones.")
    assert Notice.objects.get().recipient == cast.colleague


def test_a_phone_that_had_it_is_left_out_when_another_is_tried_again(
    cast: Cast, fcm_api: FcmApi, send: Send
) -> None:
    for token in ("phone-1", "phone-2"):
        register(cast.colleague, token)
    fcm_api.fault("messages:send", status=500)
    dispatch = send(push(cast))
    assert dispatch.status == DispatchStatus.QUEUED
    Dispatch.objects.update(not_before=None)
    assert send(dispatch).status == DispatchStatus.SENT
    assert sorted(message["token"] for message in fcm_api.pushed) == ["phone-1", "phone-2"]


def test_a_deleted_key_says_what_to_do(cast: Cast, fcm_api: FcmApi, send: Send) -> None:
    register(cast.colleague, "phone-1")
    fcm_api.fault("^POST /token", status=400)
    done = send(push(cast))
    assert (done.status, done.error) == (
        DispatchStatus.FAILED, "Google did not let the service account in. Was its key deleted?",
    )  # fmt: skip


def test_the_app_registers_its_phone_and_takes_it_back(cast: Cast, api: Api) -> None:
    given = {"token": "phone-1", "platform": "android", "name": "Pixel"}
    first = api(cast.owner).post(URL, given)
    assert (first.status_code, first.json()["platform"]) == (200, "android")
    assert "token" not in first.json()
    assert api(cast.owner).post(URL, given).json()["id"] == first.json()["id"]
    assert api(cast.outsider).delete(URL, {"token": "phone-1"}).status_code == 404
    assert api(cast.owner).delete(URL, {"token": "phone-1"}).status_code == 204
    assert not PushDevice.objects.exists()


def test_a_phone_is_its_last_users(cast: Cast, api: Api) -> None:
    for user in (cast.owner, cast.colleague):
        assert api(user).post(URL, {"token": "phone-1", "platform": "ios"}).status_code == 200
    assert PushDevice.objects.get().user == cast.colleague


def test_strangers_and_nonsense_are_refused(cast: Cast, api: Api) -> None:
    assert api(None).post(URL, {"token": "x", "platform": "ios"}).status_code == 401
    assert api(cast.owner).post(URL, {"token": "x", "platform": "pager"}).status_code == 400
    for number in range(10):
        register(cast.owner, f"phone-{number}")
    answer = api(cast.owner).post(URL, {"token": "one-more", "platform": "ios"})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_devices")
