"""Push messages to single devices, as a service account."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

import httpx
import jwt
from django.conf import settings

from apps.integrations import http
from apps.integrations.credentials import FcmCredentials
from apps.integrations.errors import Refused, SignInFailed

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
#: A token is given for an hour; it is renewed this many seconds before its end.
MARGIN = 120


class Gone(Refused):
    """The app was removed from the phone: the registration will not work again."""

    code = "device_gone"


class Fcm:
    """One Firebase project, as its service account."""

    def __init__(self, credentials: FcmCredentials) -> None:
        self._credentials = credentials
        self._token = ""
        self._until = 0.0

    def send(self, *, device: str, title: str, body: str, url: str, key: str) -> str:
        """Push to one device; returns the message's name. A second one of the same `key` replaces the first
        on the phone. Raises `Gone`, `Refused`, `SignInFailed`, `Throttled`, `Uncertain`.
        """
        message: dict[str, Any] = {
            "token": device,
            "notification": {"title": title, "body": body},
            "data": {"url": url, "key": key},
            "android": {"collapse_key": key[:64], "notification": {"tag": key[:64]}},
            "apns": {"headers": {"apns-collapse-id": key[:64]}},
        }
        project = self._credentials.project_id
        response = self._post(
            f"{settings.INTEGRATIONS['FCM_URL']}/projects/{project}/messages:send", {"message": message}
        )
        return str(response.json()["name"])

    def check(self) -> None:
        """Sign in, and validate a message without sending it. Raises `SignInFailed`, `Refused`."""
        message = {"topic": "connection-test", "notification": {"title": "Test", "body": "Test"}}
        project = self._credentials.project_id
        url = f"{settings.INTEGRATIONS['FCM_URL']}/projects/{project}/messages:send"
        self._post(url, {"validate_only": True, "message": message})

    def _post(self, url: str, body: dict[str, Any]) -> httpx.Response:
        response: httpx.Response | None = None
        for fresh in (False, True):
            headers = {"Authorization": f"Bearer {self._access(fresh=fresh)}"}
            response = http.send(http.Ask("POST", url, headers, json=body))
            if response.status_code != 401:
                break
        assert response is not None
        if response.is_success:
            return response
        raise _problem(response)

    def _access(self, *, fresh: bool) -> str:
        if fresh or time.time() > self._until - MARGIN:
            self._token, self._until = _sign_in(self._credentials)
        return self._token


@lru_cache(maxsize=4)
def fcm(credentials: FcmCredentials) -> Fcm:
    """The client of these credentials; it keeps its token."""
    return Fcm(credentials)


def _sign_in(credentials: FcmCredentials) -> tuple[str, float]:
    """A token for a signed statement of who we are (RFC 7523)."""
    now = int(time.time())
    claims = {
        "iss": credentials.client_email,
        "scope": SCOPE,
        "aud": credentials.token_uri,
        "iat": now,
        "exp": now + 3600,
    }
    try:
        assertion = jwt.encode(claims, credentials.private_key.get_secret_value(), algorithm="RS256")
    except (ValueError, jwt.PyJWTError):
        raise SignInFailed("The private key of the service account cannot be used.") from None
    data = {"grant_type": GRANT, "assertion": assertion}
    response = http.send(http.Ask("POST", credentials.token_uri, {}, data=data, safe=True))
    if not response.is_success:
        raise SignInFailed("Google did not let the service account in. Was its key deleted?")
    answer = response.json()
    return str(answer["access_token"]), now + float(answer.get("expires_in", 3600))


def _problem(response: httpx.Response) -> Refused | SignInFailed:
    try:
        error = response.json()["error"]
        codes = [detail.get("errorCode", "") for detail in error.get("details", [])]
        code = next((code for code in codes if code), error.get("status", ""))
        message = str(error.get("message", ""))[:300]
    except (ValueError, KeyError, TypeError, AttributeError):
        code, message = f"HTTP {response.status_code}", "without saying why"
    if code == "UNREGISTERED":
        return Gone("The app is no longer on this phone.", status=404, service_code=code)
    if response.status_code == 401:
        return SignInFailed("Firebase no longer accepts our sign-in.")
    return Refused(f"Firebase refused: {message} ({code})", status=response.status_code, service_code=code)
