"""Comparing words whose writer may not want them to be recognised.

Whether somebody we trust wrote a thing is compared closely (`plain`): another spelling is another thing.
Whether a stranger wrote it is compared loosely (`skeleton`): another spelling is still his.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

#: Letters and digits that look like a Latin letter, and the letter.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏԛԝкмтнвгпьєαβγεηικνορτυχωμոսօցհıɑɡℓɩ01|",
    "aeopcyxijsdhlqwkmthbrnbeabyenikvoptuxwunuoghiaglioll",
)
_AT = re.compile(r"\s*[\[({<]\s*at\s*[\])}>]\s*|\s+at\s+(?=[\w-]+(?:\.|\s+dot\s))")
_DOT = re.compile(r"\s*[\[({<]\s*(?:dot|\.)\s*[\])}>]\s*|(?<=\w)\s+dot\s+(?=\w)")
_HIDDEN = {"Cf", "Mn", "Me", "Cc"}
_DROPPED = frozenset(" <>\"'`()[]{}«»‹›“”„‘’")
#: What may not stand beside a find: then it is a part of something else. Scripts without spaces may.
_LETTER = r"[^\W\u2e80-\u9fff\u3040-\u30ff\uac00-\ud7af]"
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_IDENTIFIER = re.compile(r"[^\s<>\"'(),;]+")
_DOMAIN = re.compile(r"^(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?$", re.IGNORECASE)
_MAILBOX = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_HOST = re.compile(r"(?:://(?:[^/\s@]{0,200}@)?|@)([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
_NAMES = re.compile(r"(?=\b([A-Z][\w’'-]*\s+[A-Z][\w’'-]*))")
_IDEOGRAPHS = re.compile(r"[\u3400-\u9fff]{6,}")
SHINGLE = 5
#: The name of a firm or a person, a place or a title has no more words than these.
NAME_WORDS = 8


def plain(text: str) -> str:
    """Compatibility forms, case and white space evened out; nothing else."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())


def skeleton(text: str) -> str:
    """What is left when spaces, marks, quotes, hidden characters and look-alikes are evened out."""
    bare = unicodedata.normalize("NFKD", plain(text)).translate(_LOOKALIKES)
    bare = "".join(letter for letter in bare if unicodedata.category(letter) not in _HIDDEN)
    return "".join(letter for letter in _DOT.sub(".", _AT.sub("@", bare)) if letter not in _DROPPED)


def stands_in(words: str, text: str) -> bool:
    """Whether `words` stand whole in `text` (both plain), not as a part of a longer word or address."""
    if words not in text:
        return False
    pattern = rf"(?<!{_LETTER})(?<![@.+/-]){re.escape(words)}(?!{_LETTER})(?![@/+-]|[.,]{_LETTER})"
    return re.search(pattern, text) is not None


def is_sentence(text: str) -> bool:
    """Whether a field says something, rather than names something: it may be a stranger who says it."""
    words = text.split()
    return len(words) > NAME_WORDS or (len(words) > 1 and ("@" in text or "://" in text))


def numbers_in(text: str) -> Iterator[Decimal]:
    """The numbers of a text, with thousands separators or without."""
    for found in _NUMBER.findall(unicodedata.normalize("NFKC", text)):
        number = as_number(found)
        if number is not None:
            yield number


def as_number(text: str) -> Decimal | None:
    """The number that the whole text is, else None."""
    try:
        number = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        return None
    return number.normalize() if number.is_finite() else None


def host_of(part: str) -> str:
    """The machine of an address or a mailbox; "" for other words."""
    found = _HOST.search(part)
    return found[1] if found else ""


def telling_parts(text: str) -> Iterator[str]:
    """The parts of a text that do not get into it by chance: addresses, numbers of some length, names, and
    every five words in a row.
    """
    # Runs of blanks would be tried at each of their places.
    folded = " ".join(unicodedata.normalize("NFKC", text).split())
    for token in _IDENTIFIER.findall(_DOT.sub(".", _AT.sub("@", folded))):
        bare = token.strip(".:!?")
        if "@" in bare or "://" in bare or _DOMAIN.match(bare) or sum(map(str.isdigit, bare)) >= 4:
            yield bare
            yield from _MAILBOX.findall(bare)
    yield from _NAMES.findall(folded)
    words = folded.split()
    for start in range(len(words) - SHINGLE + 1):
        yield " ".join(words[start : start + SHINGLE])
    for run in _IDEOGRAPHS.findall(folded):
        yield from (run[start : start + 6] for start in range(len(run) - 5))
