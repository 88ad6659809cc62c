"""Addresses that somebody wrote in a sentence, as people write them."""

from __future__ import annotations

import re

from apps.perception.web.addresses import parse
from apps.perception.web.errors import PageError

#: Endings of names that people write without "https://". Not all there are: "leads.csv" is a file.
_ENDINGS = (
    "com|net|org|io|co|sg|my|cn|hk|tw|id|th|ph|vn|jp|kr|au|nz|uk|us|eu|de|fr|in|ae|biz|info|app|ai|dev|shop|"
    "store|asia|menu|restaurant|cafe|bar|pizza|coffee|kitchen|catering|wine|beer|hotel|travel|example|test"
)
_ADDRESS = re.compile(
    r"(?<![\w@./-])(?:"
    r"https?://[^\s<>\"'`，。；！？、（）「」『』《》]{3,2000}"
    rf"|(?:www\.)?(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.){{1,4}}(?:{_ENDINGS})(?![\w-]|\.[a-z0-9])"
    r"(?::\d{2,5})?(?:/[^\s<>\"'`，。；！？、（）「」『』《》]{0,1900})?"
    r")",
    re.IGNORECASE | re.ASCII,
)
#: What people write that looks like an address and is none of these: other schemes, machines by number or as
#: `localhost`.
_OTHER = re.compile(
    r"(?<![\w@./:-])(?:"
    r"[a-z][a-z0-9+.-]{1,20}://[^\s<>\"'`，。；！？、（）「」『』《》]{1,2000}"
    r"|(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]{2,45}\])(?![\w-]|\.\w)(?::\d{1,5})?"
    r"(?:/[^\s<>\"'`，。；！？、（）「」『』《》]{0,1900})?"
    r")",
    re.IGNORECASE | re.ASCII,
)
_CLOSING = {")": "(", "]": "[", "}": "{"}


def addresses_in(text: str, *, limit: int = 20) -> list[str]:
    """The web addresses in a text in the form in which they are requested, each once, in their order.

    Those that we never open are left out; `refusals_in` says why.
    """
    found: list[str] = []
    for match in _ADDRESS.finditer(text):
        address = _usable(match.group())
        if address and address not in found:
            found.append(address)
        if len(found) == limit:
            break
    return found


def refusals_in(text: str, *, limit: int = 5) -> list[str]:
    """Why the other addresses in a text are not opened, a sentence for each: machines inside the house, other
    schemes, names with a password.
    """
    written = [match.group() for pattern in (_ADDRESS, _OTHER) for match in pattern.finditer(text)]
    sentences = (_refusal(address) for address in written)
    return list(dict.fromkeys(sentence for sentence in sentences if sentence))[:limit]


def names_page(text: str) -> bool:
    """Whether the text holds an address, one that we open or one that we refuse."""
    return bool(addresses_in(text, limit=1) or refusals_in(text, limit=1))


def without_addresses(text: str, instead: str = "") -> str:
    """The sentence with `instead` in the place of each address."""
    return " ".join(_OTHER.sub(instead, _ADDRESS.sub(instead, text)).split())


def _usable(written: str) -> str:
    try:
        return str(parse(_with_scheme(written)))
    except PageError:
        return ""


def _refusal(written: str) -> str:
    try:
        parse(_with_scheme(written))
    except PageError as refusal:
        return refusal.detail
    return ""


def _with_scheme(written: str) -> str:
    text = _without_end(written)
    return text if "://" in text else f"https://{text}"


def _without_end(text: str) -> str:
    """Without the full stop of the sentence, and without a bracket that was opened before the address."""
    while text and (
        text[-1] in ".,;:!?*_|"
        or (text[-1] in _CLOSING and text.count(text[-1]) > text.count(_CLOSING[text[-1]]))
    ):
        text = text[:-1]
    return text
