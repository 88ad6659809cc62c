"""Calling Graph: tokens, immutable ids, and its errors in our words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import httpx
import structlog
from django.conf import settings

from apps.integrations import http
from apps.integrations.credentials import MicrosoftCredentials
from apps.integrations.errors import Missing, Refused, SignInFailed
from apps.integrations.graph.tokens import AppTokens, TeamsTokens, Tokens

log = structlog.get_logger(__name__)

IMMUTABLE = 'IdType="ImmutableId"'
#: Pages that a list may have.
MAX_PAGES = 10
MEANINGS = {
    "ErrorAccessDenied": "The app lacks a permission for this, or an administrator has not consented to it.",
    "Authorization_RequestDenied": "The app lacks a permission for this, or nobody has consented to it.",
    "Forbidden": "The app lacks a permission for this, or an administrator has not consented to it.",
    "ErrorInvalidUser": "There is no such mailbox in Microsoft 365.",
    "Request_ResourceNotFound": "There is no such mailbox in Microsoft 365.",
    "MailboxNotEnabledForRESTAPI": "This account has no mailbox in Microsoft 365.",
    "ErrorMessageSizeExceeded": "The mail is larger than Microsoft 365 allows.",
    "ErrorInvalidRecipients": "Microsoft 365 does not accept one of the addresses.",
}


class Graph:
    """Graph, as whoever the tokens are of."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    @classmethod
    def of(cls, credentials: MicrosoftCredentials) -> Graph:
        """As the app itself. Raises `SignInFailed` for an unknown tenant."""
        return cls(AppTokens(credentials))

    def get(self, path: str, *, params: Mapping[str, str] | None = None, prefer: str = "") -> dict[str, Any]:
        """Read one thing, or one page."""
        return self._json(self._call("GET", path, params=params, prefer=prefer, safe=True))

    def pages(
        self, path: str, *, limit: int, params: Mapping[str, str] | None = None, prefer: str = ""
    ) -> Iterator[dict[str, Any]]:
        """Up to `limit` rows of a list, page after page."""
        page = self.get(path, params=params, prefer=prefer)
        left = limit
        for _ in range(MAX_PAGES):
            for row in page.get("value", [])[:left]:
                yield row
                left -= 1
            following = page.get("@odata.nextLink", "")
            if left <= 0 or not following:
                return
            page = self.get(_own(following), prefer=prefer)

    def content(self, path: str) -> bytes:
        """Read something as the bytes that it is."""
        return self._call("GET", path, safe=True).content

    def post(self, path: str, json: Any = None) -> dict[str, Any]:
        """Make or do something. Raises `Uncertain` when there is no telling whether it was done."""
        return self._json(self._call("POST", path, json=json))

    def patch(self, path: str, json: Any) -> dict[str, Any]:
        """Change something to what is given: the same however often."""
        return self._json(self._call("PATCH", path, json=json, safe=True))

    def _call(
        self,
        method: str,
        path: str,
        *,
        params: Any = None,
        json: Any = None,
        prefer: str = "",
        safe: bool = False,
    ) -> httpx.Response:
        url = path if path.startswith("https://") else f"{settings.INTEGRATIONS['GRAPH_URL']}{path}"
        response: httpx.Response | None = None
        for fresh in (False, True):
            headers = {
                "Authorization": f"Bearer {self._tokens.token(fresh=fresh)}",
                "Accept": "application/json",
            }
            headers["Prefer"] = f"{IMMUTABLE}, {prefer}" if prefer else IMMUTABLE
            if method == "POST" and json is None:
                headers["Content-Length"] = "0"
            response = http.send(http.Ask(method, url, headers, json=json, params=params, safe=safe))
            if response.status_code != 401:
                break
        assert response is not None
        if response.is_success:
            return response
        raise problem(response)

    @staticmethod
    def _json(response: httpx.Response) -> dict[str, Any]:
        found: dict[str, Any] = response.json() if response.content else {}
        return found


def teams_graph(credentials: MicrosoftCredentials) -> Graph:
    """Graph as the person who signed in for Teams. Raises `NotConnected`, `SignInFailed`."""
    return Graph(TeamsTokens(credentials))


def problem(response: httpx.Response) -> Refused | SignInFailed:
    """The error of an answer: its meaning for us, and Graph's own code and message."""
    code, message = _error(response)
    log.warning("graph.refused", status=response.status_code, code=code)
    if response.status_code == 401:
        return SignInFailed(f"Microsoft 365 no longer accepts our sign-in ({code}).")
    sentence = (
        f"{MEANINGS[code]} ({code})" if code in MEANINGS else f"Microsoft 365 refused: {message} ({code})"
    )
    kind = Missing if response.status_code == 404 else Refused
    return kind(sentence, status=response.status_code, service_code=code)


def part(text: str) -> str:
    """A text as one part of a path."""
    return quote(text, safe="")


def _error(response: httpx.Response) -> tuple[str, str]:
    try:
        error = response.json()["error"]
        return str(error["code"])[:100], str(error["message"])[:500]
    except (ValueError, KeyError, TypeError):
        return f"HTTP {response.status_code}", "without saying why"


def _own(link: str) -> str:
    """A link to the next page: only within Graph, whatever an answer says; our token goes with it."""
    if not link.startswith(settings.INTEGRATIONS["GRAPH_URL"]):
        raise Refused("Microsoft 365 pointed to an address that is not its own.")
    return link
