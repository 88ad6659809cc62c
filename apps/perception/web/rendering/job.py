"""What the process with the browser is told, and what it leaves behind."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

HTML_FILE = "page.html"
PICTURE_FILE = "page.png"
RESULT_FILE = "result.json"
LOG_FILE = "complaints.txt"


class Job(BaseModel):
    """One page. `web` are the settings of the guard, `robots` the rules of the site ("" for none)."""

    url: str
    folder: str
    chromium: str
    seconds: float
    picture: bool
    max_page: int
    max_bytes: int
    user_agent: str
    robots: str
    web: dict[str, Any]


class Outcome(BaseModel):
    """How it went; `error` is "" when the page's text lies in the folder."""

    url: str = ""
    error: str = ""
    refused: list[str] = []
    requests: int = 0
