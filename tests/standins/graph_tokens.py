"""Microsoft's identity platform, as far as a client of Graph meets it: the tenant's addresses, tokens for an
app itself, and the sign-in of a person with a code.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.standins.https import Answer, Problem, Request, epoch

if TYPE_CHECKING:
    from tests.standins.graph_api import GraphApi

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass
class Token:
    """An access token: whose it is, and for what."""

    until: float
    scopes: frozenset[str]
    delegated: bool


@dataclass
class Identity:
    """The tenant: what the app may, who has signed in, and which tokens are out."""

    tenant: str = "11111111-2222-3333-4444-555555555555"
    client_id: str = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
    client_secret: str = "a-secret~Value.of_the-App"
    secret_expired: bool = False
    lifetime: int = 3600
    app_roles: set[str] = field(
        default_factory=lambda: {"Mail.ReadWrite", "Mail.Send", "Calendars.ReadWrite"}
    )
    person_scopes: set[str] = field(
        default_factory=lambda: {
            "ChannelMessage.Send",
            "ChannelMessage.Read.All",
            "Team.ReadBasic.All",
            "Channel.ReadBasic.All",
        }
    )
    person: str = "assistant@mezzofy.test"
    tokens: dict[str, Token] = field(default_factory=dict)
    refresh_tokens: set[str] = field(default_factory=set)
    issued: int = 0

    def expire(self) -> None:
        """No token is valid any more, whatever its holder believes."""
        for token in self.tokens.values():
            token.until = 0

    def issue(self, *, delegated: bool) -> str:
        """A new token."""
        self.issued += 1
        scopes = self.person_scopes if delegated else self.app_roles
        text = f"eyJ.{_coded({'scp' if delegated else 'roles': sorted(scopes)})}.{uuid4().hex}"
        self.tokens[text] = Token(epoch() + self.lifetime, frozenset(scopes), delegated)
        return text


def add_routes(api: GraphApi) -> None:
    """The paths of the identity platform."""
    api.route(
        "GET", "/{tenant}/v2.0/.well-known/openid-configuration", lambda r, tenant: _discovery(api, tenant)
    )
    api.route("POST", "/{tenant}/oauth2/v2.0/token", lambda r, tenant: _token(api, r, tenant))
    api.route("POST", "/{tenant}/oauth2/v2.0/devicecode", lambda r, tenant: _device(api, r, tenant))


def authorize(api: GraphApi, request: Request, *, app: str = "", person: str = "") -> Token:
    """The token of a request, if it is valid and good for what is asked. `app` is the role that an app needs,
    `person` the scope that a person's token needs; "" when such a token can never do it.
    """
    header = request.headers.get("authorization", "")
    token = api.identity.tokens.get(header.removeprefix("Bearer "))
    if token is None:
        raise Problem(401, "InvalidAuthenticationToken", "Access token is empty or unknown.")
    if token.until < epoch():
        raise Problem(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
    needed = person if token.delegated else app
    if not needed or needed not in token.scopes:
        code = "ErrorAccessDenied" if "/users/" in request.path else "Forbidden"
        raise Problem(403, code, f"Missing scope permissions on the request: {needed or 'not supported'}.")
    return token


def _discovery(api: GraphApi, tenant: str) -> Answer:
    if tenant != api.identity.tenant:
        return _refusal(400, "invalid_tenant", 90002, f"Tenant '{tenant}' not found.")
    base = f"{api.url}/{tenant}"
    return Answer(body={
        "issuer": f"{base}/v2.0",
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
    })  # fmt: skip


def _token(api: GraphApi, request: Request, tenant: str) -> Answer:  # noqa: PLR0911
    form, identity = request.form(), api.identity
    if form.get("client_id") != identity.client_id:
        return _refusal(400, "unauthorized_client", 700016, "Application was not found in the directory.")
    grant = form.get("grant_type")
    if grant == "client_credentials":
        if form.get("client_secret") != identity.client_secret:
            return _refusal(401, "invalid_client", 7000215, "Invalid client secret provided.")
        if identity.secret_expired:
            return _refusal(401, "invalid_client", 7000222, "The provided client secret keys are expired.")
        if "https://graph.microsoft.com/.default" not in form.get("scope", "").split():
            return _refusal(400, "invalid_scope", 1002012, "The scope must be the resource with /.default.")
        token = identity.issue(delegated=False)
        return Answer(body={"token_type": "Bearer", "expires_in": identity.lifetime, "access_token": token})
    if grant == "refresh_token" and form.get("refresh_token") not in identity.refresh_tokens:
        return _refusal(400, "invalid_grant", 700082, "The refresh token has expired due to inactivity.")
    if grant in {"refresh_token", DEVICE_GRANT}:
        return Answer(body=_person(api, tenant))
    return _refusal(400, "unsupported_grant_type", 70003, "The grant type is not supported.")


def _person(api: GraphApi, tenant: str) -> dict[str, Any]:
    identity = api.identity
    refresh = f"0.{uuid4().hex}"
    identity.refresh_tokens = {refresh}
    claims = {
        "aud": identity.client_id, "iss": f"{api.url}/{tenant}/v2.0", "sub": "person", "oid": "person",
        "tid": tenant, "preferred_username": identity.person, "exp": int(epoch()) + 3600, "iat": int(epoch()),
    }  # fmt: skip
    scopes = " ".join(f"https://graph.microsoft.com/{name}" for name in sorted(identity.person_scopes))
    return {
        "token_type": "Bearer",
        "scope": scopes,
        "expires_in": identity.lifetime,
        "access_token": identity.issue(delegated=True),
        "refresh_token": refresh,
        "id_token": f"{_coded({'alg': 'none'})}.{_coded(claims)}.",
        "client_info": _coded({"uid": "person", "utid": tenant}),
    }


def _device(api: GraphApi, request: Request, tenant: str) -> Answer:
    if request.form().get("client_id") != api.identity.client_id:
        return _refusal(400, "unauthorized_client", 700016, "Application was not found in the directory.")
    return Answer(body={
        "device_code": uuid4().hex, "user_code": "ABCD-EFGH", "verification_uri": "https://microsoft.test/devicelogin",
        "expires_in": 900, "interval": 1,
        "message": "To sign in, open https://microsoft.test/devicelogin and enter the code ABCD-EFGH.",
    })  # fmt: skip


def _refusal(status: int, error: str, number: int, words: str) -> Answer:
    body = {"error": error, "error_description": f"AADSTS{number}: {words}", "error_codes": [number]}
    return Answer(status, body)


def _coded(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
