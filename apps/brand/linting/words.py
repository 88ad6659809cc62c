"""Banned words, tone, names and footers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from apps.brand.findings import Finding
from apps.brand.rules import Kind, Rules

#: More findings of one text help nobody.
MAX_FINDINGS = 60
_CJK = re.compile(r"[\u3400-\u9fff]")


def lint_words(text: str, kind: Kind, rules: Rules) -> Iterator[Finding]:
    """All objections to the words, in the order of the rules."""
    yield from _banned(text, rules)
    yield from _names(text, rules)
    yield from _tone(text, kind, rules)
    yield from _footers(text, kind, rules)


def _banned(text: str, rules: Rules) -> Iterator[Finding]:
    for rule in rules.banned:
        for match in _words(rule.words).finditer(text):
            yield Finding(
                rule="banned_word",
                severity=rule.severity,
                message=f"Banned: {rule.why or 'not a word of ours'}.",
                quote=match.group(),
                suggestion=rule.suggestion,
                start=match.start(),
                end=match.end(),
            )


@lru_cache(maxsize=256)
def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    """Longer phrases first. Chinese has no spaces, so its words are found anywhere."""
    alternatives = [_one(word) for word in sorted(words, key=len, reverse=True)]
    return re.compile("|".join(alternatives), re.IGNORECASE)


def _one(word: str) -> str:
    pattern = r"\s+".join(re.escape(part) for part in word.split()).replace("\\-", "[-‐‑– ]")
    return pattern if _CJK.search(word) else rf"(?<![\w]){pattern}(?![\w])"


def _names(text: str, rules: Rules) -> Iterator[Finding]:
    for rule in rules.names:
        for match in _exactly(rule.wrong).finditer(text):
            yield Finding(
                rule="name",
                severity="warn",
                message=f"The name is spelt “{rule.name}”.",
                quote=match.group(),
                suggestion=rule.name,
                start=match.start(),
                end=match.end(),
            )


@lru_cache(maxsize=64)
def _exactly(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<![\w.@/]){re.escape(word)}(?![\w])" for word in words))


def _tone(text: str, kind: Kind, rules: Rules) -> Iterator[Finding]:
    meant = {"mail"} | {kind} if kind == "newsletter" else {kind}
    for rule in rules.tone:
        if not meant & set(rule.kinds):
            continue
        found = list(re.finditer(rule.pattern, text, re.IGNORECASE if rule.name == "Gap text" else 0))
        for start, end in _runs([match.span() for match in found[rule.at_most : MAX_FINDINGS]]):
            yield Finding(
                rule="tone",
                severity=rule.severity,
                message=rule.message,
                quote=text[start:end][:80],
                start=start,
                end=end,
            )


def _runs(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places that touch each other are one: “!!!” is one cry."""
    found: list[tuple[int, int]] = []
    for start, end in places:
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _footers(text: str, kind: Kind, rules: Rules) -> Iterator[Finding]:
    lowered = text.casefold()
    for rule in rules.footers:
        if kind in rule.kinds and not any(words.casefold() in lowered for words in rule.any_of):
            yield Finding(rule="footer", severity=rule.severity, message=rule.message)
