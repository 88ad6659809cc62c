"""What the brand's rules have against a text or file."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel

from apps.brand.rules import Severity


class Finding(BaseModel):
    """One objection. `quote` is the place, word for word; `start` and `end` its span, -1 in files. `others`
    are further places with the same objection.
    """

    rule: str
    severity: Severity
    message: str
    quote: str = ""
    suggestion: str = ""
    start: int = -1
    end: int = -1
    others: list[tuple[int, int]] = []

    @property
    def often(self) -> int:
        """At how many places."""
        return len(self.others) + 1

    def __str__(self) -> str:
        hint = f" ({self.suggestion})" if self.suggestion else ""
        quote = f" “{self.quote}”" if self.quote else ""
        often = f", {self.often} times" if self.others else ""
        return f"{self.message}{quote}{often}{hint}"


def merged(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for what is said of several places: the same words, or too much of a sign."""
    kept: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        key = (finding.rule, finding.message, "" if finding.rule == "tone" else finding.quote.casefold())
        first = kept.get(key)
        if first is None:
            kept[key] = finding
        else:
            others = [*first.others, (finding.start, finding.end), *finding.others]
            kept[key] = first.model_copy(update={"others": others})
    return list(kept.values())
