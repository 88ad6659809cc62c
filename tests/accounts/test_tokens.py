"""POST /api/auth/refresh, POST /api/auth/logout, GET /api/auth/me."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from apps.accounts import services
from apps.accounts.models import User
from tests.conftest import Cast
from tests.factories.accounts import PASSWORD

Api = Callable[[User | None], APIClient]

pytestmark = pytest.mark.django_db


def refresh(token: str) -> APIClient:
    return APIClient().post("/api/auth/refresh", {"refresh": token})


def me(token: str) -> int:
    return int(APIClient(HTTP_AUTHORIZATION=f"Bearer {token}").get("/api/auth/me").status_code)


@pytest.fixture
def pair(cast: Cast) -> dict[str, str]:
    answer = APIClient().post("/api/auth/login", {"email": cast.owner.email, "password": PASSWORD})
    return {"access": answer.data["access"], "refresh": answer.data["refresh"]}


def test_a_refresh_token_works_once_and_gives_a_new_pair(pair: dict[str, str]) -> None:
    first = refresh(pair["refresh"])

    assert set(first.data) == {"access", "refresh"}
    assert me(first.data["access"]) == 200
    assert refresh(pair["refresh"]).status_code == 401
    assert refresh(first.data["refresh"]).status_code == 200


def test_a_log_out_ends_the_refresh_token(pair: dict[str, str]) -> None:
    client = APIClient()

    assert client.post("/api/auth/logout", {"refresh": pair["refresh"]}).status_code == 204
    assert refresh(pair["refresh"]).status_code == 401
    assert client.post("/api/auth/logout", {"refresh": pair["refresh"]}).status_code == 204


def test_an_access_token_is_no_refresh_token_and_the_reverse(pair: dict[str, str]) -> None:
    assert refresh(pair["access"]).status_code == 401
    assert me(pair["refresh"]) == 401


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 5000])
def test_nonsense_is_refused(db: None, token: str) -> None:
    answer = refresh(token)

    assert answer.status_code in {400, 401}
    assert answer["Content-Type"] == "application/problem+json"


def test_expired_tokens_are_refused(cast: Cast) -> None:
    access, late = AccessToken.for_user(cast.owner), RefreshToken.for_user(cast.owner)
    access.set_exp(lifetime=-timedelta(seconds=1))
    late.set_exp(lifetime=-timedelta(seconds=1))

    assert me(str(access)) == 401
    assert refresh(str(late)).status_code == 401


def test_a_token_signed_by_somebody_else_is_refused(cast: Cast) -> None:
    import jwt

    claims = AccessToken.for_user(cast.owner).payload
    assert me(jwt.encode(claims, "another-key-of-sufficient-length-0123456789", algorithm="HS256")) == 401
    assert me(jwt.encode(claims, "", algorithm="none")) == 401


def test_a_new_password_ends_every_token(cast: Cast, pair: dict[str, str]) -> None:
    services.update_user(user=cast.owner, password="another-long-password")

    assert me(pair["access"]) == 401
    assert refresh(pair["refresh"]).status_code == 401


def test_a_deactivation_ends_every_token(cast: Cast, pair: dict[str, str]) -> None:
    services.deactivate_user(user=cast.owner)

    assert me(pair["access"]) == 401
    assert refresh(pair["refresh"]).status_code == 401


def test_a_user_who_is_gone_gives_no_new_tokens(cast: Cast) -> None:
    ghost = User.objects.create_user("ghost@example.test", PASSWORD, name="Ghost")
    token = str(RefreshToken.for_user(ghost))
    ghost.delete()

    assert refresh(token).status_code == 401


def test_who_am_i(api: Api, cast: Cast) -> None:
    assert api(cast.manager).get("/api/auth/me").data["email"] == cast.manager.email
    answer = api(None).get("/api/auth/me")
    assert (answer.status_code, answer.data["code"]) == (401, "not_authenticated")
