"""What the brand's rules have against a text or file."""

from __future__ import annotations

from pydantic import BaseModel

from apps.brand.rules import Severity


class Finding(BaseModel):
    """One objection. `quote` is the place, word for word; `start` and `end` its span, -1 in files."""

    rule: str
    severity: Severity
    message: str
    quote: str = ""
    suggestion: str = ""
    start: int = -1
    end: int = -1

    def __str__(self) -> str:
        hint = f" ({self.suggestion})" if self.suggestion else ""
        quote = f" “{self.quote}”" if self.quote else ""
        return f"{self.message}{quote}{hint}"
