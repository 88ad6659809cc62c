"""Companies, addresses, quoted text and words of a list in a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping

from apps.accounts.models import User
from apps.contacts.models import Company
from apps.contacts.normalisation import company_key

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
QUOTES = re.compile("[\"“”「『](.{2,200}?)[\"“”」』]|(?<!\\w)['‘](.{2,200}?)['’](?!\\w)")
LEAD_IN = re.compile(
    r"\b(?:for|about|of|at|with|from|to|lead|company|customer|named|called|move|mark|set|won|lost|met|phoned"
    r"|visited|e-?mailed|untuk|bagi)\s+"
    r"(?:the\s+|a\s+)?(?:(?:lead|company|customer|restaurant group|account)\s+)?",
    re.IGNORECASE,
)
CHINESE_LEAD_IN = re.compile(
    "(?:给|為|为|关于|關於|替)([\\u4e00-\\u9fffA-Za-z0-9&·（）() ]{2,60}?)"
    "(?:做|准备|準備|生成|制作|製作|写|的|$)"
)
TAIL = re.compile(
    r"(?:[,;!?\n]|\.(?=\s|$)|\s+(?:please|by|before|until|this|next|last|in|on|using|that|which|who"
    r"|and\s+(?:make|send|use|include|they)|tomorrow|today|now|because|dengan|sekarang)\b"
    # A stage ends the name in "move … to proposal"; "Farm to Table" stays whole.
    r"|\s+(?:back\s+)?(?:to|as)\s+(?:the\s+)?(?:new|contacted|qualified|proposal|won|lost)\b).*",
    re.IGNORECASE | re.DOTALL,
)
NOT_NAMES = {
    "me",
    "us",
    "them",
    "him",
    "her",
    "it",
    "my",
    "our",
    "the",
    "a",
    "this",
    "that",
    "leads",
    "sales",
    "pipeline",
}


def email(text: str) -> str | None:
    """The first e-mail address."""
    match = EMAIL.search(text)
    return match.group().rstrip(".").lower() if match else None


def quoted(text: str) -> str | None:
    """The first text in quotation marks."""
    match = QUOTES.search(text)
    return next(group.strip() for group in match.groups() if group) if match else None


def choice(text: str, options: Mapping[str, tuple[str, ...]]) -> str | None:
    """The option whose words occur in the text; longer words win over shorter ones."""
    lowered = text.casefold()
    words = sorted(
        ((word, value) for value, synonyms in options.items() for word in (value, *synonyms)),
        key=lambda pair: -len(pair[0]),
    )
    for word, value in words:
        if re.search(rf"(?<![a-z]){re.escape(word.replace('_', ' ').casefold())}(?![a-z])", lowered):
            return value
    return None


def company(text: str, user: User, *, whole: bool = False) -> str | None:
    """The company a sentence is about: quoted, or after "for", "about" …; spelt as we know it if we do.

    `whole`: the text is the answer to "which company?", so all of it may be the name.
    """
    candidates = _after_lead_in(text)
    if whole:
        candidates.append(TAIL.sub("", text.strip()))
    named = [candidate for candidate in candidates if _plausible(candidate, strict=not whole)]
    if name := quoted(text):
        named.insert(0, name)
    for candidate in named:
        if known := _known(candidate, user):
            return known
    return named[0][:200] if named else None


def _after_lead_in(text: str) -> list[str]:
    found = [match.group(1).strip() for match in CHINESE_LEAD_IN.finditer(text)]
    tails = (text[match.end() :] for match in LEAD_IN.finditer(text))
    return found + [TAIL.sub("", tail).strip(" '\"“”") for tail in tails]


def _plausible(name: str, *, strict: bool) -> bool:
    """A name starts with a capital, a digit or a Chinese character, and is not a pronoun."""
    first = name.split(maxsplit=1)[0] if name.split() else ""
    if not first or first.lower() in NOT_NAMES or len(name) > 200:
        return False
    return not strict or first[0].isupper() or first[0].isdigit() or first[0] > "\u2e80"


def _known(name: str, user: User) -> str | None:
    """The company's name as we write it, if the user may see companies and we have it."""
    row = Company.objects.visible_to(user).filter(name_key=company_key(name)).first()
    return row.name if row else None
