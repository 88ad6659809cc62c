"""Companies, addresses, quoted text and words of a list in a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping

from apps.accounts.models import User
from apps.assistant.slots.capitals import names_in
from apps.contacts.models import Company
from apps.contacts.normalisation import company_key

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
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
    r"|\s+as\s+(?:an?\s+)?(?:pdf|word|docx|excel|xlsx|powerpoint|pptx|markdown|csv)\b"
    # A stage ends the name in "move … to proposal"; "Farm to Table" stays whole.
    r"|\s+(?:back\s+)?(?:to|as)\s+(?:the\s+)?(?:new|contacted|qualified|proposal|won|lost)\b"
    r"|\s+to\s+(?:a|the|our|another)\s+(?:competit\w+|rival|provider)\b).*",
    re.IGNORECASE | re.DOTALL,
)
#: “a discount of 40 % …” is about no company.
_PERCENT = re.compile(r"\d[\d.,]{0,9} ?(?:%|％|per ?cent\b)", re.IGNORECASE)
_WORDS = re.compile(r"[^\s,;:!?\"“”]+")
#: Names of more words, and words further on, are not looked for.
LONGEST_NAME = 6
MAX_WORDS = 40
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
    """The company a sentence is about: one that we know, else what is quoted, stands after "for", "about" …,
    or has capitals; spelt as we know it if we do.

    `whole`: the text is the answer to "which company?", so all of it may be the name.
    """
    candidates = _after_lead_in(text)
    if whole:
        candidates.append(TAIL.sub("", text.strip()))
    named = [candidate for candidate in candidates if _plausible(candidate, strict=not whole)]
    if name := quoted(text):
        named.insert(0, name)
    if known := _known([*named, *_stretches(text)], user):
        return known
    named += [name for name in names_in(text) if _plausible(name, strict=True)]
    return named[0][:200] if named else None


def _after_lead_in(text: str) -> list[str]:
    found = [match.group(1).strip() for match in CHINESE_LEAD_IN.finditer(text)]
    tails = (text[match.end() :] for match in LEAD_IN.finditer(text))
    return found + [TAIL.sub("", tail).strip(" '\"“”") for tail in tails]


def _plausible(name: str, *, strict: bool) -> bool:
    """A name starts with a capital, a digit or a Chinese character, and is not a pronoun."""
    first = name.split(maxsplit=1)[0] if name.split() else ""
    if not first or first.lower() in NOT_NAMES or len(name) > 200 or _PERCENT.match(name):
        return False
    return not strict or first[0].isupper() or first[0].isdigit() or first[0] > "\u2e80"


def _stretches(text: str) -> list[str]:
    """Neighbouring words that may be a name, the longest first; a single word needs a capital."""
    words = _WORDS.findall(text)[:MAX_WORDS]
    found = [
        " ".join(words[start : start + length])
        for length in range(min(LONGEST_NAME, len(words)), 0, -1)
        for start in range(len(words) - length + 1)
    ]
    return [name for name in found if " " in name or name[0].isupper()]


def _known(names: list[str], user: User) -> str | None:
    """Of the first name that is one of a company which the user may see, the way we write it."""
    keys = list(dict.fromkeys(key for key in map(company_key, names) if key))
    rows = Company.objects.visible_to(user).filter(name_key__in=keys).values_list("name_key", "name")
    ours = dict(rows[: len(keys)])
    return next((ours[key] for key in keys if key in ours), None)
