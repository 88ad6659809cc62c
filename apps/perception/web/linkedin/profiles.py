"""Prospects out of what users bring: the pasted text of a profile, its PDF, an exported table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from apps.artifacts.choices import Kind
from apps.artifacts.models import Artifact
from apps.artifacts.services import open_bytes
from apps.contacts.normalisation import phone_key
from apps.perception.tables import read_table
from apps.perception.text import extract_text
from apps.perception.web.linkedin.prospects import Prospect, merged
from apps.perception.web.reading.blocks import squeezed

MAX_PROSPECTS = 200
MAX_TEXT = 60_000
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_PROFILE = re.compile(r"(?:https?://)?(?:[\w-]{1,20}\.)?linkedin\.com/in/[^\s)>\]|,]{2,100}", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w/])\+?\d[\d ()-]{6,18}\d(?!\w)")
_HEADLINE = re.compile(
    r"^(?P<role>[^@\n]{2,90}?)\s+(?:at|@|in|bei|di|于|在)\s+(?P<company>[^|·•\n]{2,90}?)\s*(?:[|·•].*)?$"
)
#: "Tan Mei Ling – Head of Marketing – Kopi Garden" and the like, one prospect a line.
_LINE = re.compile(
    r"^(?:\d{1,3}[.)]\s*|[-*•]\s*)?(?P<person>[^,;|\t–—]{2,60}?)\s*(?:[,;|\t–—]|\s-\s)\s*(?P<role>[^,;|\t–—]{2,80}?)"
    r"\s*(?:[,;|\t–—]|\s-\s|\s(?:at|@)\s)\s*(?P<company>[^,;|\t–—]{2,80}?)\s*(?:[,;|\t].*)?$"
)
_NAME = re.compile(
    r"^(?:(?:Dr|Mr|Ms|Mrs|Datuk|Dato'|Prof)\.?\s)?[^\W\d_][\w.'’-]*(?:\s(?:bin|binti|a/l|a/p|de|van|von|[^\W\d_][\w.'’()-]*)){1,5}$"
    r"|^[\u3400-\u9fff·]{2,6}$"
)
_PRESENT = re.compile(r"[-–—]\s*(present|now|至今|现在|kini|sekarang)\b", re.IGNORECASE)
#: Lines of LinkedIn's own around a profile.
_NOISE = re.compile(
    r"^(contact( info)?|top skills|skills|languages|certifications|summary|about|experience|education|"
    r"activity|"
    r"(she/her|he/him|they/them)|·?\s*(1st|2nd|3rd)\+?|\d[\d,]*\+? (connections|followers).*|message|follow|"
    r"connect|more|page \d+ of \d+|open to|licenses.*|honors.*|.*\(linkedin\))$",
    re.IGNORECASE,
)
_LABELS: Mapping[str, tuple[str, ...]] = {
    "person": ("name", "full name", "contact", "contact name", "姓名", "联系人", "nama"),
    "first": ("first name", "given name", "名"),
    "last": ("last name", "surname", "family name", "姓"),
    "company": (
        "company", "organization", "organisation", "company name", "current company", "employer",
        "account name", "公司", "公司名称", "单位", "syarikat",
    ),
    "role": ("position", "title", "job title", "role", "current title", "headline", "职位", "职务",
             "jawatan"),
    "email": ("email", "e-mail", "email address", "邮箱", "电子邮箱", "emel", "e-mel"),
    "phone": ("phone", "telephone", "mobile", "phone number", "电话", "手机", "telefon"),
    "location": ("location", "city", "country", "geography", "地点", "城市", "lokasi"),
    "url": ("url", "linkedin", "linkedin url", "profile url", "profile", "linkedin profile",
            "person linkedin url"),
    "website": ("website", "company website", "company url", "网站", "laman web"),
}  # fmt: skip
_FIELD_OF = {label: field for field, labels in _LABELS.items() for label in labels}
_LABELLED = re.compile(r"^([\w\u3400-\u9fff' -]{1,24})\s*[:：]\s*(.{1,200})$")


def prospects_in_text(text: str, *, source: str) -> list[Prospect]:
    """Everybody whom a text names with company or role: profiles, lists of lines, or "Name: …" blocks."""
    cut = text[:MAX_TEXT]
    blocks = [block for block in re.split(r"\n\s*\n", cut) if block.strip()]
    labelled = [made for block in blocks if (made := _labelled(block))]
    listed = list(_listed(cut))
    profile = _profile(cut) if not labelled else None
    if profile is not None and len(listed) < 2:
        return [profile.model_copy(update={"source": source})]
    found = labelled or listed
    return merged([prospect.model_copy(update={"source": source}) for prospect in found])[:MAX_PROSPECTS]


def prospects_in_file(artifact: Artifact) -> list[Prospect]:
    """Everybody in an exported table (LinkedIn's connections, a sales tool) or in the PDF of a profile."""
    if artifact.kind in {Kind.CSV, Kind.XLSX}:
        with open_bytes(artifact) as stream:
            return _in_table(stream, artifact.name)
    return prospects_in_text(extract_text(artifact, limit_chars=MAX_TEXT), source=artifact.name)


def _in_table(stream: BinaryIO, name: str) -> list[Prospect]:
    table = read_table(stream)
    fields = {
        index: _FIELD_OF.get(heading.strip().casefold(), "") for index, heading in enumerate(table.header)
    }
    found: list[Prospect] = []
    for row in table.rows:
        values = {field: row.cells[index] for index, field in fields.items() if field and row.cells[index]}
        found.append(_made(values, source=name))
        if len(found) >= MAX_PROSPECTS:
            break
    return merged(found)


def _made(values: Mapping[str, str], *, source: str = "") -> Prospect:
    person = values.get("person") or f"{values.get('first', '')} {values.get('last', '')}".strip()
    rest = {
        name: squeezed(values.get(name, ""))[:200]
        for name in ("company", "role", "email", "phone", "location", "url", "website")
    }
    return Prospect(person=squeezed(person)[:120], source=source, **rest)


def _labelled(block: str) -> Prospect | None:
    """A block of lines like "Company: Kopi Garden"."""
    values: dict[str, str] = {}
    for line in block.splitlines():
        match = _LABELLED.match(line.strip())
        field = _FIELD_OF.get(match[1].strip().casefold(), "") if match else ""
        if match and field:
            values.setdefault(field, match[2].strip())
    made = _made(values)
    return made if len(values) >= 2 and (made.company or made.person) else None


def _listed(text: str) -> Iterator[Prospect]:
    """Lines of the form name, role, company (commas, dashes, bars or tabs)."""
    for raw in text.splitlines():
        line = raw.strip()
        match = _LINE.match(line) if 8 <= len(line) <= 240 and not _PRESENT.search(line) else None
        if match is None or not _is_name(match["person"]):
            continue
        email = _EMAIL.search(line)
        yield Prospect(
            person=match["person"].strip(),
            role=match["role"].strip(),
            company=match["company"].strip(),
            email=email.group().lower() if email else "",
        )


def _profile(text: str) -> Prospect | None:
    """One person's profile, as it is pasted or as LinkedIn's own PDF has it."""
    lines = [line for raw in text.splitlines() if (line := squeezed(raw))]
    at = _headline(lines)
    if at is None:
        return None
    said = _HEADLINE.match(lines[at])
    assert said is not None
    email, profile, phone = _EMAIL.search(text), _PROFILE.search(text), _PHONE.search(text)
    return Prospect(
        person=_name_before(lines, at),
        role=said["role"].strip(" ,-"),
        company=said["company"].strip(" ,.-"),
        location=_location_after(lines, at),
        email=email.group().lower() if email else "",
        phone=phone_key(phone.group()) if phone else "",
        url=profile.group().rstrip(".") if profile else "",
    )


def _headline(lines: list[str]) -> int | None:
    """The line "role at company" that has a name right above it."""
    for index, line in enumerate(lines[:80]):
        if len(line) <= 200 and _HEADLINE.match(line) and _name_before(lines, index):
            return index
    return None


def _name_before(lines: list[str], at: int) -> str:
    for line in reversed(lines[max(0, at - 4) : at]):
        if _NOISE.match(line):
            continue
        return line if _is_name(line) else ""
    return ""


def _location_after(lines: list[str], at: int) -> str:
    for line in lines[at + 1 : at + 4]:
        place = re.sub(r"\s*·?\s*contact info$", "", line, flags=re.IGNORECASE)
        if place and len(place) <= 80 and not re.search(r"\d|@|\bat\b", place) and not _NOISE.match(place):
            return place
    return ""


def _is_name(text: str) -> bool:
    words = text.strip()
    return (
        bool(_NAME.match(words)) and not _NOISE.match(words) and (words[0].isupper() or words[0] > "\u2e80")
    )
