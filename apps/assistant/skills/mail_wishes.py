"""Which mails a sentence means: whose mailbox, since when, from whom or about what."""

from __future__ import annotations

import re
from typing import Literal, TypedDict

from apps.core.sentences import sentence

MailboxChoice = Literal["own", "shared"]
DEFAULT_DAYS = 7

_SHARED = re.compile(
    r"\b(shared|team|common|our|support)\s+(?:\w+\s+)?(mail\w*|e-?mails?|inbox|mailbox)|customers?\b|\bus\b|共享|客户|"
    r"\b(kongsi|bersama|pelanggan)\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\bmy\b|我的|\bsaya\b", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_ABOUT = re.compile(r"\b(?:about|regarding|tentang)\s+(?:the\s+)?(.{2,80}?)[.?!]?$", re.IGNORECASE)
_NAME = r"[A-Z][\w&'’-]*(?:\s+[A-Z][\w&'’-]*)*"
_FROM = re.compile(rf"\b(?:from|of|by|did|to|daripada)\s+(?:the\s+)?({_NAME})")
_DAYS = (
    (re.compile(r"\b(\d{1,2})\s*days?\b", re.IGNORECASE), 1),
    (re.compile(r"\btoday\b|今天|hari ini", re.IGNORECASE), 1),
    (re.compile(r"\byesterday\b|昨天|semalam", re.IGNORECASE), 2),
    (re.compile(r"\bmonth\b|这个月|bulan", re.IGNORECASE), 31),
)

_WRITERS = r"(?:customer|client|merchant|guest|mail|message|question)s?|客户|客人|邮件|pelanggan|e-?mel"
_COLON = re.compile(rf"(?:{_WRITERS})[^:：\n]{{0,60}}[:：]\s*(\S.*)", re.IGNORECASE | re.DOTALL)
_ASKS = re.compile(
    r"\b(?:customer|client|merchant|guest)\s+(?:asks?|asked|wants? to know|is asking)(?:\s+us)?\s*,?\s+"
    r"((?:how|what|why|when|where|who|which|whether|if|can|is|are|do|does)\b.+)",
    re.IGNORECASE | re.DOTALL,
)


class Wanted(TypedDict):
    """What `read_mailbox` is asked for."""

    mailbox: MailboxChoice
    query: str
    days: int


def pasted_question(message: str) -> str:
    """What a customer asks, where the message itself tells it: “a customer asks: how …”; else ""."""
    message = sentence(message)
    found = _COLON.search(message) or _ASKS.search(message)
    return found[1].strip() if found else ""


def wanted_mails(message: str, *, may_share: bool) -> Wanted:
    """The mails meant. What customers write comes into the shared mailbox, for those who may read it."""
    message = sentence(message)
    shared = bool(_SHARED.search(message)) and not _OWN.search(message)
    explicit = "shared" in message.casefold() or "共享" in message
    return Wanted(
        mailbox="shared" if shared and (may_share or explicit) else "own",
        query=_query(message),
        days=_days(message),
    )


def _query(message: str) -> str:
    for pattern in (_ADDRESS, _ABOUT, _FROM):
        if found := pattern.search(message):
            return found[found.lastindex or 0].strip()
    return ""


def _days(message: str) -> int:
    for pattern, days in _DAYS:
        if found := pattern.search(message):
            return int(found[1]) if found.lastindex else days
    return DEFAULT_DAYS
