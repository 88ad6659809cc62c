"""Turning the cells of a file into values of a lead, or saying why that cannot be done."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import yaml
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apps.contacts.normalisation import email_key, phone_key
from apps.crm.choices import LeadSource, LeadStatus
from apps.crm.importing.headings import words_of
from apps.documents.formulas import as_written

_ADDRESS = re.compile(r"[^\s<>;,/|、，；]+@[^\s<>;,/|、，；]+")
# What nearly all addresses look like; the rest goes through Django's slower validator.
_PLAIN_ADDRESS = re.compile(r"[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,18}")
# Singapore's eight digits, with or without country code: what `phone_key` would give, without its cost.
_SINGAPORE = re.compile(r"(?:\+65)?[\s-]*([3689]\d{3})[\s-]?(\d{4})")
_SCIENTIFIC = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)
NOTHING = {"", "-", "--", "n/a", "na", "nil", "none", "null", "无", "無", "tiada", "#n/a", "?"}


class Refusal(ValueError):
    """Why a row does not become a lead; a sentence for its sender."""


def cell(text: str) -> str:
    """The cell in composed Unicode, without our guard against formulas; ways to write "nothing" become ""."""
    text = as_written(text)
    text = text if text.isascii() else unicodedata.normalize("NFC", text)
    return "" if text.casefold() in NOTHING else text


def bounded(text: str, length: int, what: str) -> str:
    """One line of at most `length` characters."""
    line = " ".join(text.split())
    if len(line) > length:
        raise Refusal(f"The {what} is longer than {length} characters.")
    return line


def clean_email(text: str) -> str:
    """The first address in the cell, in comparable form; "" for an empty cell."""
    if not text:
        return ""
    found = _ADDRESS.search(unicodedata.normalize("NFKC", text[:1000]).removeprefix("mailto:"))
    address = email_key(found.group().strip(".'\"()[]")) if found else ""
    if len(address) > 254:
        raise Refusal("The e-mail address is longer than 254 characters.")
    if not _PLAIN_ADDRESS.fullmatch(address):
        try:
            validate_email(address)
        except ValidationError as error:
            raise Refusal(f"“{text[:80]}” is not an e-mail address.") from error
    return address


@lru_cache(maxsize=4096)
def clean_phone(text: str) -> tuple[str, str]:
    """The number as it will be shown and its comparable form; two empty texts for an empty cell."""
    if not text:
        return "", ""
    if _SCIENTIFIC.fullmatch(text):
        raise Refusal(f"The phone number was shortened by a spreadsheet to “{text}”.")
    plain = unicodedata.normalize("NFKC", text).strip()
    if match := _SINGAPORE.fullmatch(plain):
        return f"+65 {match[1]} {match[2]}", f"+65{match[1]}{match[2]}"
    key = phone_key(plain)
    if len(re.sub(r"\D", "", key)) < 5 or len(plain) > 40:
        raise Refusal(f"“{text[:80]}” is not a phone number.")
    return plain, key


@lru_cache(maxsize=1024)
def clean_status(text: str) -> LeadStatus:
    """The status that a word in any of our languages means; an empty cell is a new lead."""
    if not text:
        return LeadStatus.NEW
    found = _words("status").get(words_of(text))
    if found is None:
        names = ", ".join(str(label).lower() for label in LeadStatus.labels)
        raise Refusal(f"“{text[:80]}” is not a status I know ({names}).")
    return LeadStatus(found)


@lru_cache(maxsize=1024)
def clean_source(text: str) -> tuple[LeadSource, bool]:
    """The source that a word means, and whether the word was known; unknown ones are `other`."""
    if not text:
        return LeadSource.IMPORT, True
    found = _words("source").get(words_of(text))
    return (LeadSource(found), True) if found else (LeadSource.OTHER, False)


@cache
def _words(column: str) -> dict[str, str]:
    path = Path(__file__).with_name("words.yaml")
    known: dict[str, dict[str, list[str]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = {words_of(str(word)): value for value, words in known[column].items() for word in words}
    return found | {words_of(value): value for value in known[column]}
