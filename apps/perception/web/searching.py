"""Asking a search engine: SearXNG of the house, or Brave's interface with a key."""

from __future__ import annotations

from typing import Any

import httpx
from django.conf import settings
from pydantic import BaseModel

from apps.core.errors import Unavailable
from apps.perception.web.addresses import parse
from apps.perception.web.errors import PageError
from apps.perception.web.reading.blocks import squeezed

MAX_ANSWER = 2 * 1024 * 1024
TIMEOUT = 12.0
NOT_SET_UP = (
    "I cannot search the web: no search engine is set up here. An administrator can do it: WEB_SEARCH_URL is "
    "the address of a SearXNG, or of Brave's search together with WEB_SEARCH_KEY. I can read a page, though: "
    "send me its address."
)


class Found(BaseModel):
    """A result: words of strangers, in the order of the engine."""

    title: str
    url: str
    snippet: str


def ready() -> str:
    """ "" or why nothing can be searched."""
    return "" if settings.WEB["SEARCH_URL"] else NOT_SET_UP


def search(query: str, *, limit: int = 8) -> list[Found]:
    """Results with addresses that may be opened. Raises `Unavailable` with a sentence.

    The engine is chosen by an administrator and may stand inside the house; its results may not.
    """
    if sentence := ready():
        raise Unavailable(sentence, code="not_set_up")
    answer = _asked(" ".join(query.split())[:400], limit)
    found: dict[str, Found] = {}
    for item in _results(answer):
        made = _result(item)
        if made is not None:
            found.setdefault(made.url, made)
    return list(found.values())[:limit]


def _asked(query: str, limit: int) -> Any:
    url, key = str(settings.WEB["SEARCH_URL"]), str(settings.WEB["SEARCH_KEY"])
    headers = {"Accept": "application/json", "User-Agent": settings.WEB["USER_AGENT"]}
    params: dict[str, str | int] = {"q": query}
    if key:
        headers["X-Subscription-Token"] = key
        params["count"] = min(limit, 20)
    else:
        params["format"] = "json"
        url = url if url.rstrip("/").endswith("/search") else f"{url.rstrip('/')}/search"
    try:
        with httpx.Client(timeout=TIMEOUT, trust_env=False, follow_redirects=False) as client:
            response = client.get(url, params=params, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable("The search engine does not answer. Please try again later.") from error
    if response.status_code != 200 or len(response.content) > MAX_ANSWER:
        raise Unavailable(
            f"The search engine refused the question (it answered {response.status_code}). "
            "An administrator can check WEB_SEARCH_URL and WEB_SEARCH_KEY."
        )
    try:
        return response.json()
    except ValueError as error:
        raise Unavailable("The search engine gave an answer that is no JSON; is it allowed to?") from error


def _results(answer: Any) -> list[Any]:
    """SearXNG: `results`; Brave: `web.results`."""
    if not isinstance(answer, dict):
        return []
    inner = answer.get("web")
    found = inner.get("results") if isinstance(inner, dict) else answer.get("results")
    return found if isinstance(found, list) else []


def _result(item: Any) -> Found | None:
    if not isinstance(item, dict):
        return None
    try:
        url = str(parse(str(item.get("url") or "")))
    except PageError:
        return None
    snippet = item.get("content") or item.get("description") or ""
    return Found(
        title=squeezed(str(item.get("title") or url))[:200], url=url, snippet=squeezed(str(snippet))[:400]
    )
