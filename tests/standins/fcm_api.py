"""A stand-in for Firebase Cloud Messaging (HTTP v1) and Google's token endpoint, over TLS."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Annotated, Any, Literal
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tests.standins.https import Answer, HttpsStandIn, Problem, Request, epoch

PROJECT = "mezzofy-test"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
RESERVED = re.compile(r"^(from|message_type|google\.|gcm\.)")


class Body(BaseModel):
    """No unknown fields."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Notification(Body):
    """google.firebase.fcm.v1.Notification."""

    title: str = ""
    body: str = ""


class AndroidNotification(Body):
    """AndroidNotification, in part."""

    tag: str = ""


class Android(Body):
    """AndroidConfig, in part."""

    collapse_key: str = ""
    priority: Literal["NORMAL", "HIGH"] = "NORMAL"
    notification: AndroidNotification | None = None


class Apns(Body):
    """ApnsConfig, in part."""

    headers: dict[str, str] = Field(default_factory=dict)


class Message(Body):
    """Message: to exactly one token or topic; data are texts."""

    token: str = ""
    topic: str = ""
    notification: Notification | None = None
    data: dict[str, Annotated[str, Field(max_length=2000)]] = Field(default_factory=dict)
    android: Android | None = None
    apns: Apns | None = None


class Send(Body):
    """The request."""

    message: Message
    validate_only: bool = False


@cache
def private_key() -> str:
    """The service account's key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


class FcmApi(HttpsStandIn):
    """The running stand-in; `pushed` is what arrived, `gone` are registrations of phones without the app."""

    def __init__(self, *, port: int = 0) -> None:
        super().__init__(port=port)
        self.pushed: list[dict[str, Any]] = []
        self.gone: set[str] = set()
        self.tokens: dict[str, float] = {}
        self.route("POST", "/token", self._token)
        self.route("POST", f"/v1/projects/{PROJECT}/messages:send", self._send)

    @property
    def service_account(self) -> str:
        """The key file."""
        return json.dumps({
            "type": "service_account", "project_id": PROJECT, "private_key": private_key(),
            "client_email": "push@mezzofy-test.iam.gserviceaccount.test", "token_uri": f"{self.url}/token",
        })  # fmt: skip

    def problem(self, problem: Problem) -> Answer:
        """In Google's words."""
        details = [
            {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": problem.code}
        ]
        error = {
            "code": problem.status,
            "message": problem.message,
            "status": problem.code,
            "details": details,
        }
        return Answer(problem.status, {"error": error}, problem.headers)

    def _token(self, request: Request) -> Answer:
        form = request.form()
        public = serialization.load_pem_private_key(private_key().encode(), None).public_key()
        try:
            claims = jwt.decode(form["assertion"], public, algorithms=["RS256"], audience=f"{self.url}/token")
        except (jwt.PyJWTError, KeyError):
            return Answer(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
        if (
            form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer"
            or claims["scope"] != SCOPE
        ):
            return Answer(400, {"error": "invalid_scope"})
        token = f"ya29.{uuid4().hex}"
        self.tokens[token] = epoch() + 3600
        return Answer(body={"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

    def _send(self, request: Request) -> Answer:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, 0) < epoch():
            raise Problem(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        try:
            given = Send.model_validate(request.json())
        except ValidationError as error:
            raise Problem(400, "INVALID_ARGUMENT", str(error.errors()[0]["loc"])) from None
        message = given.message
        if bool(message.token) == bool(message.topic):
            raise Problem(400, "INVALID_ARGUMENT", "Exactly one target is required.")
        if any(RESERVED.match(name) for name in message.data) or len(request.raw) > 4096:
            raise Problem(400, "INVALID_ARGUMENT", "Invalid data key, or the message is too big.")
        if message.token in self.gone:
            raise Problem(404, "UNREGISTERED", "Requested entity was not found.")
        if not given.validate_only:
            self.pushed.append(message.model_dump())
        return Answer(body={"name": f"projects/{PROJECT}/messages/{uuid4().hex}"})
