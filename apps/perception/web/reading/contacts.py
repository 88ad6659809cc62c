"""How a page says that somebody can be reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import httpx
import phonenumbers

from apps.perception.web.pages import Fact, Organization
from apps.perception.web.reading.blocks import squeezed

MAX_TEXT = 100_000
MAX_FACTS = 60
_EMAIL = re.compile(
    r"(?<![\w.+-])([a-z0-9][\w.+-]{0,63})(?:@|\s?[\[(]\s?at\s?[\])]\s?)([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4})",
    re.IGNORECASE,
)
#: Pictures of high resolution are called logo@2x.png.
_FILE = re.compile(r"\.(png|jpe?g|gif|webp|svg|js|css)$", re.IGNORECASE)
REGIONS = {
    "sg": "SG", "my": "MY", "hk": "HK", "cn": "CN", "tw": "TW", "id": "ID", "th": "TH", "ph": "PH",
    "vn": "VN", "jp": "JP", "kr": "KR", "au": "AU", "nz": "NZ", "uk": "GB", "in": "IN", "ae": "AE",
}  # fmt: skip
DEFAULT_REGION = "SG"
SOCIAL = {
    "linkedin.com": "LinkedIn", "facebook.com": "Facebook", "instagram.com": "Instagram", "x.com": "X",
    "twitter.com": "X", "tiktok.com": "TikTok", "youtube.com": "YouTube", "wa.me": "WhatsApp",
    "t.me": "Telegram", "xiaohongshu.com": "Xiaohongshu", "weibo.com": "Weibo", "threads.net": "Threads",
    "pinterest.com": "Pinterest", "line.me": "LINE",
}  # fmt: skip
_SHARING = re.compile(r"/(sharer?|intent|share-offsite|dialog)\b", re.IGNORECASE)


def contacts_of(tree: Any, *, url: str, text: str, organizations: list[Organization]) -> list[Fact]:
    """E-mail addresses, telephone numbers (E.164), postal addresses and profiles, each once."""
    region = _region(url)
    found: dict[tuple[str, str], Fact] = {}
    for fact in _all(tree, text[:MAX_TEXT], organizations, region):
        key = (fact.kind, fact.value.casefold())
        if fact.value and (key not in found or (fact.label and not found[key].label)):
            found[key] = fact
    return list(found.values())[:MAX_FACTS]


def social_network(url: str) -> str:
    """The name of the network on which this profile is; "" for other addresses and for "share" buttons."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return ""
    host = parsed.host.lower().removeprefix("www.")
    site = next((name for site, name in SOCIAL.items() if host == site or host.endswith(f".{site}")), "")
    return site if len(parsed.path) > 1 and not _SHARING.search(parsed.path) else ""


def _all(tree: Any, text: str, organizations: list[Organization], region: str) -> Iterator[Fact]:
    yield from _marked(organizations, region)
    yield from _linked(tree, region)
    for match in _EMAIL.finditer(text):
        yield Fact(kind="email", value=_email(f"{match[1]}@{match[2]}"))
    for number in phonenumbers.PhoneNumberMatcher(text, region):
        yield Fact(kind="phone", value=_e164(number.number))
    for element in tree.iter("address"):
        yield Fact(kind="address", value=squeezed(" ".join(element.itertext()))[:300])
    for element in tree.xpath("//*[@itemprop='address' or contains(concat(' ', @class, ' '), ' adr ')]"):
        yield Fact(kind="address", value=squeezed(" ".join(element.itertext()))[:300])


def _marked(organizations: list[Organization], region: str) -> Iterator[Fact]:
    for found in organizations:
        yield Fact(kind="email", value=_email(found.email), label=found.name)
        yield Fact(kind="phone", value=_phone(found.telephone, region), label=found.name)
        yield Fact(kind="address", value=found.address, label=found.name)
        yield Fact(kind="hours", value=found.hours, label=found.name)
        for profile in found.same_as:
            if network := social_network(profile):
                yield Fact(kind="social", value=profile, label=network)


def _linked(tree: Any, region: str) -> Iterator[Fact]:
    for anchor in tree.iter("a"):
        target = (anchor.get("href") or "").strip()
        scheme, _, rest = target.partition(":")
        if scheme.lower() == "mailto":
            yield Fact(kind="email", value=_email(unquote(rest.partition("?")[0])))
        elif scheme.lower() == "tel":
            yield Fact(kind="phone", value=_phone(unquote(rest), region))
        elif scheme.lower() in {"http", "https"} and (network := social_network(target)):
            yield Fact(kind="social", value=target[:300], label=network)


def _email(text: str) -> str:
    address = text.strip().strip(".").lower()
    return address if _EMAIL.fullmatch(address) and not _FILE.search(address) else ""


def _phone(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(text[:40], region)
    except phonenumbers.NumberParseException:
        return ""
    return _e164(number) if phonenumbers.is_valid_number(number) else ""


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _region(url: str) -> str:
    return REGIONS.get(httpx.URL(url).host.lower().rpartition(".")[2], DEFAULT_REGION)
