"""The forms in which names, numbers and addresses are compared."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

LEGAL_FORMS = re.compile(
    r"\b(pte|private|ltd|limited|llp|llc|inc|incorporated|corp|corporation|co|company|sdn|bhd|berhad|plc|gmbh)\b\.?"
)
CHINESE_LEGAL_FORMS = re.compile("(股份)?(有限|责任|責任)*公司$")
DEFAULT_REGION = "SG"


def company_key(name: str) -> str:
    """A company's name without case, punctuation and legal form: "ABC Pte. Ltd." equals "abc"."""
    text = unicodedata.normalize("NFKC", name).casefold().strip()
    text = CHINESE_LEGAL_FORMS.sub("", text)
    words = re.sub(r"[^\w\s]", " ", text)
    stripped = re.sub(r"\s+", " ", LEGAL_FORMS.sub(" ", words)).strip()
    return (stripped or re.sub(r"\s+", " ", words).strip())[:200]


def email_key(address: str) -> str:
    """An address in lower case without spaces."""
    return unicodedata.normalize("NFKC", address).strip().lower()


def phone_key(number: str, region: str = DEFAULT_REGION) -> str:
    """E.164 when the number is possible in its country, otherwise its digits."""
    text = unicodedata.normalize("NFKC", number).strip()
    if not text:
        return ""
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", text)[:20]
    if not phonenumbers.is_possible_number(parsed):
        return re.sub(r"\D", "", text)[:20]
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
